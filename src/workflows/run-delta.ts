import type { Watermark } from '../canonical/contract.js';
import { deltaPeriod } from '../canonical/delta-period.js';
import { emptyTotals, type RunOutcome } from '../canonical/run-report.js';
import { epochOf, startingPoint } from '../canonical/watermark.js';
import { platform, platformUntilDone, sharedConnector } from './activity-proxies.js';
import { causeOf, outcomeOf } from './failures.js';
import { type Occasion, reckonDelta } from './reckoning.js';
import { newRunId, now, runChild } from './run-child.js';
import { show } from './sync-details.js';
import type { Period, SyncState } from './sync-state.js';

interface Ended {
  outcome: RunOutcome;
  reason: string | null;
  /** The failure's name, for alerts of a common cause; null when nothing failed. */
  cause: string | null;
  watermark: Watermark | null;
  period: Period;
}

/** Brings the platform what has changed since the watermark, and reckons with how that ended. */
export async function runDelta(state: SyncState, occasion: Occasion): Promise<void> {
  const runId = newRunId(state.distributorId);
  const { outcome, reason, cause, watermark, period } = await lookAndRun(state, runId);
  state.last = { runId, outcome, reason, cause, endedAt: now() };
  // A run that began before a person set the watermark says nothing about the new one.
  if (outcome === 'success' && watermark && epochOf(watermark) === epochOf(state.watermark)) {
    state.watermark = watermark;
    state.forced = false;
  }
  const alert = reckonDelta(state, period, occasion);
  show(state);
  if (alert) await platformUntilDone.raiseAlert(alert);
}

/** Looks first, and starts a run only when the ERP's counters moved: a delta with nothing new costs one request. */
async function lookAndRun(state: SyncState, runId: string): Promise<Ended> {
  const { distributorId, patience, companyId, timeZone } = state;
  const startedAt = now();
  let started = false;
  let ended: Omit<Ended, 'period'>;
  const periodNow = (): Period =>
    deltaPeriod({ lastSyncAt: state.watermark.last_sync_at, lookbackDays: state.lookbackDays, timeZone }, Date.now());
  let period = periodNow();
  try {
    const stored = await platform.readWatermark({ distributorId });
    const { pendingDue, ...watermark } = stored ?? { ...state.watermark, pendingDue: false };
    state.watermark = startingPoint(state.watermark, watermark);
    period = periodNow();

    const knownCounters = state.watermark.counters;
    const look = { distributorId, period: null, by: 'whole', companyId, knownCounters } as const;
    const { counters } = await sharedConnector(distributorId, patience.pickupMs).probe(look);
    const stoodStill = Object.entries(counters).every(([name, value]) => knownCounters[name] === value);
    if (!state.forced && !pendingDue && stoodStill) {
      ended = { outcome: 'unchanged', reason: null, cause: null, watermark: null };
    } else {
      started = true;
      const run = await runChild(runId, {
        distributorId,
        kind: 'delta',
        period,
        changedSince: state.watermark.counters,
        withCensus: false,
        epoch: epochOf(state.watermark),
        companyId,
        patience,
        cursor: null,
        watermark: null,
      });
      return { ...run, period };
    }
  } catch (error) {
    const cause = causeOf(error);
    ended = { outcome: outcomeOf(cause.type), reason: cause.message, cause: cause.type, watermark: null };
  }
  // A run that was started keeps its own record.
  if (!started) {
    const { outcome, reason } = ended;
    const record = {
      runId,
      distributorId,
      kind: 'delta',
      ...period,
      outcome,
      reason,
      startedAt,
      finishedAt: now(),
    } as const;
    await platformUntilDone.recordRun({ ...record, totals: emptyTotals(), watermark: null });
  }
  return { ...ended, period };
}
