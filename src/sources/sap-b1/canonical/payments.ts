import type { DraftAdjustment, DraftParty, DraftPayment, DraftRecord } from '../../../canonical/drafts.js';
import type { Paise } from '../../../canonical/money.js';
import type { Bill } from '../../../canonical/records.js';
import type { IncomingPaymentRow, VendorPaymentRow } from '../rows.js';
import { isForeign, negated, sumOf } from './understood.js';

/**
 * Money from a customer: one payment for each document it settles, and one for what is left over. A document in the
 * customer's own favour that is set off (a credit note, earlier money) settles nothing: it gives back what it had taken
 * off, as an adjustment; so does a cash discount the other way.
 *
 * All the money counts from the day its last cheque can be cashed.
 */
export function draftIncomingPayment(
  row: IncomingPaymentRow,
  party: DraftParty,
  bills: readonly (Bill | null)[],
): DraftRecord[] {
  const { DocNum, DocDate, DocCurrency, PaymentChecks, PaymentInvoices } = row;
  const money = moneyOf(row);
  const lastCheque = latest(PaymentChecks.map(({ DueDate }) => DueDate));
  const common = { party, number: DocNum, foreign: isForeign(DocCurrency), flags: [] };
  const method = methodOf(row);
  const payment = (amountPaise: Paise | null, bill: Bill | null): DraftPayment => ({
    type: 'payment',
    ...common,
    date: paidOn(row),
    amountPaise,
    bill,
    method,
    postDated: lastCheque !== null && DocDate !== null && lastCheque > DocDate,
    instrumentDate: lastCheque,
    clearedOn: null,
  });
  const adjustment = (amountPaise: Paise | null, kind: DraftAdjustment['kind'], bill: Bill | null): DraftRecord => ({
    type: 'adjustment',
    ...common,
    date: DocDate,
    amountPaise,
    kind,
    bill,
  });

  const drafts = PaymentInvoices.flatMap(({ InvoiceType, SumApplied, TotalDiscount }, index): DraftRecord[] => {
    const bill = bills[index] ?? null;
    const settled =
      SumApplied !== null && SumApplied < 0
        ? adjustment(negated(SumApplied), InvoiceType === 'it_CredItnote' ? 'credit_note' : 'payment', null)
        : payment(SumApplied, bill);
    return [
      ...(SumApplied === 0 ? [] : [settled]),
      ...(TotalDiscount === 0 ? [] : [adjustment(negated(TotalDiscount), 'credit_note', bill)]),
    ];
  });
  const applied = sumOf(PaymentInvoices.map(({ SumApplied }) => SumApplied));
  const rest = money === null || applied === null ? null : money - applied;
  if (rest !== 0) drafts.push(payment(rest, null));
  return drafts;
}

/** The day from which a payment's money counts. */
export const paidOn = ({ DocDate, PaymentChecks }: IncomingPaymentRow): string | null =>
  DocDate === null ? null : latest([DocDate, ...PaymentChecks.map(({ DueDate }) => DueDate)]);

/** Money to a customer, such as a refund: he owes so much more. */
export function draftVendorPayment(row: VendorPaymentRow, party: DraftParty): DraftRecord[] {
  const amountPaise = moneyOf(row);
  if (amountPaise === 0) return [];
  const { DocNum, DocDate, DocCurrency } = row;
  return [
    {
      type: 'adjustment',
      party,
      number: DocNum,
      date: DocDate,
      amountPaise,
      foreign: isForeign(DocCurrency),
      flags: [],
      kind: 'payment',
      bill: null,
    },
  ];
}

/** A payment has no field for its total: it is the sum of its means. */
const moneyOf = (row: IncomingPaymentRow | VendorPaymentRow): Paise | null =>
  sumOf([
    row.CashSum,
    row.TransferSum,
    row.BillOfExchangeAmount,
    ...row.PaymentChecks.map(({ CheckSum }) => CheckSum),
    ...row.PaymentCreditCards.map(({ CreditSum }) => CreditSum),
  ]);

/** Null where several means were used, or one that nobody names. */
function methodOf(row: IncomingPaymentRow): DraftPayment['method'] {
  const cash = row.CashSum !== 0;
  const cheque = row.PaymentChecks.length > 0;
  const transfer = row.TransferSum !== 0;
  const others = row.PaymentCreditCards.length > 0 || row.BillOfExchangeAmount !== 0;
  if (others || [cash, cheque, transfer].filter(Boolean).length !== 1) return null;
  if (cash) return 'cash';
  if (cheque) return 'cheque';
  const [, rail] = /(?:^|[^A-Z])(NEFT|RTGS|IMPS)/i.exec(row.TransferReference) ?? [];
  return rail ? (rail.toUpperCase() as 'NEFT' | 'RTGS' | 'IMPS') : null;
}

const latest = (days: (string | null)[]): string | null =>
  days.reduce((most, day) => (day !== null && (most === null || day > most) ? day : most), null);
