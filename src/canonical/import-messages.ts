import { z } from 'zod';
import { CompanyId, JobId, type StateCounts } from './bridge.js';
import { by, text } from './sync-messages.js';

/** What `voucherImport` is started with, is told by operators and answers; each message is one JSON object, checked before it is believed. */

const HOUR_MS = 3_600_000;

export const ImportAsked = z.strictObject({
  companyId: CompanyId,
  jobId: JobId,
  /** So long a job with refused or unknown rows waits for somebody to see to them. */
  keepOpenMs: z
    .int()
    .min(0)
    .default(24 * HOUR_MS),
  /** Nobody took a task for so long: the bridge is offline. */
  pickupMs: z
    .int()
    .min(100)
    .default(HOUR_MS / 30),
});
export type ImportAsked = z.input<typeof ImportAsked>;

const row = z.int('expected the number of a row, from 1').min(1, 'expected the number of a row, from 1');
export const SkipAsked = z.strictObject(
  { by, row, reason: text('a reason') },
  'expected {"by": "who", "row": 7, "reason": "why"}',
);
export type SkipAsked = z.infer<typeof SkipAsked>;
export const RetryRowAsked = z.strictObject({ by, row }, 'expected {"by": "who", "row": 7}');
export type RetryRowAsked = z.infer<typeof RetryRowAsked>;

/** `held`: rows cannot be written as they are, and the job asked for all or nothing. `open`: rows wait for people. */
export type ImportStage = 'preparing' | 'held' | 'writing' | 'open' | 'closed';

/** Why nothing can be written now. All but the first three wait for `resume`. */
export const IMPORT_TROUBLES = [
  'BRIDGE_OFFLINE',
  'TALLY_UNREACHABLE',
  'PLATFORM_UNAVAILABLE',
  'TALLY_MISCONFIGURED',
  'CREDENTIALS_REFUSED',
  'REQUEST_REFUSED',
  'FAILED',
] as const;
export type ImportTrouble = (typeof IMPORT_TROUBLES)[number];

export interface ImportProgress {
  stage: ImportStage;
  counts: StateCounts;
  paused: { by: string; reason: string } | null;
  stuck: { code: ImportTrouble; sentence: string } | null;
  /** Messages that could not be used, and why. */
  notUsed: string[];
}

export interface ImportResult {
  companyId: string;
  jobId: string;
  counts: StateCounts;
  ledgersCreated: number;
}
