import { ContentRefused } from '../errors.js';

/** What can be read, by its content. */
export type Format = 'gzip' | 'zip' | 'tally-xml' | 'csv';

/** Enough of a file's beginning to know its format. */
export const HEAD_BYTES = 4 * 1024;

/** Seed of the three supported ways: a backup is never parsed. */
const THREE_WAYS =
  '(1) export masters and vouchers from Tally as XML on a schedule, (2) restore the backup into a Tally of its own and export from there, or (3) do that once for the history and export on a schedule from then on';
const tallyBackup = (what: string): ContentRefused =>
  new ContentRefused('TALLY_BACKUP', `${what}, which cannot be read: expected one of three ways: ${THREE_WAYS}.`);

/** Tally's own files: backups (.TSB, .TBK, TBK900.001) and data (.900, .1800, .TSF), also with another ending behind. */
const TALLY_FILE = /\.(?:tsb|tbk|tsf|900|1800)(?:\.|$)|^tbk\d{3,4}\.\d{3}(?:\.|$)/i;

/** Refuses a backup of Tally by its name, whatever is in it. */
export function refuseTallyBackup(name: string): void {
  if (TALLY_FILE.test(name)) throw tallyBackup('The file is named as a backup or data file of Tally');
}

const SPREADSHEET =
  'The file is a workbook of a spreadsheet: expected CSV (in Excel: Save As, “CSV UTF-8 (Comma delimited)”), or XML from Tally.';
const ARCHIVE = 'The file is an archive of a kind that is not read: expected .zip or .gz.';
const NO_DATA = 'expected CSV by the templates, or XML from Tally.';

const SIGNATURES: [signature: string, code: string, message: string][] = [
  ['d0cf11e0a1b11ae1', 'SPREADSHEET', SPREADSHEET],
  ['377abcaf271c', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['526172211a07', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['425a68', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['fd377a585a00', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['28b52ffd', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['1f9d', 'ARCHIVE_UNSUPPORTED', ARCHIVE],
  ['25504446', 'FORMAT_UNKNOWN', `The file is a PDF document: ${NO_DATA}`],
  ['89504e470d0a1a0a', 'FORMAT_UNKNOWN', `The file is a picture: ${NO_DATA}`],
  ['ffd8ff', 'FORMAT_UNKNOWN', `The file is a picture: ${NO_DATA}`],
  ['474946383', 'FORMAT_UNKNOWN', `The file is a picture: ${NO_DATA}`],
  ['53514c69746520666f726d6174', 'FORMAT_UNKNOWN', `The file is a database: ${NO_DATA}`],
  ['4d5a', 'FORMAT_UNKNOWN', `The file is a program: ${NO_DATA}`],
  ['7f454c46', 'FORMAT_UNKNOWN', `The file is a program: ${NO_DATA}`],
];

/**
 * The format of a file by its first bytes; `head` is HEAD_BYTES long unless the file is shorter. Throws ContentRefused for
 * all that is never read, opaque binary data among it: a backup of Tally has no signature that is known.
 */
export function formatOf(head: Buffer): Format {
  if (head.length === 0 || head.every((byte) => byte === 0)) throw empty();
  const hex = head.toString('hex', 0, 16);
  if (hex.startsWith('1f8b')) return 'gzip';
  if (/^504b(?:0304|0506|0708)/.test(hex)) return 'zip';
  if (head.toString('latin1', 257, 262) === 'ustar') throw new ContentRefused('ARCHIVE_UNSUPPORTED', ARCHIVE);
  const known = SIGNATURES.find(([signature]) => hex.startsWith(signature));
  if (known && isBinary(head)) throw new ContentRefused(known[1], known[2]);
  const start = utf16Start(head);
  if (start === null && isBinary(head)) {
    throw tallyBackup('The file is binary data of no known kind, as a backup of Tally (.TSB) is');
  }
  const text = (start ?? head.toString('latin1')).replace(/^(?:\u00ef\u00bb\u00bf)?[\ufeff\s]*/, '');
  if (text === '' && head.length < HEAD_BYTES) throw empty();
  if (text.startsWith('<')) return 'tally-xml';
  if (/^[{[]/.test(text)) {
    throw new ContentRefused('FORMAT_UNKNOWN', `The file is JSON or the like: ${NO_DATA}`);
  }
  return 'csv';
}

const empty = (): ContentRefused => new ContentRefused('EMPTY', `The file is empty: ${NO_DATA}`);

/** The beginning as text when it is UTF-16: a mark, or a NUL beside each of the first characters. */
function utf16Start(head: Buffer): string | null {
  const even = head.subarray(0, head.length & ~1);
  if (even.length < 2) return null;
  if (even[0] === 0xff && even[1] === 0xfe) return even.toString('utf16le');
  if (even[0] === 0xfe && even[1] === 0xff) return Buffer.from(even).swap16().toString('utf16le');
  const sample = even.subarray(0, 64);
  const zeros = [0, 0];
  sample.forEach((byte, place) => {
    if (byte === 0) zeros[place % 2]! += 1;
  });
  const half = sample.length / 2;
  if (zeros[1]! >= half * 0.9 && zeros[0] === 0) return even.toString('utf16le');
  if (zeros[0]! >= half * 0.9 && zeros[1] === 0) return Buffer.from(even).swap16().toString('utf16le');
  return null;
}

/** One control character in twenty, or mostly bytes that are neither ASCII nor UTF-8: no text looks so. */
function isBinary(head: Buffer): boolean {
  const controls = head.filter((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1a).length;
  if (controls * 20 > head.length) return true;
  const replaced = head.toString('utf8').split('\ufffd').length - 1;
  return replaced * 4 > head.length;
}
