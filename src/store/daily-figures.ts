import type { Queryable } from './database.js';

/** What a day was like, in counts. */
export interface DailyFigures {
  /** Runs that began in the period, by outcome. */
  runs: Record<string, number>;
  /** Distributors that are synced, and those of them with no successful run in the period. */
  distributors: { active: number; withoutSuccess: number };
  records: { sent: number; quarantined: number };
  /** Quarantined records by code. */
  quarantine: Record<string, number>;
  alerts: { openByRule: Record<string, number>; raised: number; resolved: number; notDelivered: number };
}

/** Outcomes after which a distributor's books are known to be up to date. */
const UP_TO_DATE = ['success', 'unchanged'];

/** Gathers a period, from (inclusive) to (exclusive); what is open or active is as of now. */
export async function dailyFigures(db: Queryable, period: { from: Date; to: Date }): Promise<DailyFigures> {
  const { from, to } = period;
  const counted = async (sql: string, values: unknown[]): Promise<Record<string, number>> => {
    const { rows } = await db.query(sql, values);
    return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
  };
  const runs = await counted(
    `select outcome as name, count(*) from sync_runs where started_at >= $1 and started_at < $2 group by 1 order by 1`,
    [from, to],
  );
  const quarantine = await counted(
    `select code as name, sum(count::bigint) as count
     from sync_runs, jsonb_each_text(totals->'quarantined') as each (code, count)
     where started_at >= $1 and started_at < $2 group by 1 order by 1`,
    [from, to],
  );
  const openByRule = await counted(
    'select rule as name, count(*) from alerts where resolved_at is null group by 1 order by 1',
    [],
  );
  const { rows } = await db.query(
    `select
       (select count(*) from distributors where status = 'active') as active,
       (select count(*) from distributors where status = 'active' and not exists (
          select from sync_runs run
          where run.distributor_id = distributors.distributor_id and run.outcome = any($3)
            and run.started_at >= $1 and run.started_at < $2)) as without_success,
       (select coalesce(sum((totals->>'sent')::bigint), 0)::bigint from sync_runs
        where started_at >= $1 and started_at < $2) as sent,
       (select count(*) from alerts where raised_at >= $1 and raised_at < $2) as raised,
       (select count(*) from alerts where resolved_at >= $1 and resolved_at < $2) as resolved,
       (select count(*) from alerts where resolved_at is null and told_at is null and tell_error is not null) as not_delivered`,
    [from, to, UP_TO_DATE],
  );
  const [row] = rows;
  return {
    runs,
    distributors: { active: row.active, withoutSuccess: row.without_success },
    records: { sent: row.sent, quarantined: Object.values(quarantine).reduce((sum, count) => sum + count, 0) },
    quarantine,
    alerts: { openByRule, raised: row.raised, resolved: row.resolved, notDelivered: row.not_delivered },
  };
}

/** Active distributors: when a delta last succeeded, and when one last brought something; null when none ever did. */
export async function freshness(
  db: Queryable,
): Promise<Array<{ distributorId: string; timeZone: string; succeededAt: Date | null; newsAt: Date | null }>> {
  const { rows } = await db.query(
    `select distributor_id, time_zone, news_at,
            (select max(started_at) from sync_runs run
             where run.distributor_id = distributors.distributor_id and kind = 'delta' and outcome = any($1)) as succeeded_at
     from distributors left join watermarks using (distributor_id) where status = 'active' order by 1`,
    [UP_TO_DATE],
  );
  return rows.map((row) => ({
    distributorId: row.distributor_id,
    timeZone: row.time_zone,
    succeededAt: row.succeeded_at,
    newsAt: row.news_at,
  }));
}
