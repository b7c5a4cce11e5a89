import { z } from 'zod';
import { isIsoDate } from '../../canonical/calendar.js';
import type { Paise } from '../../canonical/money.js';
import { paiseFromAmount } from './money.js';
import { stampOf } from './stamps.js';

/**
 * The rows of the entity sets as far as records need them; everything else is dropped here. What identifies a row must
 * be there; of the rest, a value that is none becomes null or empty and is the rules' to judge.
 */

// Made of transforms alone: what SAP leaves empty is common, and zod's way to recover from a fault is a hundred times slower.
const text = z.unknown().transform((value) => (typeof value === 'string' ? value : ''));
/** Of `2026-05-03`, `2026-05-03T00:00:00` and `2026-05-03T00:00:00Z`, the day. */
const day = z.unknown().transform((value): string | null => {
  const written = typeof value === 'string' ? value.slice(0, 10) : '';
  return isIsoDate(written) ? written : null;
});
/** Null where it is no amount. */
const amount = z.unknown().transform((value): Paise | null => paiseFromAmount(value));
/** Of a sum that SAP leaves away where it is none. */
const sum = z.unknown().transform((value): Paise | null => (value == null ? 0 : paiseFromAmount(value)));
const key = z.number().int().min(0);
const reference = z
  .unknown()
  .transform((value): number | null => (typeof value === 'number' && Number.isInteger(value) ? value : null));
const number = z
  .unknown()
  .transform((value) => (typeof value === 'number' || typeof value === 'string' ? String(value) : ''));
/** A collection that was asked for and is not there is no empty one. */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? []);

const document = {
  DocEntry: key,
  DocNum: number,
  DocDate: day,
  CardCode: text,
  CardName: text,
  PayToCode: text,
  DocCurrency: text,
};
const stamped = { UpdateDate: day, UpdateTime: text };
const withStamp = <Row extends { UpdateDate: string | null; UpdateTime: string }>(row: Row) => ({
  ...row,
  stamp: stampOf(row.UpdateDate, row.UpdateTime),
});

export const InvoiceRow = z
  .object({
    ...document,
    ...stamped,
    DocDueDate: day,
    DocumentSubType: text,
    DocTotal: amount,
    PaymentGroupCode: reference,
    CancelStatus: text,
  })
  .transform(withStamp);
export type InvoiceRow = z.infer<typeof InvoiceRow>;

export const CreditNoteRow = z
  .object({
    ...document,
    ...stamped,
    DocType: text,
    DocTotal: amount,
    CancelStatus: text,
    DocumentLines: list(z.object({ BaseType: reference, BaseEntry: reference })),
  })
  .transform(withStamp);
export type CreditNoteRow = z.infer<typeof CreditNoteRow>;

const payment = {
  ...document,
  DocType: text,
  Cancelled: text,
  CashSum: sum,
  TransferSum: sum,
  BillOfExchangeAmount: sum,
  PaymentCreditCards: list(z.object({ CreditSum: amount })),
};
export const IncomingPaymentRow = z.object({
  ...payment,
  TransferReference: text,
  PaymentChecks: list(z.object({ DueDate: day, CheckSum: amount })),
  PaymentInvoices: list(z.object({ DocEntry: key, InvoiceType: text, SumApplied: amount, TotalDiscount: sum })),
});
export type IncomingPaymentRow = z.infer<typeof IncomingPaymentRow>;

export const VendorPaymentRow = z.object({ ...payment, PaymentChecks: list(z.object({ CheckSum: amount })) });
export type VendorPaymentRow = z.infer<typeof VendorPaymentRow>;

export const JournalRow = z.object({
  JdtNum: key,
  Number: number,
  ReferenceDate: day,
  TaxDate: day,
  OriginalJournal: text,
  JournalEntryLines: list(z.object({ ShortName: text, Debit: sum, Credit: sum, FCCurrency: text, DueDate: day })),
});
export type JournalRow = z.infer<typeof JournalRow>;

/** Of documents that others settle, what people call them by. */
export const NamedInvoice = z.object({ DocEntry: key, DocNum: number, DocDate: day });
export const NamedJournal = z.object({
  JdtNum: key,
  Number: number,
  ReferenceDate: day,
  TaxDate: day,
  OriginalJournal: text,
});
export type NamedJournal = z.infer<typeof NamedJournal>;

export const PartnerRow = z
  .object({
    ...stamped,
    CardCode: z.string().min(1),
    CardName: text,
    GroupCode: reference,
    FederalTaxID: text,
    Cellular: text,
    Phone1: text,
    BilltoDefault: text,
    BPAddresses: list(z.object({ AddressName: text, AddressType: text, GSTIN: text })),
  })
  .transform(withStamp);
export type PartnerRow = z.infer<typeof PartnerRow>;

export const TermsRow = z.object({
  GroupNumber: z.number().int(),
  StartFrom: text,
  NumberOfAdditionalMonths: reference,
  NumberOfAdditionalDays: reference,
});
export type TermsRow = z.infer<typeof TermsRow>;
