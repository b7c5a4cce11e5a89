import { proxyActivities } from '@temporalio/workflow';
import type { FileTasks } from '../activities/files/tasks.js';
import { HEARTBEAT_TIMEOUT } from './activity-proxies.js';

const files = proxyActivities<FileTasks>({
  startToCloseTimeout: '2h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1m', backoffCoefficient: 3, maximumAttempts: 4 },
});

/** Nightly: what has been kept as long as its source says is deleted, and uploads nobody committed. */
export async function retention(): Promise<{ files: number; uploads: number }> {
  return await files.applyRetention();
}
