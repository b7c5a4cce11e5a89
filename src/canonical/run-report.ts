import type { QuarantineCounts, RecordCounts, Watermark } from './contract.js';
import { addAccounts, emptyAccounts, type RunAccounts } from './run-proof.js';

/**
 * How a run ended. `unchanged`: the ERP's counters had not moved. `missed`: the ERP could not be reached. `offline`:
 * no connector took the task. `deferred`: rate-limited three times. `failed`: retries exhausted. `aborted`: nothing
 * but a person can mend it. `yielded`: stopped between windows with a cursor, to be continued.
 */
export const RUN_OUTCOMES = [
  'running',
  'success',
  'unchanged',
  'missed',
  'offline',
  'deferred',
  'failed',
  'aborted',
  'yielded',
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

export interface RunTotals {
  rows: number;
  sent: number;
  accepted: number;
  duplicates: number;
  stale: number;
  rejected: number;
  known: number;
  suppressed: number;
  voids: number;
  records: RecordCounts;
  quarantined: QuarantineCounts;
  ignored: Record<string, number>;
  requests: number;
  bytes: number;
  /** The run's proof: what was read and sent, by kind, and what became of it. */
  accounts: RunAccounts;
}

export const emptyRecordCounts = (): RecordCounts => ({ invoice: 0, payment: 0, return: 0, adjustment: 0 });
export const emptyTotals = (): RunTotals => ({
  rows: 0,
  sent: 0,
  accepted: 0,
  duplicates: 0,
  stale: 0,
  rejected: 0,
  known: 0,
  suppressed: 0,
  voids: 0,
  records: emptyRecordCounts(),
  quarantined: {},
  ignored: {},
  requests: 0,
  bytes: 0,
  accounts: emptyAccounts(),
});

export const sumOf = (counts: Partial<Record<string, number>>): number =>
  Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);

/** Adds `more` into `counts`, key by key. */
export function addInto(counts: Partial<Record<string, number>>, more: Partial<Record<string, number>>): void {
  for (const [key, count] of Object.entries(more)) counts[key] = (counts[key] ?? 0) + (count ?? 0);
}

export function addTotals(a: RunTotals, b: RunTotals): RunTotals {
  const sum: RunTotals = {
    ...a,
    records: { ...a.records },
    quarantined: { ...a.quarantined },
    ignored: { ...a.ignored },
    accounts: emptyAccounts(),
  };
  const { records, quarantined, ignored, accounts, ...plain } = b;
  for (const key of Object.keys(plain) as Array<keyof typeof plain>) sum[key] += plain[key];
  addInto(sum.records, records);
  addInto(sum.quarantined, quarantined);
  addInto(sum.ignored, ignored);
  addAccounts(sum.accounts, a.accounts);
  addAccounts(sum.accounts, accounts);
  return sum;
}

/** What alerts on a backfill are about. */
export const backfillSubject = ({ from, to }: { from: string; to: string }): string => `backfill ${from} – ${to}`;

/** One row of `sync_runs`. Ids, counts and reasons only. */
export interface RunReport {
  runId: string;
  distributorId: string;
  kind: 'backfill' | 'delta';
  from: string;
  to: string;
  outcome: RunOutcome;
  /** One sentence on what went wrong, null when nothing did. */
  reason: string | null;
  totals: RunTotals;
  watermark: Watermark | null;
  startedAt: string;
  finishedAt: string | null;
}
