import { ApplicationFailure } from '@temporalio/activity';
import { DateTime } from 'luxon';
import { dailyReportNotice, OPS_ZONE } from '../../ops/alerts/notices.js';
import { deliver, deliveriesOf } from '../../ops/alerts/notifier.js';
import { dailyFigures } from '../../store/daily-figures.js';
import type { Pool } from '../../store/database.js';
import type { AlertWays } from './alert-desk.js';

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
