import { describe, expect, it } from '@jest/globals';
import { CsvReader } from '../../../src/sources/csv/csv-reader.js';
import type { CsvRow } from '../../../src/sources/csv/row-reader.js';

const HEADER = 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr';

interface Read {
  rows: CsvRow[];
  reader: CsvReader;
}
/** Reads the bytes in pieces of the size given. */
async function read(content: string | Buffer, pieceBytes = 7): Promise<Read> {
  const bytes = Buffer.from(content);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const reader = new CsvReader();
  const rows: CsvRow[] = [];
  for await (const batch of reader.rows(pieces())) rows.push(...batch);
  return { rows, reader };
}
const idsOf = ({ rows }: Read): string[] => rows.map(({ values }) => values.invoice_id!);

describe('reading a template', () => {
  const text = `${HEADER},retailer_name\n1,27AAPFU0939F1ZV,2026-05-03,,5.00,Café “₹” 1\n2,,2026-05-04,2026-05-09,6.00,\n`;

  it.each<[string, Buffer, string]>([
    ['UTF-8', Buffer.from(text), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`), 'utf-8'],
    ['UTF-16 LE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 LE without', Buffer.from(text, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE with a mark', Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), 'utf-16be'],
    ['UTF-16 BE without', Buffer.from(text, 'utf16le').swap16(), 'utf-16be'],
    ['Windows-1252', Buffer.from(text.replace('“₹”', '\xbd'), 'latin1'), 'windows-1252'],
  ])('makes the same rows of %s', async (_what, bytes, encoding) => {
    const { rows, reader } = await read(bytes);
    expect(reader.encoding).toBe(encoding);
    const name = encoding === 'windows-1252' ? 'Café ½ 1' : 'Café “₹” 1';
    expect(rows).toEqual([
      {
        line: 2,
        ragged: null,
        values: {
          invoice_id: '1',
          retailer_gst: '27AAPFU0939F1ZV',
          invoice_date: '2026-05-03',
          due_date: '',
          amount_inr: '5.00',
          retailer_name: name,
          retailer_phone: '',
        },
      },
      expect.objectContaining({ line: 3, values: expect.objectContaining({ invoice_id: '2', retailer_name: '' }) }),
    ]);
  });

  it.each([
    ['of Unix', '\n'],
    ['of Windows', '\r\n'],
    ['of old Macs', '\r'],
  ])('takes line ends %s, wherever chunks are torn', async (_what, end) => {
    const lines = [HEADER, '1,,2026-05-03,,5', '', '"2",,2026-05-03,,5', ',,,,', '3,,2026-05-03,,5'].join(end);
    for (const piece of [1, 2, 3, 1_000]) {
      const found = await read(`${lines}${end}`, piece);
      expect(found.rows.map(({ line, values }) => [line, values.invoice_id])).toEqual([
        [2, '1'],
        [4, '2'],
        [6, '3'],
      ]);
      expect(idsOf(await read(lines, piece))).toEqual(['1', '2', '3']);
    }
  });

  it('finds columns by name, in any order and letters, and leaves others alone', async () => {
    const header = ' Amount_INR ,"Due_Date",area,invoice_date,RETAILER_GST,invoice_id,,';
    const { rows, reader } = await read(`sep=,\r\n${header}\r\n5.00,,"Pune,\nCamp",2026-05-03,,7,x,\r\n`);
    expect(rows[0]).toMatchObject({ ragged: null, values: { invoice_id: '7', amount_inr: '5.00', retailer_gst: '' } });
    expect(rows[0]!.values).not.toHaveProperty('area');
    expect(reader.header).toMatchObject({ unknown: ['area'], template: { name: 'invoices' } });
  });

  it('says which rows have other fields than the header, but for empty ones at their end', async () => {
    const { rows } = await read(
      `${HEADER}\n1,,2026-05-03,,5,,,\n2,,2026-05-03\n3,,2026-05-03,,5,,x\n4,,2026-05-03,,5\n`,
    );
    expect(rows.map(({ ragged }) => ragged)).toEqual([null, 3, 7, null]);
  });

  it('keeps the line numbers of rows behind fields of several lines', async () => {
    const { rows } = await read(`${HEADER},x\r\n1,,,,,"a\r\nb\r\n\r\nc"\r\n2,,,,,\r\n`, 5);
    expect(rows.map(({ line }) => line)).toEqual([2, 6]);
  });

  it('of a header alone has no row', async () => {
    const { rows, reader } = await read('return_id,original_invoice_id,return_date,return_amount_inr');
    expect(rows).toEqual([]);
    expect(reader.header.template.name).toBe('returns');
  });
});
