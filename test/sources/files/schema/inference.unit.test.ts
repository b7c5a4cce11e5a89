import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SchemaColumn, StreamSchema } from '../../../../src/canonical/stream-schema.js';
import { exportBook, generateBook } from '../../../../src/simulators/tally/index.js';
import { CsvReader } from '../../../../src/sources/csv/csv-reader.js';
import { SchemaInference } from '../../../../src/sources/files/schema/csv-schema.js';
import { compareSchemas } from '../../../../src/sources/files/schema/drift.js';
import { inferXmlSchema } from '../../../../src/sources/files/schema/xml-schema.js';
import { debtor, file, line, made, voucher } from '../../tally/export-files.js';

/** `name: type`, with `?` where a value is missing. */
const shown = ({ columns }: StreamSchema): Record<string, string> =>
  Object.fromEntries(columns.map(({ name, type, nullable }: SchemaColumn) => [name, `${type}${nullable ? '?' : ''}`]));

async function csvSchema(...lines: string[]): Promise<StreamSchema> {
  const reader = new CsvReader();
  let inference: SchemaInference | null = null;
  async function* bytes() {
    yield Buffer.from(lines.join('\n'));
  }
  for await (const rows of reader.rows(bytes())) {
    if (rows.length === 0) continue;
    inference ??= new SchemaInference(reader.header);
    inference.take(rows);
  }
  return (inference ?? new SchemaInference(reader.header)).schema();
}

describe('the schema of a CSV file', () => {
  const HEADER = 'invoice_id,Retailer_GST,invoice_date,due_date,amount_inr';

  it('has each column’s type, by name; numbers of documents are text, columns never read are empty', async () => {
    const schema = await csvSchema(
      `${HEADER},Zone,area\u0007 1`,
      '1,,2026-05-03,,5,x,1',
      '2,,2026-05-04,2026-06-04,7,y,2',
      '3,,2026-05-05,,5.50,z,3',
    );
    expect(Object.entries(shown(schema))).toEqual([
      ['amount_inr', 'decimal'],
      ['area  1', 'empty?'],
      ['due_date', 'date?'],
      ['invoice_date', 'date'],
      ['invoice_id', 'text'],
      ['retailer_gst', 'empty?'],
      ['zone', 'empty?'],
    ]);
    expect(StreamSchema.parse(schema)).toEqual(schema);
  });

  it('is that of most rows: a typing error is its row’s fault', async () => {
    const rows = ['1,,2026-05-03,,5', '2,,03/05/2026,,six', '3,,2026-05-03,,5', 'ragged', '4,,2026-05-03,,5'];
    expect(shown(await csvSchema(HEADER, ...rows))).toMatchObject({ invoice_date: 'date', amount_inr: 'integer' });
  });

  it('says nothing bad of a column with fewer than five values', async () => {
    const wrong = (rows: number) => Array.from({ length: rows }, (_, row) => `${row},,03/05/2026,,"1,000"`);
    expect(shown(await csvSchema(HEADER, ...wrong(4)))).toMatchObject({ invoice_date: 'empty', amount_inr: 'empty' });
    expect(shown(await csvSchema(HEADER, ...wrong(5)))).toMatchObject({ invoice_date: 'text', amount_inr: 'text' });
  });

  it('looks at the first thousand rows and then at each sixty-fourth', async () => {
    const rows = Array.from({ length: 1_100 }, (_, row) => `${row},,2026-05-03,${row < 1_000 ? '2026-05-03' : ''},5`);
    expect(shown(await csvSchema(HEADER, ...rows))).toMatchObject({ due_date: 'date?' });
    expect(shown(await csvSchema(HEADER, ...rows.slice(0, 1_020)))).toMatchObject({ due_date: 'date' });
  });

  it('is bounded, however many columns a header names and however long', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `column ${at} ${'x'.repeat(150)}`);
    const schema = await csvSchema([HEADER, ...many].join(','), '');
    expect(schema.columns).toHaveLength(200);
    expect(StreamSchema.safeParse(schema).success).toBe(true);
  });
});

describe('the schema of an XML export', () => {
  const sale = (id: number, more = '') =>
    voucher({ id, more, lines: line('P', '-118.00', made(`S-${id}`, '-118.00')) + line('Sales', '118.00') });
  const of = (text: string | Buffer) =>
    inferXmlSchema(
      (async function* () {
        yield Buffer.from(text);
      })(),
    );

  it('has the elements of Tally’s objects by path; only what reading rests on is never missing', async () => {
    const text = file(`${debtor('P')}${sale(1)}${sale(2, '<NARRATION>1</NARRATION>')}`);
    const schema = await of(text);
    expect(shown(schema)).toEqual({
      'LEDGER/GUID': 'text',
      'LEDGER/PARENT': 'text',
      'LEDGER/PARTYGSTIN': 'text?',
      'VOUCHER/ALLLEDGERENTRIES.LIST/AMOUNT': 'decimal',
      'VOUCHER/ALLLEDGERENTRIES.LIST/BILLALLOCATIONS.LIST/AMOUNT': 'decimal',
      'VOUCHER/ALLLEDGERENTRIES.LIST/BILLALLOCATIONS.LIST/BILLTYPE': 'text?',
      'VOUCHER/ALLLEDGERENTRIES.LIST/BILLALLOCATIONS.LIST/NAME': 'text?',
      'VOUCHER/ALLLEDGERENTRIES.LIST/LEDGERNAME': 'text',
      'VOUCHER/ALTERID': 'integer',
      'VOUCHER/DATE': 'date',
      'VOUCHER/GUID': 'text',
      'VOUCHER/NARRATION': 'text?',
      'VOUCHER/PARTYGSTIN': 'text?',
      'VOUCHER/PARTYLEDGERNAME': 'text?',
      'VOUCHER/VOUCHERNUMBER': 'text?',
      'VOUCHER/VOUCHERTYPENAME': 'text',
    });
    expect(StreamSchema.parse(schema)).toEqual(schema);
    expect(await of(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual(schema);
  });

  it('knows a key element that is missing once', async () => {
    const undated = sale(2).replace(/<DATE>.*?<\/DATE>/, '');
    expect(shown(await of(file(sale(1) + undated)))).toMatchObject({ 'VOUCHER/DATE': 'date?', 'VOUCHER/GUID': 'text' });
  });

  it('never fails, wherever the text is cut and whatever is in it', async () => {
    const text = Buffer.from(file(`${debtor('P')}${sale(1)}`));
    const anyCut = fc.integer({ min: 0, max: text.length }).map((length) => text.subarray(0, length));
    const torn = fc.tuple(anyCut, fc.uint8Array({ maxLength: 40 })).map(([cut, more]) => Buffer.concat([cut, more]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyCut, torn), async (bytes) => {
        expect(StreamSchema.safeParse(await of(bytes)).success).toBe(true);
      }),
    );
    expect(await of('<!DOCTYPE a [<!ENTITY b "c">]><ENVELOPE>&b;')).toEqual({ form: 'xml', columns: [] });
  });

  it('reads no more than the beginning, and of elements without end only the first', async () => {
    let read = 0;
    async function* endless() {
      yield Buffer.from('<ENVELOPE><TALLYMESSAGE><VOUCHER>');
      for (let chunk = 0; ; chunk += 1) {
        read += 64 * 1024;
        const elements = Array.from({ length: 1_000 }, (_, at) => `<E${chunk}-${at}>1</E${chunk}-${at}>`);
        yield Buffer.from(elements.join('').padEnd(64 * 1024));
      }
    }
    expect((await inferXmlSchema(endless())).columns).toHaveLength(2_000);
    expect(read).toBeLessThan(5 * 1024 ** 2);
    const deep = `<ENVELOPE><TALLYMESSAGE>${'<A>'.repeat(100_000)}`;
    expect((await of(deep)).columns).toEqual([]);
  });

  it('of one distributor’s exports fits that of another’s, with all that is peculiar in them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'xml-schema-'));
    try {
      const [one, other] = await Promise.all(
        [1, 2].map(async (seed) => {
          const path = join(folder, `${seed}.xml`);
          const { book } = generateBook({ seed, months: 4 * seed, vouchers: 150 * seed, today: '2026-05-18' });
          await exportBook(book, path, seed === 1 ? 'vouchers' : 'all', 'utf-8');
          return inferXmlSchema(createReadStream(path));
        }),
      );
      expect(one!.columns.length).toBeGreaterThan(20);
      expect(compareSchemas(one!, other!).changes.filter(({ weight }) => weight !== 'quiet')).toEqual([]);
      expect(compareSchemas(other!, one!).changes.filter(({ weight }) => weight !== 'quiet')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
