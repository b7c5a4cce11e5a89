import type { StateCounts } from '../../canonical/bridge.js';

/** What `voucherImport` may have done. Ids, row numbers, counts and codes: no voucher, no name, no number ever stands in a history. */

export interface JobNamed {
  companyId: string;
  jobId: string;
}

/** What became of a job's rows before anything was sent. */
export interface Prepared {
  /** False: rows cannot be written as they are, and the job asked for all of them or nothing. */
  mayWrite: boolean;
  counts: StateCounts;
  ledgersCreated: number;
}

/** A stretch of rows was worked off. */
export interface Written {
  counts: StateCounts;
  /** Rows still to be written. */
  remaining: number;
}

/** Taken from the queue `bridge-<company_id>`, one at a time. Repeating them is safe: the journal knows what was begun. */
export interface BridgeTasks {
  /** Holds every open row against the company's rules and Tally's masters, and looks which vouchers are there already. */
  prepareJob(task: JobNamed & { createLedgers: boolean }): Promise<Prepared>;
  /** Writes the next rows, one voucher a request, until a stretch is done; cancelled, it ends after the row under way. */
  writeNext(task: JobNamed): Promise<Written>;
}

/** Central, on the queue `platform`. */
export interface BridgeJobTasks {
  bridgeJob(task: JobNamed): Promise<{ refuseAll: boolean; createLedgers: boolean; counts: StateCounts }>;
  /** `answer` says in a sentence whether it was done. */
  skipRow(task: JobNamed & { row: number; by: string; reason: string }): Promise<{ done: boolean; answer: string }>;
  reopenRow(task: JobNamed & { row: number; by: string }): Promise<{ done: boolean; answer: string }>;
  rowEnd(task: JobNamed & { row: number }): Promise<{ state: string; code: string | null }>;
  /** No more will be written: the job's report is final. */
  closeJob(task: JobNamed): Promise<StateCounts>;
}

/** How failures are called on the wire. All but the first two stop an import until a person says `resume`. */
export const BRIDGE_FAILURE = {
  tallyUnreachable: 'TallyUnreachable',
  platformUnavailable: 'PlatformUnavailable',
  tallyMisconfigured: 'TallyMisconfigured',
  credentialsRefused: 'CredentialsRefused',
  requestRefused: 'RequestRefused',
} as const;
export type BridgeFailure = (typeof BRIDGE_FAILURE)[keyof typeof BRIDGE_FAILURE];
