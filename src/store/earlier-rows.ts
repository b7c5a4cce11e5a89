import type { IdentityVault } from '../ops/identity-vault.js';
import type { KnownInvoice } from '../sources/csv/documents.js';
import type { EarlierRows } from '../sources/csv/earlier-rows.js';
import type { Pool } from './database.js';

type Template = 'invoices' | 'payments' | 'returns';
const TABLES: Record<Template, [table: string, dateColumn: string]> = {
  invoices: ['bronze_invoices', 'invoice_date'],
  payments: ['bronze_payments', 'paid_date'],
  returns: ['bronze_returns', 'invoice_date'],
};

/** What stands of a distributor's earlier files, and of the set that is being staged. */
export class StandingRows implements EarlierRows {
  #invoices = new Map<string, KnownInvoice>();
  #holders = new Map<string, string>();
  #staged = new Map<string, string>();

  constructor(
    private readonly pool: Pool,
    private readonly vault: IdentityVault,
    private readonly tenantId: string,
    private readonly syncId: string,
    /** How the reader writes a holder down. */
    private readonly holderOfRow: (partyKey: string, date: string | null) => string,
    /** What the set holds under an id came further up in the same file, not in another one of an archive. */
    private readonly isOneFile = false,
  ) {}

  async fetch({ template, ids, settled }: { template: Template; ids: string[]; settled: string[] }): Promise<void> {
    this.#holders = new Map();
    this.#invoices = new Map();
    this.#staged = new Map();
    for (const { id, party_key, date, staged_digest } of await this.#rows(template, ids)) {
      this.#holders.set(id, this.holderOfRow(party_key, date));
      if (this.isOneFile && staged_digest !== null) this.#staged.set(id, staged_digest);
    }
    for (const { id, party_key, date, identity_sealed } of await this.#rows('invoices', settled)) {
      const { gstin, name, phone } = this.vault.unsealIdentity(identity_sealed, this.tenantId);
      this.#invoices.set(id, { party: { key: party_key, name: name ?? '', gstin, phone, phoneShared: false }, date });
    }
  }

  invoiceOf(id: string): KnownInvoice | null {
    return this.#invoices.get(id) ?? null;
  }

  holderOf(id: string): string | null {
    return this.#holders.get(id) ?? null;
  }

  digestBefore(id: string): string | null {
    return this.#staged.get(id) ?? null;
  }

  async #rows(
    template: Template,
    ids: string[],
  ): Promise<{ id: string; party_key: string; date: string; identity_sealed: Buffer; staged_digest: string | null }[]> {
    if (ids.length === 0) return [];
    const [table, dateColumn] = TABLES[template];
    const prefix = `csv/${template}/`;
    const { rows } = await this.pool.query(
      `with found as (
         select document_id, doc_key, null as staged_digest from documents
         where distributor_id = $1 and doc_key = any($2::text[]) and state in ('held', 'published')
         union all
         select document_id, doc_key, digest from documents
         where distributor_id = $1 and doc_key = any($2::text[]) and state = 'staged' and sync_id = $3)
       select distinct on (doc_key) substr(doc_key, $4) as id, b.party_key, b.${dateColumn} as date, b.identity_sealed, staged_digest
       from found join ${table} b using (document_id)
       order by doc_key, document_id desc`,
      [this.tenantId, ids.map((id) => prefix + id), this.syncId, prefix.length + 1],
    );
    return rows;
  }
}
