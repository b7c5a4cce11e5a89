import type { AlertTask } from '../activities/platform/tasks.js';
import type { SyncState } from './sync-state.js';

/** Three scheduled runs missed in a row are an alert (specification §8). */
const MISSES_BEFORE_ALERT = 3;

/** What a delta was run for: its day had come, or an earlier one could not reach the premises. */
export type Occasion = 'scheduled' | 'owed';

/**
 * What a run's end means for the next: owed when the premises could not be reached. Changes the state; answers whom to
 * tell when it matters.
 */
export function reckon(state: SyncState, occasion: Occasion): AlertTask | null {
  const { last, distributorId } = state;
  if (!last) return null;
  const alert = (rule: string, severity: AlertTask['severity'], message: string): AlertTask => ({
    distributorId,
    rule,
    subject: rule,
    severity,
    audience: 'ops',
    message,
    cause: last.cause ?? undefined,
  });

  switch (last.outcome) {
    case 'success':
    case 'unchanged':
      state.owedSince = null;
      state.missedInARow = 0;
      return null;
    case 'missed':
    case 'offline':
      state.owedSince ??= last.endedAt;
      if (occasion === 'owed') return null;
      state.missedInARow += 1;
      if (state.missedInARow !== MISSES_BEFORE_ALERT) return null;
      return alert(
        last.outcome === 'offline' ? 'sync_offline' : 'sync_missed',
        'warning',
        `${MISSES_BEFORE_ALERT} scheduled runs in a row could not reach the distributor: ${last.reason}`,
      );
    case 'deferred':
    case 'yielded':
    case 'running':
      return null;
    case 'failed':
      return alert('sync_failed', 'warning', `A run failed after all retries: ${last.reason}`);
    case 'aborted':
      return alert(
        last.reason?.startsWith('COMPANY_') ? 'company_replaced' : 'sync_aborted',
        'critical',
        `A run was aborted and will not be retried: ${last.reason}`,
      );
  }
}
