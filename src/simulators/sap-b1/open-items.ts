import { type Day, isoOf } from '../calendar.js';
import type { Allocation, Doc, JournalEntry, Partner } from './model.js';

/** Something a debtor owes, or is owed (negative), that a payment may settle. */
export interface OpenItem {
  type: Allocation['type'];
  entry: number;
  line: number;
  day: Day;
  paise: number;
  doc: Doc | null;
}

/** What of each debtor is open, oldest first. */
export class OpenItems {
  readonly #open = new Map<Partner, OpenItem[]>();

  of(debtor: Partner): OpenItem[] {
    let items = this.#open.get(debtor);
    if (!items) {
      items = [];
      this.#open.set(debtor, items);
    }
    return items;
  }

  forget(entry: number, type: Allocation['type'], debtor: Partner): void {
    const items = this.of(debtor);
    const at = items.findIndex((item) => item.type === type && item.entry === entry);
    if (at >= 0) items.splice(at, 1);
  }

  owed(debtor: Partner): OpenItem[] {
    return this.of(debtor).filter(({ paise }) => paise > 0);
  }

  /** Takes up to `count` of the debtor's oldest open invoices; `share` of each is paid. */
  settle(debtor: Partner, count: number, share = 1): Allocation[] {
    return this.owed(debtor)
      .slice(0, count)
      .map((item) =>
        this.apply(debtor, item, share === 1 ? item.paise : Math.max(100, Math.floor(item.paise * share))),
      );
  }

  /** Uses `paise` of an open item up. */
  apply(debtor: Partner, item: OpenItem, paise: number, discountPaise = 0, installment = 1): Allocation {
    item.paise -= paise + discountPaise;
    if (item.doc) item.doc.paidPaise += Math.abs(paise + discountPaise);
    if (item.paise === 0) {
      const items = this.of(debtor);
      items.splice(items.indexOf(item), 1);
    }
    const { type, entry, line, day } = item;
    return { type, entry, line, day, paise, discountPaise, installment };
  }

  /** What a journal entry leaves to be settled on debtors' accounts. */
  addJournal(entry: JournalEntry): void {
    const type = entry.origin === 'ttOpeningBalance' ? 'it_OpeningBalance' : 'it_JournalEntry';
    entry.lines.forEach(({ partner, paise }, line) => {
      if (partner?.kind === 'debtor' && paise > 0 && isoOf(entry.taxDay) >= '2018-01-01')
        this.of(partner).push({
          type,
          entry: entry.number,
          line,
          day: entry.taxDay,
          paise,
          doc: null,
        });
    });
  }
}

export const itemOf = (doc: Doc, type: OpenItem['type'], paise: number): OpenItem => ({
  type,
  entry: doc.entry,
  line: 0,
  day: doc.day,
  paise,
  doc,
});
