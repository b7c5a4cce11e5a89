import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  type SignalDefinition,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { DateTime } from 'luxon';
import type { z } from 'zod';
import type { Watermark } from '../canonical/contract.js';
import { emptyTotals, type RunOutcome } from '../canonical/run-report.js';
import { sentenceOf } from '../canonical/sentence.js';
import { BackfillAsked, PauseAsked, SyncNow, WatermarkAsked } from '../canonical/sync-messages.js';
import { platform, platformUntilDone, sharedConnector } from './activity-proxies.js';
import { causeOf, outcomeOf } from './failures.js';
import {
  backfillSignal,
  pauseSignal,
  resumeSignal,
  retryDeferredSignal,
  setWatermarkUpdate,
  syncNowSignal,
  syncStateQuery,
  yieldToDeltaSignal,
} from './messages.js';
import { SYNC_OUTCOME, SYNCED_THROUGH } from './search-attributes.js';
import { type SyncRunInput, type SyncRunResult, syncRun } from './sync-run.js';
import type { Period, SyncState } from './sync-state.js';

/** Three scheduled runs missed in a row are an alert (specification §8). */
const MISSES_BEFORE_ALERT = 3;

/**
 * A distributor's sync for ever: owns the watermark, one run at a time, continues as new after every piece of work so
 * that its history stays short. The Schedule and people only wake it.
 */
export async function distributorSync(state: SyncState): Promise<void> {
  /** What cannot be used is shown, and changes nothing: a handler that threw would stop the workflow for good. */
  const on = <T>(
    signal: SignalDefinition<[T]>,
    schema: z.ZodType<T>,
    apply: (message: T) => void,
    description: string,
  ): void =>
    setHandler(
      signal,
      (raw) => {
        const message = schema.safeParse(raw);
        state.notice = message.success ? null : sentenceOf(message.error, signal.name);
        if (message.success) apply(message.data);
        show(state);
      },
      { description },
    );
  const request = (): void => {
    state.requested = true;
  };
  on(syncNowSignal, SyncNow, request, 'Run a delta now: {"by": "who"}');
  on(retryDeferredSignal, SyncNow, request, 'Try again what a failed or deferred run left: {"by": "who"}');
  on(
    pauseSignal,
    PauseAsked,
    (asked) => {
      state.paused = asked;
    },
    'Stop running until resumed: {"by": "who", "reason": "why"}',
  );
  on(
    resumeSignal,
    SyncNow,
    () => {
      state.paused = null;
    },
    'Go on after a pause: {"by": "who"}',
  );
  on(
    backfillSignal,
    BackfillAsked,
    ({ from, to }) => state.backfills.push({ from, to, cursor: null }),
    'Read a period again, beside the deltas: {"by": "who", "from": "2026-04-01", "to": "2026-04-30"}',
  );
  setHandler(
    setWatermarkUpdate,
    async ({ by, reason, lastSyncAt, restored }) => {
      const { distributorId, watermark } = state;
      state.watermark = await platform.setWatermark({
        distributorId,
        lastSyncAt,
        // Restored books count anew: everything in them is compared with what the platform holds.
        counters: restored ? {} : watermark.counters,
        by,
        reason,
      });
      state.forced = true;
      state.requested = true;
      show(state);
      return {
        answer: `The watermark stands at ${state.watermark.last_sync_at}; the next run reads from ${state.lookbackDays} days before.`,
      };
    },
    {
      description:
        'Set the watermark: {"by": "who", "reason": "why", "lastSyncAt": "2026-04-01T00:00:00Z"}; with "restored": true after the books were restored from a backup',
      validator: (asked) => {
        const checked = WatermarkAsked.safeParse(asked);
        if (!checked.success) throw new Error(sentenceOf(checked.error, 'setWatermark'));
        if (Date.parse(checked.data.lastSyncAt) > Date.now())
          throw new Error('setWatermark is not valid: lastSyncAt: expected a time that has been.');
      },
    },
  );
  setHandler(syncStateQuery, () => state, { description: 'Watermark, pause, owed runs and how the last run ended.' });

  show(state);
  const hasWork = (): boolean => state.paused === null && (state.requested || state.backfills.length > 0);
  if (state.owedSince === null || state.paused !== null) {
    await condition(hasWork);
  } else if (!(await condition(hasWork, state.patience.owedEveryMs))) {
    await condition(() => state.paused === null);
    await runDelta(state, 'owed');
    return await goOn(state);
  }

  if (state.requested) {
    state.requested = false;
    await runDelta(state, 'scheduled');
  } else {
    await runBackfill(state);
  }
  return await goOn(state);
}

async function goOn(state: SyncState): Promise<void> {
  await condition(allHandlersFinished);
  return await continueAsNew<typeof distributorSync>(state);
}

interface Ended {
  outcome: RunOutcome;
  reason: string | null;
  /** The failure's name, for alerts of a common cause; null when nothing failed. */
  cause: string | null;
  watermark: Watermark | null;
}

async function runDelta(state: SyncState, why: 'scheduled' | 'owed'): Promise<void> {
  const runId = newRunId(state);
  const { outcome, reason, cause, watermark } = await lookAndRun(state, runId);
  state.last = { runId, outcome, reason, cause, endedAt: now() };
  // A run that began before a person set the watermark says nothing about the new one.
  if (outcome === 'success' && watermark && epochOf(watermark) === epochOf(state.watermark)) {
    state.watermark = watermark;
    state.forced = false;
  }
  await reckon(state, why);
  show(state);
}

/** Looks first, and starts a run only when the ERP's counters moved: a delta with nothing new costs one request. */
async function lookAndRun(state: SyncState, runId: string): Promise<Ended> {
  const { distributorId, patience, companyId, timeZone } = state;
  const startedAt = now();
  const day = (time: DateTime): string => time.setZone(timeZone).toISODate()!;
  let started = false;
  let ended: Ended;
  let period: Period = { from: day(DateTime.fromMillis(Date.now())), to: day(DateTime.fromMillis(Date.now())) };
  try {
    const stored = await platform.readWatermark({ distributorId });
    const { pendingDue, ...watermark } = stored ?? { ...state.watermark, pendingDue: false };
    if (isLower(watermark, state.watermark)) state.watermark = watermark;
    period = {
      from: day(DateTime.fromISO(state.watermark.last_sync_at).minus({ days: state.lookbackDays })),
      to: period.to,
    };

    const knownCounters = state.watermark.counters;
    const look = { distributorId, period: null, by: 'whole', companyId, knownCounters } as const;
    const { counters } = await sharedConnector(distributorId, patience.pickupMs).probe(look);
    const stoodStill = Object.entries(counters).every(([name, value]) => knownCounters[name] === value);
    if (!state.forced && !pendingDue && stoodStill) {
      ended = { outcome: 'unchanged', reason: null, cause: null, watermark: null };
    } else {
      started = true;
      return await runChild(runId, {
        distributorId,
        kind: 'delta',
        period,
        changedSince: state.watermark.counters,
        epoch: epochOf(state.watermark),
        companyId,
        patience,
        cursor: null,
        watermark: null,
      });
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
  return ended;
}

/**
 * A period read again; the watermark is not its business. It yields to a delta between windows, and goes on from its
 * cursor afterwards, as after an outage.
 */
async function runBackfill(state: SyncState): Promise<void> {
  const asked = state.backfills[0];
  if (!asked) return;
  const runId = newRunId(state);
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
  asked.cursor = reached;
  switch (outcome) {
    case 'yielded':
      break;
    case 'missed':
    case 'offline':
      await condition(() => state.requested, patience.owedEveryMs);
      break;
    default:
      state.backfills.shift();
      if (outcome !== 'success')
        state.notice = `the backfill ${from} – ${to} ended ${outcome}: ${reason ?? 'no reason given'}`;
  }
  show(state);
}

const epochOf = (watermark: Watermark): number => watermark.epoch ?? 0;

/** Whether the store's watermark is the one to go by: set by a person since, or further back. */
const isLower = (stored: Watermark, own: Watermark): boolean =>
  epochOf(stored) === epochOf(own) ? stored.last_sync_at < own.last_sync_at : epochOf(stored) > epochOf(own);

const now = (): string => new Date(Date.now()).toISOString();
const newRunId = (state: SyncState): string => `sync/${state.distributorId}/${now()}`;

const childOptions = (runId: string, input: SyncRunInput) => ({
  workflowId: runId,
  args: [input] as [SyncRunInput],
  staticSummary: `${input.kind} ${input.period.from} – ${input.period.to}`,
});

const runChild = (runId: string, input: SyncRunInput): Promise<SyncRunResult> =>
  executeChild(syncRun, childOptions(runId, input));

/** Runs a backfill until it ends, or until `wanted` and the window under way is done. */
async function runYielding(runId: string, input: SyncRunInput, wanted: () => boolean): Promise<SyncRunResult> {
  const child = await startChild(syncRun, childOptions(runId, input));
  const watch = new CancellationScope();
  const watching = watch
    .run(async () => {
      await condition(wanted);
      await child.signal(yieldToDeltaSignal);
    })
    .catch(() => undefined);
  try {
    return await child.result();
  } finally {
    watch.cancel();
    await watching;
  }
}

/** What a run's end means for the next: owed when the premises could not be reached, a person told when it matters. */
async function reckon(state: SyncState, why: 'scheduled' | 'owed'): Promise<void> {
  const { last, distributorId } = state;
  if (!last) return;
  const alert = (rule: string, severity: 'warning' | 'critical', message: string): Promise<void> =>
    platformUntilDone.raiseAlert({
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
      return;
    case 'missed':
    case 'offline':
      state.owedSince ??= last.endedAt;
      if (why === 'scheduled') state.missedInARow += 1;
      if (why === 'scheduled' && state.missedInARow === MISSES_BEFORE_ALERT) {
        await alert(
          last.outcome === 'offline' ? 'sync_offline' : 'sync_missed',
          'warning',
          `${MISSES_BEFORE_ALERT} scheduled runs in a row could not reach the distributor: ${last.reason}`,
        );
      }
      return;
    case 'deferred':
    case 'yielded':
    case 'running':
      return;
    case 'failed':
      await alert('sync_failed', 'warning', `A run failed after all retries: ${last.reason}`);
      return;
    case 'aborted':
      await alert(
        last.reason?.startsWith('COMPANY_') ? 'company_replaced' : 'sync_aborted',
        'critical',
        `A run was aborted and will not be retried: ${last.reason}`,
      );
      return;
  }
}

function show(state: SyncState): void {
  const { watermark, last } = state;
  upsertSearchAttributes([
    { key: SYNCED_THROUGH, value: new Date(watermark.last_sync_at) },
    ...(last ? [{ key: SYNC_OUTCOME, value: last.outcome }] : []),
  ]);
  setCurrentDetails(
    [
      `### Sync ${state.distributorId}`,
      `- synced through **${watermark.last_sync_at}**, counters ${JSON.stringify(watermark.counters)}`,
      last
        ? `- last run **${last.outcome}** at ${last.endedAt}${last.reason ? `: ${last.reason}` : ''}`
        : '- no run yet',
      ...(state.paused ? [`- **paused** by ${state.paused.by}: ${state.paused.reason}`] : []),
      ...(state.owedSince ? [`- a run is owed since ${state.owedSince}; missed in a row: ${state.missedInARow}`] : []),
      ...(state.notice ? [`- not used: ${state.notice}`] : []),
      ...(state.backfills.length > 0 ? [`- backfills waiting: ${state.backfills.length}`] : []),
      `- history ${workflowInfo().historyLength} events`,
    ].join('\n'),
  );
}
