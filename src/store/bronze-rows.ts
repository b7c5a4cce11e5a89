import type {
  Adjustment,
  Bill,
  CanonicalDocument,
  CanonicalRecord,
  Invoice,
  Payment,
  Return,
} from '../canonical/records.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { bulkInsert, type Column } from './bulk-insert.js';
import type { Queryable } from './database.js';

/** A record with what is stored in the place of its identity. */
export interface SealedRecord<Kind extends CanonicalRecord = CanonicalRecord> {
  docKey: string;
  record: Kind;
  retailerKey: string;
  identitySealed: Buffer;
}

/** Seals every record's identity; done before the transaction, since it is the costly part of staging. */
export function sealRecords(
  documents: CanonicalDocument[],
  distributorId: string,
  vault: IdentityVault,
): SealedRecord[] {
  return documents.flatMap(({ doc_key, records }) =>
    records.map((record) => {
      const identity = { gstin: record.retailer_gst, name: record.retailer_name, phone: record.retailer_phone };
      return {
        docKey: doc_key,
        record,
        retailerKey: vault.retailerKey(identity),
        identitySealed: vault.sealIdentity(identity, distributorId),
      };
    }),
  );
}

/** Writes staged records beside their documents, one statement a record type. */
export async function insertBronze(
  db: Queryable,
  distributorId: string,
  sealed: SealedRecord[],
  documentIds: ReadonlyMap<string, number>,
): Promise<void> {
  const ofType = <Kind extends CanonicalRecord>(type: Kind['type']) =>
    sealed.filter((row): row is SealedRecord<Kind> => row.record.type === type);
  const insert = async <Kind extends CanonicalRecord>(
    table: string,
    rows: SealedRecord<Kind>[],
    own: Record<string, [Column['type'], (record: Kind) => unknown]>,
  ) => {
    const columns: Record<string, Column> = {
      document_id: { type: 'bigint', values: rows.map((row) => documentIds.get(row.docKey)) },
      distributor_id: { type: 'text', values: rows.map(() => distributorId) },
      source_key: { type: 'text', values: rows.map(({ record }) => record.source_key) },
      party_key: { type: 'text', values: rows.map(({ record }) => record.party_key) },
      retailer_key: { type: 'text', values: rows.map((row) => row.retailerKey) },
      identity_sealed: { type: 'bytea', values: rows.map((row) => row.identitySealed) },
      erp_type: { type: 'text', values: rows.map(({ record }) => record.erp_type) },
      flags: { type: 'text', list: true, values: rows.map(({ record }) => record.flags.join(',')) },
    };
    for (const [name, [type, read]] of Object.entries(own))
      columns[name] = { type, values: rows.map(({ record }) => read(record)) };
    await bulkInsert(db, table, columns);
  };

  await insert('bronze_invoices', ofType<Invoice>('invoice'), {
    invoice_id: ['text', (record) => record.invoice_id],
    invoice_date: ['date', (record) => record.invoice_date],
    due_date: ['date', (record) => record.due_date],
    amount_inr: ['numeric', (record) => rupees(record.amount_inr)],
    opening: ['boolean', (record) => record.opening],
    bills: ['jsonb', (record) => billsJson(record.bills)],
  });
  await insert('bronze_payments', ofType<Payment>('payment'), {
    payment_id: ['text', (record) => record.payment_id],
    invoice_id: ['text', (record) => record.invoice_id],
    paid_date: ['date', (record) => record.paid_date],
    amount_paid_inr: ['numeric', (record) => rupees(record.amount_paid_inr)],
    payment_method: ['text', (record) => record.payment_method],
    status: ['text', (record) => record.status],
    bill_name: ['text', (record) => record.bill?.name ?? null],
    bill_date: ['date', (record) => record.bill?.date ?? null],
    instrument_date: ['date', (record) => record.instrument_date],
    cleared_on: ['date', (record) => record.cleared_on],
  });
  await insert('bronze_returns', ofType<Return>('return'), {
    invoice_id: ['text', (record) => record.invoice_id],
    invoice_date: ['date', (record) => record.invoice_date],
    amount_inr: ['numeric', (record) => rupees(record.amount_inr)],
    original_invoice_id: ['text', (record) => record.original_invoice_id],
    return_kind: ['text', (record) => record.return_kind],
    bills: ['jsonb', (record) => billsJson(record.bills)],
  });
  await insert('bronze_adjustments', ofType<Adjustment>('adjustment'), {
    adjustment_id: ['text', (record) => record.adjustment_id],
    adjusted_on: ['date', (record) => record.adjusted_on],
    amount_inr: ['numeric', (record) => rupees(record.amount_inr)],
    kind: ['text', (record) => record.kind],
    bill_name: ['text', (record) => record.bill?.name ?? null],
    bill_date: ['date', (record) => record.bill?.date ?? null],
  });
}

/** Decimal text: the amount has two decimals at most, so nothing is rounded away. */
const rupees = (amountInr: number): string => amountInr.toFixed(2);
const billsJson = (bills: Bill[]): string => JSON.stringify(bills);
