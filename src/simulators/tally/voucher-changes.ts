import type { Day } from '../calendar.js';
import type { BillAllocation, Leg, Voucher } from './model.js';
import { NO_GOODS } from './model.js';
import type { Trader } from './trader.js';

/** What is no longer as it was can neither be paid nor bounce. */
export function forget(trader: Trader, voucher: Voucher): void {
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
export function changeAmount(trader: Trader, voucher: Voucher, byPaise: number): void {
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
export function backdate(trader: Trader, voucher: Voucher, days: number): void {
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

/** A voucher moves with its own bills; those who settle them keep the date they were given. */
export function redate(trader: Trader, voucher: Voucher, day: Day): void {
  forget(trader, voucher);
  const legs = voucher.legs.map((leg) =>
    leg.bills.length === 0
      ? leg
      : { ...leg, bills: leg.bills.map((each) => (each.kind === 'Agst Ref' ? each : { ...each, day })) },
  );
  trader.book.change(voucher, { day, legs });
}
