import { isoFromTally } from '../dates.js';
import { readAmount } from '../legs.js';
import type { Masters } from '../masters.js';
import type { BillAllocation, Voucher } from '../voucher.js';

/** Whether an allocation settles a bill without saying of which day that bill is. */
export const lacksDate = ({ type, name, date }: BillAllocation): boolean =>
  date === '' && name !== '' && isType(type, 'agst ref');

const isType = (type: string, wanted: string): boolean => type.toLowerCase() === wanted;

interface MadeBill {
  /** ISO. */
  day: string;
  /** Signed as in Tally, like all amounts here. */
  paise: number;
  /** Settled so far, where the party has several bills of this name. */
  settledPaise: number;
}
/** Bill names begin anew in each financial year; one that stands for more days than this tells nothing apart. */
const MOST_DAYS = 64;

/**
 * The day of every bill that a file itself makes, because files leave BILLDATE out of vouchers: opening bills have a
 * day of their own, a `New Ref` or an `Advance` that of its voucher. Holds a day and an amount for each bill, and nothing of vouchers.
 */
export class BillDates {
  /** Party key → bill name → the bills of that name. */
  readonly #made = new Map<string, Map<string, MadeBill | MadeBill[]>>();

  constructor(private readonly masters: Masters) {
    for (const { party, bills } of masters.openings) {
      for (const bill of bills) this.#add(party.key, bill, isoFromTally(bill.date));
    }
  }

  /** Takes note of the bills a voucher makes. */
  learn(voucher: Voucher): void {
    for (const { ledgerName, bills } of voucher.legs) {
      for (const bill of bills) {
        if (!isType(bill.type, 'new ref') && !isType(bill.type, 'advance')) continue;
        const key = this.#partyKey(ledgerName);
        if (key !== null) this.#add(key, bill, isoFromTally(bill.date) ?? isoFromTally(voucher.date));
      }
    }
  }

  /** Before the vouchers are gone through once more. */
  restart(): void {
    for (const ofParty of this.#made.values()) {
      for (const made of ofParty.values()) if (Array.isArray(made)) for (const bill of made) bill.settledPaise = 0;
    }
  }

  /**
   * Dates the bills that a voucher settles, in place. Where a party has several of one name it is the latest made on or
   * before the voucher's day, else the earliest after it, of those that are still open for the amount if any are. A
   * bill the file does not make stays without a date.
   */
  complete(voucher: Voucher): void {
    const day = isoFromTally(voucher.date);
    if (day === null) return;
    for (const { ledgerName, bills } of voucher.legs) {
      for (const bill of bills) {
        if (!lacksDate(bill)) continue;
        const key = this.#partyKey(ledgerName);
        const made = key === null ? undefined : this.#made.get(key)?.get(bill.name);
        if (made === undefined) continue;
        bill.date = Array.isArray(made) ? settle(made, day, amountOf(bill)).day : made.day;
      }
    }
  }

  /** Null for everyone who is known to be no debtor. */
  #partyKey(ledgerName: string): string | null {
    if (this.masters.withoutLedgers) return this.masters.strangerNamed(ledgerName).key;
    return this.masters.ledger(ledgerName)?.party?.key ?? null;
  }

  #add(partyKey: string, bill: BillAllocation, day: string | null): void {
    if (day === null || bill.name === '') return;
    let ofParty = this.#made.get(partyKey);
    if (ofParty === undefined) {
      ofParty = new Map();
      this.#made.set(partyKey, ofParty);
    }
    const made = { day, paise: amountOf(bill), settledPaise: 0 };
    const known = ofParty.get(bill.name);
    if (known === undefined) {
      ofParty.set(bill.name, made);
      return;
    }
    const all = Array.isArray(known) ? known : [known];
    const same = all.find((other) => other.day === day);
    if (same) same.paise += made.paise;
    else if (all.length < MOST_DAYS) ofParty.set(bill.name, [...all, made]);
  }
}

const amountOf = (bill: BillAllocation): number => readAmount(bill.amount).paise ?? 0;

function settle(bills: MadeBill[], day: string, paise: number): MadeBill {
  const choices = [
    bills.filter((bill) => fits(bill, bill.settledPaise + paise)),
    bills.filter((bill) => Math.abs(bill.paise) >= Math.abs(paise)),
    bills,
  ];
  const choice = choices.find(({ length }) => length > 0)!;
  const before = choice.filter((bill) => bill.day <= day);
  const chosen =
    before.length > 0
      ? before.reduce((latest, bill) => (bill.day > latest.day ? bill : latest))
      : choice.reduce((earliest, bill) => (bill.day < earliest.day ? bill : earliest));
  chosen.settledPaise += paise;
  return chosen;
}

/** Neither more than the whole bill is settled, nor more taken back than was. */
const fits = ({ paise }: MadeBill, settledPaise: number): boolean =>
  paise < 0 ? settledPaise >= 0 && settledPaise <= -paise : settledPaise <= 0 && settledPaise >= -paise;
