import { type Day, monthOf } from '../calendar.js';
import type { Book } from './book.js';
import type { BillAllocation, IdentityFault, Ledger, Leg, Voucher } from './model.js';

/**
 * What is true of a book, added up the way an accountant adds: from what the books were meant to hold (which ledger is
 * a debtor, what class a voucher type has, whose identity was spoiled), never from XML.
 */

export interface Sum {
  count: number;
  paise: number;
}
export interface MonthlySum extends Sum {
  /** Keyed by month, `2025-04`. */
  byMonth: Record<string, Sum>;
}
export type Kind = 'invoices' | 'payments' | 'returns' | 'adjustments';
export interface DebtorTotals {
  guid: string;
  /** What the debtor owed when the books began; positive when he owes. */
  openingPaise: number;
  /** What he owes now, by the ledger's own legs; payments that are still pending do not count. */
  closingPaise: number;
  /** Effect of the accepted records, opening ones included: invoices − cleared payments − returns + adjustments. */
  acceptedPaise: number;
  quarantinedPaise: number;
}
export interface Totals {
  company: string;
  guid: string;
  /** Accepted records. `payments` holds the pending ones too; adjustments are signed, positive when more is owed. */
  byType: Record<Kind, MonthlySum>;
  pendingPayments: Sum;
  voids: {
    /** Cancelled accounting vouchers. */
    cancelled: number;
    /** Payments taken back; each took its reversing adjustment with it. */
    reversedPayments: number;
  };
  /** Records, by quarantine code. */
  quarantined: Record<string, number>;
  /** Review flags on accepted records. */
  flagged: Record<string, number>;
  /** Review flags on records that were quarantined. */
  flaggedInQuarantine: Record<string, number>;
  /** Vouchers, by reason. */
  ignored: Record<string, number>;
  debtors: DebtorTotals[];
}

interface Entry {
  kind: Kind;
  debtor: Ledger;
  day: Day;
  /** Meaning of the record's own amount: positive for what it usually is. */
  paise: number;
  bill: BillAllocation | null;
  /** The bills an invoice makes. */
  made: readonly { name: string | null; day: Day }[];
  foreign: boolean;
  dueDropped: boolean;
  opening: boolean;
  pending: boolean;
  /** Debit of a payment, journal or debit note: may take back a payment. */
  mayReverse: boolean;
}

/** 2018-01-01; nothing may be dated before it. */
const FIRST_DAY: Day = 43100;
const LARGEST_PAISE = 50_00_000_00;
const PENDING_DAYS = 366;

/** Adds up the book as it stands. Throws when an account does not come out: then the simulator itself is wrong. */
export function totalsOf(book: Book): Totals {
  const totals: Totals = {
    company: book.company.name,
    guid: book.company.guid,
    byType: { invoices: monthly(), payments: monthly(), returns: monthly(), adjustments: monthly() },
    pendingPayments: { count: 0, paise: 0 },
    voids: { cancelled: 0, reversedPayments: 0 },
    quarantined: {},
    flagged: {},
    flaggedInQuarantine: {},
    ignored: {},
    debtors: [],
  };
  const accounts = new Map<Ledger, DebtorTotals>();
  for (const ledger of book.ledgers) {
    if (ledger.kind !== 'debtor') continue;
    const openingPaise = 0 - ledger.openingPaise;
    const account = {
      guid: book.guidOf(ledger),
      openingPaise,
      closingPaise: openingPaise,
      acceptedPaise: 0,
      quarantinedPaise: 0,
    };
    accounts.set(ledger, account);
    totals.debtors.push(account);
  }

  const sound: Entry[] = [];
  const refusedBills = new Set<string>();
  const judge = (entry: Entry): void => {
    const code = faultOf(entry, book.today);
    const flags = flagsOf(entry);
    if (!code) {
      sound.push(entry);
      return;
    }
    refuse(entry, code, flags);
    for (const { name, day } of entry.made) refusedBills.add(billOf(entry.debtor, name, day));
  };
  const refuse = (entry: Entry, code: string, flags: string[]): void => {
    bump(totals.quarantined, code);
    for (const flag of flags) bump(totals.flaggedInQuarantine, flag);
    if (!entry.pending) accounts.get(entry.debtor)!.quarantinedPaise += effectOf(entry);
  };
  for (const ledger of accounts.keys()) for (const entry of openingEntries(ledger, book)) judge(entry);
  for (const voucher of book.vouchers()) {
    const ignored = ignoredReason(voucher);
    if (ignored) bump(totals.ignored, ignored);
    else if (voucher.state === 'cancelled') totals.voids.cancelled += 1;
    else {
      const pending = isPending(voucher, book.today);
      for (const { ledger, paise } of debtorLegs(voucher))
        if (!(pending && paise > 0)) accounts.get(ledger)!.closingPaise -= paise;
      for (const entry of entriesOf(voucher, book.today)) judge(entry);
    }
  }

  const reversed = takenBack(sound);
  totals.voids.reversedPayments = reversed.size / 2;
  for (const entry of sound) {
    if (reversed.has(entry)) continue;
    // A payment waits for an invoice that is refused.
    if (
      entry.kind === 'payments' &&
      entry.bill &&
      refusedBills.has(billOf(entry.debtor, entry.bill.name, entry.bill.day))
    ) {
      refuse(entry, 'INVOICE_QUARANTINED', flagsOf(entry));
      continue;
    }
    record(totals.byType[entry.kind], entry);
    for (const flag of flagsOf(entry)) bump(totals.flagged, flag);
    if (entry.pending) {
      totals.pendingPayments.count += 1;
      totals.pendingPayments.paise += entry.paise;
    } else accounts.get(entry.debtor)!.acceptedPaise += effectOf(entry);
  }
  for (const account of totals.debtors)
    if (account.acceptedPaise + account.quarantinedPaise !== account.closingPaise)
      throw new Error(
        `the account of ${account.guid} closes at ${account.closingPaise} paise, but its records add up to ${account.acceptedPaise} accepted and ${account.quarantinedPaise} quarantined`,
      );
  return totals;
}

const debtorLegs = (voucher: Voucher): Leg[] => voucher.legs.filter(({ ledger }) => ledger.kind === 'debtor');

/** A receipt whose day has not come; one marked post-dated keeps the mark after its day. */
const isPending = (voucher: Voucher, today: Day): boolean => voucher.type.class === 'receipt' && voucher.day > today;

function ignoredReason(voucher: Voucher): string | null {
  if (voucher.type.class === 'not_accounting') return 'not_accounting';
  if (voucher.state === 'cancelled') return null;
  if (voucher.state === 'optional') return 'optional';
  const legs = debtorLegs(voucher);
  if (legs.length === 0) {
    const paidAtOnce = voucher.legs.some(({ ledger }) => ledger.kind === 'cash' || ledger.kind === 'bank');
    return voucher.type.class === 'sales' && paidAtOnce ? 'cash_sale' : 'not_a_debtor';
  }
  return legs.every(({ paise }) => paise === 0) ? 'zero_amount' : null;
}

function openingEntries(ledger: Ledger, book: Book): Entry[] {
  const entry = (kind: Kind, day: Day, paise: number, dueDropped = false, made: Entry['made'] = []): Entry => ({
    kind,
    debtor: ledger,
    day,
    paise,
    bill: null,
    made,
    foreign: false,
    dueDropped,
    opening: true,
    pending: false,
    mayReverse: false,
  });
  const entries: Entry[] = [];
  let rest = ledger.openingPaise;
  for (const made of ledger.openingBills) {
    const { day, paise, dueDropped } = made;
    rest -= paise;
    if (paise < 0) entries.push(entry('invoices', day, -paise, dueDropped, [made]));
    else entries.push(entry('adjustments', book.company.booksFrom, -paise));
  }
  if (rest !== 0) entries.push(entry('adjustments', book.company.booksFrom, -rest));
  return entries;
}

function entriesOf(voucher: Voucher, today: Day): Entry[] {
  const legs = debtorLegs(voucher);
  const common = {
    day: voucher.day,
    dueDropped: false,
    opening: false,
    pending: false,
    mayReverse: false,
    bill: null,
    made: [],
  };
  const foreign = legs.some((leg) => leg.foreign);
  const owed = 0 - legs.reduce((sum, { paise }) => sum + paise, 0);
  const debtor = legs[0]!.ledger;
  switch (voucher.type.class) {
    case 'sales': {
      const dueDropped = legs.some(({ bills }) => bills.some((bill) => bill.kind === 'New Ref' && bill.dueDropped));
      const made = legs.flatMap(({ bills }) => bills.filter(({ kind }) => kind === 'New Ref'));
      return [{ ...common, kind: 'invoices', debtor, paise: owed, foreign, dueDropped, made }];
    }
    case 'credit_note':
      return [{ ...common, kind: 'returns', debtor, paise: 0 - owed, foreign }];
    case 'receipt': {
      const pending = isPending(voucher, today);
      return legs.flatMap((leg) =>
        leg.paise > 0
          ? parts(leg).map<Entry>(({ bill, paise }) => ({
              ...common,
              kind: 'payments',
              debtor: leg.ledger,
              paise,
              bill,
              foreign,
              pending,
            }))
          : adjustments(leg, foreign, false),
      );
    }
    default: {
      const mayReverse = ['payment', 'journal', 'debit_note'].includes(voucher.type.class);
      return legs.flatMap((leg) => adjustments(leg, foreign, mayReverse));
    }
  }

  function adjustments(leg: Leg, foreignLeg: boolean, mayReverse: boolean): Entry[] {
    return parts(leg).map(({ bill, paise }) => ({
      ...common,
      kind: 'adjustments',
      debtor: leg.ledger,
      paise: 0 - paise,
      bill,
      foreign: foreignLeg,
      mayReverse: mayReverse && paise < 0,
    }));
  }
}

/** A leg by its bills, and the rest that none of them covers. */
function parts(leg: Leg): { bill: BillAllocation | null; paise: number }[] {
  const found: { bill: BillAllocation | null; paise: number }[] = [];
  let rest = leg.paise;
  for (const bill of leg.bills) {
    rest -= bill.paise;
    found.push({ bill: bill.kind === 'Agst Ref' ? bill : null, paise: bill.paise });
  }
  if (rest !== 0) found.push({ bill: null, paise: rest });
  return found;
}

function faultOf(entry: Entry, today: Day): IdentityFault | string | null {
  if (entry.debtor.fault) return entry.debtor.fault;
  if (entry.foreign) return 'CURRENCY_UNSUPPORTED';
  if (entry.kind === 'payments') {
    if (entry.paise <= 0) return 'AMOUNT_OUTLIER';
    const beforeBill = entry.bill !== null && entry.day < entry.bill.day;
    if (beforeBill || entry.day < FIRST_DAY || entry.day > today + PENDING_DAYS) return 'INVALID_PAYMENT_DATE';
    return null;
  }
  if (entry.day > today || entry.day < FIRST_DAY) return 'INVALID_DATE';
  if (entry.kind !== 'adjustments' && (entry.paise <= 0 || entry.paise >= LARGEST_PAISE)) return 'AMOUNT_OUTLIER';
  return null;
}

function flagsOf(entry: Entry): string[] {
  const flags: string[] = [];
  if (entry.debtor.wrongCheckDigit) flags.push('GSTIN_CHECK_DIGIT');
  if (entry.dueDropped) flags.push('DUE_DATE_DROPPED');
  if (entry.kind === 'invoices' && entry.paise < 0) flags.push('SIGN_UNEXPECTED');
  return flags;
}

const billOf = (debtor: Ledger, name: string | null, day: Day): string => `${debtor.masterId} ${day} ${name}`;

/** What the record adds to what the debtor owes. */
const effectOf = ({ kind, paise }: Entry): number =>
  kind === 'invoices' || kind === 'adjustments' ? paise : 0 - paise;

/**
 * Payments taken back, with what took them back: each debit, oldest first, takes back the oldest payment of the same
 * amount on the same bill that was made by its day and still stands.
 */
function takenBack(entries: Entry[]): Set<Entry> {
  const byBill = new Map<string, { payments: Entry[]; debits: Entry[] }>();
  for (const entry of entries) {
    const { bill } = entry;
    if (!bill || !(entry.kind === 'payments' || entry.mayReverse)) continue;
    const key = `${entry.debtor.masterId} ${bill.day} ${entry.paise} ${bill.name}`;
    const found = byBill.get(key) ?? { payments: [], debits: [] };
    byBill.set(key, found);
    (entry.kind === 'payments' ? found.payments : found.debits).push(entry);
  }
  const reversed = new Set<Entry>();
  for (const { payments, debits } of byBill.values()) {
    payments.sort((a, b) => a.day - b.day);
    debits.sort((a, b) => a.day - b.day);
    for (const debit of debits) {
      const taken = payments.findIndex((payment) => payment.day <= debit.day);
      if (taken === -1) continue;
      reversed.add(payments[taken]!).add(debit);
      payments.splice(taken, 1);
    }
  }
  return reversed;
}

const monthly = (): MonthlySum => ({ count: 0, paise: 0, byMonth: {} });

function record(sum: MonthlySum, { day, paise }: Entry): void {
  const month = monthOf(day);
  sum.byMonth[month] ??= { count: 0, paise: 0 };
  for (const counted of [sum, sum.byMonth[month]]) {
    counted.count += 1;
    counted.paise += paise;
  }
}

const bump = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};
