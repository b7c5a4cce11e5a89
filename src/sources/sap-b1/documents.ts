import type { z } from 'zod';
import type { Bill } from '../../canonical/records.js';
import { Bills, SETTLED_KINDS, type Settled } from './bills.js';
import { BY_HAND, billOfJournal, OPENING } from './canonical/journals.js';
import { OBJECT_TYPES } from './canonical/keys.js';
import { billOf } from './canonical/sales.js';
import type { Entity } from './fields.js';
import { allOf, textLiteral } from './odata.js';
import type { SapRecord } from './records.js';
import { CreditNoteRow, IncomingPaymentRow, InvoiceRow, JournalRow, VendorPaymentRow } from './rows.js';
import type { ServiceLayer } from './service-layer.js';
import { walk } from './walk.js';

/** The five kinds of documents, by a filter; each handed on with what the documents it names are called. */
export class Documents {
  readonly #bills: Bills;

  constructor(
    private readonly layer: ServiceLayer,
    /** Condition that keeps what may not be read out of an answer, for a field with the document's day. */
    private readonly allowed: (dateField: string) => string | null,
    /** Journal entries made by hand, and money to customers, are adjustments and nothing else. */
    private readonly adjustments: boolean,
  ) {
    this.#bills = new Bills(layer, allowed);
  }

  async *invoices(filter: string, signal: AbortSignal): AsyncIterable<SapRecord> {
    for await (const rows of this.#walk('Invoices', 'DocEntry', filter, InvoiceRow, signal)) {
      for (const row of rows) {
        this.#bills.learn('invoice', row.DocEntry, billOf(row));
        yield { kind: 'invoice', row };
      }
    }
  }

  async *creditNotes(filter: string, signal: AbortSignal): AsyncIterable<SapRecord> {
    for await (const rows of this.#walk('CreditNotes', 'DocEntry', filter, CreditNoteRow, signal)) {
      const settled = rows.map(invoicesCopied);
      const bills = await this.#bills.of(settled.flat(), signal);
      let next = 0;
      for (const [index, row] of rows.entries()) {
        const end = next + settled[index]!.length;
        yield { kind: 'creditNote', row, bills: bills.slice(next, end).filter((bill): bill is Bill => bill !== null) };
        next = end;
      }
    }
  }

  async *incomingPayments(
    filter: string,
    signal: AbortSignal,
    wanted: (row: IncomingPaymentRow) => boolean = () => true,
  ): AsyncIterable<SapRecord> {
    for await (const page of this.#walk('IncomingPayments', 'DocEntry', filter, IncomingPaymentRow, signal)) {
      const readAtMs = Date.now();
      const rows = page.filter(wanted);
      const bills = await this.#bills.of(rows.flatMap(settledBy), signal);
      let next = 0;
      for (const row of rows) {
        const end = next + row.PaymentInvoices.length;
        yield { kind: 'incomingPayment', row, bills: bills.slice(next, end), readAtMs };
        next = end;
      }
    }
  }

  async *vendorPayments(filter: string, signal: AbortSignal): AsyncIterable<SapRecord> {
    if (!this.adjustments) return;
    const toCustomers = allOf(`DocType eq ${textLiteral('rCustomer')}`, filter);
    for await (const rows of this.#walk('VendorPayments', 'DocEntry', toCustomers, VendorPaymentRow, signal)) {
      const readAtMs = Date.now();
      for (const row of rows) yield { kind: 'vendorPayment', row, readAtMs };
    }
  }

  /** Those made by hand. */
  async *journals(filter: string, signal: AbortSignal): AsyncIterable<SapRecord> {
    if (this.adjustments) yield* this.#journals(BY_HAND, filter, signal);
  }

  /** Those that hold the balances from before the books. */
  openings(filter: string | null, signal: AbortSignal): AsyncIterable<SapRecord> {
    return this.#journals(OPENING, allOf(filter, this.allowed('ReferenceDate')), signal);
  }

  async *#journals(origin: string, filter: string | null, signal: AbortSignal): AsyncIterable<SapRecord> {
    const wanted = allOf(`OriginalJournal eq ${textLiteral(origin)}`, filter);
    for await (const rows of this.#walk('JournalEntries', 'JdtNum', wanted, JournalRow, signal)) {
      const readAtMs = Date.now();
      for (const row of rows) {
        this.#bills.learn('journal', row.JdtNum, billOfJournal(row));
        yield { kind: 'journal', row, readAtMs };
      }
    }
  }

  #walk<Row extends object>(
    entity: Entity,
    key: keyof Row & string,
    filter: string,
    schema: z.ZodType<Row>,
    signal: AbortSignal,
  ): AsyncIterable<Row[]> {
    return walk(this.layer, { entity, key, filter, schema }, signal);
  }
}

const settledBy = ({ PaymentInvoices }: IncomingPaymentRow): (Settled | null)[] =>
  PaymentInvoices.map(({ DocEntry, InvoiceType }) => {
    const kind = SETTLED_KINDS[InvoiceType];
    return kind === undefined ? null : { kind, entry: DocEntry };
  });

/** The invoices a credit note's lines were copied from, each once. */
const invoicesCopied = ({ DocumentLines }: CreditNoteRow): Settled[] => [
  ...new Map(
    DocumentLines.filter(({ BaseType, BaseEntry }) => BaseType === OBJECT_TYPES.invoice && BaseEntry !== null).map(
      ({ BaseEntry }) => [BaseEntry!, { kind: 'invoice' as const, entry: BaseEntry! }],
    ),
  ).values(),
];
