import type { Day } from '../calendar.js';
import { Book } from './book.js';
import type { Ledger, OpeningBill } from './model.js';

/**
 * Splits a company's data as Tally does at the year's end: a new company whose books begin the day after `lastDay`, with the
 * same masters under GUIDs of its own, everything open carried forward as opening balances and bills, and the vouchers
 * dated later. The company that was split stays as it is.
 */
export function splitBook(book: Book, lastDay: Day, name: string): Book {
  const { company } = book;
  const guid = `${company.guid.slice(0, 24)}${lastDay.toString(16).padStart(5, '0')}${company.guid.slice(29)}`;
  const split = new Book({ ...company, name, guid, booksFrom: lastDay + 1 }, book.today);
  for (const group of book.groups) split.groups.push({ ...group, ...split.masterIds() });
  for (const type of book.voucherTypes) split.voucherTypes.push({ ...type, ...split.masterIds() });
  for (const kind of ['stockItems', 'units', 'godowns'] as const)
    for (const master of book[kind]) (split[kind] as object[]).push({ ...master, ...split.masterIds() });
  const carried = carriedForward(book, lastDay);
  const ledgers = new Map<Ledger, Ledger>();
  for (const ledger of book.ledgers) {
    const { paise, bills } = carried.get(ledger)!;
    const openingBills = ledger.kind === 'debtor' ? [...bills.values()].filter((bill) => bill.paise !== 0) : [];
    const copy = { ...ledger, ...split.masterIds(), openingPaise: paise, openingBills };
    ledgers.set(ledger, copy);
    split.ledgers.push(copy);
  }
  for (const { masterId, alterId, sequence, ...voucher } of book.vouchers()) {
    if (voucher.day <= lastDay) continue;
    split.add({
      ...voucher,
      type: split.voucherType(voucher.type.name),
      party: voucher.party && ledgers.get(voucher.party)!,
      legs: voucher.legs.map((leg) => ({ ...leg, ledger: ledgers.get(leg.ledger)! })),
    });
  }
  return split;
}

interface Carried {
  paise: number;
  /** By name and day. */
  bills: Map<string, OpeningBill>;
}

/** What stood on each ledger, and on each of its bills, at the end of a day. */
function carriedForward(book: Book, lastDay: Day): Map<Ledger, Carried> {
  const all = new Map<Ledger, Carried>();
  const add = ({ bills }: Carried, bill: OpeningBill): void => {
    const key = `${bill.day} ${bill.name}`;
    const known = bills.get(key);
    bills.set(key, known ? { ...known, paise: known.paise + bill.paise } : { ...bill });
  };
  for (const ledger of book.ledgers) {
    const carried: Carried = { paise: ledger.openingPaise, bills: new Map() };
    for (const bill of ledger.openingBills) add(carried, bill);
    all.set(ledger, carried);
  }
  for (const { state, type, day, legs } of book.vouchers()) {
    if (state !== 'regular' || type.class === 'not_accounting' || day > lastDay) continue;
    for (const { ledger, paise, bills } of legs) {
      const carried = all.get(ledger)!;
      carried.paise += paise;
      for (const { name, day: billDay, paise: part, credit, dueDropped } of bills)
        if (name !== null) add(carried, { name, day: billDay, paise: part, credit, dueDropped });
    }
  }
  return all;
}
