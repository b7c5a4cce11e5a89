import { type Client, ScheduleAlreadyRunning, type ScheduleOptions, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { OPS_ZONE } from '../../ops/alerts/notices.js';
import { PLATFORM_QUEUE } from './sync-control.js';

const schedule = (
  scheduleId: string,
  workflowType: string,
  cron: string,
  catchupWindow: Duration,
): ScheduleOptions => ({
  scheduleId,
  spec: { cronExpressions: [cron], timezone: OPS_ZONE },
  policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow, pauseOnFailure: false },
  action: { type: 'startWorkflow', workflowType, workflowId: scheduleId, taskQueue: PLATFORM_QUEUE, args: [{}] },
});

/** What the platform does for itself, by the clock of Ops. */
const OPS_SCHEDULES = [
  schedule('daily-report', 'dailyReport', '0 9 * * *', '1 day'),
  schedule('tell-alerts', 'tellAlerts', '*/10 * * * *', '1 minute'),
  schedule('retention', 'retention', '30 3 * * *', '1 day'),
];

/** Brings the platform's own Schedules to what they should be; one that somebody paused stays paused. Safe to repeat. */
export async function ensureOpsSchedules(client: Client): Promise<void> {
  for (const wanted of OPS_SCHEDULES) {
    try {
      await client.schedule.create(wanted);
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      const { spec, policies, action } = wanted;
      await client.schedule
        .getHandle(wanted.scheduleId)
        .update((previous) => ({ ...previous, spec, policies, action: { ...action, workflowId: wanted.scheduleId } }));
    }
  }
}
