import { parseDay } from '../calendar.js';
import { gstinCheckCharacter, makeGstin } from '../gstin.js';
import type { Doc, Partner, Payment } from './model.js';
import { newDebtor } from './partners.js';
import { retractable } from './trade.js';
import type { Trader } from './trader.js';

export const MUTATION_KINDS = [
  'add_invoice',
  'add_payment',
  'add_credit_note',
  'add_journal',
  'add_partner',
  /** Another due date; SAP lets nobody change an amount. */
  'edit_due_date',
  /** Something nobody reads changes, and with it the stamp. */
  'edit_comment',
  'cancel_invoice',
  'cancel_credit_note',
  'cancel_payment',
  /** A cheque comes back: its payment is cancelled. */
  'bounce_check',
  'rename_partner',
  'repair_identity',
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/** A change somebody makes in SAP. Without `entry` (or `cardCode`) a suitable document (or partner) is chosen. */
export interface Mutation {
  kind: MutationKind;
  entry?: number;
  cardCode?: string;
  /** ISO day of what is added; the book's today by default. Its stamps are today's all the same. */
  date?: string;
  amountPaise?: number;
  /** For `rename_partner`, `repair_identity` (a GSTIN). */
  to?: string;
}

/** What was changed: its entity set and key. */
export interface Mutated {
  entity: string;
  key: number | string;
}

export interface DayOfTrade {
  sales?: number;
  receipts?: number;
  credits?: number;
  edits?: number;
  cancels?: number;
  bounces?: number;
}

/** Makes one change and moves its stamps as SAP does. Throws when there is nothing suitable to change. */
export function mutate(trader: Trader, mutation: Mutation): Mutated {
  const { book, random } = trader;
  const day = mutation.date === undefined ? book.today : parseDay(mutation.date);
  if (day === null) throw new Error(`date is ${mutation.date}, expected a day such as 2026-05-18`);
  trader.day = day;
  const debtor = (): Partner => (mutation.cardCode ? book.partner(mutation.cardCode) : random.pick(trader.sound));
  const written = (doc: Doc): Mutated => {
    doc.created = book.now();
    doc.updated = doc.created;
    return mutatedDoc(doc);
  };
  switch (mutation.kind) {
    case 'add_invoice':
      return written(trader.sell(debtor(), { paise: mutation.amountPaise }));
    case 'add_payment': {
      if (mutation.amountPaise !== undefined)
        return mutatedPayment(trader.receive(debtor(), [], { extraPaise: mutation.amountPaise }));
      const owing = mutation.cardCode ? debtor() : trader.debtorOwing();
      return mutatedPayment(trader.receive(owing, trader.items.settle(owing, 1)));
    }
    case 'add_credit_note': {
      const paise = mutation.amountPaise ?? random.int(100_00, 900_00);
      return written(trader.credit(debtor(), { paise, lines: trader.lines(paise) }));
    }
    case 'add_journal':
      return {
        entity: 'JournalEntries',
        key: trader.journal(debtor(), mutation.amountPaise ?? -random.int(100_00, 900_00), '600400').number,
      };
    case 'add_partner': {
      const partner = newDebtor(book, random, book.today);
      trader.sound.push(partner);
      trader.debtors.push(partner);
      return { entity: 'BusinessPartners', key: partner.cardCode };
    }
    case 'edit_due_date': {
      const doc = invoice(trader, mutation);
      doc.dueDay = doc.day + random.int(20, 90);
      doc.due = 'kept';
      book.touch(doc);
      return mutatedDoc(doc);
    }
    case 'edit_comment': {
      const doc = invoice(trader, mutation);
      doc.comments = `Changed ${random.int(1, 999)}`;
      book.touch(doc);
      return mutatedDoc(doc);
    }
    case 'cancel_invoice': {
      const doc = invoice(trader, mutation, true);
      trader.cancel(doc, book.today);
      return mutatedDoc(doc);
    }
    case 'cancel_credit_note': {
      const doc =
        mutation.entry === undefined
          ? latest(
              book.creditNotes.rows,
              (note) => isPlain(note) && note.lines.every(({ base }) => base === null) && note.paidPaise === 0,
            )
          : book.creditNotes.get(mutation.entry);
      if (!doc) throw new Error('the book holds no credit note to cancel');
      trader.cancel(doc, book.today);
      return mutatedDoc(doc);
    }
    case 'cancel_payment':
    case 'bounce_check': {
      const payment =
        mutation.entry === undefined
          ? retractable(trader, mutation.kind === 'bounce_check')
          : book.payments.get(mutation.entry);
      if (!payment || payment.cancelled) throw new Error('the book holds no payment to take back');
      trader.cancelPayment(payment);
      return mutatedPayment(payment);
    }
    case 'rename_partner':
    case 'repair_identity':
      return changePartner(trader, mutation);
  }
}

/** A day's plausible work, dated today. Returns what was touched. */
export function dayOfTrade(trader: Trader, day: DayOfTrade): Mutated[] {
  const { sales = 0, receipts = 0, credits = 0, edits = 0, cancels = 0, bounces = 0 } = day;
  const work: [MutationKind, number][] = [
    ['add_invoice', sales],
    ['add_payment', receipts],
    ['add_credit_note', credits],
    ['edit_due_date', edits],
    ['cancel_invoice', cancels],
    ['bounce_check', bounces],
  ];
  return work.flatMap(([kind, count]) => Array.from({ length: count }, () => mutate(trader, { kind })));
}

const mutatedDoc = (doc: Doc): Mutated => ({ entity: doc.object === 13 ? 'Invoices' : 'CreditNotes', key: doc.entry });
const mutatedPayment = (payment: Payment): Mutated => ({ entity: 'IncomingPayments', key: payment.entry });

const isPlain = ({ cancel, partner, foreign, paise }: Doc): boolean =>
  cancel === 'csNo' && partner.kind === 'debtor' && partner.fault === null && foreign === null && paise > 0;

/** The newest row of the last thousand that suits. */
function latest<Row>(rows: readonly Row[], suits: (row: Row) => boolean): Row | undefined {
  for (let at = rows.length - 1; at >= Math.max(0, rows.length - 1_000); at -= 1) if (suits(rows[at]!)) return rows[at];
  return undefined;
}

function invoice({ book }: Trader, { entry }: Mutation, unpaid = false): Doc {
  const doc =
    entry === undefined
      ? latest(
          book.invoices.rows,
          (candidate) => isPlain(candidate) && candidate.day <= book.today && (!unpaid || candidate.paidPaise === 0),
        )
      : book.invoices.get(entry);
  if (!doc) throw new Error('the book holds no invoice to change');
  return doc;
}

function changePartner(trader: Trader, { kind, cardCode, to }: Mutation): Mutated {
  const { book } = trader;
  const candidates =
    kind === 'repair_identity' ? trader.faulty.filter(({ fault }) => fault !== 'IDENTITY_AMBIGUOUS') : trader.sound;
  const partner = cardCode === undefined ? candidates[0] : book.partner(cardCode);
  if (!partner) throw new Error('the book holds no partner to change');
  if (kind === 'rename_partner') partner.name = to ?? `${partner.name} (new)`;
  else {
    const gstin = to ?? makeGstin(trader.random);
    partner.addresses = [{ name: 'Bill To', type: 'bo_BillTo', gstin, state: 'DL' }];
    partner.billToDefault = 'Bill To';
    partner.wrongCheckDigit = gstinCheckCharacter(gstin) !== gstin[14];
    partner.fault = null;
    trader.faulty.splice(trader.faulty.indexOf(partner), 1);
    trader.sound.push(partner);
  }
  book.touch(partner);
  return { entity: 'BusinessPartners', key: partner.cardCode };
}
