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

/** What a row is before the book gives it its key, its number and its journal entry. */
export type DocDraft = Omit<Doc, 'entry' | 'number' | 'series' | 'journal' | 'updated' | 'dataVersion'>;
export type PaymentDraft = Omit<Payment, 'entry' | 'number' | 'series' | 'journal'>;
export type JournalDraft = Omit<JournalEntry, 'number' | 'original'>;

/** Who writes the books goes home at seven; what is changed after that is the simulator's doing. */
export const [OPENING_SECOND, CLOSING_SECOND] = [9 * 3600, 19 * 3600];
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
  #second = CLOSING_SECOND;

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
    this.#second = Math.min(LAST_SECOND, this.#second + 2);
    return { day: this.today, second: this.#second };
  }

  moveTo(day: Day): void {
    if (day !== this.today) this.#second = OPENING_SECOND;
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

  /** The draft itself becomes the row. */
  addDoc(seriesName: string, draft: DocDraft): Doc {
    const table = this.tableOf(draft.object);
    const entry = table.nextEntry();
    // A cancellation credits what its invoice debited, and the other way round.
    const sign = (draft.object === 13 ? 1 : -1) * (draft.cancel === 'csCancellation' ? -1 : 1);
    const journal = this.#post(draft, entry, draft.day, sign * draft.paise, '400100');
    const numbered = { entry, ...this.number(seriesName, draft.day), journal, updated: draft.created, dataVersion: 1 };
    return table.add(entry, Object.assign(draft, numbered));
  }

  addPayment(draft: PaymentDraft): Payment {
    const table = draft.object === 24 ? this.payments : this.outgoing;
    const entry = table.nextEntry();
    const journal = this.#post(draft, entry, draft.day, effectOf(draft), '100200');
    const numbered = { entry, ...this.number(draft.object === 24 ? 'Receipts' : 'Payments', draft.day), journal };
    return table.add(entry, Object.assign(draft, numbered));
  }

  /** SAP keeps the payment, marks it, and posts the opposite entry; there is no second payment. */
  cancelPayment(payment: Payment, day: Day): void {
    payment.cancelled = true;
    this.#post(payment, payment.entry, day, -effectOf(payment), '100200');
  }

  addJournal(draft: JournalDraft): JournalEntry {
    return this.#addJournal(draft, this.journals.length + 1);
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

  #post(
    { object, partner }: Pick<DocDraft | PaymentDraft, 'object' | 'partner'>,
    entry: number,
    day: Day,
    paise: number,
    account: string,
  ): number {
    const draft: JournalDraft = {
      day,
      taxDay: day,
      origin: ORIGINS[object],
      memo: '',
      reference: null,
      dueDropped: false,
      lines: [
        { account: partner ? '130000' : '500900', partner, paise, dueDay: day, reference: null },
        { account, partner: null, paise: -paise, dueDay: day, reference: null },
      ],
    };
    return this.#addJournal(draft, entry).number;
  }

  #addJournal(draft: JournalDraft, original: number): JournalEntry {
    const entry = Object.assign(draft, { number: this.journals.length + 1, original });
    this.journals.push(entry);
    return entry;
  }
}

/** What a payment adds to what its partner owes: the money and the discounts given with it. */
const effectOf = (payment: PaymentDraft): number => {
  const paise = moneyOf(payment) + payment.allocations.reduce((sum, { discountPaise }) => sum + discountPaise, 0);
  return payment.object === 24 ? -paise : paise;
};
