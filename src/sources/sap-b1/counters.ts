import type { ServiceLayer } from './service-layer.js';
import { type StampSeconds, stampNow, stampOf } from './stamps.js';

/**
 * What moves when the books change. The highest key of each kind of document, which only ever grows; every posting, a
 * cancelled payment's too, is a journal entry. When documents and customers were last changed; and how many customers
 * there are.
 */
export interface Counters extends Record<string, number> {
  journals: number;
  invoices: number;
  creditNotes: number;
  incomingPayments: number;
  vendorPayments: number;
  invoicesUpdated: number;
  creditNotesUpdated: number;
  /** When a customer was last changed. */
  masters: number;
  mastersCount: number;
}
/** A customer without postings can be removed, and with him the latest stamp; a clock can be set right. */
export const MAY_FALL = ['invoicesUpdated', 'creditNotesUpdated', 'masters', 'mastersCount'] as const;

export const CUSTOMERS = "CardType eq 'cCustomer'";

/** As long as this, the second of a stamp may still be given to another row. */
const FRESH_SECONDS = 120;

/** Eight small questions: nothing but keys, stamps and a count. */
export async function readCounters(layer: ServiceLayer, timeZone: string): Promise<Counters> {
  const highest = async (entity: string, key: string): Promise<number> => {
    const { rows } = await layer.page(entity, { select: [key], orderBy: `${key} desc`, top: 1 });
    return numberOf(rows[0], key);
  };
  const lastChange = async (entity: string, filter?: string): Promise<{ stamp: StampSeconds; count: number }> => {
    const query = { select: ['UpdateDate', 'UpdateTime'], orderBy: 'UpdateDate desc,UpdateTime desc', top: 1 };
    const { rows, count } = await layer.page(entity, { ...query, filter, count: filter !== undefined });
    return { stamp: settled(stampOfRow(rows[0]), stampNow(timeZone)), count: count ?? 0 };
  };
  const [journals, invoices, creditNotes, incomingPayments, vendorPayments, ofInvoices, ofCreditNotes, ofPartners] =
    await Promise.all([
      highest('JournalEntries', 'JdtNum'),
      highest('Invoices', 'DocEntry'),
      highest('CreditNotes', 'DocEntry'),
      highest('IncomingPayments', 'DocEntry'),
      highest('VendorPayments', 'DocEntry'),
      lastChange('Invoices'),
      lastChange('CreditNotes'),
      lastChange('BusinessPartners', CUSTOMERS),
    ]);
  return {
    journals,
    invoices,
    creditNotes,
    incomingPayments,
    vendorPayments,
    invoicesUpdated: ofInvoices.stamp,
    creditNotesUpdated: ofCreditNotes.stamp,
    masters: ofPartners.stamp,
    mastersCount: ofPartners.count,
  };
}

/** A stamp of this very moment is told a second early, so that the next look finds that it has moved on. */
const settled = (stamp: StampSeconds, now: StampSeconds): StampSeconds =>
  Math.abs(now - stamp) <= FRESH_SECONDS ? stamp - 1 : stamp;

function numberOf(row: unknown, key: string): number {
  const value = (row as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'number' && Number.isInteger(value) ? value : 0;
}

function stampOfRow(row: unknown): StampSeconds {
  const { UpdateDate: date, UpdateTime: time } = (row ?? {}) as Record<string, unknown>;
  return typeof date === 'string' ? stampOf(date.slice(0, 10), typeof time === 'string' ? time : null) : 0;
}
