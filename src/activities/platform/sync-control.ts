import type { Client } from '@temporalio/client';
import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { type Duration, defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { SyncState } from '../../workflows/sync-state.js';
import type { StartSyncTask } from './tasks.js';

/** temporal.api.enums.v1.TaskQueueType */
const TASK_QUEUE_TYPE_ACTIVITY = 2;

export const PLATFORM_QUEUE = 'platform';
export const syncWorkflowId = (distributorId: string): string => `sync/${distributorId}`;
export const syncScheduleId = (distributorId: string): string => `sync/${distributorId}`;
export const DISTRIBUTOR_ID = defineSearchAttributeKey('DistributorId', 'KEYWORD');

/** After an outage the Schedule makes up the last day it missed, and none before: a delta covers them all. */
const CATCHUP_WINDOW = '1 day';

export const firstState = (task: StartSyncTask): SyncState => ({
  ...task,
  paused: null,
  requested: false,
  scheduled: false,
  forced: false,
  owedSince: null,
  missedInARow: 0,
  backfills: [],
  left: [],
  notice: null,
  last: null,
});

const searchAttributes = (state: Pick<SyncState, 'distributorId' | 'erpType'>): TypedSearchAttributes =>
  new TypedSearchAttributes([
    { key: DISTRIBUTOR_ID, value: state.distributorId },
    { key: defineSearchAttributeKey('ErpType', 'KEYWORD'), value: state.erpType },
  ]);

/** Starts `distributorSync` where it is not running; one that runs keeps its own watermark. */
export async function ensureSyncWorkflow(client: Client, state: SyncState): Promise<void> {
  await client.workflow.start('distributorSync', {
    workflowId: syncWorkflowId(state.distributorId),
    taskQueue: PLATFORM_QUEUE,
    args: [state],
    workflowIdConflictPolicy: 'USE_EXISTING',
    typedSearchAttributes: searchAttributes(state),
    staticSummary: `daily sync of ${state.distributorId}`,
  });
}

/** Wakes `distributorSync`; one that was lost or terminated starts again from what the store holds. */
export async function wakeSyncWorkflow(client: Client, state: SyncState, by: string): Promise<void> {
  await client.workflow.signalWithStart('distributorSync', {
    workflowId: syncWorkflowId(state.distributorId),
    taskQueue: PLATFORM_QUEUE,
    args: [state],
    signal: 'syncNow',
    signalArgs: [{ by }],
    typedSearchAttributes: searchAttributes(state),
    staticSummary: `daily sync of ${state.distributorId}`,
  });
}

export const policies = (catchupWindow: Duration) =>
  ({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow, pauseOnFailure: false }) as const;

/** The Schedule of the daily tick. */
export async function ensureSchedule(client: Client, task: StartSyncTask): Promise<{ nextAt: string | null }> {
  const { distributorId, schedule, timeZone, jitterMinutes } = task;
  const scheduleId = syncScheduleId(distributorId);
  await ensure(client, {
    scheduleId,
    spec: { cronExpressions: [schedule], timezone: timeZone, jitter: `${jitterMinutes} minutes` },
    policies: policies(CATCHUP_WINDOW),
    action: {
      type: 'startWorkflow',
      workflowType: 'syncTick',
      workflowId: `tick/${distributorId}`,
      taskQueue: PLATFORM_QUEUE,
      // Enough to start `distributorSync` again, should it be lost; its watermark then comes from the store.
      args: [task],
    },
  });
  const { info } = await client.schedule.getHandle(scheduleId).describe();
  return { nextAt: info.nextActionTimes[0]?.toISOString() ?? null };
}

/** A Schedule as it should be: created, or an existing one brought to it. */
export async function ensure(
  client: Client,
  wanted: ScheduleOptions & { action: { workflowId: string } },
): Promise<void> {
  const { scheduleId, spec, policies: kept, action } = wanted;
  try {
    await client.schedule.create(wanted);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update((previous) => ({ ...previous, spec, policies: kept, action }));
  }
}

/** True when somebody polls the queue. */
export async function queueIsPolled(client: Client, queue: string): Promise<boolean> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: queue },
    taskQueueType: TASK_QUEUE_TYPE_ACTIVITY,
  });
  return (pollers ?? []).length > 0;
}

/** Takes the Schedules and the workflow away; none need exist. */
export async function endSync(client: Client, distributorId: string, reason: string): Promise<void> {
  const ignoreAbsence = (error: unknown): void => {
    if (!(error instanceof ScheduleNotFoundError) && !(error instanceof WorkflowNotFoundError)) throw error;
  };
  for (const scheduleId of [syncScheduleId(distributorId), `reconcile/${distributorId}`])
    await client.schedule.getHandle(scheduleId).delete().catch(ignoreAbsence);
  await client.workflow.getHandle(syncWorkflowId(distributorId)).terminate(reason).catch(ignoreAbsence);
}
