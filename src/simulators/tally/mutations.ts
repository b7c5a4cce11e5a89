import { parseDay } from '../calendar.js';
import { gstinCheckCharacter, makeGstin } from '../gstin.js';
import type { BillAllocation, Leg, Voucher } from './model.js';
import { NO_GOODS } from './model.js';
import { bounce } from './trade.js';
import { bill, type Trader } from './trader.js';

export const MUTATION_KINDS = [
  'add_sale',
  'add_receipt',
  'edit_amount',
  'edit_bills',
  'cancel',
  'delete',
  'make_optional',
  'make_regular',
  'change_type',
  'bounce',
  'renumber',
  'backdate',
  'rename_ledger',
  'repair_identity',
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/**
 * A change somebody makes in Tally. Without `guid` a suitable voucher (or ledger) is chosen. `amountPaise` is the
 * taxable amount of a sale, the amount of a receipt, or by how much an amount changes.
 */
export interface Mutation {
  kind: MutationKind;
  guid?: string;
  /** ISO day for what is added; the book's today by default. */
  date?: string;
  amountPaise?: number;
  /** For `backdate`; 3 by default. */
  days?: number;
  /** For `change_type` (a voucher type's name), `renumber`, `rename_ledger`, `repair_identity` (a GSTIN). */
  to?: string;
}

/** What was changed and the ALTERID it has now; null when it is gone. */
export interface Mutated {
  guid: string;
  alterId: number | null;
}

export interface DayOfTrade {
  sales?: number;
  receipts?: number;
  edits?: number;
  cancels?: number;
}

/** Makes one change and moves Tally's counters as Tally does. Throws when there is nothing suitable to change. */
export function mutate(trader: Trader, mutation: Mutation): Mutated {
  const { book } = trader;
  if (mutation.kind === 'rename_ledger' || mutation.kind === 'repair_identity') return changeLedger(trader, mutation);
  const day = mutation.date === undefined ? book.today : parseDay(mutation.date);
  if (day === null) throw new Error(`date is ${mutation.date}, expected a day such as 2026-05-18`);
  trader.day = day;
  const changed = (voucher: Voucher): Mutated => ({ guid: book.guidOf(voucher), alterId: voucher.alterId });
  switch (mutation.kind) {
    case 'add_sale':
      return changed(trader.sell(trader.billWiseDebtor(), { taxablePaise: mutation.amountPaise }));
    case 'add_receipt': {
      const debtor = trader.debtorOwing();
      if (mutation.amountPaise === undefined) return changed(trader.receive(debtor, trader.settle(debtor, 1)));
      return changed(trader.receive(debtor, [bill('On Account', null, day, mutation.amountPaise)]));
    }
    case 'edit_amount': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      changeAmount(trader, voucher, mutation.amountPaise ?? trader.random.int(10_00, 900_00));
      return changed(voucher);
    }
    case 'edit_bills': {
      const voucher = chosen(trader, mutation, ['receipt']);
      const [credited, ...others] = voucher.legs as [Leg, ...Leg[]];
      const kept = credited.bills.slice(0, Math.max(0, credited.bills.length - 1));
      const rest = credited.paise - kept.reduce((sum, { paise }) => sum + paise, 0);
      forget(trader, voucher);
      book.change(voucher, {
        legs: [{ ...credited, bills: [...kept, bill('On Account', null, voucher.day, rest)] }, ...others],
      });
      return changed(voucher);
    }
    case 'cancel': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      forget(trader, voucher);
      book.change(voucher, {
        state: 'cancelled',
        party: null,
        legs: [],
        goods: NO_GOODS,
        narration: '',
        invoiceView: false,
      });
      return changed(voucher);
    }
    case 'delete': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      forget(trader, voucher);
      book.remove(voucher);
      return { guid: book.guidOf(voucher), alterId: null };
    }
    case 'make_optional':
    case 'make_regular': {
      const voucher = chosen(
        trader,
        mutation,
        ['sales', 'receipt'],
        mutation.kind === 'make_optional' ? 'regular' : 'optional',
      );
      forget(trader, voucher);
      book.change(voucher, { state: mutation.kind === 'make_optional' ? 'optional' : 'regular' });
      return changed(voucher);
    }
    case 'change_type': {
      const voucher = chosen(trader, mutation, ['sales']);
      forget(trader, voucher);
      const legs = voucher.legs.map((each) => ({ ...each, fromGoods: false }));
      book.change(voucher, {
        type: book.voucherType(mutation.to ?? 'Journal'),
        legs,
        goods: NO_GOODS,
        invoiceView: false,
      });
      return changed(voucher);
    }
    case 'bounce': {
      const receipt = mutation.guid === undefined ? undefined : chosen(trader, mutation, ['receipt']);
      if (receipt) forget(trader, receipt);
      const bounced = bounce(trader, 'Bank Charges & Bounces', 0, receipt);
      if (!bounced) throw new Error('no cleared receipt against a bill is left to bounce');
      return changed(bounced);
    }
    case 'renumber': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      book.change(voucher, { number: mutation.to ?? `${voucher.number}-R` });
      return changed(voucher);
    }
    case 'backdate': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      backdate(trader, voucher, mutation.days ?? 3);
      return changed(voucher);
    }
  }
}

/** A day's plausible work, dated today. Returns what was touched. */
export function dayOfTrade(trader: Trader, { sales = 0, receipts = 0, edits = 0, cancels = 0 }: DayOfTrade): Mutated[] {
  const work: [MutationKind, number][] = [
    ['add_sale', sales],
    ['add_receipt', receipts],
    ['edit_amount', edits],
    ['cancel', cancels],
  ];
  return work.flatMap(([kind, count]) => Array.from({ length: count }, () => mutate(trader, { kind })));
}

/** The voucher asked for, or one of the latest suitable ones: plain, of one sound debtor, not yet taken back. */
function chosen(trader: Trader, { guid }: Mutation, classes: string[], state: Voucher['state'] = 'regular'): Voucher {
  const { book } = trader;
  if (guid !== undefined) {
    const voucher = book.voucher(Number.parseInt(guid.slice(-8), 16));
    if (!voucher || book.guidOf(voucher) !== guid) throw new Error(`no voucher has the GUID ${guid}`);
    return voucher;
  }
  const suitable = [...book.vouchers()].filter(
    ({ type, state: current, day, postDated, legs }) =>
      classes.includes(type.class) &&
      current === state &&
      day <= book.today &&
      !postDated &&
      legs[0]?.ledger.kind === 'debtor' &&
      legs[0].ledger.fault === null &&
      legs[0].foreign === null &&
      legs[0].bills.length > 0 &&
      legs.filter(({ ledger }) => ledger.kind === 'debtor').length === 1,
  );
  if (suitable.length === 0) throw new Error(`the book holds no ${state} ${classes.join(' or ')} voucher to change`);
  return trader.random.pick(suitable.slice(-500));
}

/** What is no longer as it was can neither be paid nor bounce. */
function forget(trader: Trader, voucher: Voucher): void {
  const at = trader.receipts.indexOf(voucher);
  if (at >= 0) trader.receipts.splice(at, 1);
  for (const { ledger, bills } of voucher.legs) {
    if (ledger.kind !== 'debtor') continue;
    const open = trader.open(ledger);
    for (const { kind, name, day } of bills) {
      const found = kind === 'New Ref' ? open.findIndex((owed) => owed.name === name && owed.day === day) : -1;
      if (found >= 0) open.splice(found, 1);
    }
  }
}

/** Moves the amount of the debtor's leg, its last bill and what stands against it. */
function changeAmount(trader: Trader, voucher: Voucher, byPaise: number): void {
  forget(trader, voucher);
  const [party, ...others] = voucher.legs as [Leg, ...Leg[]];
  const sign = party.paise < 0 ? -1 : 1;
  const bills = party.bills.map<BillAllocation>((each, index) =>
    index === party.bills.length - 1 ? { ...each, paise: each.paise + sign * byPaise } : each,
  );
  const counter = voucher.type.class === 'sales' ? 0 : others.length - 1;
  const legs = [
    { ...party, paise: party.paise + sign * byPaise, bills },
    ...others.map((each, index) => (index === counter ? { ...each, paise: each.paise - sign * byPaise } : each)),
  ];
  const goods = voucher.goods.map((line, index) =>
    index === 0 ? { ...line, paise: line.paise - sign * byPaise } : line,
  );
  trader.book.change(voucher, { legs, goods: goods.length ? goods : NO_GOODS });
}

/** A bill moves with the voucher that made it, and those who settle it see its new date. */
function backdate(trader: Trader, voucher: Voucher, days: number): void {
  const { book } = trader;
  const day = voucher.day - days;
  forget(trader, voucher);
  const moved = new Set<string>();
  const shift = (leg: Leg, isMoved: (each: BillAllocation) => boolean): Leg =>
    leg.bills.some(isMoved)
      ? { ...leg, bills: leg.bills.map((each) => (isMoved(each) ? { ...each, day } : each)) }
      : leg;
  for (const { ledger, bills } of voucher.legs)
    for (const { kind, name, day: billDay } of bills)
      if (kind !== 'Agst Ref') moved.add(`${ledger.masterId} ${billDay} ${name}`);
  const refers = (leg: Leg) => (each: BillAllocation) =>
    each.name !== null && moved.has(`${leg.ledger.masterId} ${each.day} ${each.name}`);
  for (const other of book.vouchers())
    if (other !== voucher) {
      const legs = other.legs.map((leg) => shift(leg, refers(leg)));
      if (legs.some((leg, index) => leg !== other.legs[index])) other.legs = legs;
    }
  book.change(voucher, { day, legs: voucher.legs.map((leg) => shift(leg, ({ kind }) => kind !== 'Agst Ref')) });
}

function changeLedger(trader: Trader, { kind, guid, to }: Mutation): Mutated {
  const { book } = trader;
  const candidates =
    kind === 'repair_identity' ? trader.faulty.filter(({ fault }) => fault !== 'IDENTITY_AMBIGUOUS') : trader.sound;
  const ledger = guid === undefined ? candidates[0] : book.ledgers.find((each) => book.guidOf(each) === guid);
  if (!ledger) throw new Error('the book holds no ledger to change');
  if (kind === 'rename_ledger') ledger.name = to ?? `${ledger.name} (new)`;
  else {
    ledger.partyGstin = to ?? makeGstin(trader.random);
    ledger.wrongCheckDigit = gstinCheckCharacter(ledger.partyGstin) !== ledger.partyGstin[14];
    ledger.fault = null;
    trader.faulty.splice(trader.faulty.indexOf(ledger), 1);
    trader.sound.push(ledger);
  }
  book.touchMaster(ledger);
  return { guid: book.guidOf(ledger), alterId: ledger.alterId };
}
