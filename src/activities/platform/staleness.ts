import type { Client } from '@temporalio/client';
import { ScheduleNotFoundError } from '@temporalio/client';
import { businessDaysAmong, businessDaysBetween } from '../../canonical/business-days.js';
import { rulesResolvedBy } from '../../ops/alerts/rules.js';
import { freshness } from '../../store/daily-figures.js';
import type { Pool } from '../../store/database.js';
import type { AlertDesk } from './alert-desk.js';
import { syncScheduleId } from './sync-control.js';

/** Scheduled runs on working days without success before Ops hears of it. */
const RUNS_WITHOUT_SUCCESS = 3;
/** Whole working days on which no run brought anything, though all is well otherwise. */
const DAYS_WITHOUT_NEWS = 4;

/**
 * Alerts where syncing has ceased: the Schedule ran on three working days, or is gone, and nothing succeeded since; and where it goes
 * well but the books stand still. Both are judged in the distributor's own time zone. Answers how many of each.
 */
export async function noticeStaleness(
  pool: Pool,
  client: Client,
  desk: AlertDesk,
  now = new Date(),
): Promise<{ absent: number; silent: number }> {
  const found = { absent: 0, silent: 0 };
  for (const { distributorId, timeZone, succeededAt, newsAt } of await freshness(pool)) {
    const days = await scheduledDaysSince(client, distributorId, succeededAt, timeZone);
    const alert = { distributorId, subject: distributorId, audience: 'ops' };
    if (days === 'no schedule' || days >= RUNS_WITHOUT_SUCCESS) {
      found.absent += 1;
      const since = succeededAt ? `since ${succeededAt.toISOString()}` : 'yet';
      const message =
        days === 'no schedule'
          ? `There is no Schedule for this distributor, and no run has succeeded ${since}.`
          : `No run has succeeded ${since}, in ${RUNS_WITHOUT_SUCCESS} scheduled runs on working days or more.`;
      await desk.raise({ ...alert, rule: 'sync_absent', severity: 'critical', message });
      continue;
    }
    const quietDays = newsAt ? businessDaysBetween(newsAt.getTime(), now.getTime(), timeZone) : 0;
    if (quietDays < DAYS_WITHOUT_NEWS) {
      await desk.resolve({ distributorId, rules: rulesResolvedBy('news') });
      continue;
    }
    found.silent += 1;
    const message = `Runs succeed, but nothing new has been in the books for ${quietDays} working days, since ${newsAt?.toISOString()}.`;
    await desk.raise({ ...alert, rule: 'books_silent', severity: 'warning', message });
  }
  return found;
}

/** On how many working days the Schedule has fired since then (the server remembers the last ten times); none while it is paused. */
async function scheduledDaysSince(
  client: Client,
  distributorId: string,
  since: Date | null,
  timeZone: string,
): Promise<number | 'no schedule'> {
  try {
    const { info, state } = await client.schedule.getHandle(syncScheduleId(distributorId)).describe();
    if (state.paused) return 0;
    const fired = info.recentActions.map(({ scheduledAt }) => scheduledAt);
    return businessDaysAmong(
      fired.filter((at) => since === null || at > since).map((at) => at.getTime()),
      timeZone,
    );
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return 'no schedule';
    throw error;
  }
}
