import { distance } from 'fastest-levenshtein';
import { lastDayOf } from '../../canonical/calendar.js';
import { comparableName } from '../../canonical/vouchers/key.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { FoundVoucher } from '../tally/found-voucher.js';
import { bearsNumber } from '../tally/same-voucher.js';
import { type BooksState, MASTER_KINDS, type MasterKind, type TallyBooks } from '../tally/tally-books.js';

/** How a kind of master is called in a sentence. */
export const MASTER_NAMES: Record<MasterKind, string> = {
  Ledger: 'ledger',
  StockItem: 'stock item',
  Unit: 'unit',
  Godown: 'godown',
  VoucherType: 'voucher type',
};

/** Of a counter; Tally's begin at nought. */
const UNKNOWN = -1;

/** A name is suggested when it differs by no more than a fifth of its letters. */
const NEAR = 0.2;
type Numbered = Pick<FoundVoucher, 'voucherType' | 'number' | 'reference' | 'partyName' | 'date'>;

/**
 * What Tally holds of masters and numbers, kept until the company's counters say that it changed. Our own vouchers move the counter
 * too: by exactly one each, unless somebody else works in Tally, and then what is known of numbers is void.
 */
export class Lookups {
  /** By comparable name; null for a kind of which this Tally does not tell. */
  #masters: Record<MasterKind, Map<string, string> | null> | null = null;
  #masterCounter = UNKNOWN;
  #voucherCounter = UNKNOWN;
  #booksFrom = '';
  #months = new Map<string, Map<string, Numbered[]>>();

  constructor(
    private readonly tally: TallyBooks,
    private readonly company: BridgeCompany,
  ) {}

  /** Asks where the books stand, and forgets what is no longer true. */
  async refresh(signal: AbortSignal): Promise<BooksState> {
    const state = await this.tally.state(signal);
    if (state.voucherCounter !== this.#voucherCounter) this.#months.clear();
    if (this.#masters === null || state.masterCounter !== this.#masterCounter) {
      const masters = {} as Record<MasterKind, Map<string, string> | null>;
      for (const kind of MASTER_KINDS) {
        const names = await this.tally.names(kind, signal);
        masters[kind] = names && new Map(names.map((name) => [comparableName(name), name]));
      }
      this.#masters = masters;
    }
    this.#masterCounter = state.masterCounter;
    this.#booksFrom = state.booksFrom;
    this.#voucherCounter = state.voucherCounter;
    return state;
  }

  /** The books' counter after the last thing that is known of. */
  get counter(): number {
    return Math.max(this.#masterCounter, this.#voucherCounter);
  }

  /** A voucher of ours was written, read back with this counter; null: nobody can tell what was. */
  wrote(alterId: number | null): void {
    const isOnlyOurs = alterId !== null && alterId === this.counter + 1;
    this.#voucherCounter = isOnlyOurs ? alterId : UNKNOWN;
  }

  /** Asks only where somebody else may have worked in Tally since. */
  async refreshIfStale(signal: AbortSignal): Promise<Pick<BooksState, 'booksFrom'>> {
    if (this.#voucherCounter === UNKNOWN) await this.refresh(signal);
    return { booksFrom: this.#booksFrom };
  }

  /** What cannot be looked up is for Tally itself to refuse. */
  has(kind: MasterKind, name: string): boolean {
    const known = this.#masters?.[kind];
    return known?.has(comparableName(name)) ?? known === null;
  }

  /** The name that was probably meant; null without a near one. */
  nearest(kind: MasterKind, name: string): string | null {
    const wanted = comparableName(name);
    let best: { name: string; far: number } | null = null;
    for (const [comparable, known] of this.#masters?.[kind] ?? []) {
      const far = distance(wanted, comparable);
      if (far <= Math.max(1, Math.floor(NEAR * wanted.length)) && far < (best?.far ?? Number.POSITIVE_INFINITY))
        best = { name: known, far };
    }
    return best?.name ?? null;
  }

  /** Days to look at for a voucher of this number: where it stands in its month, or, of a month that is not known, its own day. */
  daysToLookAt(voucher: Voucher): string[] {
    const numbers = this.#months.get(voucher.date.slice(0, 7));
    if (!numbers) return [voucher.date];
    const found = (numbers.get(keyOf(this.company, voucher)) ?? []).filter((one) =>
      bearsNumber(one, voucher, this.company),
    );
    return [...new Set(found.map(({ date }) => date))];
  }

  /** Looks once for the numbers of a whole month, which is cheaper than asking for each of many vouchers. */
  async loadMonth(month: string, signal: AbortSignal): Promise<void> {
    if (this.#months.has(month)) return;
    const numbers = new Map<string, Numbered[]>();
    for (const found of await this.tally.numbersWithin({ from: `${month}-01`, to: lastDayOf(month) }, signal)) {
      const { voucherType, number, reference, partyName, date } = found;
      const key = keyOf(this.company, found);
      if (key === '') continue;
      numbers.set(key, [...(numbers.get(key) ?? []), { voucherType, number, reference, partyName, date }]);
    }
    this.#months.set(month, numbers);
  }
}

/** What a voucher is known by in Tally. */
const keyOf = ({ numbering }: BridgeCompany, { number, reference }: Pick<Voucher, 'number' | 'reference'>): string =>
  (numbering === 'manual' ? number : reference).trim().toLowerCase();
