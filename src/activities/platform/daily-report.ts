import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ScheduleNotFoundError } from '@temporalio/client';
import { DateTime } from 'luxon';
import { dailyReportNotice, OPS_ZONE } from '../../ops/alerts/notices.js';
import { deliver, deliveriesOf } from '../../ops/alerts/notifier.js';
import { dailyFigures, lastSuccesses } from '../../store/daily-figures.js';
import type { Pool } from '../../store/database.js';
import type { AlertDesk, AlertWays } from './alert-desk.js';
import { syncScheduleId } from './sync-control.js';

/** Scheduled runs without success before Ops hears of it. */
const RUNS_WITHOUT_SUCCESS = 3;

/**
 * Tells Ops how the day was. @param day ISO, in the zone of Ops
 * @throws ApplicationFailure `InvalidInput` for no day, `NotDelivered` (to be retried) where a way out is configured and failed
 */
export async function sendDailyReport(pool: Pool, ways: AlertWays | null, day: string): Promise<{ ways: string[] }> {
  const from = DateTime.fromISO(day, { zone: OPS_ZONE });
  if (!from.isValid) throw ApplicationFailure.nonRetryable('day: expected a date such as 2026-11-20.', 'InvalidInput');
  const figures = await dailyFigures(pool, { from: from.toJSDate(), to: from.plus({ days: 1 }).toJSDate() });
  const recipients = ways?.opsEmail ? [{ role: 'ops' as const, address: ways.opsEmail }] : [];
  const { delivered, faults } = await deliver(
    deliveriesOf(dailyReportNotice(from.toISODate()!, figures), ways?.notifiers ?? [], recipients),
  );
  // What got out goes out again with a retry of the rest, under the same id.
  if (faults.length > 0)
    throw ApplicationFailure.retryable(`The daily report did not get out: ${faults.join('; ')}.`, 'NotDelivered');
  return { ways: delivered };
}

/** Alerts where the Schedule has run three times, or is gone, and nothing has succeeded since. Answers how many. */
export async function noticeAbsence(pool: Pool, client: Client, desk: AlertDesk): Promise<{ absent: number }> {
  let absent = 0;
  for (const { distributorId, succeededAt } of await lastSuccesses(pool)) {
    const runs = await scheduledRunsSince(client, distributorId, succeededAt);
    if (runs !== 'no schedule' && runs < RUNS_WITHOUT_SUCCESS) continue;
    absent += 1;
    const since = succeededAt ? `since ${succeededAt.toISOString()}` : 'yet';
    await desk.raise({
      distributorId,
      rule: 'sync_absent',
      subject: distributorId,
      severity: 'critical',
      audience: 'ops',
      message:
        runs === 'no schedule'
          ? `There is no Schedule for this distributor, and no run has succeeded ${since}.`
          : `No run has succeeded ${since}, in ${RUNS_WITHOUT_SUCCESS} scheduled runs or more.`,
    });
  }
  return { absent };
}

/** How often the Schedule has fired since then (the server remembers the last ten times); none while it is paused. */
async function scheduledRunsSince(
  client: Client,
  distributorId: string,
  since: Date | null,
): Promise<number | 'no schedule'> {
  try {
    const { info, state } = await client.schedule.getHandle(syncScheduleId(distributorId)).describe();
    if (state.paused) return 0;
    return info.recentActions.filter(({ scheduledAt }) => since === null || scheduledAt > since).length;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'no schedule';
    throw error;
  }
}
