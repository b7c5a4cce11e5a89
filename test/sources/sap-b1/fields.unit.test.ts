import { describe, expect, it } from '@jest/globals';
import { type Entity, FIELDS, selectOf } from '../../../src/sources/sap-b1/fields.js';
import { Dialect, textLiteral } from '../../../src/sources/sap-b1/odata.js';
import * as rows from '../../../src/sources/sap-b1/rows.js';

/** What is kept of a row, by its schema: names, of collections after a dot. */
function keptBy(schema: unknown, before = ''): string[] {
  const shape = shapeOf(schema);
  if (shape === null) return [before.slice(0, -1)];
  return Object.entries(shape).flatMap(([name, inner]) => keptBy(inner, `${before}${name}.`));
}
/** Of an object, or of a list of objects, however it is wrapped. */
function shapeOf(schema: unknown): Record<string, unknown> | null {
  const { def } = schema as {
    def: { type: string; shape?: Record<string, unknown>; in?: unknown; innerType?: unknown; element?: unknown };
  };
  if (def.shape) return def.shape;
  const inner = def.in ?? def.innerType ?? def.element;
  return inner === undefined ? null : shapeOf(inner);
}

const SCHEMAS: Record<Entity, unknown> = {
  Invoices: rows.InvoiceRow,
  CreditNotes: rows.CreditNoteRow,
  IncomingPayments: rows.IncomingPaymentRow,
  VendorPayments: rows.VendorPaymentRow,
  JournalEntries: rows.JournalRow,
  BusinessPartners: rows.PartnerRow,
  PaymentTermsTypes: rows.TermsRow,
};

describe('what SAP is asked for', () => {
  it('never holds bank accounts, prices, quantities, items, address texts or remarks', () => {
    const forbidden =
      /Account|Bank|IBAN|Price|Quantity|Item|Warehouse|LineTotal|Street|City|Zip|Comments|Remarks|Memo|E_?Mail|Address\d|CheckNumber|Branch|Vat|Tax(?!ID|Date)/i;
    for (const field of Object.values(FIELDS).flat()) expect(field).not.toMatch(forbidden);
  });

  it.each(Object.keys(FIELDS) as Entity[])(
    '%s: exactly what is kept, and nothing is kept that is not asked for',
    (entity) => {
      expect(keptBy(SCHEMAS[entity]).sort()).toEqual([...FIELDS[entity]].sort());
    },
  );

  it('names collections as a whole, since SAP knows no finer word', () => {
    expect(selectOf('CreditNotes').filter((name) => name === 'DocumentLines')).toHaveLength(1);
    expect(selectOf('PaymentTermsTypes')).toEqual([...FIELDS.PaymentTermsTypes]);
  });

  it('is worded as each version wants it', () => {
    const query = { select: ['DocEntry', 'DocNum'], filter: "CardCode eq 'D''Souza & Sons'", top: 1, count: true };
    expect(new Dialect('v1', 'quoted').target('Invoices', query)).toBe(
      "Invoices?$select=DocEntry,DocNum&$filter=CardCode%20eq%20'D''Souza%20%26%20Sons'&$top=1&$inlinecount=allpages",
    );
    expect(new Dialect('v2', 'bare').target('Invoices', query)).toMatch(/&\$count=true$/);
    expect(['quoted', 'bare', 'utc'].map((form) => new Dialect('v2', form as 'bare').day('2026-05-03'))).toEqual([
      "'2026-05-03'",
      '2026-05-03',
      '2026-05-03T00:00:00Z',
    ]);
    expect(textLiteral("R/8&'1")).toBe("'R/8&''1'");
  });
});
