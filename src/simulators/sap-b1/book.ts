import { type Day, financialYearStart } from '../calendar.js';
import {
  type Company,
  type Doc,
  type JournalEntry,
  moneyOf,
  type Origin,
  type Partner,
  type Payment,
  type Stamp,
  type Terms,
} from './model.js';

export type DocDraft = Omit<Doc, 'entry' | 'number' | 'journal' | 'dataVersion' | 'series' | 'created' | 'updated'> & {
  seriesName: string;
  created?: Stamp;
};
export type PaymentDraft = Omit<Payment, 'entry' | 'number' | 'journal' | 'series'>;
export type JournalDraft = Omit<JournalEntry, 'number' | 'original'> & { original?: number };

const LAST_SECOND = 24 * 3600 - 1;
/** A document that could not be added still used up its key. */
const GAP_EVERY = 37;

const ORIGINS: Record<Doc['object'] | Payment['object'], Origin> = {
  13: 'ttARInvoice',
  14: 'ttARCredItnote',
  24: 'ttReceipt',
  46: 'ttVendorPayment',
};

/** Rows of one object, found by key and kept in the order of their keys. */
export class Table<Row> {
  readonly rows: Row[] = [];
  readonly #byEntry = new Map<number, Row>();
  #last = 0;

  /** The next key; some are never used. */
  nextEntry(): number {
    this.#last += (this.rows.length + 1) % GAP_EVERY === 0 ? 2 : 1;
    return this.#last;
  }

  add(entry: number, row: Row): Row {
    this.rows.push(row);
    this.#byEntry.set(entry, row);
    return row;
  }

  get(entry: number): Row | undefined {
    return this.#byEntry.get(entry);
  }
}

/** One company's books. Every document posts its journal entry, as SAP does. */
export class Book {
  readonly partners: Partner[] = [];
  readonly terms: Terms[] = [];
  readonly invoices = new Table<Doc>();
  readonly creditNotes = new Table<Doc>();
  readonly payments = new Table<Payment>();
  readonly outgoing = new Table<Payment>();
  readonly journals: JournalEntry[] = [];
  readonly #series = new Map<string, { id: number; last: number }>();
  #second = 9 * 3600;

  constructor(
    readonly company: Company,
    /** The book's present day; nothing else in the simulator asks the clock. */
    public today: Day,
  ) {}

  get documentCount(): number {
    return this.invoices.rows.length + this.creditNotes.rows.length + this.payments.rows.length;
  }

  /** Now, by the book's own clock: it moves on a little with each change. */
  now(): Stamp {
    this.#second = Math.min(LAST_SECOND, this.#second + 7);
    return { day: this.today, second: this.#second };
  }

  moveTo(day: Day): void {
    if (day !== this.today) this.#second = 9 * 3600;
    this.today = day;
  }

  /** A number and its series; numbering restarts in each series with every financial year. */
  number(name: string, day: Day): { series: number; number: number } {
    const key = `${name} ${financialYearStart(day)}`;
    const series = this.#series.get(key) ?? { id: 70 + this.#series.size, last: 0 };
    this.#series.set(key, series);
    series.last += 1;
    return { series: series.id, number: series.last };
  }

  tableOf(object: Doc['object']): Table<Doc> {
    return object === 13 ? this.invoices : this.creditNotes;
  }

  addDoc({ seriesName, created, ...draft }: DocDraft): Doc {
    const table = this.tableOf(draft.object);
    const entry = table.nextEntry();
    const stamp = created ?? this.now();
    const doc: Doc = {
      ...draft,
      ...this.number(seriesName, draft.day),
      entry,
      created: stamp,
      updated: stamp,
      dataVersion: 1,
      journal: 0,
    };
    // A cancellation credits what its invoice debited, and the other way round.
    const sign = (draft.object === 13 ? 1 : -1) * (draft.cancel === 'csCancellation' ? -1 : 1);
    doc.journal = this.#post(ORIGINS[draft.object], entry, draft.day, doc.partner, sign * doc.paise, '400100');
    return table.add(entry, doc);
  }

  addPayment(draft: PaymentDraft): Payment {
    const table = draft.object === 24 ? this.payments : this.outgoing;
    const entry = table.nextEntry();
    const payment: Payment = {
      ...draft,
      ...this.number(draft.object === 24 ? 'Receipts' : 'Payments', draft.day),
      entry,
      journal: 0,
    };
    payment.journal = this.#post(ORIGINS[draft.object], entry, draft.day, payment.partner, effectOf(payment), '100200');
    return table.add(entry, payment);
  }

  /** SAP keeps the payment, marks it, and posts the opposite entry; there is no second payment. */
  cancelPayment(payment: Payment): void {
    payment.cancelled = true;
    this.#post(ORIGINS[payment.object], payment.entry, this.today, payment.partner, -effectOf(payment), '100200');
  }

  addJournal(draft: JournalDraft): JournalEntry {
    const number = this.journals.length + 1;
    const entry: JournalEntry = { ...draft, number, original: draft.original ?? number };
    this.journals.push(entry);
    return entry;
  }

  /** A document was changed by somebody: its stamp moves. */
  touch(row: { updated: Stamp; dataVersion: number }): void {
    row.updated = this.now();
    row.dataVersion += 1;
  }

  partner(cardCode: string): Partner {
    const partner = this.partners.find((candidate) => candidate.cardCode === cardCode);
    if (!partner) throw new Error(`no business partner has the code ${cardCode}`);
    return partner;
  }

  #post(origin: Origin, original: number, day: Day, partner: Partner | null, paise: number, account: string): number {
    return this.addJournal({
      day,
      taxDay: day,
      origin,
      original,
      memo: '',
      reference: null,
      dueDropped: false,
      lines: [
        { account: partner ? '130000' : '500900', partner, paise, dueDay: day, reference: null },
        { account, partner: null, paise: -paise, dueDay: day, reference: null },
      ],
    }).number;
  }
}

/** What a payment adds to what its partner owes: the money and the discounts given with it. */
const effectOf = (payment: Payment): number => {
  const paise = moneyOf(payment) + payment.allocations.reduce((sum, { discountPaise }) => sum + discountPaise, 0);
  return payment.object === 24 ? -paise : paise;
};
