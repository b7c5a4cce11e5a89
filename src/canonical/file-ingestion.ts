import { z } from 'zod';
import { DistributorId } from './contract.js';

/** What file ingestion tells its parts and people; the state machine of a file (FilePulse's, with what it drops kept). */

export const FILE_STATES = [
  'discovered',
  'waiting',
  'claimed',
  'parsed',
  'committed',
  'duplicate',
  'quarantined',
  'failed',
] as const;
export type FileState = (typeof FILE_STATES)[number];

/** Why a file is not read yet. */
export const WAITS_FOR = [
  'unfinished_name',
  'too_young',
  'still_moving',
  'not_seen_twice',
  'earlier_stream_waiting',
] as const;
export type WaitsFor = (typeof WAITS_FOR)[number];

/** What to do when a file's columns are not those its stream had before. */
export const DRIFT_POLICIES = ['evolve', 'freeze', 'quarantine_rows'] as const;
export type DriftPolicy = (typeof DRIFT_POLICIES)[number];

const expected = (what: string) => ({ error: `expected ${what}` });

export const SourceId = z
  .string(expected('the name of a source'))
  .regex(/^[a-z0-9][a-z0-9_-]{1,60}$/, 'expected small letters, digits, - and _, such as tally_file_dump');

/** Of one run and stream, or added up over streams; the names are those of the reference's example (seed 002). */
export const FileMetrics = z.strictObject({
  files_discovered: z.number().int(),
  files_waiting: z.number().int(),
  /** Committed, or known to hold nothing that was not committed before. */
  files_processed: z.number().int(),
  files_duplicate: z.number().int(),
  files_quarantined: z.number().int(),
  files_failed: z.number().int(),
  rows_read: z.number().int(),
  /** Rows that went into documents. */
  rows_emitted: z.number().int(),
  rows_refused: z.number().int(),
  drift_alerts: z.number().int(),
  bytes_read: z.number().int(),
});
export type FileMetrics = z.infer<typeof FileMetrics>;

export const noMetrics = (): FileMetrics => ({
  files_discovered: 0,
  files_waiting: 0,
  files_processed: 0,
  files_duplicate: 0,
  files_quarantined: 0,
  files_failed: 0,
  rows_read: 0,
  rows_emitted: 0,
  rows_refused: 0,
  drift_alerts: 0,
  bytes_read: 0,
});

export function addMetrics(one: FileMetrics, other: Partial<FileMetrics>): FileMetrics {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name as keyof FileMetrics] += count;
  return sum;
}

/** What came of reading a file. Counts only: this stands in histories. */
export interface FileReading {
  /** `replaced`: it is no longer the one that was listed; the next listing shows what it is. */
  outcome: 'parsed' | 'duplicate' | 'quarantined' | 'replaced';
  /** Of a file that is not taken, for people; quotes nothing of it. */
  code: string | null;
  message: string | null;
  rowsRead: number;
  rowsEmitted: number;
  rowsRefused: number;
  /** Of the rows refused, by code. */
  refusedByCode: Record<string, number>;
  bytes: number;
  /** What its schema shows that its stream's had not; null where nothing drifted. */
  drift: string | null;
}

export const noReading = (outcome: FileReading['outcome']): FileReading => ({
  outcome,
  code: null,
  message: null,
  rowsRead: 0,
  rowsEmitted: 0,
  rowsRefused: 0,
  refusedByCode: {},
  bytes: 0,
  drift: null,
});

/** Where a stream has come to, as the reference prints it. */
export const StreamState = z.strictObject({
  tenant_id: DistributorId,
  connector_id: z.string(),
  stream_id: z.string(),
  /** `s3://org/tally/vouchers/2025-09-30/vouchers.csv#sha256=…` */
  last_checkpoint: z.string().nullable(),
});
export type StreamState = z.infer<typeof StreamState>;

export const checkpointOf = (sourceUri: string, path: string, sha256: string): string =>
  `${sourceUri}/${path}#sha256=${sha256}`;

/** `altscore files run`, and the Schedule `files/<source_id>`. */
export const IngestionAsked = z.strictObject(
  {
    sourceId: SourceId,
    /** How long it waits before it looks again at files that were seen but once; 0: they are left for the next run. */
    settleMs: z.int().min(0).max(600_000).default(15_000),
  },
  'expected {"sourceId": "…"}',
);
export type IngestionAsked = z.infer<typeof IngestionAsked>;

/** Stands in the history: no path, so no checkpoint either. */
export interface IngestionResult {
  sourceId: string;
  metrics: FileMetrics;
  byStream: Record<string, FileMetrics>;
  /** A sentence each, for what was not taken. */
  notices: string[];
}
