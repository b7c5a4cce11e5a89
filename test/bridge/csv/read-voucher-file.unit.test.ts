import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { columnsOf, type HeaderField, type LineField, templateOf } from '../../../src/bridge/csv/columns.js';
import { faultsInFile } from '../../../src/bridge/csv/faults-in-file.js';
import { readVoucherFile, type VoucherFile } from '../../../src/bridge/csv/read-voucher-file.js';
import { addDays } from '../../../src/canonical/calendar.js';
import { checkForCompany } from '../../../src/canonical/vouchers/company-checks.js';
import { VoucherInput, VoucherLineInput } from '../../../src/canonical/vouchers/input.js';
import { checkVouchers, readVoucher } from '../../../src/canonical/vouchers/read-voucher.js';
import type { VoucherKind } from '../../../src/canonical/vouchers/voucher.js';
import { gstinOf, type HandedIn, order, purchase, sale, voucherOf } from '../../canonical/vouchers/examples.js';

const KIND_NAMES: Record<VoucherKind, string> = { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' };
const dayOf = (isoDate: string): string => isoDate.split('-').reverse().join('/');

type Row = Record<string, string>;

/** As somebody fills in the template by hand. */
function rowsOf(voucher: HandedIn): Row[] {
  const { header, line } = templateOf(voucher.kind);
  const own: Partial<Record<HeaderField, string>> = {
    kind: KIND_NAMES[voucher.kind],
    date: dayOf(voucher.date),
    reverse_charge: voucher.reverse_charge ? 'Y' : 'N',
  };
  const cell = (value: unknown): string => (value === undefined ? '' : String(value));
  return voucher.lines.map((item) =>
    Object.fromEntries([
      ...header.map(({ field, name }) => [name, own[field] ?? cell(voucher[field])]),
      ...line.map(({ field, name }) => [name, cell(item[field as LineField])]),
    ]),
  );
}

const csvOf = (rows: Row[], columns = Object.keys(rows[0]!)): string => stringify(rows, { header: true, columns });
const read = (text: string | Buffer, kind?: VoucherKind): Promise<VoucherFile> =>
  readVoucherFile(inChunks(Buffer.from(text)), { kind });

async function* inChunks(bytes: Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const twoItems = sale({
  invoice_value: '11800',
  lines: [
    { hsn: '8517', taxable_value: '6000', cgst: '540', sgst: '540' },
    { hsn: '8518', taxable_value: '4000', cgst: '360', sgst: '360' },
  ],
});
const refusalOf = (text: string | Buffer, kind?: VoucherKind): Promise<string> =>
  read(text, kind).then(
    () => 'read',
    (error: Error) => error.message,
  );

describe('a file of vouchers', () => {
  it.each([
    ['sales', sale],
    ['purchase', purchase],
    ['sales_order', order],
  ] as const)('of the template %s gives what JSON gives', async (kind, example) => {
    const text = fc.stringMatching(/^[A-Za-zअ-ह🙂&<>"', ]{0,30}[A-Za-z]$/u);
    const date = fc.integer({ min: 0, max: 20_000 }).map((days) => addDays('2017-07-01', days));
    const voucher = fc.record({
      date,
      party_name: text,
      narration: fc.option(text, { nil: undefined }),
      credit_days: fc.option(fc.nat(3_650), { nil: undefined }),
      reverse_charge: fc.constant(false),
      tax_treatment: fc.constantFrom('regular' as const, 'sez' as const),
      items: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(voucher, { minLength: 1, maxLength: 8 }), fc.boolean(), async (made, shuffled) => {
        const handedIn = made.map(({ items, ...fields }, place) => {
          const { lines, ...rest } = example({ ...fields, number: `No ${place}` });
          const invoice_value = `${11_800 * items}.00`;
          return { ...rest, invoice_value, lines: Array(items).fill(lines[0]) } as HandedIn;
        });
        const rows = handedIn.flatMap(rowsOf);
        // Rows of one voucher need not stand together.
        const file = await read(
          csvOf(shuffled ? [...rows.filter((_, at) => at % 2 === 0), ...rows.filter((_, at) => at % 2 === 1)] : rows),
        );
        expect(file.faults).toEqual([]);
        expect(file.kind).toBe(kind);
        expect(file.vouchers.every((input) => VoucherInput.safeParse(input).success)).toBe(true);
        const byNumber = new Map(file.vouchers.map((input) => [input.number, voucherOf(input)]));
        for (const input of handedIn) expect(byNumber.get(input.number)).toEqual(voucherOf(input));
      }),
      { numRuns: 40 },
    );
  });

  it('says of which lines each voucher was made', async () => {
    const rows = [...rowsOf(twoItems), ...rowsOf(sale({ number: 'INV-2' }))];
    const { vouchers, origins } = await read(csvOf([rows[0]!, rows[2]!, rows[1]!]));
    expect(vouchers.map(({ number }) => number)).toEqual(['INV-2026-001', 'INV-2']);
    expect(origins).toEqual([
      { firstLine: 2, lines: [2, 4] },
      { firstLine: 3, lines: [3] },
    ]);
  });

  it('tells suppliers with the same number apart, and financial years', async () => {
    const other = { party_name: 'Other', party_gstin: gstinOf('33') };
    const rows = [purchase(), purchase(other), purchase({ date: '2025-02-14' })].flatMap(rowsOf);
    const { vouchers, faults } = await read(csvOf(rows));
    expect(faults).toEqual([]);
    expect(vouchers).toHaveLength(3);
    expect(checkVouchers(vouchers.map(voucherOf))).toEqual([]);
  });

  it.each([
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['Windows-1252', (text: string) => Buffer.from(text, 'latin1')],
    ['line ends of Windows', (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'))],
    ['commas at the ends of rows', (text: string) => Buffer.from(text.replace(/\n$/, ',,\n'))],
  ])('is understood with %s', async (_, encode) => {
    const text = csvOf(rowsOf(sale({ party_name: 'Café "Ünal", Mysore' })));
    const { vouchers } = await read(encode(text));
    expect(vouchers[0]!.party_name).toBe('Café "Ünal", Mysore');
  });

  it('may leave out columns that need not be there, in any order and case', async () => {
    const rows = rowsOf(sale({ party_gstin: undefined }));
    const columns = [
      'TAXABLE_VALUE',
      'Invoice_no',
      'Invoice_Date',
      'Party_Name',
      'Place_Of_Supply',
      'Invoice_Value',
      'CGST_Amount',
      'SGST_Amount',
    ];
    const [row] = rows;
    const values = columns.map(
      (column) => Object.entries(row!).find(([name]) => name.toLowerCase() === column.toLowerCase())![1],
    );
    const { kind, vouchers } = await read(`${columns.join()}\n${values.join()}\n`, 'purchase');
    expect(kind).toBe('purchase');
    expect(voucherOf(vouchers[0]!).invoicePaise).toBe(11_800_00);
  });

  it('may hold as many vouchers as a job, and no more', async () => {
    const [row] = rowsOf(sale());
    const rowOf = (at: number): string => Object.values({ ...row, Invoice_No: `INV-${at}` }).join();
    const rows = (count: number): AsyncIterable<Uint8Array> =>
      inChunks(Buffer.from([Object.keys(row!).join(), ...[...Array(count).keys()].map(rowOf)].join('\n')), 65_536);
    expect((await readVoucherFile(rows(10_000))).vouchers).toHaveLength(10_000);
    await expect(readVoucherFile(rows(10_001))).rejects.toThrow('more than 10000 vouchers');
  });

  it('is read from a path', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vouchers-'));
    try {
      await writeFile(join(folder, 'a.csv'), csvOf(rowsOf(order())));
      expect((await readVoucherFile(join(folder, 'a.csv'))).kind).toBe('sales_order');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what is wrong in a file of vouchers', () => {
  const faultsWith = async (changes: Row, place = 0, voucher = twoItems) => {
    const rows = rowsOf(voucher);
    rows[place] = { ...rows[place]!, ...changes };
    return read(csvOf([...rows, ...rowsOf(sale({ number: 'GOOD' }))]));
  };

  it.each([
    ['2026-02-14', 'The cell begins with the year: expected DD/MM/YYYY, such as 14/02/2026.'],
    ['30/02/2026', 'The cell is no day of the calendar: expected DD/MM/YYYY, such as 14/02/2026.'],
    ['02/14/2026', 'The cell is no day of the calendar: expected DD/MM/YYYY, such as 14/02/2026.'],
    ['14/02/26', 'The cell is no date in the form of the template: expected DD/MM/YYYY, such as 14/02/2026.'],
    ['1/2/2026', 'The cell is no date in the form of the template: expected DD/MM/YYYY, such as 14/02/2026.'],
  ])('the date %s', async (Invoice_Date, message) => {
    const { vouchers, faults } = await faultsWith({ Invoice_Date }, 0, sale());
    expect(faults).toEqual([{ line: 2, column: 'Invoice_Date', message }]);
    expect(vouchers.map(({ number }) => number)).toEqual(['GOOD']);
  });

  it('every day of the calendar is read as the day it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(28), fc.nat(12), fc.integer({ min: 2017, max: 2099 }), async (day, month, year) => {
        const text = [day + 3, month + 1].map((part) => String(part).padStart(2, '0')).join('/');
        const exists = new Date(Date.UTC(year, month, day + 3)).getUTCMonth() === month;
        const { vouchers } = await faultsWith({ Invoice_Date: `${text}/${year}` }, 0, sale());
        const dates = vouchers.filter(({ number }) => number !== 'GOOD').map(({ date }) => dayOf(date));
        expect(dates).toEqual(exists ? [`${text}/${year}`] : []);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['Reverse_Charge', 'maybe', 'is neither yes nor no'],
    ['Credit_Days', '30 days', 'is no number of days'],
    ['Tax_Treatment', 'export', 'is not known'],
    ['Voucher_Type', 'Purchase', 'The row is of another kind of voucher'],
    ['Invoice_No', '1.23E+14', 'was rounded by a spreadsheet'],
    ['Invoice_No', '', 'The cell is empty'],
    ['Taxable_Value', '=A1*B1', 'holds a formula'],
  ])('the cell %s with "%s"', async (column, value, sentence) => {
    const { vouchers, faults } = await read(
      csvOf([...rowsOf(sale({ number: 'GOOD' })), { ...rowsOf(sale())[0]!, [column]: value }]),
    );
    expect(faults).toEqual([{ line: 3, column, message: expect.stringContaining(sentence) }]);
    expect(faults[0]!.message).toMatch(/^The (cell|row) .*: expected .*\.$/);
    expect(vouchers).toHaveLength(1);
  });

  it('rows of one voucher that do not agree', async () => {
    const { vouchers, faults } = await faultsWith({ Invoice_Value: '', Party_Name: 'Usha Stores' }, 1);
    expect(faults).toEqual([
      {
        line: 3,
        column: 'Party_Name',
        message:
          'The cell is not the same as in line 2, which is of the same voucher: expected it repeated, or another number.',
      },
      expect.objectContaining({ line: 3, column: 'Invoice_Value' }),
    ]);
    expect(vouchers.map(({ number }) => number)).toEqual(['GOOD']);
  });

  it('a row that cannot be split into its fields takes its voucher with it', async () => {
    const [first, second] = rowsOf(twoItems);
    const torn = Object.values(second!).slice(0, 5).join();
    const { vouchers, faults } = await read(`${csvOf([first!, ...rowsOf(sale({ number: 'GOOD' }))])}${torn}\n`);
    expect(vouchers.map(({ number }) => number)).toEqual(['GOOD']);
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [2, null],
      [4, null],
    ]);
  });

  it('is all told at once, of a voucher whose row is faulty too', async () => {
    const { faults } = await faultsWith({ Credit_Days: 'x', HSN_Code: '1', Party_GSTIN: 'URP' }, 0, sale());
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [2, 'Credit_Days'],
      [2, 'Party_GSTIN'],
      [2, 'HSN_Code'],
    ]);
  });

  it('in a voucher is found again in the file', async () => {
    const file = await faultsWith({ HSN_Code: '12', Taxable_Value: '1,000' }, 1);
    const bad = await read(csvOf(rowsOf(sale({ invoice_value: '1' }))));
    const read0 = readVoucher(file.vouchers[0]!, 0);
    const inFile = faultsInFile('faults' in read0 ? read0.faults : [], file.origins, file.kind);
    expect(inFile.map(({ line, column }) => [line, column])).toEqual([
      [3, 'HSN_Code'],
      [3, 'Taxable_Value'],
    ]);
    const ofSum = readVoucher(bad.vouchers[0]!, 0);
    expect(faultsInFile('faults' in ofSum ? ofSum.faults : [], bad.origins, 'sales')).toMatchObject([
      { line: 2, column: 'Invoice_Value' },
    ]);
    expect(faultsInFile([{ index: 0, path: '', code: 'X', message: 'm' }], bad.origins, 'sales')).toEqual([
      { line: 2, column: null, message: 'm' },
    ]);
    expect(faultsInFile([{ index: 0, path: 'number', code: 'X', message: 'm' }], bad.origins, 'sales_order')).toEqual([
      { line: 2, column: 'Order_No', message: 'm' },
    ]);
  });
});

describe('a file that cannot be used', () => {
  const good = csvOf(rowsOf(sale()));
  const withoutKind = csvOf(
    rowsOf(sale()),
    columnsOf(templateOf('sales')).filter((name) => name !== 'Voucher_Type'),
  );

  it.each([
    ['is empty', '', 'The file is empty'],
    ['is of column names alone', good.split('\n')[0]!, 'holds column names alone'],
    ['is a workbook', Buffer.from('504b0304140006000800000021', 'hex'), 'The file is no CSV'],
    ['is XML', '<ENVELOPE/>', 'The file is no CSV'],
    ['is JSON', '[{"kind":"sales"}]', 'The file is no CSV'],
    ['has no column names', 'INV-1,14/02/2026,Asha\n', 'The first row names no column'],
    ['has a title above them', `Sales of February\n${good}`, 'stand in row 2'],
    ['has semicolons', good.replaceAll(',', ';'), 'separated by semicolons'],
    ['has a column twice', good.replace('Narration', 'Godown'), 'stands in the header more than once'],
    ['lacks a column', good.replace('Taxable_Value', 'HSN'), 'The header lacks Taxable_Value'],
    ['has a column nobody knows', good.replace('Godown', 'Goddown'), 'of which Godown is the nearest'],
    ['has numbers of both', good.replace('Narration', 'Order_No'), 'The header lacks Order_Date'],
    ['does not say its kind', withoutKind, 'those of sales and of purchases alike'],
    ['has a quotation mark that is never closed', good.replace('Asha', '"Asha'), 'quotation mark'],
  ])('%s', async (_, text, sentence) => {
    const message = await refusalOf(text);
    expect(message).toContain(sentence);
    expect(message).toMatch(/: expected [^\n]+\.$/);
    expect(message).not.toMatch(/Asha|Goddown/);
  });

  it('is of another kind than was said', async () => {
    expect(await refusalOf(good, 'purchase')).toContain('another kind than was said');
    expect(await refusalOf(good, 'sales_order')).toContain('another kind than was said');
    expect(await refusalOf(csvOf(rowsOf(order())), 'sales')).toContain('another kind than was said');
    expect(await refusalOf(withoutKind, 'sales')).toBe('read');
  });
});

describe('the templates of the handbook', () => {
  it.each([
    ['sales', 'vouchers-sales.csv'],
    ['purchase', 'vouchers-purchase.csv'],
    ['sales_order', 'vouchers-sales-order.csv'],
  ] as const)('%s can be written by a company of Karnataka', async (kind, name) => {
    const file = await readVoucherFile(`docs/templates/${name}`);
    expect(file).toMatchObject({ kind, faults: [] });
    expect(file.vouchers).toHaveLength(2);
    const rules = {
      gstin: gstinOf('29'),
      intraStateTest: 'supplier_state',
      booksFrom: '2025-04-01',
      booksTo: null,
    } as const;
    for (const input of file.vouchers) expect(checkForCompany(voucherOf(input), rules)).toBeNull();
  });

  it('stand in the handbook column by column, beside JSON that can be written too', async () => {
    const page = await readFile('docs/bridge-vouchers.md', 'utf8');
    for (const kind of ['sales', 'sales_order'] as const) {
      for (const column of columnsOf(templateOf(kind))) expect(page).toContain(`\`${column}\``);
    }
    for (const field of [...Object.keys(VoucherInput.shape), ...Object.keys(VoucherLineInput.shape)]) {
      expect(page).toContain(field === 'lines' ? '`lines[]`' : `\`${field}\``);
    }
    const [, json] = /```json\n(.*?)```/s.exec(page)!;
    expect(voucherOf(JSON.parse(json!)).invoicePaise).toBe(11_800_00);
  });
});
