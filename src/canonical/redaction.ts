/** What sentences and requests about vouchers look like without the people and names in them. */

const REDACTED = '…';
const GSTIN = /\b\d{2}[A-Z0-9]{10}[A-Z0-9]{3}\b/gi;
const LONG_NUMBER = /\d[\d \-+()]{8,}\d/g;
const QUOTED = /(?<![\p{L}\p{N}])(['"‘“«])(?:.*?)(['"’”»])(?![\p{L}\p{N}])/gsu;

/** Quoted names, GSTINs, telephone numbers, and `known` strings wherever they stand. */
export function redactSentence(text: string, known: readonly string[] = []): string {
  let redacted = text;
  for (const name of known.filter((name) => name.trim() !== '').sort((left, right) => right.length - left.length))
    redacted = redacted.replace(new RegExp(name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu'), REDACTED);
  return redacted.replace(QUOTED, `$1${REDACTED}$2`).replace(GSTIN, REDACTED).replace(LONG_NUMBER, REDACTED);
}

/** Text that says nothing of anybody: amounts, counters, dates, yes or no. */
const PLAIN = /^\s*(?:[-+]?\d{1,9}(?:\.\d+)?|yes|no)\s*$/i;

/** Elements and attributes stay, so that it can be seen what was said; of their text only numbers. */
export function redactXml(xml: string): string {
  return xml
    .replace(/>([^<]+)</g, (whole, text: string) => (text.trim() === '' || PLAIN.test(text) ? whole : `>${REDACTED}<`))
    .replace(
      /(\s(?!ACTION=|VCHTYPE=|TYPE=|OBJVIEW=|VERSION=)[\w.:-]+=)("[^"]*"|'[^']*')/gi,
      (whole, name: string, value: string) => (PLAIN.test(value.slice(1, -1)) ? whole : `${name}"${REDACTED}"`),
    );
}
