import type { StartSyncTask } from '../activities/platform/tasks.js';
import { BY_SCHEDULE } from '../canonical/sync-messages.js';
import { platform } from './activity-proxies.js';

/**
 * What the Schedule starts: a second's work that only wakes `distributorSync`. So pausing, triggering and catching up
 * are Temporal's own, and a trigger by hand can do no harm.
 */
export async function syncTick(input: StartSyncTask): Promise<void> {
  await platform.requestSync(input, BY_SCHEDULE);
  await platform.sweepUnfinishedSets();
}
