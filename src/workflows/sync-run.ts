import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { CONNECTOR_PROTOCOL, FAILURE } from '../activities/connector/tasks.js';
import type { Watermark } from '../canonical/contract.js';
import type { Patience } from '../canonical/onboarding.js';
import { addAccounts, type PublishedAccount } from '../canonical/run-proof.js';
import {
  addInto,
  emptyRecordCounts,
  emptyTotals,
  type RunOutcome,
  type RunReport,
  type RunTotals,
  sumOf,
} from '../canonical/run-report.js';
import { splitWindow, type Window, windowsOf } from '../canonical/window.js';
import { platformUntilDone, sharedConnector, windowConnector } from './activity-proxies.js';
import { type DeliveredWindow, deliverWindow, obeyingRetryAfter } from './deliver-window.js';
import { type Cause, causeOf, OFFLINE, outcomeOf } from './failures.js';
import { runProgressQuery, yieldToDeltaSignal } from './messages.js';
import { accountsOf, assertProven } from './proven.js';
import { ReadAhead } from './read-ahead.js';
import type { Period } from './sync-state.js';

export interface SyncRunInput {
  distributorId: string;
  kind: 'backfill' | 'delta';
  period: Period;
  /** Also withdraw what the ERP no longer has, however long ago it was read. */
  withCensus: boolean;
  /** The ERP's counters a delta starts from: documents of any earlier date that changed since are read too. */
  changedSince: Record<string, number> | null;
  companyId: string;
  patience: Patience;
  /** First day of the window to go on from; null starts at the beginning. */
  cursor: string | null;
  /** Of the watermark this run may move. */
  epoch: number;
  /** The first part's, when this run continues one: only what was probed before the first read may be published. */
  watermark: Watermark | null;
}

export interface SyncRunResult {
  runId: string;
  outcome: RunOutcome;
  reason: string | null;
  /** The failure's name, null when nothing failed. */
  cause: string | null;
  totals: RunTotals;
  /** Where to go on; null when the period is done. */
  cursor: string | null;
  /** Probed before the first read of the whole run. */
  watermark: Watermark | null;
}

export interface RunProgress {
  kind: 'backfill' | 'delta';
  windowsDone: number;
  windowsTotal: number;
  totals: RunTotals;
}

/** A window is read again when it was lost or came cut short; more often than this is a fault to be looked at. */
const ATTEMPTS_A_WINDOW = 4;

/** Reads a period window by window and publishes it: each window of a backfill by itself, a delta's all together. */
export async function syncRun(input: SyncRunInput): Promise<SyncRunResult> {
  const { distributorId, kind, companyId, patience } = input;
  const shared = sharedConnector(distributorId, patience.pickupMs);
  const runId = workflowInfo().workflowId;
  const startedAt = new Date(Date.now()).toISOString();
  const totals = emptyTotals();
  let watermark = input.watermark;
  let cursor = input.cursor;
  let windowsTotal = 0;
  let windowsDone = 0;
  let yieldAsked = false;
  const readings = new ReadAhead(
    (syncId, window) =>
      shared.extract({
        distributorId,
        syncId,
        ...window,
        companyId,
        changedSince: input.changedSince,
        epoch: input.epoch,
      }),
    ({ queue }, syncId) => windowConnector(queue, patience.pickupMs).release({ syncId }),
  );

  setHandler(
    yieldToDeltaSignal,
    () => {
      yieldAsked = true;
    },
    { description: 'Stop after the window that is under way; the rest is read later.' },
  );
  setHandler(runProgressQuery, (): RunProgress => ({ kind, windowsDone, windowsTotal, totals }), {
    description: 'How far this run is, in windows and records.',
  });

  const report = (outcome: RunOutcome, reason: string | null): RunReport => ({
    runId,
    distributorId,
    kind,
    from: input.period.from,
    to: input.period.to,
    outcome,
    reason,
    totals,
    watermark,
    startedAt,
    finishedAt: outcome === 'running' ? null : new Date(Date.now()).toISOString(),
  });

  const show = (line: string): void => {
    const done = `${windowsDone} of ${windowsTotal} windows, ${totals.sent} records sent, ${sumOf(totals.quarantined)} quarantined`;
    setCurrentDetails(`### ${kind} ${input.period.from} – ${input.period.to}\n- ${line}\n- ${done}`);
  };

  const end = async (
    outcome: RunOutcome,
    reason: string | null,
    cause: string | null = null,
  ): Promise<SyncRunResult> => {
    show(reason ? `**${outcome}**: ${reason}` : `**${outcome}**`);
    await CancellationScope.nonCancellable(async () => {
      await readings.drop();
      await platformUntilDone.recordRun(report(outcome, reason));
    });
    return { runId, outcome, reason, cause, totals, cursor: outcome === 'success' ? null : cursor, watermark };
  };

  try {
    const probedAt = new Date(Date.now()).toISOString();
    const probe = await shared.probe({
      distributorId,
      period: input.period,
      by: kind === 'backfill' ? 'month' : 'whole',
      companyId,
      knownCounters: input.changedSince,
    });
    if (probe.protocol !== CONNECTOR_PROTOCOL) {
      return await end(
        'aborted',
        `The connector is too old: it speaks protocol ${probe.protocol}, the platform ${CONNECTOR_PROTOCOL}.`,
      );
    }
    watermark ??= { last_sync_at: probedAt, counters: probe.counters, epoch: input.epoch };
    const windows = windowsOf(probe.windows, input.changedSince && probe.booksFrom, input.withCensus).filter(
      ({ dated }) => cursor === null || dated!.from >= cursor,
    );
    windowsTotal = windows.length;
    await platformUntilDone.recordRun(report('running', null));

    // What becomes visible at once: a window of a backfill, the whole of a delta.
    const groups = kind === 'backfill' ? windows.map((window) => [window]) : [windows];
    for (const [index, group] of groups.entries()) {
      cursor = group[0]?.dated?.from ?? null;
      if (index > 0 && (yieldAsked || workflowInfo().continueAsNewSuggested)) return await end('yielded', null);
      const planned = group.length;
      await readAndPublish(group, groups[index + 1]?.[0]);
      windowsDone += planned;
    }
    return await end('success', null);
  } catch (error) {
    if (isCancellation(error)) {
      await end('aborted', 'The run was cancelled.');
      throw error;
    }
    const cause = causeOf(error);
    log.warn('run ended early', { outcome: outcomeOf(cause.type), cause: cause.type });
    return await end(outcomeOf(cause.type), cause.message, cause.type);
  }

  /**
   * Read again, under new sync_ids, when a window was lost or what it was compared with has changed meanwhile. A window
   * too large for the connector's memory is replaced in the group by its parts.
   */
  async function readAndPublish(group: Window[], next: Window | undefined): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const syncIds: string[] = [];
      try {
        const ready: DeliveredWindow[] = [];
        for (let at = 0; at < group.length; ) {
          const window = group[at]!;
          show(`reading ${inWords(window)}`);
          const reading = readings.take(window);
          syncIds.push(reading.syncId);
          const held = await reading.held.catch((error) => {
            const parts = causeOf(error).type === FAILURE.windowTooLarge ? splitWindow(window) : null;
            if (parts === null) throw error;
            group.splice(at, 1, ...parts);
            return null;
          });
          if (held === null) continue;
          at += 1;
          const following = group[at] ?? next;
          if (following) readings.beginAhead(following);
          ready.push(await deliverWindow(input, reading.syncId, held));
        }
        const accounts = accountsOf(ready);
        assertProven(accounts);
        accounts.published = await publish(ready);
        for (const window of ready) count(window);
        addAccounts(totals.accounts, accounts);
        break;
      } catch (error) {
        if (isCancellation(error)) throw error;
        const cause = causeOf(error);
        if (syncIds.length > 0) await platformUntilDone.supersedeSets({ distributorId, syncIds });
        if (attempt >= ATTEMPTS_A_WINDOW || !isWorthReadingAgain(cause, error)) throw error;
        log.warn('windows are read again', { cause: cause.type, attempt });
      }
    }
    // Published already: no other reading of the windows could undo it.
    assertProven(totals.accounts);
  }

  async function publish(sets: DeliveredWindow[]): Promise<PublishedAccount> {
    const records = emptyRecordCounts();
    for (const set of sets) addInto(records, set.made.records);
    const documents = sets.reduce((sum, set) => sum + set.made.documents, 0);
    const { applied, duplicates, stale, voided } = await obeyingRetryAfter(() =>
      shared.publish({
        distributor_id: distributorId,
        sync_ids: sets.map((set) => set.syncId),
        counts: {
          batches: sets.reduce((sum, set) => sum + set.made.batches, 0),
          documents,
          records,
          known: sets.reduce((sum, set) => sum + set.made.knownDocuments, 0),
        },
        watermark: kind === 'delta' ? watermark : null,
      }),
    );
    return { documents, applied, duplicates, stale, voided };
  }

  function count({ held, made, posted }: DeliveredWindow): void {
    totals.rows += held.rows;
    totals.requests += held.requests;
    totals.bytes += held.bytes;
    totals.sent += sumOf(made.records);
    totals.known += made.known;
    totals.suppressed += made.suppressed;
    totals.voids += made.voids;
    totals.accepted += posted.accepted;
    totals.duplicates += posted.duplicates;
    totals.stale += posted.stale;
    totals.rejected += posted.rejected;
    addInto(totals.records, made.records);
    addInto(totals.quarantined, made.quarantined);
    addInto(totals.ignored, made.ignored);
  }
}

const inWords = ({ dated, changed }: Window): string =>
  dated ? `${dated.from} – ${dated.to}` : `what changed of ${changed!.from} – ${changed!.to}`;

/** Tasks any process of the distributor may take: that nobody does means that the connector is offline. */
const ON_SHARED_QUEUE = ['probe', 'extract', 'publish'];

const WORTH_ANOTHER_READING: string[] = [FAILURE.windowLost, FAILURE.setsChanged, FAILURE.sumsDiffer];

/** The process that held the window is gone, since nobody polls its queue; or the platform has moved on meanwhile. */
function isWorthReadingAgain(cause: Cause, error: unknown): boolean {
  if (WORTH_ANOTHER_READING.includes(cause.type)) return true;
  return cause.type === OFFLINE && error instanceof ActivityFailure && !ON_SHARED_QUEUE.includes(error.activityType);
}
