import type { AlertTask } from '../activities/platform/tasks.js';
import { delayOutside } from '../canonical/quiet-hours.js';
import { backfillSubject } from '../canonical/run-report.js';
import { RUN_ENDED } from './failures.js';
import { dropBackfill, dropDelta, leave, takeUpBackfills } from './left-overs.js';
import type { Period, SyncState } from './sync-state.js';

/** Three scheduled runs missed in a row are an alert (specification §8). */
const MISSES_BEFORE_ALERT = 3;

/** What a delta was run for: its day had come, or somebody wants it or an earlier one could not reach the premises. */
export type Occasion = 'scheduled' | 'other';

/** How long premises that could not be reached are left alone. */
export const untilNextTry = ({ patience, quietHours, timeZone }: SyncState): number =>
  delayOutside(quietHours, Date.now(), patience.owedEveryMs, timeZone);

/**
 * What the end of a delta over a period means for the next: owed when the premises could not be reached, left when it
 * failed. Changes the state; answers whom to tell when it matters.
 */
export function reckonDelta(state: SyncState, period: Period, occasion: Occasion): AlertTask | null {
  const { last } = state;
  if (!last) return null;
  const leaveIt = (): void => {
    const { outcome, reason, endedAt } = last;
    leave(state, { kind: 'delta', from: period.from, to: period.to, cursor: null, outcome, reason, endedAt });
  };

  switch (last.outcome) {
    case 'success':
    case 'unchanged':
      state.owedSince = null;
      state.missedInARow = 0;
      dropDelta(state);
      takeUpBackfills(state, ({ outcome }) => outcome === 'deferred');
      return null;
    case 'missed':
    case 'offline':
      state.owedSince ??= last.endedAt;
      if (occasion === 'other') return null;
      state.missedInARow += 1;
      if (state.missedInARow !== MISSES_BEFORE_ALERT) return null;
      return alert(
        state,
        last.outcome === 'offline' ? 'sync_offline' : 'sync_missed',
        'warning',
        `${MISSES_BEFORE_ALERT} scheduled runs in a row could not reach the distributor: ${last.reason}`,
      );
    case 'yielded':
    case 'running':
      return null;
    case 'deferred':
      leaveIt();
      return null;
    case 'failed':
      leaveIt();
      return alert(state, 'sync_failed', 'warning', `A run failed after all retries: ${last.reason}`);
    case 'aborted':
      leaveIt();
      return alert(
        state,
        last.reason?.startsWith('COMPANY_') ? 'company_replaced' : 'sync_aborted',
        'critical',
        `A run was aborted and will not be retried: ${last.reason}`,
      );
  }
}

/** The same for the backfill at the head of the queue: done, to go on from its cursor, or left with it. */
export function reckonBackfill(state: SyncState, reached: string | null): AlertTask | null {
  const { last } = state;
  const backfill = state.backfills[0];
  if (!last || !backfill) return null;
  backfill.cursor = reached;
  const { outcome, reason, endedAt } = last;
  const { from, to, reconcile } = backfill;

  switch (outcome) {
    case 'yielded':
    case 'missed':
    case 'offline':
    case 'running':
      return null;
    case 'success':
    case 'unchanged':
      state.backfills.shift();
      dropBackfill(state, backfill);
      return null;
    case 'deferred':
    case 'failed':
    case 'aborted':
      state.backfills.shift();
      if (last.cause === RUN_ENDED) {
        state.notice = `the backfill ${from} – ${to} was ended by somebody and is given up: ${reason}`;
        return null;
      }
      leave(state, { kind: 'backfill', from, to, cursor: reached, reconcile, outcome, reason, endedAt });
      if (outcome === 'deferred') return null;
      return {
        ...alert(state, 'backfill_failed', 'warning', `The backfill ${from} – ${to} ended ${outcome}: ${reason}`),
        subject: backfillSubject({ from, to }),
      };
  }
}

const alert = (
  { last, distributorId }: SyncState,
  rule: string,
  severity: AlertTask['severity'],
  message: string,
): AlertTask => ({
  distributorId,
  rule,
  subject: rule,
  severity,
  audience: 'ops',
  message,
  cause: last?.cause ?? undefined,
});
