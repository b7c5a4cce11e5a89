import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ImportRefused, readVouchers } from '../../../src/client/bridge/voucher-files.js';

const HEAD =
  'Voucher_Type,Party_Name,Party_State_Code,Place_Of_Supply,Invoice_No,Invoice_Date,HSN_Code,Taxable_Value,CGST_Amount,SGST_Amount,Invoice_Value\n';
const sale = (number: string, more: Partial<Record<'date' | 'hsn' | 'value', string>> = {}): string =>
  `Sales,Asha Stores,29,29,${number},${more.date ?? '04/05/2026'},${more.hsn ?? '1905'},100.00,9.00,9.00,${more.value ?? '118.00'}\n`;
const inJson = (number: string, more: object = {}) => ({
  kind: 'sales',
  number,
  date: '2026-05-04',
  party_name: 'Asha Stores',
  place_of_supply: '29',
  invoice_value: 118,
  lines: [{ taxable_value: 100, cgst: 9, sgst: 9 }],
  ...more,
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vouchers-'));
});
afterAll(() => rm(folder, { recursive: true }));
const file = async (name: string, content: string): Promise<string> => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const read = async (...files: Array<[string, string]>) => {
  const { valid, faults } = await readVouchers(await Promise.all(files.map(([name, text]) => file(name, text))), null);
  return {
    valid: valid.map(({ number }) => number),
    faults: faults.map(({ where, message }) => `${where.replace(`${folder}/`, '')}: ${message}`),
  };
};

describe('files of vouchers', () => {
  it('are one job together, CSV and JSON alike', async () => {
    const json = JSON.stringify({ vouchers: [inJson('C')] });
    expect(await read(['a.csv', HEAD + sale('A') + sale('B')], ['c.JSON', `\uFEFF${json}`])).toEqual({
      valid: ['A', 'B', 'C'],
      faults: [],
    });
  });

  it('are told all their faults, where they stand and in their order', async () => {
    const csv = HEAD + sale('A') + sale('B', { hsn: '19', value: '119.00' }) + sale('C', { date: '2026-05-04' });
    const json = JSON.stringify([
      inJson('D', { kind: 'sale' }),
      inJson('E', { lines: [{}] }),
      inJson('A'),
      inJson('F'),
    ]);
    const { valid, faults } = await read(['a.csv', csv], ['b.json', json]);
    expect(valid).toEqual(['A', 'F']);
    expect(faults).toEqual([
      expect.stringMatching(/^a\.csv, line 3, HSN_Code: /),
      expect.stringMatching(/^a\.csv, line 3, Invoice_Value: /),
      expect.stringMatching(/^a\.csv, line 4, Invoice_Date: /),
      expect.stringMatching(/^b\.json, vouchers\[0\]\.kind: /),
      expect.stringMatching(/^b\.json, vouchers\[1\]\.lines\[0\]\.taxable_value: /),
      expect.stringMatching(/^b\.json, vouchers\[2\]\.number: .*expected each voucher once/),
    ]);
  });

  it.each([
    ['x.csv', 'a,b\n1,2\n', /x\.csv: .*expected/],
    ['x.json', '{"voucher": []}', /x\.json: holds no vouchers/],
    ['x.json', '[{"number": "secret-1"', /x\.json: is not JSON; expected a list of vouchers\.$/],
  ])('that cannot be used at all are refused in a sentence: %s %s', async (name, content, sentence) => {
    const refused = readVouchers([await file(name, content)], null);
    await expect(refused).rejects.toThrow(ImportRefused);
    await expect(refused).rejects.toThrow(sentence);
  });

  it('that are not there, or say less than is needed, are refused as well', async () => {
    await expect(readVouchers([join(folder, 'none.csv')], null)).rejects.toThrow(/cannot be read \(ENOENT\)/);
    const untold = await file('untold.csv', (HEAD + sale('A')).replaceAll(/^(Voucher_Type|Sales),/gm, ''));
    await expect(readVouchers([untold], null)).rejects.toThrow(/those of sales and of purchases alike/);
    expect((await readVouchers([untold], 'sales')).valid).toHaveLength(1);
  });
});
