import { condition, isCancellation, log } from '@temporalio/workflow';
import { epochOf } from '../canonical/watermark.js';
import { platform, platformUntilDone } from './activity-proxies.js';
import { causeOf, outcomeOf } from './failures.js';
import { reckonBackfill, untilNextTry } from './reckoning.js';
import { newRunId, now, runYielding } from './run-child.js';
import { show } from './sync-details.js';
import type { Period, SyncState } from './sync-state.js';

/** What was read is compared with the ERP beside the sync, which never waits for it; the weekly comparison makes up for one that cannot start. */
const reconcileLater = (distributorId: string, period: Period): Promise<void> =>
  platform.startReconciliation({ distributorId, ...period }).catch((error) => {
    if (isCancellation(error)) throw error;
    log.warn('no reconciliation could be started', { ...period });
  });

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
    withCensus: true,
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
  show(state);
  if (alert) await platformUntilDone.raiseAlert(alert);
  if (outcome === 'success' && asked.reconcile !== false) await reconcileLater(distributorId, { from, to });
  if (outcome === 'missed' || outcome === 'offline') await condition(() => state.requested, untilNextTry(state));
}
