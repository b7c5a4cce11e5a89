import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { DateTime } from 'luxon';
import { isQuietAt, type QuietHours } from '../../canonical/quiet-hours.js';
import type { ReconciliationAsked } from '../../canonical/reconciliation.js';
import { DISTRIBUTOR_ID, ensure, PLATFORM_QUEUE, policies } from './sync-control.js';
import type { StartSyncTask } from './tasks.js';

/** Starts a reconciliation and answers its id; it runs by itself, whoever asked. */
export async function startReconciliation(client: Client, asked: ReconciliationAsked): Promise<string> {
  const workflowId = `reconcile/${asked.distributorId}/${DateTime.utc().toISO()}`;
  await client.workflow.start('reconciliation', {
    workflowId,
    taskQueue: PLATFORM_QUEUE,
    args: [asked],
    typedSearchAttributes: new TypedSearchAttributes([{ key: DISTRIBUTOR_ID, value: asked.distributorId }]),
    staticSummary: `reconciliation of ${asked.distributorId}`,
  });
  return workflowId;
}

/** The Schedule of the weekly reconciliation: on Sunday, in an hour that is not the delta's. */
export function ensureReconciliationSchedule(client: Client, task: StartSyncTask): Promise<void> {
  const { distributorId, timeZone } = task;
  return ensure(client, {
    scheduleId: `reconcile/${distributorId}`,
    spec: { cronExpressions: [weeklyCron(task.schedule, task.quietHours)], timezone: timeZone, jitter: '30 minutes' },
    policies: policies('1 day'),
    action: {
      type: 'startWorkflow',
      workflowType: 'reconciliation',
      workflowId: `reconcile/${distributorId}`,
      taskQueue: PLATFORM_QUEUE,
      args: [{ distributorId }],
      typedSearchAttributes: new TypedSearchAttributes([{ key: DISTRIBUTOR_ID, value: distributorId }]),
    },
  });
}

const HOURS = ['05', '22', '13'];

/** The first of the hours that the daily cron does not name and that is not quiet; the first of all where there is none. */
export function weeklyCron(daily: string, quietHours: QuietHours | null): string {
  const named = (daily.split(' ')[1] ?? '').split(',').map(Number);
  const isFree = (hour: string): boolean =>
    !named.includes(Number(hour)) && (quietHours === null || !isQuietAt(quietHours, `${hour}:00`));
  return `0 ${Number(HOURS.find(isFree) ?? HOURS[0])} * * 0`;
}
