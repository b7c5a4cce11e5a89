import type { StartSyncTask } from '../activities/platform/tasks.js';
import type { RunOutcome } from '../canonical/run-report.js';

export interface Period {
  from: string;
  to: string;
}

/** What a run that ended badly left undone. */
export interface LeftOver extends Period {
  kind: 'delta' | 'backfill';
  /** Where a backfill goes on; null: at its beginning. */
  cursor: string | null;
  /** As asked of a backfill. */
  reconcile?: boolean;
  outcome: RunOutcome;
  reason: string | null;
  endedAt: string;
}

/** Everything `distributorSync` knows, as plain data: what it is started with, continues as new with, and answers to `syncState`. */
export interface SyncState extends StartSyncTask {
  paused: { by: string; reason: string } | null;
  /** A run is wanted. */
  requested: boolean;
  /** The Schedule wants it: should the premises not be reached, that is a scheduled run missed. */
  scheduled: boolean;
  /** Read even if the ERP's counters have not moved: a person set the watermark. */
  forced: boolean;
  /** A scheduled run could not reach the ERP or the connector and is still to be made up. */
  owedSince: string | null;
  /** Scheduled runs missed in a row. */
  missedInARow: number;
  /** Backfills asked for, served between deltas; Bronze is compared with the ERP afterwards unless `reconcile` is false. */
  backfills: Array<Period & { cursor: string | null; reconcile?: boolean }>;
  /** Waits for `retryDeferred`; a delta also for the next one, which covers it, and what was deferred for the next success. */
  left: LeftOver[];
  /** The last message that could not be used, and why. */
  notice: string | null;
  last: { runId: string; outcome: RunOutcome; reason: string | null; cause: string | null; endedAt: string } | null;
}

/** What it would be started again from, should it be lost. */
export const taskOf = ({
  distributorId,
  erpType,
  timeZone,
  schedule,
  jitterMinutes,
  lookbackDays,
  quietHours,
  companyId,
  watermark,
  patience,
}: SyncState): StartSyncTask => ({
  distributorId,
  erpType,
  timeZone,
  schedule,
  jitterMinutes,
  lookbackDays,
  quietHours,
  companyId,
  watermark,
  patience,
});
