import type { KnownInvoice } from './documents.js';
import type { Template } from './templates.js';

/** What earlier files said, for rows that refer to it. Fetched piece by piece, since files are read without being held. */
export interface EarlierRows {
  /** Makes the answers for these ids known, and forgets others. */
  fetch(asked: { template: Template['name']; ids: string[]; settled: string[] }): Promise<void>;
  invoiceOf(id: string): KnownInvoice | null;
  holderOf(id: string): string | null;
  /** Digest of the document that the same file brought under the id before; null where it did not, or nobody can say. */
  digestBefore?(id: string): string | null;
}

/** A retailer of whom nothing is wrong, for invoices that are not at hand. */
export const SOMEBODY: KnownInvoice = {
  party: { key: 'csv/somebody', name: '', gstin: null, phone: '9999999999', phoneShared: false },
  date: null,
};
