import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../src/canonical/rules.js';
import { CsvDocuments, type Documents, type KnownInvoice } from '../../../src/sources/csv/documents.js';
import { judgeRows } from '../../../src/sources/csv/judged-rows.js';
import type { CsvRow } from '../../../src/sources/csv/row-reader.js';
import { TEMPLATES, type Template } from '../../../src/sources/csv/templates.js';
import { GSTIN, settings as rules } from '../../canonical/draft-examples.js';

const [INVOICES, PAYMENTS, RETURNS] = TEMPLATES as [Template, Template, Template];
const OTHER_GSTIN = '29AABCT1332L1ZD';

const knownInvoice = (party: string, date: string): KnownInvoice => ({
  party: { key: `csv/${party}`, name: party, gstin: GSTIN, phone: null, phoneShared: false },
  date,
});
const KNOWN: Record<string, KnownInvoice> = {
  'INV-1': knownInvoice('sharma', '2026-05-03'),
  'INV-2': knownInvoice('sharma', '2026-05-04'),
  'INV-3': knownInvoice('gupta', '2026-05-04'),
};

/** Rows of a template, in the order of its columns, as the reader gives them; the first stands in line 2. */
function documentsOf(template: Template, ...given: string[]): Documents {
  const documents = new CsvDocuments(template, {
    digestKey: rules.digestKey,
    version: 1_750_000_000_000,
    ownPhones: ['+91 98765 00000'],
    invoiceOf: (id) => KNOWN[id] ?? null,
  });
  const columns = [...template.required, ...template.optional];
  const rows: CsvRow[] = given.map((text, index) => {
    const fields = text.split(',');
    return {
      line: index + 2,
      ragged: null,
      values: Object.fromEntries(columns.map((name, at) => [name, fields[at] ?? ''])),
    };
  });
  const first = documents.take(rows);
  const last = documents.end();
  return {
    documents: [...first.documents, ...last.documents],
    faults: first.faults,
    duplicates: first.duplicates + last.duplicates,
  };
}
const recordsOf = ({ documents }: Documents) => documents.flatMap(({ draft }) => judge(draft, rules).document.records);

describe('rows of invoices', () => {
  it('become the canonical record, keyed by their id', () => {
    const [record] = recordsOf(
      documentsOf(INVOICES, `INV-9,${GSTIN},2026-05-03,2026-05-17,42000.50,Sharma,98765 43210`),
    );
    expect(record).toEqual({
      type: 'invoice',
      source_key: 'csv/invoices/INV-9#1',
      party_key: expect.stringMatching(/^csv\/[\w-]{43}$/),
      invoice_id: 'dist_c4f9ee2a::INV-9',
      retailer_gst: GSTIN,
      retailer_name: 'Sharma',
      retailer_phone: '9876543210',
      invoice_date: '2026-05-03',
      due_date: '2026-05-17',
      amount_inr: 42000.5,
      is_return: false,
      original_invoice_id: null,
      opening: false,
      bills: [{ name: 'INV-9', date: '2026-05-03' }],
      erp_type: 'csv',
      flags: [],
    });
  });

  it('are of one retailer by GSTIN, else by phone, however either is written', () => {
    const [a, b, c, d] = recordsOf(
      documentsOf(
        INVOICES,
        `1,${GSTIN},2026-05-03,,1,,`,
        `2,${GSTIN.toLowerCase()},2026-05-03,,1,,9876543210`,
        '3,,2026-05-03,,1,,+91 98765-43210',
        '4,,2026-05-03,,1,,9876543210',
      ),
    );
    expect(a!.party_key).toBe(b!.party_key);
    expect(c!.party_key).toBe(d!.party_key);
    expect(a!.party_key).not.toBe(c!.party_key);
  });

  it('are nobody’s with the distributor’s own phone', () => {
    const [document] = documentsOf(INVOICES, '1,,2026-05-03,,1,,9876500000').documents;
    expect(judgeRows(document!, INVOICES, rules).faults).toMatchObject([
      { line: 2, column: 'retailer_phone', code: 'IDENTITY_AMBIGUOUS' },
    ]);
  });

  it('that say the same again count once; an id given twice is refused', () => {
    const row = `1,${GSTIN},2026-05-03,,1.00,,`;
    const made = documentsOf(
      INVOICES,
      row,
      row.replace('1.00', '1'),
      row.replace(GSTIN, OTHER_GSTIN),
      row.replace('2026-05-03', '2026-03-31'),
      row.replace('1.00', '2.00'),
      row.replace('1,', '2,'),
    );
    expect(made.duplicates).toBe(1);
    expect(made.faults.map(({ line, code }) => [line, code])).toEqual([
      [4, 'ID_REUSED'],
      [5, 'ID_REUSED'],
      [6, 'ID_REPEATED'],
    ]);
    expect(recordsOf(made)).toHaveLength(2);
  });

  it('keep ten thousand ids apart', () => {
    const rows = Array.from({ length: 10_000 }, (_, id) => `${id},${GSTIN},2026-05-03,,1,,`);
    const made = documentsOf(INVOICES, ...rows, ...rows);
    expect([made.documents.length, made.duplicates, made.faults.length]).toEqual([10_000, 10_000, 0]);
  });

  it('lose a due date that cannot be, and keep the flag', () => {
    const [wrong, none] = recordsOf(
      documentsOf(INVOICES, `1,${GSTIN},2026-05-03,17/05/2026,1,,`, `2,${GSTIN},2026-05-03,,1,,`),
    );
    expect(wrong).toMatchObject({ due_date: null, flags: ['DUE_DATE_DROPPED'] });
    expect(none).toMatchObject({ due_date: null, flags: [] });
  });
});

describe('rows of payments and returns', () => {
  it('are of the retailer whose invoice they name', () => {
    expect(recordsOf(documentsOf(PAYMENTS, 'REC-1,INV-1,2026-05-15,30000.00'))).toEqual([
      expect.objectContaining({
        source_key: 'csv/payments/REC-1#1',
        party_key: 'csv/sharma',
        retailer_gst: GSTIN,
        invoice_id: 'dist_c4f9ee2a::INV-1',
        bill: { name: 'INV-1', date: '2026-05-03' },
        payment_method: null,
        amount_paid_inr: 30000,
      }),
    ]);
    expect(recordsOf(documentsOf(RETURNS, 'CN-1,INV-3,2026-05-15,250'))).toEqual([
      expect.objectContaining({
        party_key: 'csv/gupta',
        original_invoice_id: 'dist_c4f9ee2a::INV-3',
        return_kind: 'goods',
      }),
    ]);
  });

  it('are refused when no invoice of that id is known, unless they say themselves whose they are', () => {
    const made = documentsOf(
      PAYMENTS,
      'REC-1,INV-8,2026-05-15,5',
      `REC-2,INV-8,2026-05-15,5,${GSTIN}`,
      `REC-3,,2026-05-15,5,,,9876543210`,
    );
    expect(made.faults).toMatchObject([{ line: 2, column: 'invoice_id', code: 'INVOICE_UNKNOWN' }]);
    expect(recordsOf(made)).toMatchObject([
      { retailer_gst: GSTIN, bill: { name: 'INV-8', date: null } },
      { retailer_phone: '9876543210', invoice_id: null },
    ]);
  });

  it('are refused when paid before the invoice', () => {
    const [document] = documentsOf(PAYMENTS, 'REC-1,INV-1,2026-05-02,5').documents;
    expect(judgeRows(document!, PAYMENTS, rules).faults).toMatchObject([
      { line: 2, column: 'paid_date', code: 'INVALID_PAYMENT_DATE' },
    ]);
  });

  it('one after the other, with one id, settle several invoices at once', () => {
    const made = documentsOf(
      PAYMENTS,
      'REC-1,INV-1,2026-05-15,5',
      'REC-1,INV-2,2026-05-15,6',
      'REC-2,INV-1,2026-05-15,7',
      'REC-1,INV-1,2026-05-15,5',
    );
    expect(made.documents).toHaveLength(2);
    expect(made.duplicates).toBe(1);
    expect(recordsOf(made).map(({ source_key }) => source_key)).toEqual([
      'csv/payments/REC-1#1',
      'csv/payments/REC-1#2',
      'csv/payments/REC-2#1',
    ]);
  });

  it('with one id are of one retailer and one day', () => {
    const made = documentsOf(
      PAYMENTS,
      'REC-1,INV-1,2026-05-15,5',
      'REC-1,INV-3,2026-05-15,5',
      'REC-2,INV-1,2026-05-15,5',
      'REC-2,INV-2,2026-05-16,5',
    );
    expect(made.faults.map(({ line, code }) => [line, code])).toEqual([
      [3, 'ID_REUSED'],
      [5, 'ID_REPEATED'],
    ]);
  });

  it('that are refused are told by their own line, and leave the rest of the payment', () => {
    const [document] = documentsOf(PAYMENTS, 'REC-1,INV-1,2026-05-15,5', 'REC-1,INV-2,2026-05-15,0').documents;
    const judged = judgeRows(document!, PAYMENTS, rules);
    expect(judged.faults).toMatchObject([{ line: 3, column: 'amount_paid_inr', code: 'AMOUNT_OUTLIER' }]);
    expect(judged.document.records).toHaveLength(1);
  });

  it('with one id more than a thousand times are refused, and not held', () => {
    for (let id = 0; id < 1_500; id += 1) KNOWN[`MANY-${id}`] = knownInvoice('sharma', '2026-05-03');
    const rows = Array.from({ length: 1_500 }, (_, id) => `REC-1,MANY-${id},2026-05-15,5`);
    const made = documentsOf(PAYMENTS, ...rows);
    expect(made.documents[0]!.rows).toHaveLength(1_001);
    expect(made.faults).toHaveLength(499);
    const { document, faults } = judgeRows(made.documents[0]!, PAYMENTS, rules);
    expect(document.records).toEqual([]);
    expect(faults).toHaveLength(1_001);
    expect(faults[0]).toMatchObject({ line: 2, column: 'payment_id', code: 'DOCUMENT_TOO_LARGE' });
  });
});
