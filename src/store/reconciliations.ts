import type { ReconciliationReport } from '../canonical/reconciliation.js';
import type { Queryable } from './database.js';
import { RECORDS_BY_MONTH } from './figures.js';

/** Keeps how a reconciliation ended; the same again replaces it. */
export async function recordReconciliation(db: Queryable, report: ReconciliationReport): Promise<void> {
  await db.query(
    `insert into reconciliations (reconciliation_id, distributor_id, period_from, period_to, outcome, reason, months,
                                  quarantined, balances, found, remaining, started_at, finished_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     on conflict (reconciliation_id) do update
       set outcome = excluded.outcome, reason = excluded.reason, months = excluded.months,
           quarantined = excluded.quarantined, balances = excluded.balances, found = excluded.found,
           remaining = excluded.remaining, finished_at = excluded.finished_at`,
    [
      report.reconciliationId,
      report.distributorId,
      report.from,
      report.to,
      report.outcome,
      report.reason,
      report.months,
      report.quarantined,
      report.balances,
      JSON.stringify(report.found),
      JSON.stringify(report.remaining),
      report.startedAt,
      report.finishedAt,
    ],
  );
}

/** First day of which anything was published; null when nothing was. */
export async function firstDayRead(db: Queryable, distributorId: string): Promise<string | null> {
  const { rows } = await db.query(
    `select min(sync_from) as day from sync_sets where distributor_id = $1 and state = 'published'`,
    [distributorId],
  );
  return rows[0].day;
}

/**
 * Forgets the content of what stands with records in some months, and of documents that have lost records: what is
 * read of them next is sent and replaces them, although its digest is the one they arrived with.
 *
 * @returns how many documents.
 */
export async function distrustMonths(db: Queryable, distributorId: string, months: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `with record as materialized (${RECORDS_BY_MONTH}),
          kept as (select document_id, count(*) as records, bool_or(month = any($2::text[])) as doubtful
                   from record group by document_id)
     update documents d set digest = ''
     from documents standing left join kept using (document_id)
     where d.document_id = standing.document_id
       and standing.distributor_id = $1 and standing.state in ('held', 'published')
       and (kept.doubtful
            or coalesce(kept.records, 0) <> standing.invoices + standing.payments + standing.returns + standing.adjustments)`,
    [distributorId, months],
  );
  return rowCount ?? 0;
}

/** How the last reading of exactly this period that began since then ended; null while none has ended for good. */
export async function outcomeOfBackfill(
  db: Queryable,
  distributorId: string,
  { from, to, since }: { from: string; to: string; since: string },
): Promise<{ outcome: string; reason: string | null } | null> {
  const { rows } = await db.query(
    `select outcome, reason from sync_runs
     where distributor_id = $1 and kind = 'backfill' and period_from = $2 and period_to = $3 and started_at >= $4
       and outcome not in ('running', 'yielded', 'missed', 'offline')
     order by started_at desc limit 1`,
    [distributorId, from, to, since],
  );
  return rows[0] ?? null;
}
