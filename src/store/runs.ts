import type { RunReport } from '../canonical/run-report.js';
import type { Queryable } from './database.js';

/** Keeps a run's report; the same run reported again replaces it. */
export async function recordRun(db: Queryable, run: RunReport): Promise<void> {
  await db.query(
    `insert into sync_runs (run_id, distributor_id, kind, period_from, period_to, outcome, reason, totals, watermark,
                            started_at, finished_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     on conflict (run_id) do update
       set outcome = excluded.outcome, reason = excluded.reason, totals = excluded.totals,
           watermark = excluded.watermark, finished_at = excluded.finished_at`,
    [
      run.runId,
      run.distributorId,
      run.kind,
      run.from,
      run.to,
      run.outcome,
      run.reason,
      run.totals,
      run.watermark,
      run.startedAt,
      run.finishedAt,
    ],
  );
}

/** A distributor's runs, newest first. */
export async function readRuns(db: Queryable, distributorId: string, limit = 50): Promise<RunReport[]> {
  const { rows } = await db.query(
    'select * from sync_runs where distributor_id = $1 order by started_at desc, run_id desc limit $2',
    [distributorId, limit],
  );
  return rows.map((row) => ({
    runId: row.run_id,
    distributorId: row.distributor_id,
    kind: row.kind,
    from: row.period_from,
    to: row.period_to,
    outcome: row.outcome,
    reason: row.reason,
    totals: row.totals,
    watermark: row.watermark,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }));
}
