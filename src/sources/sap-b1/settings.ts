import { z } from 'zod';

/** Which OData dialect of the Service Layer is spoken. `auto` takes v2 where there is one, else v1. */
export const API_VERSIONS = ['auto', 'v1', 'v2'] as const;

const fingerprint = z
  .string()
  .transform((text) => text.replaceAll(':', '').toUpperCase())
  .pipe(z.string().regex(/^[0-9A-F]{64}$/, 'expected a SHA-256 fingerprint: 64 hexadecimal digits'));

/** What one distributor's SAP Business One is read with; all of it stands in the distributor's own configuration. */
export const SapSettings = z.strictObject({
  host: z.string().min(1).default('localhost'),
  port: z.number().int().min(1).max(65_535).default(50_000),
  /** The company's database, which is its identity too: the Service Layer tells no other without a POST. */
  companyDb: z.string().trim().min(1, 'expected the name of the company database'),
  userName: z.string().trim().min(1, 'expected the name of the service user'),
  password: z.string().min(1, 'expected the password of the service user'),
  apiVersion: z.enum(API_VERSIONS).default('auto'),
  /**
   * Whose certificate is believed: that of the authority (PEM), or the one of this SHA-256 fingerprint; where neither is
   * named, that of the system's authorities.
   */
  tls: z
    .strictObject({ authority: z.string().min(1).nullable(), fingerprint: fingerprint.nullable() })
    .default({ authority: null, fingerprint: null }),
  timeoutMs: z.number().int().min(100).default(120_000),
  /** Documents a request. */
  pageSize: z.number().int().min(1).max(5_000).default(200),
  /** Before a transient fault is asked about again; doubled each time. */
  retryDelayMs: z.number().int().min(1).default(500),
  /** A session nobody uses for this long is given back: it holds a licence. */
  idleLogoutMs: z.number().int().min(1).default(60_000),
  /** Credit days where neither document nor payment terms say any; null leaves the due date unknown. */
  defaultCreditDays: z.number().int().min(0).max(365).nullable().default(null),
  /** False holds the extract to invoices, payments and returns. */
  adjustments: z.boolean().default(true),
  /** Codes of the groups of customers who pay at once and owe nothing. */
  cashGroups: z.array(z.number().int()).default([]),
  /** Card codes that never become a record's party. */
  excludedPartners: z.array(z.string().trim().min(1)).default([]),
  /** Nothing dated before this day is asked for. */
  earliestDate: z.iso.date().nullable().default(null),
  /** Of the distributor and of the SAP server, whose stamps are local times. */
  timeZone: z.string().min(1).default('Asia/Kolkata'),
  /** The distributor's own phone, which is no retailer's identity. */
  ownPhone: z.string().nullable().default(null),
  /** Keyed hash, for card codes that are themselves a phone, a GSTIN or a name. */
  hashCode: z.custom<(code: string) => string>((value) => typeof value === 'function'),
});
export type SapSettings = z.infer<typeof SapSettings>;
export type SapSettingsInput = z.input<typeof SapSettings>;
