import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportBook, generateBook } from '../../../src/simulators/tally/index.js';
import { inspectFile } from '../../../src/sources/files/inspect.js';
import {
  against,
  byBank,
  DEBTORS,
  debtor,
  type FileVoucher,
  file,
  line,
  made,
  voucher,
  voucherType,
} from './export-files.js';

/** How files differ from one another, and what is made of each form. */

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-forms-'));
});
afterAll(() => rm(folder, { recursive: true }));

const inspectBytes = async (content: string | Buffer) => {
  const path = join(folder, 'export.xml');
  await writeFile(path, content);
  return inspectFile(path, { today: '2026-05-18' });
};
/** What is not nought: counts and paise of records, voids, and the reasons of everything else. */
async function briefly(content: string | Buffer): Promise<Record<string, unknown>> {
  const found = await inspectBytes(content);
  if ('refused' in found) return found.refused;
  const { voids, ...sums } = found.records;
  const brief: Record<string, unknown> = {};
  for (const [type, { count, paise }] of Object.entries(sums)) if (count > 0) brief[type] = [count, paise];
  if (voids.count > 0) brief.voids = voids.count;
  return { ...brief, ...found.quarantined, ...found.ignored };
}
const of = (...vouchers: FileVoucher[]) => briefly(file(vouchers.map(voucher).join('')));
const simple = line('P', '-100.00') + line('S', '100.00');

describe('a voucher that names no party, in a file without masters', () => {
  const cgst = line('Output CGST 9%', '9.00');
  it.each<[string, FileVoucher, Record<string, unknown>]>([
    [
      'a sale has its debit leg',
      { lines: line('P', '-109.00') + line('S', '100.00') + cgst },
      { invoices: [1, 10_900] },
    ],
    [
      'a sale has the debit leg with bills, of several',
      { lines: line('Scheme', '-9.00') + line('P', '-100.00', made('1', '-100.00')) + line('S', '109.00') },
      { invoices: [1, 10_000] },
    ],
    [
      'a sale has no tax, discount or rounding for party',
      { lines: line('Discount', '-5.00') + line('Round Off', '-0.40') + line('P', '-94.60') + line('S', '100.00') },
      { invoices: [1, 9_460] },
    ],
    [
      'a sale with the wrong sign has the leg with bills, and is refused',
      { lines: line('P', '50.00', made('1', '50.00')) + line('S', '-50.00') },
      { AMOUNT_OUTLIER: 1 },
    ],
    ['a sale for cash has none', { lines: line('Cash A/c', '-5.00') + line('S', '5.00') }, { cash_sale: 1 }],
    ['a sale paid by card has none', { lines: line('HDFC', '-5.00', byBank) + line('S', '5.00') }, { cash_sale: 1 }],
    [
      'a receipt has its credit leg',
      { type: 'Receipt', lines: line('Bank', '-95.00') + line('TDS', '-5.00') + line('P', '100.00') },
      { payments: [1, 10_000] },
    ],
    [
      'a credit note has its credit leg',
      { type: 'Credit Note', lines: line('S', '-100.00') + line('P', '109.00') + line('CGST', '-9.00') },
      { returns: [1, 10_900] },
    ],
    ['a journal has none', { type: 'Journal', lines: simple }, { not_a_debtor: 1 }],
  ])('%s', async (_what, given, expected) => {
    expect(await of({ ...given, party: null })).toEqual(expected);
    expect(await of({ ...given, party: ' ' })).toEqual(expected);
    expect(await of({ ...given, party: 'Nobody on it' })).toEqual(expected);
  });

  it('whose party is the bank counts who paid against bills, and not the interest beside it', async () => {
    const lines =
      line('Bank', '-107.00', byBank) + line('P', '100.00', against('1', '100.00')) + line('Interest', '7.00');
    expect(await of({ type: 'Receipt', party: 'Bank', lines })).toEqual({ payments: [1, 10_000] });
  });

  it('has its group decide where masters are there', async () => {
    const lines = line('Q', '-40.00') + line('P', '-60.00') + line('S', '100.00');
    expect(await briefly(file(DEBTORS + debtor('P') + voucher({ party: null, lines })))).toEqual({
      invoices: [1, 6_000],
    });
  });
});

describe('the day of a bill that is settled', () => {
  const sold = (id: number, date: string, amount: string) =>
    voucher({ id, date, lines: line('P', `-${amount}`, made('B', `-${amount}`)) + line('S', amount) });
  const paid = (id: number, date: string, amount: string, party = 'P') =>
    voucher({
      id,
      type: 'Receipt',
      date,
      party,
      lines: line('Bank', `-${amount}`) + line(party, amount, against('B', amount)),
    });
  const early = { INVALID_PAYMENT_DATE: 1 };

  it.each<[string, string, Record<string, unknown>]>([
    ['is that of the voucher that made it', sold(1, '20250410', '100.00') + paid(2, '20250409', '100.00'), early],
    ['however late in the file it stands', paid(2, '20250409', '100.00') + sold(1, '20250410', '100.00'), early],
    ['and may be the same day', sold(1, '20250410', '100.00') + paid(2, '20250410', '100.00'), {}],
    ['is unknown where the file does not make it', paid(2, '20250409', '100.00'), {}],
    ['is another party’s own affair', sold(1, '20250410', '100.00') + paid(2, '20250409', '100.00', 'Q'), {}],
    [
      'is last year’s where the number begins anew',
      sold(1, '20240410', '100.00') + sold(2, '20250410', '100.00') + paid(3, '20250409', '60.00'),
      {},
    ],
    [
      'is this year’s where last year’s is settled',
      sold(1, '20240410', '100.00') +
        paid(2, '20240501', '100.00') +
        sold(3, '20250410', '90.00') +
        paid(4, '20250409', '90.00'),
      early,
    ],
    [
      'is this year’s where last year’s was smaller',
      sold(1, '20240410', '10.00') + sold(2, '20250410', '90.00') + paid(3, '20250409', '90.00'),
      early,
    ],
    [
      'is not that of an optional voucher',
      voucher({
        id: 1,
        date: '20250410',
        more: '<ISOPTIONAL>Yes</ISOPTIONAL>',
        lines: line('P', '-9.00', made('B', '-9.00')) + line('S', '9.00'),
      }) + paid(2, '20250409', '9.00'),
      {},
    ],
  ])('%s', async (_what, objects, expected) => {
    const { invoices: _invoices, payments: _payments, optional: _optional, ...rest } = await briefly(file(objects));
    expect(rest).toEqual(expected);
    const {
      invoices: _i,
      payments: _p,
      optional: _o,
      ...known
    } = await briefly(file(objects + DEBTORS + debtor('P') + debtor('Q')));
    expect(known).toEqual(expected);
  });

  it('is the one that stands beside a credit period, whatever the file makes', async () => {
    const period = (text: string) =>
      `<BILLCREDITPERIOD JD="45757" P="${text}">${text}</BILLCREDITPERIOD></BILLALLOCATIONS.LIST>`;
    const dated = (text: string) => file(paid(1, '20250409', '60.00').replace('</BILLALLOCATIONS.LIST>', period(text)));
    expect(await briefly(dated('30 Days'))).toEqual(early);
    expect(await briefly(dated('10-Apr-2025'))).toEqual({ payments: [1, 6_000] });
  });

  it('is that of the opening bill', async () => {
    const bill =
      '<OPENINGBALANCE>-50.00</OPENINGBALANCE><BILLALLOCATIONS.LIST><BILLDATE>20250310</BILLDATE><NAME>B</NAME><OPENINGBALANCE>-50.00</OPENINGBALANCE></BILLALLOCATIONS.LIST>';
    const masters = DEBTORS + debtor('P', bill);
    expect(await briefly(file(masters + paid(1, '20250309', '50.00')))).toEqual({ invoices: [1, 5_000], ...early });
    expect(await briefly(file(masters + paid(1, '20250401', '50.00')))).toEqual({
      invoices: [1, 5_000],
      payments: [1, 5_000],
    });
  });

  it('lets a bounced cheque take back the payment of last year’s bill, though this year has one of that name', async () => {
    const bounce = voucher({
      id: 9,
      type: 'Payment',
      date: '20250415',
      lines: line('P', '-100.00', against('B', '-100.00')) + line('Bank', '100.00'),
    });
    const objects =
      sold(1, '20240410', '100.00') + paid(2, '20250401', '100.00') + sold(3, '20250410', '100.00') + bounce;
    expect(await briefly(file(DEBTORS + debtor('P') + objects))).toEqual({ invoices: [2, 20_000], voids: 1 });
  });
});

describe('versions of a voucher', () => {
  it('count once, the newest, whatever it has become', async () => {
    const deleted = { alterId: 9, more: '<ISDELETED>Yes</ISDELETED>', lines: simple };
    expect(await of({ alterId: 3, lines: simple }, deleted, { alterId: 5, lines: simple })).toEqual({ deleted: 1 });
  });

  it('that an import file takes back are void or deleted', async () => {
    expect(await of({ attributes: ' ACTION="Cancel"', lines: '' })).toEqual({ voids: 1 });
    expect(await of({ attributes: ' ACTION="Delete"', lines: simple })).toEqual({ deleted: 1 });
    expect(await of({ attributes: ' ACTION="Alter"', lines: simple })).toEqual({ invoices: [1, 10_000] });
  });

  it('are known by REMOTEID where there is no GUID, and are never taken for one another where there is neither', async () => {
    const remote = { id: null, attributes: ' REMOTEID="r-1"', lines: simple };
    expect(await of(remote, { ...remote, alterId: 4 }, remote)).toEqual({ invoices: [1, 10_000] });
    const nameless = { id: null, lines: simple };
    expect(await of(nameless, nameless, nameless)).toEqual({ invoices: [3, 30_000] });
  });

  it('of two companies stay apart although their numbers are the same', async () => {
    const of1 = voucher({ lines: simple });
    expect(await briefly(file(of1 + of1.replace('c0ffee-', 'c0ffee-2-') + of1))).toEqual({ invoices: [2, 20_000] });
  });
});

describe('how a value is written', () => {
  it.each([
    ['-100', { invoices: [1, 10_000] }],
    ['-100.5', { invoices: [1, 10_050] }],
    ['', { zero_amount: 1 }],
    ['0.00', { zero_amount: 1 }],
    ['-1,234.50', { invoices: [1, 123_450] }],
    ['-₹ 1,00,000.00', { invoices: [1, 10_000_000] }],
    ['-Rs. 500', { invoices: [1, 50_000] }],
    ['-1,23', { AMOUNT_OUTLIER: 1 }],
    ['-100.005', { AMOUNT_OUTLIER: 1 }],
    ['(500.00)', { AMOUNT_OUTLIER: 1 }],
    ['500.00 Dr', { AMOUNT_OUTLIER: 1 }],
    ['many', { AMOUNT_OUTLIER: 1 }],
    ['-$1.00 @ ₹80.00/$ = -₹80.00', { CURRENCY_UNSUPPORTED: 1 }],
  ])('the amount "%s" is taken or quarantined, never guessed', async (amount, expected) => {
    expect(await of({ lines: line('P', amount) + line('S', amount.replaceAll('-', '')) })).toEqual(expected);
  });

  it.each(['20250401', '2025-04-01', '1-Apr-2025', '1-Apr-25'])('the day %s is a day', async (date) => {
    expect(await of({ date, lines: simple })).toEqual({ invoices: [1, 10_000] });
  });
  it.each(['01-04-2025', '20250231', '', 'today', '20990101', '20171231'])('the day "%s" is none', async (date) => {
    expect(await of({ date, lines: simple })).toEqual({ INVALID_DATE: 1 });
  });

  it('opening balances begin with the books, which a typing error of a century does not move', async () => {
    const masters = DEBTORS + debtor('P', '<OPENINGBALANCE>-50.00</OPENINGBALANCE>');
    expect(await briefly(file(masters))).toEqual({ adjustments: [1, 5_000] });
    expect(
      await briefly(file(masters + voucher({ lines: simple }) + voucher({ id: 2, date: '19170401', lines: simple }))),
    ).toEqual({ adjustments: [1, 5_000], invoices: [1, 10_000], INVALID_DATE: 1 });
  });
});

describe('what a voucher type is', () => {
  it.each([
    ['Retail Invoice', { invoices: [1, 10_000] }],
    ['GST Sales', { invoices: [1, 10_000] }],
    ['Sales Order', { not_accounting: 1 }],
    ['Proforma Invoice', { not_accounting: 1 }],
    ['Purchase Invoice', { not_a_debtor: 1 }],
    ['Salesman Tour', { not_accounting: 1 }],
  ])('%s says by its name, where no masters say it', async (type, expected) => {
    expect(await of({ type, lines: simple })).toEqual(expected);
  });

  it('says its parent, and the last name of a chain that the file cuts off', async () => {
    const sold = voucher({ type: 'Counter', lines: simple });
    expect(await briefly(file(sold + voucherType('Counter', 'Sales')))).toEqual({ invoices: [1, 10_000] });
    expect(await briefly(file(sold + voucherType('Counter', 'Sales Order')))).toEqual({ not_accounting: 1 });
    expect(await briefly(file(sold + voucherType('Counter', 'GST Sales')))).toEqual({ invoices: [1, 10_000] });
  });
});

describe('a file that is damaged or was never an export', () => {
  it.each<[string, string, string | Buffer]>([
    ['the beginning of a zip archive', 'TRUNCATED', Buffer.from('504b0304140000000800', 'hex')],
    ['a spreadsheet', 'SPREADSHEET', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    ['JSON', 'FORMAT_UNKNOWN', '{"tallymessage":[]}'],
    ['another CSV', 'HEADER_MISSING', 'Date,Name\r\n1-Apr-25,P'],
    ['blanks', 'EMPTY', '\ufeff \r\n\t'],
    ['zeros', 'EMPTY', Buffer.alloc(4_096)],
    ['two files in one', 'MALFORMED', file('') + file('')],
    ['an import’s answer', 'NOT_AN_EXPORT', '<RESPONSE><CREATED>1</CREATED></RESPONSE>'],
    [
      'an import’s answer in an envelope',
      'NOT_AN_EXPORT',
      '<ENVELOPE><HEADER><STATUS>1</STATUS></HEADER><BODY><DATA><IMPORTRESULT><CREATED>1</CREATED></IMPORTRESULT></DATA></BODY></ENVELOPE>',
    ],
    ['a request', 'NOT_AN_EXPORT', '<ENVELOPE><HEADER><ID>X</ID></HEADER><BODY><DESC/></BODY></ENVELOPE>'],
    ['deep nesting', 'TOO_LARGE', `<ENVELOPE>${'<A>'.repeat(100_000)}`],
    ['one endless narration', 'TOO_LARGE', file(`<TALLYMESSAGE><VOUCHER><NARRATION>${'x'.repeat(8_000_000)}`)],
    ['one endless attribute', 'TOO_LARGE', file(`<TALLYMESSAGE A="${'x'.repeat(8_000_000)}"/>`)],
  ])('%s is refused as %s in one sentence', async (_what, code, content) => {
    expect(await briefly(content)).toEqual({ code, message: expect.stringMatching(/^[A-Z][^\n]*\.$/) });
  });

  it('is refused wherever it is cut off', async () => {
    const { book } = generateBook({ seed: 8, months: 2, vouchers: 20, today: '2026-05-18' });
    const path = join(folder, 'whole.xml');
    for (const encoding of ['utf-8', 'utf-16le'] as const) {
      await exportBook(book, path, 'vouchers', encoding);
      const whole = await readFile(path);
      const end = whole.indexOf(Buffer.from('</ENVELOPE>', encoding === 'utf-8' ? 'utf8' : 'utf16le'));
      expect(end).toBeGreaterThan(0);
      for (let cut = 0; cut < 100; cut += 1) {
        const found = await inspectBytes(whole.subarray(0, Math.floor((end * cut) / 99)));
        expect([cut, Object.keys(found)]).toEqual([cut, ['refused']]);
      }
    }
  });
});
