import { condition } from '@temporalio/workflow';
import { platformUntilDone } from './activity-proxies.js';
import { causeOf, outcomeOf } from './failures.js';
import { reckonBackfill, untilNextTry } from './reckoning.js';
import { epochOf, newRunId, now, runYielding } from './run-child.js';
import { show } from './sync-details.js';
import type { SyncState } from './sync-state.js';

/**
 * A period read again; the watermark is not its business. It yields to a delta between windows, and goes on from its
 * cursor afterwards, as after an outage.
 */
export async function runBackfill(state: SyncState): Promise<void> {
  const asked = state.backfills[0];
  if (!asked) return;
  const runId = newRunId(state.distributorId);
  const { from, to, cursor } = asked;
  const { distributorId, companyId, patience } = state;
  const task = {
    distributorId,
    kind: 'backfill',
    period: { from, to },
    changedSince: null,
    epoch: epochOf(state.watermark),
    companyId,
    patience,
    cursor,
    watermark: null,
  } as const;
  const {
    outcome,
    reason,
    cause,
    cursor: reached,
  } = await runYielding(runId, task, () => state.requested).catch((error) => {
    const { type, message } = causeOf(error);
    return { outcome: outcomeOf(type), reason: message, cause: type, cursor };
  });
  state.last = { runId, outcome, reason, cause, endedAt: now() };
  const alert = reckonBackfill(state, reached);
  if (alert) await platformUntilDone.raiseAlert(alert);
  show(state);
  if (outcome === 'missed' || outcome === 'offline') await condition(() => state.requested, untilNextTry(state));
}
