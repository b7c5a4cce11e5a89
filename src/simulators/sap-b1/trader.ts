import { type Day, monthEnd, plusMonths } from '../calendar.js';
import type { Random } from '../random.js';
import { type Book, CLOSING_SECOND, type DocDraft, OPENING_SECOND, type PaymentDraft } from './book.js';
import type { Allocation, Check, Doc, JournalEntry, Line, Partner, Payment, Stamp, Terms } from './model.js';
import { itemOf, OpenItems } from './open-items.js';
import { debtorsOf } from './partners.js';

export interface SaleOptions {
  day?: Day;
  paise?: number;
  lines?: Line[];
  service?: boolean;
  foreign?: Doc['foreign'];
  debitMemo?: boolean;
  installments?: number;
  /** Null for a document that has none; the partner's terms then decide. */
  dueDay?: Day | null;
  due?: Doc['due'];
  termsGroup?: number | null;
  cardName?: string;
}

const ITEMS = [
  'Parle-G 70g (Case)',
  'Tata Salt 1kg',
  'Amul Butter 500g & Cheese',
  'Surf Excel <Matic> 1kg',
  'चाय पत्ती 250g',
];
const COMMENTS = [
  null,
  null,
  null,
  'As per order on phone',
  'माल बेचा',
  'Terms & conditions < apply >',
  'e&oe\r\nsecond line',
];
const BANKS = ['HDFC', 'SBIN', 'ICIC', 'PUNB'];
/** A transfer's reference says by which rail it came only where the clerk wrote it. */
const REFERENCES = ['NEFT-N123', 'RTGS/HDFCR52', 'IMPS 4321', 'UTR', 'FT', null, 'neft icici'];

/** Keeps the distributor's books: remembers what is open and knows how trade is written down. */
export class Trader {
  readonly debtors: Partner[];
  /** Debtors whose records nothing about their identity keeps out. */
  readonly sound: Partner[];
  readonly faulty: Partner[];
  readonly items = new OpenItems();

  constructor(
    readonly book: Book,
    readonly random: Random,
    public day: Day,
  ) {
    this.debtors = debtorsOf(book);
    this.sound = this.debtors.filter(({ fault }) => !fault);
    this.faulty = this.debtors.filter(({ fault }) => fault);
  }

  /** Mostly sound ones: a book in which every tenth record is refused would be no ordinary book. */
  debtor(): Partner {
    return this.random.chance(0.01) ? this.random.pick(this.faulty) : this.random.pick(this.sound);
  }

  /** A sound debtor with at least `count` open invoices; sells to one until he has them. */
  debtorOwing(count = 1): Partner {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const debtor = this.random.pick(this.sound);
      if (this.items.owed(debtor).length >= count) return debtor;
    }
    const debtor = this.random.pick(this.sound);
    while (this.items.owed(debtor).length < count) this.sell(debtor);
    return debtor;
  }

  /** Most rows are written on their day, a few late. */
  stamp(day: Day): Stamp {
    const late = this.random.chance(0.05) ? this.random.int(1, 6) : 0;
    return { day: Math.min(this.book.today, day + late), second: this.random.int(OPENING_SECOND, CLOSING_SECOND) };
  }

  lines(paise: number, service = false): Line[] {
    const count = service ? 1 : this.random.int(1, 3);
    const lines: Line[] = [];
    let rest = paise;
    for (let index = 0; index < count; index += 1) {
      const gross = index === count - 1 ? rest : Math.floor(rest / (count - index + this.random.next()));
      const taxPaise = Math.round((gross * 18) / 118);
      const item = this.random.int(0, ITEMS.length - 1);
      lines.push({
        item: service ? null : `ITM-${item + 1}`,
        description: service ? 'Scheme difference' : ITEMS[item]!,
        quantity: service ? 0 : this.random.int(1, 40),
        paise: gross - taxPaise,
        taxPaise,
        base: null,
      });
      rest -= gross;
    }
    return lines;
  }

  /** A bill-to address of the debtor: where he has several, any of them. */
  payTo(partner: Partner): string | null {
    const bills = partner.addresses.filter(({ type }) => type === 'bo_BillTo');
    return bills.length === 0 ? null : this.random.pick(bills).name;
  }

  sell(partner: Partner, options: SaleOptions = {}): Doc {
    const { random, book } = this;
    const day = options.day ?? this.day;
    const paise = options.paise ?? roundish(random, random.int(400_00, 60_000_00));
    const lines = options.lines ?? this.lines(paise, options.service);
    const terms = book.terms.find(({ group }) => group === partner.termsGroup)!;
    const dueDay = options.dueDay === undefined ? dueBy(day, terms) : options.dueDay;
    const doc = book.addDoc(options.debitMemo ? 'Debit memos' : random.chance(0.3) ? 'Counter' : 'Primary', {
      object: 13,
      day,
      dueDay,
      partner,
      cardName: options.cardName ?? partner.name,
      payTo: this.payTo(partner),
      paise,
      taxPaise: lines.reduce((sum, line) => sum + line.taxPaise, 0),
      paidPaise: 0,
      foreign: options.foreign ?? null,
      debitMemo: options.debitMemo ?? false,
      service: options.service ?? false,
      lines,
      termsGroup: options.termsGroup === undefined ? partner.termsGroup : options.termsGroup,
      installments: options.installments ?? 1,
      cancel: 'csNo',
      customerReference: random.chance(0.2) ? `PO/${random.int(100, 9999)}` : null,
      originalReference: null,
      comments: random.pick(COMMENTS),
      created: this.stamp(day),
      due: options.due ?? 'kept',
    });
    if (partner.kind === 'debtor' && paise > 0) this.items.of(partner).push(itemOf(doc, 'it_Invoice', paise));
    return doc;
  }

  /** A credit note: copied from invoices, or alone. What it is not used for stays open in the customer's favour. */
  credit(partner: Partner, options: Partial<DocDraft> & { paise: number; lines: readonly Line[] }): Doc {
    const day = options.day ?? this.day;
    const doc = this.book.addDoc('Credit notes', {
      object: 14,
      day,
      dueDay: day,
      partner,
      cardName: partner.name,
      payTo: this.payTo(partner),
      taxPaise: options.lines.reduce((sum, line) => sum + line.taxPaise, 0),
      paidPaise: 0,
      foreign: null,
      debitMemo: false,
      service: false,
      termsGroup: partner.termsGroup,
      installments: 1,
      cancel: 'csNo',
      customerReference: null,
      originalReference: null,
      comments: null,
      created: this.stamp(day),
      due: 'kept',
      ...options,
    });
    const copied = doc.lines.some(({ base }) => base !== null);
    if (!copied && partner.kind === 'debtor' && doc.paise > 0)
      this.items.of(partner).push(itemOf(doc, 'it_CredItnote', -doc.paise));
    return doc;
  }

  /** The other document that takes this one out of the books. */
  cancel(doc: Doc, day: Day): Doc {
    const { book } = this;
    const lines = doc.lines.map<Line>((line, index) => ({
      ...line,
      base: { type: doc.object, entry: doc.entry, line: index },
    }));
    const mirror = book.addDoc(doc.object === 13 ? 'Cancellations' : 'Credit cancellations', {
      object: doc.object,
      day,
      dueDay: doc.dueDay === null ? null : day,
      partner: doc.partner,
      cardName: doc.cardName,
      payTo: doc.payTo,
      paise: doc.paise,
      taxPaise: doc.taxPaise,
      paidPaise: doc.paise,
      foreign: doc.foreign,
      debitMemo: doc.debitMemo,
      service: doc.service,
      lines,
      termsGroup: doc.termsGroup,
      installments: 1,
      cancel: 'csCancellation',
      customerReference: null,
      originalReference: null,
      comments: `This document is the cancellation of ${doc.number}`,
      created: day === book.today ? book.now() : this.stamp(day),
      due: 'kept',
    });
    doc.cancel = 'csYes';
    doc.paidPaise = doc.paise;
    doc.updated = mirror.created;
    doc.dataVersion += 1;
    this.items.forget(doc.entry, doc.object === 13 ? 'it_Invoice' : 'it_CredItnote', doc.partner);
    return mirror;
  }

  /** Money in from a customer. By default as much as is allocated; `extraPaise` stays on his account. */
  receive(
    partner: Partner,
    allocations: readonly Allocation[],
    options: Partial<PaymentDraft> & { extraPaise?: number; means?: 'cash' | 'transfer' | 'check' | 'mixed' } = {},
  ): Payment {
    const { extraPaise = 0, means, ...draft } = options;
    const day = draft.day ?? this.day;
    const total = allocations.reduce((sum, { paise }) => sum + paise, 0) + extraPaise;
    const payment = this.book.addPayment({
      object: 24,
      type: 'rCustomer',
      day,
      partner,
      ...this.money(total, day, means),
      allocations,
      foreign: null,
      cancelled: false,
      remarks: this.random.pick(COMMENTS),
      ...draft,
    });
    if (extraPaise > 0 && partner.kind === 'debtor')
      this.items.of(partner).push({
        type: 'it_Receipt',
        entry: payment.entry,
        line: 0,
        day,
        paise: -extraPaise,
        doc: null,
      });
    return payment;
  }

  money(
    paise: number,
    day: Day,
    means: 'cash' | 'transfer' | 'check' | 'mixed' = this.random.pick([
      'cash',
      'transfer',
      'transfer',
      'check',
      'check',
      'mixed',
    ]),
  ): Pick<Payment, 'cashPaise' | 'transferPaise' | 'transferReference' | 'checks'> {
    const none = { cashPaise: 0, transferPaise: 0, transferReference: null, checks: [] };
    if (paise <= 0) return none;
    switch (means) {
      case 'cash':
        return { ...none, cashPaise: paise };
      case 'transfer':
        return { ...none, transferPaise: paise, transferReference: this.random.pick(REFERENCES) };
      case 'check':
        return { ...none, checks: [this.check(paise, day)] };
      case 'mixed': {
        const half = Math.floor(paise / 2);
        const quarter = Math.floor(half / 2);
        return {
          ...none,
          cashPaise: paise - half,
          checks: quarter > 0 ? [this.check(quarter, day), this.check(half - quarter, day)] : [this.check(half, day)],
        };
      }
    }
  }

  check(paise: number, dueDay: Day): Check {
    return { number: this.random.int(100_000, 999_999), dueDay, bank: this.random.pick(BANKS), paise };
  }

  /** Undoes a payment: what it settled is open again. */
  cancelPayment(payment: Payment): void {
    this.book.cancelPayment(payment, Math.max(payment.day, this.day));
    const { partner } = payment;
    if (partner?.kind !== 'debtor') return;
    this.items.forget(payment.entry, 'it_Receipt', partner);
    for (const allocation of payment.allocations) {
      const paise = allocation.paise + allocation.discountPaise;
      const doc = allocation.type === 'it_Invoice' ? this.book.invoices.get(allocation.entry)! : null;
      if (doc) doc.paidPaise -= paise;
      const { type, entry, line, day } = allocation;
      const open = this.items
        .of(partner)
        .find((item) => item.type === type && item.entry === entry && item.line === line);
      if (open) open.paise += paise;
      else this.items.of(partner).push({ type, entry, line, day, paise, doc });
    }
  }

  /** A journal entry made by hand that moves one debtor's account. */
  journal(debtor: Partner, paise: number, account: string, options: { day?: Day; memo?: string } = {}): JournalEntry {
    const day = options.day ?? this.day;
    const entry = this.book.addJournal({
      day,
      taxDay: day,
      origin: 'ttJournalEntry',
      memo: options.memo ?? '',
      reference: this.random.chance(0.5) ? `JV-${this.random.int(1, 999)}` : null,
      dueDropped: false,
      lines: [
        { account: '130000', partner: debtor, paise, dueDay: day, reference: null },
        { account, partner: null, paise: -paise, dueDay: day, reference: null },
      ],
    });
    this.items.addJournal(entry);
    return entry;
  }
}

/** Four of five bills are rounded to the rupee. */
const roundish = (random: Random, paise: number): number =>
  random.chance(0.8) ? Math.round(paise / 100) * 100 : paise;

/** The due date SAP writes on a document when it is added. */
export function dueBy(day: Day, terms: Terms): Day {
  const from = terms.startFrom === 'pdt_MonthEnd' ? monthEnd(day) : day;
  return (terms.months === 0 ? from : plusMonths(from, terms.months)) + terms.days;
}
