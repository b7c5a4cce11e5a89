import { type Day, monthOf } from '../calendar.js';
import type { Book } from './book.js';
import { type Doc, type DueTruth, type JournalEntry, moneyOf, type Partner, type Payment, paidDay } from './model.js';

/**
 * What is true of a book, added up the way an accountant adds: from what the books were meant to hold (who is a
 * debtor, whose identity was spoiled, which due date was chosen to be unbelievable), never from JSON. How documents
 * become records:
 *
 * - an A/R invoice of a debtor is an invoice, an A/R debit memo an adjustment, a credit note a return;
 * - of an incoming payment each positive allocation is a payment, and what is left over is one without an invoice. A
 *   negative allocation (a credit note, or earlier money, that is set off) is an adjustment that gives it back, a cash
 *   discount one that takes it off. All of it counts from the day its last cheque falls due;
 * - an outgoing payment to a debtor is an adjustment, and so is his line of a journal entry made by hand; payments to
 *   suppliers are nobody's business and not even counted;
 * - his debit line of an opening balance is an invoice dated by the entry's document date, a credit line an adjustment;
 * - a cancelled document, its cancellation, and a cancelled payment are nothing.
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
  cardCode: string;
  /** What the debtor owed when the books began; positive when he owes. */
  openingPaise: number;
  /** What he owes now, by the ledger's own lines; payments that are still pending do not count. */
  closingPaise: number;
  /** Effect of the accepted records, opening ones included: invoices − cleared payments − returns + adjustments. */
  acceptedPaise: number;
  quarantinedPaise: number;
}
export interface Totals {
  company: string;
  database: string;
  /** Accepted records. `payments` holds the pending ones too; adjustments are signed, positive when more is owed. */
  byType: Record<Kind, MonthlySum>;
  /** Of the invoices, those that stood open when the books began. */
  openingInvoices: Sum;
  pendingPayments: Sum;
  /** Payments that are pending and refused. */
  pendingInQuarantine: Sum;
  voids: {
    /** Documents and payments that were taken back. */
    cancelled: number;
    /** The documents that took them back. */
    cancellations: number;
  };
  /** Accepted invoices by where their due date comes from. */
  dueDates: Record<DueTruth, number>;
  /** Records, by quarantine code. */
  quarantined: Record<string, number>;
  /** Review flags on accepted records. */
  flagged: Record<string, number>;
  /** Review flags on records that were quarantined. */
  flaggedInQuarantine: Record<string, number>;
  /** Documents and payments (and journal entries made by hand), by reason. */
  ignored: Record<string, number>;
  debtors: DebtorTotals[];
}

interface Entry {
  kind: Kind;
  debtor: Partner;
  day: Day;
  paise: number;
  /** Day of the document it settles. */
  billDay: Day | null;
  /** Of an invoice. */
  entry: number | null;
  /** Entry of the invoice it settles. */
  settles: number | null;
  foreign: boolean;
  due: DueTruth | null;
  opening: boolean;
  pending: boolean;
}

/** 2018-01-01; nothing may be dated before it. */
const FIRST_DAY: Day = 43100;
const LARGEST_PAISE = 50_00_000_00;
const PENDING_DAYS = 366;

/** Adds up the book as it stands. Throws when an account does not come out: then the simulator itself is wrong. */
export function totalsOf(book: Book): Totals {
  const totals: Totals = {
    company: book.company.name,
    database: book.company.database,
    byType: { invoices: monthly(), payments: monthly(), returns: monthly(), adjustments: monthly() },
    openingInvoices: { count: 0, paise: 0 },
    pendingPayments: { count: 0, paise: 0 },
    pendingInQuarantine: { count: 0, paise: 0 },
    voids: { cancelled: 0, cancellations: 0 },
    dueDates: { kept: 0, terms: 0, dropped: 0, unknown: 0 },
    quarantined: {},
    flagged: {},
    flaggedInQuarantine: {},
    ignored: {},
    debtors: [],
  };
  const accounts = openAccounts(book, totals);

  const refusedInvoices = new Set<number>();
  const judge = (entry: Entry): void => {
    const account = accounts.get(entry.debtor)!;
    // A payment waits for an invoice that is refused; invoices are judged before payments.
    const waits = entry.settles !== null && refusedInvoices.has(entry.settles);
    const code = faultOf(entry, book.today) ?? (waits ? 'INVOICE_QUARANTINED' : null);
    const flags = flagsOf(entry);
    if (entry.pending) account.closingPaise -= effectOf(entry);
    if (code) {
      if (entry.entry !== null) refusedInvoices.add(entry.entry);
      bump(totals.quarantined, code);
      for (const flag of flags) bump(totals.flaggedInQuarantine, flag);
      if (entry.pending) count(totals.pendingInQuarantine, entry.paise);
      else account.quarantinedPaise += effectOf(entry);
      return;
    }
    record(totals.byType[entry.kind], entry);
    for (const flag of flags) bump(totals.flagged, flag);
    if (entry.due) totals.dueDates[entry.due] += 1;
    if (entry.opening && entry.kind === 'invoices') count(totals.openingInvoices, entry.paise);
    if (entry.pending) count(totals.pendingPayments, entry.paise);
    else account.acceptedPaise += effectOf(entry);
  };

  for (const doc of [...book.invoices.rows, ...book.creditNotes.rows]) {
    if (doc.cancel === 'csYes') totals.voids.cancelled += 1;
    else if (doc.cancel === 'csCancellation') totals.voids.cancellations += 1;
    else if (doc.partner.kind !== 'debtor') bump(totals.ignored, doc.object === 13 ? 'cash_sale' : 'not_a_debtor');
    else if (doc.paise === 0) bump(totals.ignored, 'zero_amount');
    else judge(documentEntry(doc));
  }
  for (const payment of [...book.payments.rows, ...book.outgoing.rows]) {
    if (payment.object === 46 && payment.type !== 'rCustomer') continue;
    if (payment.cancelled) totals.voids.cancelled += 1;
    else if (payment.type !== 'rCustomer' || payment.partner?.kind !== 'debtor') bump(totals.ignored, 'not_a_debtor');
    else paymentEntries(payment, payment.partner, book.today).forEach(judge);
  }
  for (const journal of book.journals) {
    if (journal.origin !== 'ttOpeningBalance' && journal.origin !== 'ttJournalEntry') continue;
    const entries = journalEntries(journal);
    if (entries.length === 0) bump(totals.ignored, 'not_a_debtor');
    else entries.forEach(judge);
  }
  for (const account of totals.debtors)
    if (account.acceptedPaise + account.quarantinedPaise !== account.closingPaise)
      throw new Error(
        `the account of ${account.cardCode} closes at ${account.closingPaise} paise, but its records add up to ${account.acceptedPaise} accepted and ${account.quarantinedPaise} quarantined`,
      );
  return totals;
}

/** Each debtor's account by the ledger: every posting there is, whatever document made it. */
function openAccounts(book: Book, totals: Totals): Map<Partner, DebtorTotals> {
  const accounts = new Map<Partner, DebtorTotals>();
  for (const partner of book.partners) {
    if (partner.kind !== 'debtor') continue;
    const { cardCode } = partner;
    const account = { cardCode, openingPaise: 0, closingPaise: 0, acceptedPaise: 0, quarantinedPaise: 0 };
    accounts.set(partner, account);
    totals.debtors.push(account);
  }
  for (const { origin, lines } of book.journals)
    for (const { partner, paise } of lines) {
      const account = partner && accounts.get(partner);
      if (!account) continue;
      account.closingPaise += paise;
      if (origin === 'ttOpeningBalance') account.openingPaise += paise;
    }
  return accounts;
}

const PLAIN = { billDay: null, entry: null, settles: null, foreign: false, due: null, opening: false, pending: false };

function documentEntry(doc: Doc): Entry {
  const { partner: debtor, day, paise } = doc;
  const common = { ...PLAIN, debtor, day, paise, foreign: doc.foreign !== null };
  if (doc.object === 14) return { ...common, kind: 'returns' };
  return doc.debitMemo
    ? { ...common, kind: 'adjustments' }
    : { ...common, kind: 'invoices', due: doc.due, entry: doc.entry };
}

function paymentEntries(payment: Payment, debtor: Partner, today: Day): Entry[] {
  const foreign = payment.foreign !== null;
  const money = moneyOf(payment);
  if (payment.object === 46)
    return [{ ...PLAIN, kind: 'adjustments', debtor, day: payment.day, paise: money, foreign }];
  const day = paidDay(payment);
  const pending = day > today;
  const entries: Entry[] = [];
  let rest = money;
  for (const { type, entry, paise, discountPaise, day: billDay } of payment.allocations) {
    rest -= paise;
    const settles = type === 'it_Invoice' ? entry : null;
    if (paise > 0) entries.push({ ...PLAIN, kind: 'payments', debtor, day, paise, billDay, settles, foreign, pending });
    else entries.push({ ...PLAIN, kind: 'adjustments', debtor, day: payment.day, paise: -paise, foreign });
    if (discountPaise)
      entries.push({ ...PLAIN, kind: 'adjustments', debtor, day: payment.day, paise: -discountPaise, foreign });
  }
  if (rest !== 0) entries.push({ ...PLAIN, kind: 'payments', debtor, day, paise: rest, foreign, pending });
  return entries;
}

function journalEntries(journal: JournalEntry): Entry[] {
  const opening = journal.origin === 'ttOpeningBalance';
  return journal.lines.flatMap(({ partner, paise }): Entry[] => {
    if (partner?.kind !== 'debtor' || paise === 0) return [];
    const common = { ...PLAIN, debtor: partner, paise, opening };
    if (opening && paise > 0)
      return [{ ...common, kind: 'invoices', day: journal.taxDay, due: journal.dueDropped ? 'dropped' : 'kept' }];
    return [{ ...common, kind: 'adjustments', day: journal.day }];
  });
}

function faultOf(entry: Entry, today: Day): string | null {
  if (entry.debtor.fault) return entry.debtor.fault;
  if (entry.foreign) return 'CURRENCY_UNSUPPORTED';
  if (entry.kind === 'payments') {
    if (entry.paise <= 0) return 'AMOUNT_OUTLIER';
    const beforeBill = entry.billDay !== null && entry.day < entry.billDay;
    if (beforeBill || entry.day < FIRST_DAY || entry.day > today + PENDING_DAYS) return 'INVALID_PAYMENT_DATE';
    return null;
  }
  if (entry.day > today || entry.day < FIRST_DAY) return 'INVALID_DATE';
  if (entry.kind !== 'adjustments' && (entry.paise <= 0 || entry.paise >= LARGEST_PAISE)) return 'AMOUNT_OUTLIER';
  return null;
}

function flagsOf({ debtor, due }: Entry): string[] {
  const flags: string[] = [];
  if (debtor.wrongCheckDigit) flags.push('GSTIN_CHECK_DIGIT');
  if (due === 'dropped') flags.push('DUE_DATE_DROPPED');
  return flags;
}

/** What the record adds to what the debtor owes. */
const effectOf = ({ kind, paise }: Entry): number =>
  kind === 'invoices' || kind === 'adjustments' ? paise : 0 - paise;

const monthly = (): MonthlySum => ({ count: 0, paise: 0, byMonth: {} });

function record(sum: MonthlySum, { day, paise }: Entry): void {
  const month = monthOf(day);
  sum.byMonth[month] ??= { count: 0, paise: 0 };
  count(sum, paise);
  count(sum.byMonth[month], paise);
}

function count(sum: Sum, paise: number): void {
  sum.count += 1;
  sum.paise += paise;
}

const bump = (counts: Record<string, number>, key: string): void => {
  counts[key] = (counts[key] ?? 0) + 1;
};
