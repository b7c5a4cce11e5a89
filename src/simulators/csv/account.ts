import { type Day, monthOf } from '../calendar.js';
import type { Retailer } from './trade.js';

export type Kind = 'invoices' | 'payments' | 'returns';
export interface Sum {
  count: number;
  paise: number;
}
export interface MonthlySum extends Sum {
  /** Keyed by month, `2025-04`. */
  byMonth: Record<string, Sum>;
}

/** What is true once all files written so far are taken, added up from what they were meant to say. */
export interface Totals {
  byType: Record<Kind, MonthlySum>;
  /** Rows that have to be refused, by code. */
  quarantined: Record<string, number>;
  /** Rows that say again what one before them in their file says. */
  duplicates: number;
  /** Rows that say otherwise what an earlier file says; they count once. */
  corrections: number;
  /** Rows below headers. */
  rows: number;
  /** What each retailer owes; only those of whom there is a record. */
  retailers: Array<{ gstin: string | null; phone: string | null; balancePaise: number }>;
}

/** Adds up while files are written. */
export class Account {
  readonly #byType: Record<Kind, MonthlySum> = { invoices: monthly(), payments: monthly(), returns: monthly() };
  readonly #balances = new Map<number, number>();
  readonly #quarantined: Record<string, number> = {};
  #duplicates = 0;
  #corrections = 0;
  rows = 0;

  add(kind: Kind, retailer: number, day: Day, paise: number): void {
    this.#move(kind, retailer, day, 1, paise);
  }

  /** Another amount for what an earlier file said; `paise` is the difference. */
  correct(kind: Kind, retailer: number, day: Day, paise: number): void {
    this.#corrections += 1;
    this.#move(kind, retailer, day, 0, paise);
  }

  refuse(code: string): void {
    this.#quarantined[code] = (this.#quarantined[code] ?? 0) + 1;
  }

  repeat(): void {
    this.#duplicates += 1;
  }

  totals(retailers: readonly Retailer[]): Totals {
    return {
      byType: this.#byType,
      quarantined: this.#quarantined,
      duplicates: this.#duplicates,
      corrections: this.#corrections,
      rows: this.rows,
      retailers: [...this.#balances].map(([place, balancePaise]) => {
        const { gstin, phone } = retailers[place]!;
        return { gstin, phone, balancePaise };
      }),
    };
  }

  #move(kind: Kind, retailer: number, day: Day, count: number, paise: number): void {
    const all = this.#byType[kind];
    all.byMonth[monthOf(day)] ??= { count: 0, paise: 0 };
    for (const sum of [all, all.byMonth[monthOf(day)]!]) {
      sum.count += count;
      sum.paise += paise;
    }
    const owed = kind === 'invoices' ? paise : -paise;
    this.#balances.set(retailer, (this.#balances.get(retailer) ?? 0) + owed);
  }
}

const monthly = (): MonthlySum => ({ count: 0, paise: 0, byMonth: {} });
