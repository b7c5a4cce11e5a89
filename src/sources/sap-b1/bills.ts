import type { Bill } from '../../canonical/records.js';
import { billOfJournal } from './canonical/journals.js';
import { billOf } from './canonical/sales.js';
import { allOf, anyOf } from './odata.js';
import { NamedInvoice, NamedJournal } from './rows.js';
import type { ServiceLayer } from './service-layer.js';
import { type Walk, walk } from './walk.js';

/** What can be settled. Payments and credit notes name it by its key alone, which no person knows. */
export interface Settled {
  kind: 'invoice' | 'journal';
  entry: number;
}

/** What `PaymentInvoices` calls it; all else there (down payments, credit notes, earlier money) is no bill. */
export const SETTLED_KINDS: Record<string, Settled['kind']> = {
  it_Invoice: 'invoice',
  it_JournalEntry: 'journal',
  it_OpeningBalance: 'journal',
};

type Named<Row> = Omit<Walk<Row>, 'filter'> & { dateField: string };
const INVOICES = {
  entity: 'Invoices',
  key: 'DocEntry',
  dateField: 'DocDate',
  select: ['DocEntry', 'DocNum', 'DocDate'],
  schema: NamedInvoice,
} as const;
const JOURNALS = {
  entity: 'JournalEntries',
  key: 'JdtNum',
  dateField: 'ReferenceDate',
  select: ['JdtNum', 'Number', 'ReferenceDate', 'TaxDate', 'OriginalJournal'],
  schema: NamedJournal,
} as const;

/** Keys asked for in one filter. */
const ASKED_AT_ONCE = 40;
/** Some tens of megabytes at most; what was forgotten is asked for again. */
const MOST_REMEMBERED = 200_000;

/** Number and day of the documents that others settle, as they were read, or else asked for. */
export class Bills {
  readonly #known: Record<Settled['kind'], Map<number, Bill | null>> = { invoice: new Map(), journal: new Map() };

  constructor(
    private readonly layer: ServiceLayer,
    /** Condition that keeps what may not be read out of an answer, for a field with the document's day. */
    private readonly allowed: (dateField: string) => string | null,
  ) {}

  learn(kind: Settled['kind'], entry: number, bill: Bill): void {
    this.#remember(kind, entry, bill);
  }

  /** A bill for each, null for what is not there or may not be read. */
  async of(wanted: readonly (Settled | null)[], signal: AbortSignal): Promise<(Bill | null)[]> {
    const unknown = { invoice: new Set<number>(), journal: new Set<number>() };
    for (const one of wanted) if (one && !this.#known[one.kind].has(one.entry)) unknown[one.kind].add(one.entry);
    await this.#ask('invoice', INVOICES, unknown.invoice, billOf, signal);
    await this.#ask('journal', JOURNALS, unknown.journal, billOfJournal, signal);
    return wanted.map((one) => (one && this.#known[one.kind].get(one.entry)) ?? null);
  }

  async #ask<Row extends object>(
    kind: Settled['kind'],
    { dateField, ...named }: Named<Row>,
    entries: ReadonlySet<number>,
    bill: (row: Row) => Bill,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = [...entries].sort((left, right) => left - right);
    for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
      const some = asked.slice(start, start + ASKED_AT_ONCE);
      for (const entry of some) this.#remember(kind, entry, null);
      const filter = allOf(anyOf(named.key, some.map(String)), this.allowed(dateField));
      for await (const rows of walk(this.layer, { ...named, filter }, signal))
        for (const row of rows) this.#remember(kind, row[named.key] as number, bill(row));
    }
  }

  #remember(kind: Settled['kind'], entry: number, bill: Bill | null): void {
    const known = this.#known[kind];
    if (known.size >= MOST_REMEMBERED && !known.has(entry)) known.delete(known.keys().next().value!);
    known.set(entry, bill);
  }
}
