import { z } from 'zod';
import { DistributorId } from './contract.js';
import { FILE_STATES } from './file-ingestion.js';

/** What is told of a file that a person uploads: looked at first, taken when somebody says so. No value of the file is in it. */

export const UploadId = z
  .string()
  .regex(/^upl_[0-9a-f]{16}$/, 'expected the id of an upload, such as upl_0123456789abcdef');

/** What a file holds, by which it belongs to a stream: a CSV template, or an export of Tally. */
export const UPLOAD_FORMS = ['invoices', 'payments', 'returns', 'xml'] as const;
export type UploadForm = (typeof UPLOAD_FORMS)[number];

/** Refused rows listed one by one; all are counted. */
export const LISTED_FAULTS = 100;

const count = z.int().min(0);
const Sum = z.strictObject({ count, paise: z.int() });
const Refusal = z.strictObject({ code: z.string(), message: z.string() });

export const UploadPreview = z.strictObject({
  /** Null for what is refused before anybody can tell. */
  format: z.enum(['csv-invoices', 'csv-payments', 'csv-returns', 'tally-xml', 'zip']).nullable(),
  /** Why nothing of it can be taken; then it cannot be committed. */
  refused: Refusal.nullable(),
  /** Rows, or vouchers. */
  rows_read: count,
  /** Rows that become records. */
  rows_accepted: count,
  /** Rows that say again what an earlier one says, and vouchers that are no trade with a debtor. */
  rows_ignored: count,
  rows_refused: count,
  refused_by_code: z.record(z.string(), count),
  /** The first hundred. */
  faults: z.array(
    z.strictObject({ line: z.int().nullable(), column: z.string().nullable(), code: z.string(), message: z.string() }),
  ),
  /** Of the accepted rows. */
  records: z.strictObject({ invoices: Sum, payments: Sum, returns: Sum, adjustments: Sum }),
  /** ISO days of the earliest and the latest record. */
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  /** What its columns show that those of the distributor's earlier uploads had not; `waits`: committed, it waits until a person accepts them. */
  drift: z.strictObject({ message: z.string(), waits: z.boolean() }).nullable(),
});
export type UploadPreview = z.infer<typeof UploadPreview>;

export const UPLOAD_STATES = ['receiving', 'reading', 'ready', 'refused', 'committed', 'discarded'] as const;

/** An upload as the API shows it. */
export const Upload = z.strictObject({
  upload_id: UploadId,
  distributor_id: DistributorId,
  /** As it was sent, without what could lead astray. It may name people: for the operator's own screen. */
  name: z.string(),
  bytes: count,
  sha256: z.string().nullable(),
  state: z.enum(UPLOAD_STATES),
  created_at: z.string(),
  committed_at: z.string().nullable(),
  committed_by: z.string().nullable(),
  discarded_at: z.string().nullable(),
  discarded_by: z.string().nullable(),
  preview: UploadPreview.nullable(),
  /** The same bytes, committed earlier from any source of the distributor. */
  committed_before: z.strictObject({ source_id: z.string(), file_id: z.int(), at: z.string() }).nullable(),
  /** What the ingestion has made of it; null before. */
  file: z
    .strictObject({
      file_id: z.int(),
      stream_id: z.string(),
      state: z.enum(FILE_STATES),
      code: z.string().nullable(),
      message: z.string().nullable(),
      rows_accepted: count.nullable(),
      rows_refused: count.nullable(),
    })
    .nullable(),
});
export type Upload = z.infer<typeof Upload>;

/** In a path: no folders, nothing that steers a screen, no ending by which programs say that a file is not whole. */
export function uploadName(given: string): string {
  const last = given.split(/[/\\]/).at(-1)!;
  const plain = [
    ...last
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\ufffd<>:"|?*]/gu, '_')
      .trim(),
  ]
    .slice(-MAX_NAME)
    .join('');
  return plain
    .replace(/^[.~]/, '_$&')
    .replace(/~$|\.(?:part|filepart|tmp|crdownload)$/i, '$&_')
    .replace(/^$/, 'upload');
}
const MAX_NAME = 120;
