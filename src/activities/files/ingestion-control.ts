import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { IngestionAsked } from '../../canonical/file-ingestion.js';
import { PLATFORM_QUEUE } from '../platform/sync-control.js';
import type { OpenedSource } from './file-desk.js';

export const ingestionScheduleId = (sourceId: string): string => `files/${sourceId}`;

/** Sees that the source is looked at every so many minutes; a Schedule that somebody paused stays paused. Safe to repeat. */
export async function ensureIngestionSchedule(client: Client, { sourceId, config }: OpenedSource): Promise<string> {
  const scheduleId = ingestionScheduleId(sourceId);
  const spec = { intervals: [{ every: `${config.every_minutes} minutes` as const }] };
  const policies = { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' as const };
  const action = {
    type: 'startWorkflow' as const,
    workflowType: 'fileIngestion',
    workflowId: scheduleId,
    taskQueue: PLATFORM_QUEUE,
    args: [{ sourceId }],
  };
  try {
    await client.schedule.create({ scheduleId, spec, policies, action });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await client.schedule.getHandle(scheduleId).update((previous) => ({ ...previous, spec, policies, action }));
  }
  return scheduleId;
}

export async function endIngestionSchedule(client: Client, sourceId: string): Promise<void> {
  try {
    await client.schedule.getHandle(ingestionScheduleId(sourceId)).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Starts a run by itself; one under way under the same id is it. */
export async function startIngestion(
  client: Client,
  { workflowId, ...asked }: IngestionAsked & { workflowId: string },
) {
  return await client.workflow.start('fileIngestion', {
    workflowId,
    taskQueue: PLATFORM_QUEUE,
    args: [asked],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `files of ${asked.sourceId}`,
  });
}
