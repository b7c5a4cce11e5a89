import { z } from 'zod';

export const QUARANTINE_CODES = [
  'INVALID_GSTIN',
  'IDENTITY_UNRESOLVABLE',
  'IDENTITY_AMBIGUOUS',
  'INVALID_DATE',
  'AMOUNT_OUTLIER',
  'INVALID_PAYMENT_DATE',
  'CURRENCY_UNSUPPORTED',
  'UNBALANCED',
  'DOCUMENT_TOO_LARGE',
  'INVOICE_QUARANTINED',
  // Of rows of files.
  'ROW_RAGGED',
  'LINE_BREAK',
  'FORMULA_CELL',
  'INVALID_ID',
  'ID_REUSED',
  'ID_REPEATED',
  'INVOICE_UNKNOWN',
  'SCHEMA_DRIFT',
] as const;
export const QuarantineCode = z.enum(QUARANTINE_CODES);
export type QuarantineCode = z.infer<typeof QuarantineCode>;

/** Codes whose cause may lie in another document than the one that bears them: in the invoice a payment settles. */
export const CAUSED_ELSEWHERE: readonly QuarantineCode[] = ['INVALID_PAYMENT_DATE', 'INVOICE_QUARANTINED'];

/** More bills than that no document has whose payments wait for it. */
export const MAX_QUARANTINED_BILLS = 2_000;

/**
 * What is known of a document's records that broke a rule and were not sent. It outlives the premises' disk, withdraws
 * what stood, and says where to look again. Never anything of a retailer, no amount and no number of the document.
 */
export const QuarantineMark = z.strictObject({
  /** The rules broken, each once, in the order of `QUARANTINE_CODES`. */
  codes: z.array(QuarantineCode).min(1).max(QUARANTINE_CODES.length),
  /** The document's day, by which its source finds it again; null where it has none. */
  day: z.iso.date().nullable(),
  /** The bills that invoices among the records would have made: payments against them wait. */
  bills: z
    .array(
      z.strictObject({
        party_key: z.string().min(1).max(200),
        name: z.string().min(1).max(300),
        date: z.iso.date().nullable(),
      }),
    )
    .max(MAX_QUARANTINED_BILLS),
});
export type QuarantineMark = z.infer<typeof QuarantineMark>;
