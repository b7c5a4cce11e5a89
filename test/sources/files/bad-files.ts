import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { line as leg, file as tallyFile, voucher } from '../tally/export-files.js';
import { zipOf } from './zip-files.js';

export const GSTIN = '27AAPFU0939F1ZV';
const OTHER_GSTIN = '29AABCT1332L1ZD';
/** Stands in every row, and must stand in no sentence. */
export const SHOP = 'Canary Kirana';

export const HEADER = 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr,retailer_name,retailer_phone';
export const ROW = `INV-1,${GSTIN},2026-05-03,2026-05-17,42000.00,${SHOP},9876543210`;
const csv = (...rows: string[]): string => `${[HEADER, ...rows].join('\r\n')}\r\n`;
const row = (change: Partial<Record<'id' | 'gst' | 'date' | 'due' | 'amount' | 'name' | 'phone', string>>): string => {
  const { id = 'INV-2', gst = GSTIN, date = '2026-05-03', due = '2026-05-17', amount = '42000.00' } = change;
  return [id, gst, date, due, amount, change.name ?? SHOP, change.phone ?? '9876543210'].join(',');
};
const payments = (...rows: string[]): string =>
  `${['payment_id,invoice_id,paid_date,amount_paid_inr', ...rows].join('\n')}\n`;

/** Bytes without order, the same in every run. */
export function noise(length: number, seed: number): Buffer {
  const blocks: Buffer[] = [];
  for (let block = 0; block * 32 < length; block += 1) {
    blocks.push(createHash('sha256').update(`${seed}/${block}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

const xml = tallyFile(voucher({ lines: leg('P', '-100.00') + leg('S', '100.00') }));
const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const good = csv(ROW);
const emptyLines = '\n'.repeat(32 * 1024 * 1024);
const screen = 'Sharma FMCG Dist\r\nDay Book\r\n1-Apr-26 to 30-Apr-26\r\n,,,,\r\n';

/** What becomes of a file: refused as a whole for a code, or one row of it. */
export interface BadFile {
  what: string;
  name?: string;
  content: string | Buffer;
  refused?: string;
  /** Of the first faulty row. */
  row?: [code: string, line: number, column: string | null];
  /** Rows beside it, which count. */
  beside?: number;
  /** What the sentence says at least. */
  says: RegExp;
}

const whole = (refused: string, says: RegExp, files: Record<string, string | Buffer>, name?: string): BadFile[] =>
  Object.entries(files).map(([what, content]) => ({ what, content, refused, says, name }));
const rows = (
  [code, column]: [code: string, column: string | null],
  says: RegExp,
  files: Record<string, string>,
): BadFile[] =>
  Object.entries(files).map(([what, bad]) => ({
    what,
    content: csv(ROW, bad),
    row: [code, 3, column],
    beside: 1,
    says,
  }));

const THREE_WAYS = /export.*schedule.*restore.*once for the history/;

export const BAD_FILES: BadFile[] = [
  // Nothing to read.
  ...whole('EMPTY', /empty|holds no file/, {
    'no byte': '',
    'blanks alone': ' \r\n\t\r\n',
    'a mark of the byte order alone': utf16(''),
    'zeros alone': Buffer.alloc(600),
    'an archive of nothing': zipOf(),
    'a packed file of nothing': gzipSync(''),
  }),

  // Columns.
  ...whole('WRONG_DELIMITER', /semicolons.*expected commas/, {
    'semicolons, as Excel writes them': good.replaceAll(',', ';'),
    'Excel’s hint of semicolons': `sep=;\r\n${good.replaceAll(',', ';')}`,
    'semicolons and decimal commas': good.replaceAll(',', ';').replace('42000.00', '42000,00'),
  }),
  ...whole('WRONG_DELIMITER', /tabs.*expected commas/, {
    tabs: good.replaceAll(',', '\t'),
    'tabs in UTF-16, Excel’s Unicode text': utf16(good.replaceAll(',', '\t')),
  }),
  ...whole('WRONG_DELIMITER', /vertical bars/, { 'vertical bars': good.replaceAll(',', '|') }),
  ...whole('COLUMN_REPEATED', /amount_inr.*once/, {
    'a column twice': good.replace(HEADER, `${HEADER},amount_inr`).replace(SHOP, `${SHOP},1,2`),
    'a column twice in other letters': good.replace('retailer_phone', ' AMOUNT_INR'),
  }),
  ...whole('COLUMN_MISSING', /lacks due_date/, { 'no column of due dates': good.replace('due_date,', '') }),
  ...whole('COLUMN_MISSING', /lacks amount_paid_inr/, {
    'payments without amounts': 'payment_id,invoice_id,paid_date\nREC-1,INV-1,2026-05-15\n',
  }),
  ...whole('TEMPLATE_MIXED', /invoices\.csv and payments\.csv/, {
    'two templates in one': `${HEADER},payment_id,paid_date,amount_paid_inr\r\n${ROW},REC-1,2026-05-15,1.00\r\n`,
  }),
  ...whole('HEADER_MISSING', /expected invoice_id,retailer_gst/, {
    'rows without a header': `${ROW}\r\n${ROW}\r\n`,
    'another program’s export': 'Bill No,Party,Bill Date,Net\r\n1,Sharma,2026-05-03,5\r\n',
    'a letter': 'Dear sir\r\nplease find the invoices attached.\r\n',
  }),
  ...whole('HEADER_NOT_FIRST', /row 3/, {
    'a title above the header': `Sharma FMCG Dist\r\nInvoices of May\r\n${good}`,
  }),
  ...whole('SCREEN_LAYOUT', /Day Book exported as XML/, {
    'Tally’s Day Book as CSV': `${screen}Date,Particulars,Vch Type,Vch No.,Debit Amount,Credit Amount\r\n1-Apr-26,${SHOP},Sales,1,100.00,\r\n`,
    'Tally’s Voucher Register with semicolons': `${screen}Date;Particulars;Voucher Type;Voucher No.;Gross Total\r\n`,
    'Tally’s ledger in UTF-16': utf16(`${screen}Date,Particulars,,Vch Type,Vch No.,Debit,Credit\r\n`),
  }),

  // Bytes and lines.
  ...whole('NUL_BYTES', /Line 2 holds a NUL/, {
    'a NUL in a name': csv(row({ name: `Canary\0${' '.repeat(100)}` })),
    'UTF-32': Buffer.from(
      [...`\ufeff${good}`].flatMap((letter) => [letter.charCodeAt(0) & 255, letter.charCodeAt(0) >> 8, 0, 0]),
    ),
  }).map((bad) => (bad.what === 'UTF-32' ? { ...bad, says: /NUL/ } : bad)),
  ...whole('UNREADABLE_ENCODING', /one encoding throughout/, {
    'UTF-8 that goes on in Windows-1252': Buffer.concat([
      Buffer.from(csv(row({ name: 'Café ₹' }))),
      Buffer.from('INV-3,caf\xe9,\r\n', 'latin1'),
    ]),
    'the mark of UTF-8 before Windows-1252': Buffer.concat([
      Buffer.from('\ufeff'),
      Buffer.from(csv(row({ name: 'Caf\xe9' })), 'latin1'),
    ]),
  }),
  ...whole('TRUNCATED', /whole/, {
    'a last row that ends in its middle': good.slice(0, -40),
    'half a character of UTF-16': utf16(good).subarray(0, -1),
    'a packed file cut short': gzipSync(good).subarray(0, -12),
    'an archive cut short': zipOf({ name: 'invoices.csv', content: good }).subarray(0, -30),
  }),
  ...whole('QUOTE_NOT_CLOSED', /Line|line 3/, {
    'a quotation mark that is never closed': csv(ROW, row({ name: `"${SHOP}` }), ...Array<string>(40).fill(ROW)),
    'one that the next row’s name closes': csv(ROW, row({ name: `"${SHOP}` }), row({ name: `"${SHOP}"` })),
    'one at the end of the file': csv(ROW, row({ name: `"${SHOP}` })),
  }),
  ...whole('LINE_TOO_LONG', /longer than/, {
    'a line without an end': HEADER + 'x'.repeat(200_000),
    'a line of commas': `${HEADER}\r\n${','.repeat(200_000)}`,
  }),

  // Rows.
  ...rows(['ROW_RAGGED', null], /has \d+ fields/, {
    'a comma in a name without quotation marks': row({ name: `${SHOP}, Sons` }),
    'too few fields': 'INV-2,,2026-05-03',
    'a semicolon for a comma in one row': row({}).replaceAll(',', ';'),
  }),
  ...rows(['LINE_BREAK', 'retailer_name'], /several lines/, {
    'a name over two lines': row({ name: `"${SHOP}\r\nPune"` }),
  }),
  ...rows(['FORMULA_CELL', 'amount_inr'], /formula/, {
    'a sum': row({ amount: '=SUM(A1)' }),
    'what is left of a reference': row({ amount: '#REF!' }),
  }),
  ...rows(['FORMULA_CELL', 'retailer_name'], /formula/, {
    'a command': row({ name: "@SUM(1)*cmd|' /C calc'!A0" }),
    'a link': row({ name: '"=HYPERLINK(""http://x"")"' }),
    'a command behind a plus': row({ name: '+cmd|x' }),
  }),
  ...rows(['FORMULA_CELL', 'invoice_id'], /formula/, { 'an id as Excel protects it': row({ id: '"=""INV-2"""' }) }),
  ...rows(['INVALID_ID', 'invoice_id'], /id/, {
    'no id': row({ id: '' }),
    'an id that a spreadsheet rounded': row({ id: '1.23457E+14' }),
    'an id longer than any': row({ id: 'X'.repeat(300) }),
    'an id with a control character': row({ id: 'INV\u00072' }),
    'an id with a letter nobody could read': row({ id: 'INV\ufffd2' }),
  }),
  ...rows(['INVALID_DATE', 'invoice_date'], /cannot be told apart.*YYYY-MM-DD/, {
    'a date with slashes': row({ date: '03/05/2026' }),
    'a date with hyphens, day first': row({ date: '03-05-2026' }),
    'a date with points and two digits': row({ date: '3.5.26' }),
  }),
  ...rows(['INVALID_DATE', 'invoice_date'], /letters.*YYYY-MM-DD/, {
    'a month in letters': row({ date: '3-May-26' }),
    'a month in words': row({ date: '3 March 2026' }),
  }),
  ...rows(['INVALID_DATE', 'invoice_date'], /YYYY-MM-DD/, {
    'a date without hyphens': row({ date: '20260503' }),
    'a spreadsheet’s day number': row({ date: '46145' }),
    'a time of day': row({ date: '2026-05-03 00:00:00' }),
    'a day that is not': row({ date: '2026-02-30' }),
    'a year with slashes': row({ date: '2026/05/03' }),
    'no date': row({ date: '' }),
    'words for a date': row({ date: 'yesterday' }),
  }),
  ...rows(['INVALID_DATE', 'invoice_date'], /future/, {
    'a day to come': row({ date: '2031-05-03' }),
    'a day long gone': row({ date: '2008-05-03' }),
  }),
  ...rows(['AMOUNT_OUTLIER', 'amount_inr'], /separators.*plain digits/, {
    lakhs: row({ amount: '"1,23,456.00"' }),
    thousands: row({ amount: '"123,456.00"' }),
  }),
  ...rows(['AMOUNT_OUTLIER', 'amount_inr'], /plain digits/, {
    'rupees with their sign': row({ amount: '₹42000' }),
    'rupees with their letters': row({ amount: 'Rs. 42000/-' }),
    'an exponent': row({ amount: '4.2E+04' }),
    'a decimal comma': row({ amount: '"42000,00"' }),
    debit: row({ amount: '42000.00 Dr' }),
    brackets: row({ amount: '(42000.00)' }),
    'three decimals': row({ amount: '42000.005' }),
    'no amount': row({ amount: '' }),
    words: row({ amount: 'forty-two' }),
  }),
  ...rows(['AMOUNT_OUTLIER', 'amount_inr'], /above zero/, {
    'an amount below zero': row({ amount: '-42000.00' }),
    nothing: row({ amount: '0.00' }),
    'fifty lakhs': row({ amount: '5000000.00' }),
  }),
  ...rows(['INVALID_GSTIN', 'retailer_gst'], /15 characters/, {
    'a GSTIN cut short': row({ gst: GSTIN.slice(0, -1) }),
  }),
  ...rows(['IDENTITY_UNRESOLVABLE', 'retailer_gst'], /neither/, { nobody: row({ gst: '', phone: '' }) }),
  ...rows(['IDENTITY_UNRESOLVABLE', 'retailer_phone'], /ten digits/, {
    'a landline': row({ gst: '', phone: '020-2543210' }),
  }),
  ...rows(['ID_REUSED', 'invoice_id'], /line 2.*never given twice/, {
    'the id of another retailer': row({ id: 'INV-1', gst: OTHER_GSTIN }),
    'the id of another year': row({ id: 'INV-1', date: '2025-05-03', due: '' }),
  }),
  ...rows(['ID_REPEATED', 'invoice_id'], /line 2.*one row/, {
    'a row for each item': row({ id: 'INV-1', amount: '7.00' }),
  }),
  {
    what: 'a payment of no invoice',
    content: payments('REC-1,,2026-05-15,5.00'),
    row: ['INVOICE_UNKNOWN', 2, 'invoice_id'],
    beside: 0,
    says: /whose it is/,
  },
  {
    what: 'a payment with slashes in its date',
    content: payments('REC-1,INV-1,2026-05-15,5.00', 'REC-2,INV-1,15/05/2026,5.00'),
    row: ['INVALID_PAYMENT_DATE', 3, 'paid_date'],
    beside: 1,
    says: /cannot be told apart/,
  },
  {
    what: 'a payment that comes again with another amount',
    content: payments('REC-1,INV-1,2026-05-15,5.00', 'REC-2,INV-1,2026-05-15,5.00', 'REC-1,INV-1,2026-05-15,6.00'),
    row: ['ID_REPEATED', 4, 'payment_id'],
    beside: 2,
    says: /line 2/,
  },

  // Tally.
  ...whole(
    'TALLY_BACKUP',
    THREE_WAYS,
    { 'a backup': noise(20_000, 1), 'an export named as a backup': xml },
    'Company.TSB',
  ),
  ...whole('TALLY_BACKUP', THREE_WAYS, { 'a backup named as CSV': noise(20_000, 2) }, 'invoices.csv'),
  ...whole('TALLY_BACKUP', THREE_WAYS, { 'a backup named as XML': noise(300, 3) }, 'DayBook.xml'),
  ...whole('TALLY_BACKUP', THREE_WAYS, { 'an older backup': noise(9_000, 4) }, 'TBK900.001'),
  ...whole('TALLY_BACKUP', THREE_WAYS, {
    'a backup in an archive': zipOf({ name: 'books/Company.tsb', content: noise(9_000, 5) }),
    'a renamed backup in an archive': zipOf(
      { name: 'a.xml', content: xml },
      { name: 'b.xml', content: noise(9_000, 6) },
    ),
    'a packed backup': gzipSync(noise(9_000, 7)),
  }),
  ...whole('TALLY_BACKUP', THREE_WAYS, { 'a packed backup by its name': gzipSync(xml) }, 'Company.TSB.gz'),
  ...whole('TRUNCATED', /closing tag/, {
    'XML cut short': xml.slice(0, -20),
    'packed XML cut short before it was packed': gzipSync(xml.slice(0, -20)),
  }),
  ...whole('DOCTYPE_REFUSED', /plain XML/, { 'XML with entities': `<!DOCTYPE x [<!ENTITY a "b">]>${xml}` }),
  ...whole('MALFORMED', /well-formed/, { 'XML with a tag that is not closed': xml.replace('</AMOUNT>', '') }),
  ...whole('NOT_TALLY_XML', /ENVELOPE/, { 'another program’s XML': '<feed><entry/></feed>' }),
  ...whole('HTML', /web page/, { 'a page saved from the browser': '<!DOCTYPE html><html><body>Login</body></html>' }),

  // Archives.
  ...whole('ARCHIVE_BOMB', /times its size/, {
    'a packed bomb': gzipSync(good + emptyLines),
    'an archived bomb': zipOf({ name: 'invoices.csv', content: good + emptyLines }),
  }),
  ...whole('ARCHIVE_DAMAGED', /damaged/, {
    'an archive that unpacks to more than it claims': zipOf({ name: 'a.csv', content: good, claimedBytes: 10 }),
    'a packed file with a wrong sum': damaged(gzipSync(good), -8),
    'an archive with a wrong byte': damaged(zipOf({ name: 'a.csv', content: good }), 60),
  }),
  ...whole('ARCHIVE_NESTED', /another archive/, {
    'an archive in an archive': zipOf({ name: 'a.zip', content: zipOf({ name: 'b.csv', content: good }) }),
    'a packed file in an archive': zipOf({ name: 'a.csv', content: gzipSync(good) }),
    'an archive that is packed': gzipSync(zipOf({ name: 'b.csv', content: good })),
    'a file packed twice': gzipSync(gzipSync(good)),
  }),
  ...whole('ARCHIVE_ENCRYPTED', /password/, {
    'an archive with a password': zipOf({ name: 'a.csv', content: good, encrypted: true }),
  }),
  ...whole('ARCHIVE_UNSUPPORTED', /packed|archive/, {
    'an archive packed by LZMA': zipOf({ name: 'a.csv', content: good, method: 14 }),
    '7z': Buffer.concat([Buffer.from('377abcaf271c0004', 'hex'), noise(500, 8)]),
    rar: Buffer.concat([Buffer.from('526172211a0700', 'hex'), noise(500, 9)]),
    tar: Buffer.concat([Buffer.alloc(257, 'a'), Buffer.from('ustar'), Buffer.alloc(250)]),
  }),
  ...whole('ARCHIVE_TOO_MANY_FILES', /more than 100/, {
    'an archive of a hundred and one files': zipOf(
      ...Array.from({ length: 101 }, (_, n) => ({ name: `${n}.csv`, content: good })),
    ),
  }),
  ...whole('PATH_TRAVERSAL', /outside/, {
    'a path upwards': zipOf({ name: '../../etc/cron.d/x.csv', content: good }),
    'a path upwards, as Windows writes it': zipOf({ name: '..\\..\\x.csv', content: good }),
    'a path from the root': zipOf({ name: '/etc/passwd', content: good }),
    'a path from a drive': zipOf({ name: 'C:\\x.csv', content: good }),
  }),

  // Other formats.
  ...whole(
    'SPREADSHEET',
    /Save As/,
    {
      'an Excel workbook': zipOf(
        { name: '[Content_Types].xml', content: '<Types/>' },
        { name: 'xl/workbook.xml', content: '<workbook/>' },
      ),
      'an old Excel workbook': Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]),
    },
    'invoices.csv',
  ),
  ...whole('FORMAT_UNKNOWN', /expected CSV/, {
    JSON: '{"invoices":[]}',
    'a PDF': Buffer.concat([Buffer.from('%PDF-1.7\n'), noise(600, 10)]),
    'a photograph': Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), noise(600, 11)]),
  }),
];

function damaged(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = copy[place]! ^ 0xff;
  return copy;
}
