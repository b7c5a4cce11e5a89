import { ActivityFailure, log, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { DateTime } from 'luxon';
import type { PlatformTasks } from '../activities/platform/tasks.js';
import { HEARTBEAT_TIMEOUT } from './activity-proxies.js';
import { causeOf } from './failures.js';

/** A mail server may be away for hours; a report later than that is not worth a workflow that waits. */
const reporting = proxyActivities<PlatformTasks>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  scheduleToCloseTimeout: '6h',
  retry: {
    initialInterval: '1m',
    backoffCoefficient: 2,
    maximumInterval: '30m',
    nonRetryableErrorTypes: ['InvalidInput'],
  },
});

/** Each round is made up by the next one, so it is not retried for long. */
const telling = proxyActivities<PlatformTasks>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { maximumAttempts: 2 },
});

const ZONE = 'Asia/Kolkata';

/**
 * The report on yesterday, to Ops; a day by itself can be asked for: {"day": "2026-11-20"}. Before it, whose syncs have ceased to
 * succeed, or whose books stand still, is looked at. That it cannot be delivered ends the workflow well, with `told: false`.
 */
export async function dailyReport(
  input: { day?: string } = {},
): Promise<{ day: string; told: boolean; absent: number; silent: number }> {
  const started = DateTime.fromJSDate(workflowInfo().startTime, { zone: ZONE });
  const day = input.day ?? started.minus({ days: 1 }).toISODate()!;
  const stale = await reporting.noticeStaleness();
  try {
    const { ways } = await reporting.sendDailyReport({ day });
    return { day, told: ways.length > 0, ...stale };
  } catch (error) {
    if (!(error instanceof ActivityFailure) || causeOf(error).type === 'InvalidInput') throw error;
    log.warn('the daily report was not delivered', { day });
    return { day, told: false, ...stale };
  }
}

/** Tells people of alerts that wait for it, and again of those that could not be told. */
export async function tellAlerts(): Promise<{ told: number; failed: number }> {
  return await telling.tellDueAlerts();
}
