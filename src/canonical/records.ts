import { z } from 'zod';
import { QuarantineMark } from './quarantine.js';

/**
 * The canonical records, as they travel inside the encrypted payload of a batch and as Bronze holds them: the field
 * names of the integration specification §6, with what its amendments add. Amounts are rupees with two decimals in
 * JSON; everywhere else they are integer paise.
 */

export const ERP_TYPES = ['tally_prime', 'sap_b1', 'csv'] as const;
export const ErpType = z.enum(ERP_TYPES);
export type ErpType = z.infer<typeof ErpType>;

export const PAYMENT_METHODS = ['NEFT', 'RTGS', 'IMPS', 'cheque', 'cash'] as const;
export const FLAGS = ['DUE_DATE_DROPPED', 'GSTIN_CHECK_DIGIT', 'SIGN_UNEXPECTED'] as const;
/** Review flags travel with a record and are shown; they never stop it. */
export const Flag = z.enum(FLAGS);
export type Flag = z.infer<typeof Flag>;

const isoDate = z.iso.date();
const text = (max: number) => z.string().min(1).max(max);
const rupees = z
  .number()
  .refine(
    (value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6 * Math.max(1, Math.abs(value)),
    'at most two decimals',
  );

/** What a bill is joined by beside its party: Tally's bill name and the date of the bill it settles. */
export const Bill = z.strictObject({ name: text(300), date: isoDate.nullable() });
export type Bill = z.infer<typeof Bill>;

const common = {
  /** `doc_key#n`: unique for ever within a distributor; what Bronze upserts by. */
  source_key: text(300),
  /** The party ledger's identity in its ERP (never its name): what bills are joined by. */
  party_key: text(200),
  retailer_gst: z.string().length(15).nullable(),
  retailer_name: z.string().max(300).nullable(),
  retailer_phone: z
    .string()
    .regex(/^[6-9]\d{9}$/)
    .nullable(),
  erp_type: ErpType,
  flags: z.array(Flag).max(FLAGS.length),
};

export const Invoice = z.strictObject({
  type: z.literal('invoice'),
  ...common,
  invoice_id: text(300),
  invoice_date: isoDate,
  due_date: isoDate.nullable(),
  amount_inr: rupees.positive(),
  is_return: z.literal(false),
  original_invoice_id: z.null(),
  /** True for a bill that stood open when the books began. */
  opening: z.boolean(),
  bills: z.array(Bill).max(500),
});
export type Invoice = z.infer<typeof Invoice>;

export const Payment = z.strictObject({
  type: z.literal('payment'),
  ...common,
  payment_id: text(300),
  /** Null for an advance or an on-account rest. By convention the bill's name is the invoice's number. */
  invoice_id: text(300).nullable(),
  paid_date: isoDate,
  amount_paid_inr: rupees.positive(),
  payment_method: z.enum(PAYMENT_METHODS).nullable(),
  /** `pending`: post-dated or future-dated; it counts from its day on. */
  status: z.enum(['cleared', 'pending']),
  bill: Bill.nullable(),
  instrument_date: isoDate.nullable(),
  cleared_on: isoDate.nullable(),
});
export type Payment = z.infer<typeof Payment>;

/** A credit note: the specification's invoice payload with `is_return: true`. */
export const Return = z.strictObject({
  type: z.literal('return'),
  ...common,
  invoice_id: text(300),
  invoice_date: isoDate,
  amount_inr: rupees.positive(),
  is_return: z.literal(true),
  original_invoice_id: text(300).nullable(),
  return_kind: z.enum(['goods', 'allowance']),
  bills: z.array(Bill).max(500),
});
export type Return = z.infer<typeof Return>;

export const ADJUSTMENT_KINDS = [
  'journal',
  'debit_note',
  'credit_note',
  'write_off',
  'contra',
  'payment',
  'opening',
  'unknown',
] as const;
/** A debtor's leg of anything else, that leg alone. Positive: the debtor owes more; negative: less. */
export const Adjustment = z.strictObject({
  type: z.literal('adjustment'),
  ...common,
  adjustment_id: text(300),
  adjusted_on: isoDate,
  amount_inr: rupees.refine((value) => value !== 0, 'not zero'),
  kind: z.enum(ADJUSTMENT_KINDS),
  bill: Bill.nullable(),
});
export type Adjustment = z.infer<typeof Adjustment>;

export const CanonicalRecord = z.discriminatedUnion('type', [Invoice, Payment, Return, Adjustment]);
export type CanonicalRecord = z.infer<typeof CanonicalRecord>;
export const RECORD_TYPES = ['invoice', 'payment', 'return', 'adjustment'] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** Orders the versions of one document: the restore epoch first, then the ERP's own counter or stamp. */
export const Version = z.strictObject({
  epoch: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
  sequence: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
});
export type Version = z.infer<typeof Version>;

/**
 * The unit of truth is the source document (a voucher, an A/R invoice, a ledger's opening bills). Publishing one
 * replaces all its records; one without records is a void, or is quarantined whole.
 */
export const CanonicalDocument = z.strictObject({
  doc_key: text(250),
  version: Version,
  /** HMAC-SHA256 (distributor's digest key, base64url) of the records and the mark: equal content, equal digest. */
  digest: z.string().length(43),
  records: z.array(CanonicalRecord).max(1000),
  /** Null where every record of it kept the rules. */
  quarantined: QuarantineMark.nullable().default(null),
});
export type CanonicalDocument = z.infer<typeof CanonicalDocument>;
