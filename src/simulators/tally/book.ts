import type { Day } from '../calendar.js';
import type { Company, Group, Ledger, PlainMaster, StockItem, Voucher, VoucherType } from './model.js';
import { byName, comparable } from './names.js';
import { type IndexedField, VoucherIndex } from './voucher-index.js';

/** The kinds of masters that are looked up by name. */
interface Masters {
  groups: Group;
  ledgers: Ledger;
  voucherTypes: VoucherType;
  stockItems: StockItem;
  units: PlainMaster;
  godowns: PlainMaster;
}

/** What a voucher is before the book gives it its place and its numbers. */
export type VoucherDraft = Omit<Voucher, 'masterId' | 'alterId' | 'sequence'>;

/**
 * One company's books with Tally's counters: ALTERID is one sequence for the company; ALTVCHID and ALTMSTID are the
 * last of it that went to vouchers and to masters. A master id is never used twice.
 */
export class Book {
  readonly groups: Group[] = [];
  readonly ledgers: Ledger[] = [];
  readonly voucherTypes: VoucherType[] = [];
  readonly stockItems: StockItem[] = [];
  readonly units: PlainMaster[] = [];
  readonly godowns: PlainMaster[] = [];
  alterId = 0;
  lastVoucherAlterId = 0;
  lastMasterAlterId = 0;
  #lastGroupOrLedgerId = 0;
  #lastVoucherId = 0;
  readonly #byDay = new Map<Day, Voucher[]>();
  readonly #byMasterId = new Map<number, Voucher>();
  readonly #sequences = new Map<Day, number>();
  /** Dated outside the company's period: they exist, and nothing shows them. */
  readonly #hidden = new Map<number, Voucher>();
  /** Made when somebody first looks by number or reference. */
  #index: VoucherIndex | null = null;
  /** Masters by comparable name, as they were at one master counter. */
  #names = { asOf: -1, lists: new Map<keyof Masters, Map<string, { name: string }>>() };

  constructor(
    readonly company: Company,
    /** The book's present day; nothing else in the simulator asks the clock. */
    public today: Day,
  ) {}

  get voucherCount(): number {
    return this.#byMasterId.size;
  }

  guidOf(object: { masterId: number }): string {
    return `${this.company.guid}-${object.masterId.toString(16).padStart(8, '0')}`;
  }

  /** Next ids for a new master. */
  masterIds(): { masterId: number; alterId: number } {
    this.#lastGroupOrLedgerId += 1;
    return { masterId: this.#lastGroupOrLedgerId, alterId: this.#nextMasterAlterId() };
  }

  touchMaster(master: { alterId: number }): void {
    master.alterId = this.#nextMasterAlterId();
  }

  add(draft: VoucherDraft, visible = true): Voucher {
    this.#lastVoucherId += 1;
    const voucher: Voucher = {
      ...draft,
      masterId: this.#lastVoucherId,
      alterId: this.#nextVoucherAlterId(),
      sequence: 0,
    };
    if (visible) this.#show(voucher);
    else this.#hidden.set(voucher.masterId, voucher);
    return voucher;
  }

  /** Applies a change; a new day moves the voucher, and with it its VCHKEY. */
  change(voucher: Voucher, change: Partial<VoucherDraft>): void {
    const moves = change.day !== undefined && change.day !== voucher.day;
    this.#index?.remove(voucher);
    if (moves) this.#take(voucher);
    Object.assign(voucher, change);
    if (moves) this.#place(voucher);
    this.#index?.add(voucher);
    voucher.alterId = this.#nextVoucherAlterId();
  }

  /** Puts other content under a voucher's id, which may hide it or show it. */
  replace(voucher: Voucher, draft: VoucherDraft, visible: boolean): void {
    if (this.isVisible(voucher) && visible) {
      this.change(voucher, draft);
      return;
    }
    this.#withdraw(voucher);
    Object.assign(voucher, draft);
    if (visible) this.#show(voucher);
    else this.#hidden.set(voucher.masterId, voucher);
    voucher.alterId = this.#nextVoucherAlterId();
  }

  /** Deleted vouchers leave nothing but a counter that moved. */
  remove(voucher: Voucher): void {
    this.#withdraw(voucher);
    this.#nextVoucherAlterId();
  }

  voucher(masterId: number): Voucher | undefined {
    return this.#byMasterId.get(masterId);
  }

  isVisible(voucher: Voucher): boolean {
    return this.#byMasterId.get(voucher.masterId) === voucher;
  }

  /** Hidden ones too; false for what was deleted, or undone by a restore. */
  holds(voucher: Voucher): boolean {
    return this.isVisible(voucher) || this.#hidden.get(voucher.masterId) === voucher;
  }

  /** Case does not count. */
  find(field: IndexedField, text: string): Iterable<Voucher> {
    this.#index ??= new VoucherIndex(this.vouchers());
    return this.#index.find(field, text);
  }

  /** All vouchers in the order they were written. */
  vouchers(): Iterable<Voucher> {
    return this.#byMasterId.values();
  }

  /** Vouchers dated within the days, both included, in date order as Tally lists them. */
  *vouchersBetween(from: Day, to: Day): Generator<Voucher> {
    const days = [...this.#byDay.keys()].filter((day) => day >= from && day <= to).sort((a, b) => a - b);
    for (const day of days) yield* this.#byDay.get(day)!;
  }

  lastVoucherDay(): Day {
    let last = this.company.booksFrom;
    for (const [day, vouchers] of this.#byDay) if (day > last && vouchers.length > 0) last = day;
    return last;
  }

  ledger(name: string): Ledger {
    const ledger = this.ledgers.find((candidate) => candidate.name === name);
    if (!ledger) throw new Error(`no ledger called ${name} in the simulated book`);
    return ledger;
  }

  voucherType(name: string): VoucherType {
    const type = this.voucherTypes.find((candidate) => candidate.name === name);
    if (!type) throw new Error(`no voucher type called ${name} in the simulated book`);
    return type;
  }

  /** A master by its name as Tally compares names. */
  named<K extends keyof Masters>(kind: K, name: string): Masters[K] | undefined {
    if (this.#names.asOf !== this.lastMasterAlterId) this.#names = { asOf: this.lastMasterAlterId, lists: new Map() };
    let list = this.#names.lists.get(kind);
    if (!list) {
      list = byName<{ name: string }>(this[kind]);
      this.#names.lists.set(kind, list);
    }
    return list.get(comparable(name)) as Masters[K] | undefined;
  }

  /** Takes a backup. Returns what puts it in place of the books, counters and master ids included, any number of times. */
  backUp(): () => void {
    const copied = <T extends object>(objects: Iterable<T>) =>
      [...objects].map((object) => ({ object, was: { ...object } }));
    const put = <T extends object>(held: { object: T; was: T }[]): T[] =>
      held.map(({ object, was }) => Object.assign(object, was));
    const { groups, ledgers, voucherTypes, stockItems, units, godowns } = this;
    const masters = [groups, ledgers, voucherTypes, stockItems, units, godowns].map((list) => ({
      list,
      held: copied<object>(list),
    }));
    const vouchers = copied(this.vouchers());
    const hidden = copied(this.#hidden.values());
    const days = [...this.#byDay].map(([day, dated]) => [day, [...dated]] as const);
    const sequences = new Map(this.#sequences);
    const { alterId, lastVoucherAlterId, lastMasterAlterId } = this;
    const ids = [this.#lastGroupOrLedgerId, this.#lastVoucherId] as const;
    return () => {
      for (const { list, held } of masters) (list as object[]).splice(0, list.length, ...put(held));
      const byId = (held: { object: Voucher; was: Voucher }[]) =>
        put(held).map((voucher) => [voucher.masterId, voucher] as const);
      refill(this.#byMasterId, byId(vouchers));
      refill(this.#hidden, byId(hidden));
      this.#index = null;
      this.#names.asOf = -1;
      refill(
        this.#byDay,
        days.map(([day, dated]) => [day, [...dated]]),
      );
      refill(this.#sequences, sequences);
      Object.assign(this, { alterId, lastVoucherAlterId, lastMasterAlterId });
      [this.#lastGroupOrLedgerId, this.#lastVoucherId] = ids;
    };
  }

  #show(voucher: Voucher): void {
    this.#byMasterId.set(voucher.masterId, voucher);
    this.#index?.add(voucher);
    this.#place(voucher);
  }

  #withdraw(voucher: Voucher): void {
    if (this.#hidden.delete(voucher.masterId)) return;
    this.#index?.remove(voucher);
    this.#take(voucher);
    this.#byMasterId.delete(voucher.masterId);
  }

  #place(voucher: Voucher): void {
    const sequence = (this.#sequences.get(voucher.day) ?? 0) + 8;
    this.#sequences.set(voucher.day, sequence);
    voucher.sequence = sequence;
    const vouchers = this.#byDay.get(voucher.day);
    if (vouchers) vouchers.push(voucher);
    else this.#byDay.set(voucher.day, [voucher]);
  }

  #take(voucher: Voucher): void {
    const vouchers = this.#byDay.get(voucher.day)!;
    vouchers.splice(vouchers.indexOf(voucher), 1);
  }

  #nextVoucherAlterId(): number {
    this.alterId += 1;
    this.lastVoucherAlterId = this.alterId;
    return this.alterId;
  }

  #nextMasterAlterId(): number {
    this.alterId += 1;
    this.lastMasterAlterId = this.alterId;
    return this.alterId;
  }
}

/** In place, since others hold the map. */
export function refill<K, V>(map: Map<K, V>, entries: Iterable<readonly [K, V]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
