import { z } from 'zod';

/** How vouchers are asked for. `auto` begins with collections and takes the register where Tally refuses them. */
export const READINGS = ['auto', 'collection', 'voucher_register'] as const;

const days = z.number().int().min(0).max(365);

/** What one distributor's Tally is read with; all of it stands in the distributor's own configuration. */
export const TallySettings = z.strictObject({
  host: z.string().min(1).default('localhost'),
  port: z.number().int().min(1).max(65_535).default(9_000),
  companyName: z.string().trim().min(1, 'expected the name of the company as Tally shows it'),
  /** Pins the books: a company of the same name with another GUID is refused. */
  companyGuid: z.string().trim().min(1).nullable().default(null),
  reading: z.enum(READINGS).default('auto'),
  /** Encoding of requests, which the answers mirror. */
  encoding: z.enum(['utf-8', 'utf-16le']).default('utf-8'),
  timeoutMs: z.number().int().min(100).default(120_000),
  /** People are working in Tally, which does one thing at a time: no request should hold it much longer than this. */
  targetRequestMs: z.number().int().min(50).default(2_000),
  /** Credit days where neither bill nor ledger says any; null leaves the due date unknown. */
  defaultCreditDays: days.nullable().default(null),
  /** False holds the extract to invoices, payments and returns, and what reverses them. */
  adjustments: z.boolean().default(true),
  /** Ledgers that never become a record's party. */
  excludedLedgers: z.array(z.string().trim().min(1)).default([]),
  /** Nothing dated before this day is asked for. */
  earliestDate: z.iso.date().nullable().default(null),
  timeZone: z.string().min(1).default('Asia/Kolkata'),
  /** The distributor's own phone, which is no retailer's identity. */
  ownPhone: z.string().nullable().default(null),
  /** Keyed hash of a ledger's name: the identity of a debtor whose build of Tally gives it no GUID. */
  hashName: z.custom<(name: string) => string>((value) => typeof value === 'function').optional(),
});
export type TallySettings = z.infer<typeof TallySettings>;
export type TallySettingsInput = z.input<typeof TallySettings>;
