import type { Queryable } from './database.js';

export interface Alert {
  distributorId: string | null;
  /** What happened, as a rule's name: `step_overdue`, `sync_failed`. */
  rule: string;
  subject: string;
  severity: 'info' | 'warning' | 'critical';
  /** Role or address that must act. */
  audience: string;
  /** One sentence; never personal data. */
  message: string;
  /** What several distributors may have in common; `''` when the rule says enough. */
  cause?: string;
}

export interface RecordedAlert {
  alertId: number;
  /** False when one of the same rule, distributor and subject was open; it is counted. */
  opened: boolean;
  /** When people were last told of the same rule, distributor and subject, and whether that was since it opened. */
  told: { at: Date | null; ofThis: boolean };
}

/** Opens an alert, or counts another time where one of the same rule, distributor and subject is open. */
export async function recordAlert(db: Queryable, alert: Alert, at = new Date()): Promise<RecordedAlert> {
  const { distributorId, rule, subject } = alert;
  const { rows } = await db.query(
    `insert into alerts (distributor_id, rule, subject, severity, audience, message, cause, raised_at, last_raised_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
     on conflict (rule, coalesce(distributor_id, ''), subject) where resolved_at is null do update
       set times = alerts.times + 1, last_raised_at = excluded.last_raised_at, message = excluded.message,
           severity = excluded.severity, cause = excluded.cause
     returning alert_id, times, told_at`,
    [distributorId, rule, subject, alert.severity, alert.audience, alert.message, alert.cause ?? '', at],
  );
  const { alert_id, times, told_at } = rows[0];
  const before = await db.query(
    `select max(told_at) as at from alerts
     where rule = $1 and coalesce(distributor_id, '') = coalesce($2, '') and subject = $3`,
    [rule, distributorId, subject],
  );
  return { alertId: alert_id, opened: times === 1, told: { at: before.rows[0].at, ofThis: told_at !== null } };
}

/** Has an alert told from `after` on; one that waits to be told already keeps its time. */
export async function scheduleTelling(db: Queryable, alertId: number, after: Date): Promise<void> {
  await db.query(
    `update alerts set tell_after = $2, told_ways = '{}', tell_failures = 0
     where alert_id = $1 and tell_after is null and resolved_at is null`,
    [alertId, after],
  );
}

export interface AlertToTell extends StoredAlert {
  toldWays: string[];
  tellFailures: number;
}

/** For so long nobody else tells of an alert that was taken; should the teller die, it is told again after that. */
const TAKEN_FOR = '10 minutes';

/** Takes the alert that waits longest to be told (or the one named, should it wait); null when none does. */
export async function takeAlertToTell(db: Queryable, at: Date, alertId?: number): Promise<AlertToTell | null> {
  const { rows } = await db.query(
    `update alerts set tell_after = $1::timestamptz + interval '${TAKEN_FOR}'
     where alert_id = (select alert_id from alerts
                       where tell_after <= $1 and resolved_at is null and ($2::bigint is null or alert_id = $2)
                       order by tell_after, alert_id limit 1 for update skip locked)
     returning *`,
    [at, alertId ?? null],
  );
  const row = rows[0];
  return row ? { ...storedAlert(row), toldWays: row.told_ways, tellFailures: row.tell_failures } : null;
}

/** Keeps what came of telling: no `fault` means told; with one, it is told again from `retryAfter` on, or given up. */
export async function recordTelling(
  db: Queryable,
  alertId: number,
  told: { at: Date; ways: string[]; fault: string | null; retryAfter: Date | null },
): Promise<void> {
  await db.query(
    `update alerts
     set told_ways = $3, tell_error = $4, tell_after = $5,
         told_at = case when $4::text is null then $2 else told_at end,
         tell_failures = case when $4::text is null then 0 else tell_failures + 1 end
     where alert_id = $1`,
    [alertId, told.at, told.ways, told.fault, told.retryAfter],
  );
}

/** How many distributors have this trouble now. */
export async function distributorsWith(db: Queryable, rule: string, cause: string): Promise<number> {
  const { rows } = await db.query(
    'select count(distinct distributor_id) as affected from alerts where rule = $1 and cause = $2 and resolved_at is null',
    [rule, cause],
  );
  return rows[0].affected;
}

/** From now on the common alert speaks for all distributors of its rule and cause. */
export async function speakForAll(db: Queryable, commonAlertId: number, rule: string, cause: string): Promise<void> {
  await db.query(
    `update alerts set common_alert_id = $1, tell_after = null
     where rule = $2 and cause = $3 and resolved_at is null and distributor_id is not null`,
    [commonAlertId, rule, cause],
  );
}

/**
 * Resolves open alerts of the rules: those of the distributor, or, where a subject is named, those of the subject. A common alert is
 * over with the last one it speaks for.
 */
export async function resolveAlerts(
  db: Queryable,
  over: { distributorId: string | null; rules: readonly string[]; subject?: string },
  at = new Date(),
): Promise<{ resolved: number }> {
  const { rowCount } = await db.query(
    `update alerts set resolved_at = $1, tell_after = null
     where resolved_at is null and rule = any($2)
       and case when $4::text is null then distributor_id = $3
                else subject = $4 and ($3::text is null or distributor_id is null or distributor_id = $3) end`,
    [at, over.rules, over.distributorId, over.subject ?? null],
  );
  await db.query(
    `update alerts common set resolved_at = $1, tell_after = null
     where resolved_at is null and rule = any($2)
       and exists (select from alerts part where part.common_alert_id = common.alert_id)
       and not exists (select from alerts part
                       where part.common_alert_id = common.alert_id and part.resolved_at is null)`,
    [at, over.rules],
  );
  return { resolved: rowCount ?? 0 };
}

export interface StoredAlert extends Alert {
  cause: string;
  alertId: number;
  times: number;
  /** ISO. */
  raisedAt: string;
  resolvedAt: string | null;
  /** ISO; null while nobody was told. */
  toldAt: string | null;
  /** Why the last try to tell failed, by way and role. */
  tellError: string | null;
  /** The alert that tells of this one together with others. */
  commonAlertId: number | null;
}

/** Alerts, newest first; of one distributor where one is named. */
export async function readAlerts(
  db: Queryable,
  options: { distributorId?: string; limit?: number } = {},
): Promise<StoredAlert[]> {
  const { rows } = await db.query(
    `select * from alerts where $1::text is null or distributor_id = $1 order by raised_at desc, alert_id desc limit $2`,
    [options.distributorId ?? null, options.limit ?? 100],
  );
  return rows.map(storedAlert);
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
const storedAlert = (row: any): StoredAlert => ({
  alertId: row.alert_id,
  distributorId: row.distributor_id,
  rule: row.rule,
  subject: row.subject,
  severity: row.severity,
  audience: row.audience,
  message: row.message,
  cause: row.cause,
  times: row.times,
  raisedAt: row.raised_at.toISOString(),
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  toldAt: row.told_at?.toISOString() ?? null,
  tellError: row.tell_error,
  commonAlertId: row.common_alert_id,
});
