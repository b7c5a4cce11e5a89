import { type Day, financialYearStart, isoOf, parseDay } from '../calendar.js';
import type { Book, VoucherDraft } from './book.js';
import { type ImportResult, nothingDone } from './import-answer.js';
import { putLedger } from './import-ledger.js';
import type { NewLedger } from './import-masters.js';
import type { ImportRequest, VoucherObject } from './import-request.js';
import { draftOf, Refused } from './import-voucher.js';
import type { Voucher } from './model.js';

/** How this Tally takes what is imported. */
export interface ImportOptions {
  /** A REMOTEID that is known replaces its voucher's content; otherwise it makes a second voucher. True by default. */
  upsert?: boolean;
  /** Of all voucher types; `manual` by default. */
  numbering?: 'manual' | 'automatic' | 'prevent_duplicates';
  /** ISO days of the company's period: what is dated outside is taken and never shown. Without end by default. */
  period?: { from: string; to: string };
  /** Books with goods: a sale or purchase in invoice view must have some. */
  inventoryCompany?: boolean;
  /** What such a company cannot take counts as an exception without a text. */
  exceptionsWithoutText?: boolean;
  msPerImport?: number;
  /** Added to those every such book gets. */
  ledgers?: NewLedger[];
}

/** A voucher that came by import and exists now, hidden or not. */
export interface ImportedVoucher {
  /** Null where the client gave none. */
  remoteId: string | null;
  masterId: number;
  type: string;
  /** Tally's, which need not be the one that was given. */
  number: string;
  givenNumber: string;
  reference: string;
  /** ISO day. */
  day: string;
  party: string | null;
  visible: boolean;
  entries: { ledger: string; paise: number }[];
  /** Requests that brought this REMOTEID, whether they were committed or not; 1 without a REMOTEID. */
  timesSent: number;
}

export interface ImportRequests {
  /** Requests to import that reached Tally, readable or not. */
  received: number;
  /** Vouchers made, replaced, and not taken. */
  created: number;
  altered: number;
  refused: number;
}

interface Imported {
  book: Book;
  voucher: Voucher;
  remoteId: string | null;
  givenNumber: string;
}

/** Puts imports into the books as Tally does, and knows which vouchers came so. */
export class Imports {
  readonly requests: ImportRequests = { received: 0, created: 0, altered: 0, refused: 0 };
  readonly #imported = new Map<Voucher, Imported>();
  readonly #byRemoteId = new Map<string, Voucher>();
  readonly #timesSent = new Map<string, number>();
  readonly #period: { from: Day; to: Day };

  constructor(
    readonly options: ImportOptions,
    /** Tally's own next number. */
    readonly nextNumber: (type: string, day: Day) => string,
  ) {
    const { from, to } = options.period ?? { from: '1900-01-01', to: '9999-12-31' };
    this.#period = { from: dayNamed('imports.period.from', from), to: dayNamed('imports.period.to', to) };
  }

  /** Counts what reached Tally, whatever becomes of it. */
  arrived(request: ImportRequest | null): void {
    this.requests.received += 1;
    for (const { remoteId } of request?.vouchers ?? [])
      if (remoteId) this.#timesSent.set(remoteId, (this.#timesSent.get(remoteId) ?? 0) + 1);
  }

  /** All at once, between two other requests; each object for itself. */
  commit(book: Book, request: ImportRequest): ImportResult {
    const result = nothingDone();
    // Measured: the company that is open gets the name of the one to be created.
    for (const name of request.companies) {
      book.company.name = name;
      result.altered += 1;
    }
    for (const object of request.ledgers)
      attempt(result, () => {
        const { ledger, created } = putLedger(book, object);
        result[created ? 'created' : 'altered'] += 1;
        result.lastMasterId = ledger.masterId;
      });
    for (const object of request.vouchers)
      if (!attempt(result, () => this.#put(book, object, result))) this.requests.refused += 1;
    result.ignored += request.others;
    return result;
  }

  /** Oldest first. */
  list(): ImportedVoucher[] {
    return [...this.#imported.values()]
      .filter(({ book, voucher }) => book.holds(voucher))
      .map(({ book, voucher, remoteId, givenNumber }) => ({
        remoteId,
        masterId: voucher.masterId,
        type: voucher.type.name,
        number: voucher.number,
        givenNumber,
        reference: voucher.reference ?? '',
        day: isoOf(voucher.day),
        party: voucher.party?.name ?? null,
        visible: book.isVisible(voucher),
        entries: voucher.legs.map(({ ledger, paise }) => ({ ledger: ledger.name, paise })),
        timesSent: remoteId === null ? 1 : (this.#timesSent.get(remoteId) ?? 1),
      }));
  }

  #put(book: Book, object: VoucherObject, result: ImportResult): void {
    if (object.action === 'cancel' || object.action === 'delete') throw new Refused('Voucher does not exist!');
    const draft = draftOf(object, book);
    if (this.#cannotTake(draft)) {
      result.exceptions += 1;
      this.requests.refused += 1;
      if (!this.options.exceptionsWithoutText)
        result.lineErrors.push('No accounting or inventory entries are available!');
      return;
    }
    const key = `${book.company.guid} ${object.remoteId}`;
    const known = this.#known(book, object, key);
    const number = this.#numberFor(book, draft, known);
    const visible = draft.day >= this.#period.from && draft.day <= this.#period.to;
    const voucher = known ?? book.add({ ...draft, number }, visible);
    if (known) book.replace(known, { ...draft, number }, visible);
    else if (object.remoteId && !this.#holder(book, key)) this.#byRemoteId.set(key, voucher);
    const remoteId = object.remoteId || null;
    this.#imported.set(voucher, { book, voucher, remoteId, givenNumber: object.number });
    const done = known ? 'altered' : 'created';
    this.requests[done] += 1;
    result[done] += 1;
    result.lastVoucherId = voucher.masterId;
    result.lastVoucherNumber = voucher.number;
  }

  #cannotTake({ type, invoiceView, goods }: VoucherDraft): boolean {
    const isInvoice = invoiceView && (type.class === 'sales' || type.class === 'purchase');
    return this.options.inventoryCompany === true && isInvoice && goods.length === 0;
  }

  /** The voucher this one takes the place of; ACTION="Alter" finds none, and doubles. */
  #known(book: Book, { remoteId, action }: VoucherObject, key: string): Voucher | null {
    if (!remoteId || action === 'alter' || this.options.upsert === false) return null;
    return this.#holder(book, key);
  }

  #holder(book: Book, key: string): Voucher | null {
    const voucher = this.#byRemoteId.get(key);
    return voucher && book.holds(voucher) ? voucher : null;
  }

  #numberFor(book: Book, { type, day, number }: VoucherDraft, known: Voucher | null): string {
    if (this.options.numbering === 'automatic') return known?.number ?? this.nextNumber(type.name, day);
    if (this.options.numbering === 'prevent_duplicates')
      for (const other of book.find('VOUCHERNUMBER', number))
        if (other !== known && other.type === type && financialYearStart(other.day) === financialYearStart(day))
          throw new Refused(`Voucher number ${number} already exists`);
    return number;
  }
}

function attempt(result: ImportResult, put: () => void): boolean {
  try {
    put();
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    result.errors += 1;
    result.lineErrors.push(error.message);
    return false;
  }
}

function dayNamed(what: string, date: string): Day {
  const day = parseDay(date);
  if (day === null) throw new Error(`${what} is ${date}, expected a day such as 2026-05-18`);
  return day;
}
