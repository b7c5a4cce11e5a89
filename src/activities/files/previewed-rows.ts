import type { DraftParty } from '../../canonical/drafts.js';
import type { CanonicalDocument } from '../../canonical/records.js';
import { holderOf, type KnownInvoice } from '../../sources/csv/documents.js';
import { type EarlierRows, SOMEBODY } from '../../sources/csv/earlier-rows.js';

/** Some 60 MiB; an archive with more documents is looked at as if every invoice it names were known. */
const MAX_REMEMBERED = 500_000;

/** What earlier files said, and what earlier ones of the archive say that is only looked at: nothing of it is staged. */
export class PreviewedRows implements EarlierRows {
  readonly #parties = new Map<string, DraftParty>();
  readonly #known = new Map<string, KnownInvoice>();
  #prefix = '';

  constructor(private readonly standing: EarlierRows) {}

  remember({ doc_key: docKey, records }: CanonicalDocument): void {
    const record = records[0];
    if (record === undefined || record.type === 'adjustment' || this.#known.size === MAX_REMEMBERED) return;
    const { party_key: key, retailer_gst: gstin, retailer_name: name, retailer_phone: phone } = record;
    const party = this.#parties.get(key) ?? { key, name: name ?? '', gstin, phone, phoneShared: false };
    this.#parties.set(key, party);
    this.#known.set(docKey, { party, date: record.type === 'payment' ? record.paid_date : record.invoice_date });
  }

  async fetch(asked: Parameters<EarlierRows['fetch']>[0]): Promise<void> {
    this.#prefix = `csv/${asked.template}/`;
    await this.standing.fetch(asked);
  }

  invoiceOf(id: string): KnownInvoice | null {
    const known = this.#known.get(`csv/invoices/${id}`) ?? this.standing.invoiceOf(id);
    return known ?? (this.#known.size === MAX_REMEMBERED ? SOMEBODY : null);
  }

  holderOf(id: string): string | null {
    const known = this.#known.get(this.#prefix + id);
    return known === undefined ? this.standing.holderOf(id) : holderOf(known.party.key, known.date);
  }
}
