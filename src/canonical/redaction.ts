import type { VoucherInput } from './vouchers/input.js';

/** What sentences and requests about vouchers look like without the people and names in them. */

const REDACTED = '…';
const GSTIN = /\b\d{2}[A-Z0-9]{13}\b/gi;
/** Telephone numbers among them. */
const LONG_NUMBER = /\d(?:[ \-()]*\d){9,}/g;
const SYNTAX = /[\\^$.*+?()[\]{}|]/g;
/** From the first to the last of a kind: names hold quotation marks, too, and rather too much is left out than too little. */
const QUOTED = [/(?<![\p{L}\p{N}])"(.*)"/gsu, /(?<![\p{L}\p{N}])'(.*)'(?![\p{L}\p{N}])/gsu];

/** Texts of a voucher that are somebody's or something's name, or may hold one. */
export function identityOf({ party_name, party_gstin, narration, lines }: VoucherInput): string[] {
  const goods = lines.flatMap(({ stock_item, godown }) => [stock_item, godown]);
  return [party_name, party_gstin, narration, ...goods].filter((text) => text !== undefined);
}

/** Without what is quoted, GSTINs, telephone numbers, and `known` wherever it stands. */
export function redactSentence(text: string, known: readonly string[]): string {
  let redacted = text;
  for (const name of [...known].sort((left, right) => right.length - left.length))
    redacted = redacted.replace(new RegExp(name.replace(SYNTAX, '\\$&'), 'giu'), REDACTED);
  for (const quoted of QUOTED) redacted = redacted.replace(quoted, (whole) => whole[0] + REDACTED + whole[0]);
  return redacted.replace(GSTIN, REDACTED).replace(LONG_NUMBER, REDACTED);
}

/** Says nothing of anybody: amounts, counters, days, yes or no. */
const PLAIN = /^\s*(?:[-+]?\d{1,9}(?:\.\d+)?|yes|no)\s*$/i;
const TEXT = />([^<]+)</g;
const ATTRIBUTE = /(\s(?!(?:ACTION|VCHTYPE|TYPE|OBJVIEW|VERSION)=)[\w.:-]+=)("[^"]*"|'[^']*')/gi;

/** Elements and their shape stay, so that it can be seen what was said; of their text only numbers. */
export function redactXml(xml: string): string {
  // What is no XML at all is text as a whole.
  if (!xml.trimStart().startsWith('<')) return xml === '' ? '' : REDACTED;
  return xml
    .replace(TEXT, (whole, text: string) => (text.trim() === '' || PLAIN.test(text) ? whole : `>${REDACTED}<`))
    .replace(ATTRIBUTE, (whole, name: string, value: string) =>
      PLAIN.test(value.slice(1, -1)) ? whole : `${name}"${REDACTED}"`,
    );
}
