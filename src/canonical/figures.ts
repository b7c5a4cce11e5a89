import type { DraftDocument, DraftRecord } from './drafts.js';
import { type Paise, paiseFromRupees } from './money.js';
import { type CanonicalRecord, RECORD_TYPES, type RecordType } from './records.js';

/** Books added up: what both sides of a reconciliation are made of. Paise are signed where the record is. */
export interface Sum {
  count: number;
  paise: Paise;
}
export interface MonthFigures {
  types: Record<RecordType, Sum>;
  /** By party key, by how much the month moved what the party owes. */
  parties: Map<string, Paise>;
}
/** By month, `2026-04`, and `opening` for what stood open when the books began. */
export type Figures = Map<string, MonthFigures>;

export const OPENING = 'opening';

export const emptyMonth = (): MonthFigures => ({
  types: Object.fromEntries(RECORD_TYPES.map((type) => [type, { count: 0, paise: 0 }])) as Record<RecordType, Sum>,
  parties: new Map(),
});

/** A month of the figures, begun where there is none yet. */
export function monthIn(figures: Figures, month: string): MonthFigures {
  const known = figures.get(month);
  if (known) return known;
  const begun = emptyMonth();
  figures.set(month, begun);
  return begun;
}

/** Adds a record that was accepted to its month. */
export function addRecord(figures: Figures, record: CanonicalRecord): void {
  const into = monthIn(figures, monthOf(record));
  const paise = paiseFromRupees(record.type === 'payment' ? record.amount_paid_inr : record.amount_inr);
  const sum = into.types[record.type];
  sum.count += 1;
  sum.paise += paise;
  into.parties.set(record.party_key, (into.parties.get(record.party_key) ?? 0) + owed(record.type, paise));
}

function monthOf(record: CanonicalRecord): string {
  switch (record.type) {
    case 'invoice':
      return record.opening ? OPENING : record.invoice_date.slice(0, 7);
    case 'payment':
      return record.paid_date.slice(0, 7);
    case 'return':
      return record.invoice_date.slice(0, 7);
    case 'adjustment':
      return record.kind === 'opening' ? OPENING : record.adjusted_on.slice(0, 7);
  }
}

const owed = (type: RecordType, paise: Paise): Paise =>
  type === 'invoice' || type === 'adjustment' ? paise : 0 - paise;

/**
 * What each party owes by everything the books hold of it up to today, refused or not: what the ERP's own closing balance
 * has to be. Null for a party of whom that cannot be said: an amount that is none, or an entry dated ahead that ERPs count
 * differently.
 */
export class BooksOwed {
  readonly byParty = new Map<string, Paise | null>();

  constructor(private readonly today: string) {}

  add({ drafts, fault }: DraftDocument): void {
    for (const draft of drafts) this.#add(draft, fault !== null);
  }

  #add({ type, party: { key }, date, amountPaise }: DraftRecord, untrusted: boolean): void {
    const isAhead = date === null || date > this.today;
    // A receipt that is dated ahead counts from its day on.
    if (isAhead && type === 'payment' && date !== null) return;
    const before = this.byParty.get(key);
    const unsure = isAhead || untrusted || amountPaise === null || before === null;
    this.byParty.set(key, unsure ? null : (before ?? 0) + owed(type, amountPaise));
  }
}
