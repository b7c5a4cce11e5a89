import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { ImportAsked, ImportResult, ImportStage } from '../canonical/import-messages.js';
import { bridge, bridgeJobs, platformUntilDone } from './activity-proxies.js';
import { showImport } from './import-details.js';
import { handleImportMessages } from './import-handlers.js';
import {
  begun,
  type ImportRun,
  type ImportState,
  isHalted,
  rowsSettled,
  troubleOf,
  waitsForPeople,
} from './import-state.js';
import { now } from './run-child.js';

/** Room for some fifty stretches: ten thousand rows are a handful of runs. */
const MOST_EVENTS = 400;
const MINUTE_MS = 60_000;
const IDLE_MS = MINUTE_MS / 2;
const FIRST_RETRY_MS = MINUTE_MS / 2;
const LAST_RETRY_MS = 5 * MINUTE_MS;
/** Who is offline takes the task as soon as he is back. */
const OFFLINE_PICKUP_MS = 60 * MINUTE_MS;
const ALERT_AFTER_MS = 60 * MINUTE_MS;

/**
 * A job's vouchers on their way into Tally: read the job → prepare it → write stretch after stretch → stay open while rows wait for
 * people → close it. What passes is waited for however long; what does not waits for `resume`.
 */
export async function voucherImport(raw: ImportAsked | ImportState): Promise<ImportResult> {
  const state = begun(raw);
  const { companyId, jobId } = state;
  const job = { companyId, jobId };
  const run: ImportRun = { interrupt: () => undefined, stretches: 0, reopened: 0, resumed: 0 };
  handleImportMessages(state, run);

  try {
    await story();
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(close);
    throw error;
  }
  await close();
  await condition(allHandlersFinished);
  return { ...job, counts: state.counts, ledgersCreated: state.ledgersCreated };

  async function story(): Promise<void> {
    for (;;) {
      showImport(state);
      if (isHistoryLong() && allHandlersFinished()) await continueAsNew<typeof voucherImport>(state);
      if (state.createLedgers === null) await readJob();
      else if (isHalted(state)) await condition(() => !isHalted(state));
      else if (state.mayWrite === null) await attempt('preparing', prepare);
      else if (!state.mayWrite) {
        if (!(await somebodyActs('held', () => state.mayWrite === null))) return;
      } else if (state.remaining > 0) await attempt('writing', write);
      else if (waitsForPeople(state)) {
        if (!(await somebodyActs('open', () => state.remaining > 0 || !waitsForPeople(state)))) return;
      } else if (allHandlersFinished()) return;
      else await condition(() => allHandlersFinished() || state.remaining > 0);
    }
  }

  async function readJob(): Promise<void> {
    const { createLedgers, counts } = await bridgeJobs.bridgeJob(job);
    Object.assign(state, { createLedgers, counts });
  }

  async function prepare(): Promise<void> {
    const createLedgers = state.createLedgers === true;
    const { mayWrite, counts, ledgersCreated } = await bridge(companyId, pickupMs()).prepareJob({
      ...job,
      createLedgers,
    });
    Object.assign(state, { mayWrite, counts, remaining: counts.pending + counts.sending });
    state.ledgersCreated += ledgersCreated;
  }

  async function write(): Promise<void> {
    const { reopened } = run;
    const before = rowsSettled(state);
    const { counts, remaining } = await bridge(companyId, pickupMs()).writeNext(job);
    state.counts = counts;
    // It may have looked for rows before somebody reopened one.
    state.remaining = run.reopened > reopened ? Math.max(remaining, 1) : remaining;
    run.stretches += 1;
    // A row that no stretch brings to its end must not keep everybody busy.
    if (state.remaining > 0 && rowsSettled(state) === before) await condition(() => run.reopened > reopened, IDLE_MS);
  }

  /** Does a piece of the bridge's work, or shows what is in its way; a pause ends it. */
  async function attempt(stage: ImportStage, work: () => Promise<void>): Promise<void> {
    state.stage = stage;
    state.openUntil = null;
    showImport(state);
    const scope = new CancellationScope();
    run.interrupt = () => scope.cancel();
    try {
      await scope.run(work);
      await goneOn();
    } catch (error) {
      if (!isCancellation(error)) await stuckAt(error);
      else if (CancellationScope.current().consideredCancelled) throw error;
    } finally {
      run.interrupt = () => undefined;
    }
  }

  async function stuckAt(error: unknown): Promise<void> {
    const trouble = troubleOf(error);
    const { since, tries, alerted } = state.stuck ?? { since: now(), tries: 0, alerted: false };
    state.stuck = { ...trouble, since, tries: tries + 1, alerted };
    showImport(state);
    if (!alerted && (trouble.stopped || Date.now() - Date.parse(since) >= ALERT_AFTER_MS)) {
      state.stuck.alerted = true;
      await platformUntilDone.raiseAlert({
        distributorId: null,
        rule: 'import_stuck',
        subject: workflowInfo().workflowId,
        severity: 'warning',
        audience: 'ops',
        message: `The vouchers of ${jobId} for ${companyId} wait: ${trouble.sentence}`,
        cause: trouble.code,
      });
    }
    if (trouble.stopped || trouble.code === 'BRIDGE_OFFLINE') return;
    const { resumed } = run;
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** tries, LAST_RETRY_MS);
    await condition(() => run.resumed > resumed || state.paused !== null, waitMs);
  }

  async function goneOn(): Promise<void> {
    const { stuck } = state;
    state.stuck = null;
    if (stuck?.alerted)
      await platformUntilDone.resolveAlerts({
        distributorId: null,
        rules: ['import_stuck'],
        subject: workflowInfo().workflowId,
      });
  }

  /** Waits for people as long as the job stays open; false when it did so in vain. */
  async function somebodyActs(stage: ImportStage, acted: () => boolean): Promise<boolean> {
    state.stage = stage;
    state.openUntil ??= new Date(Date.now() + state.keepOpenMs).toISOString();
    showImport(state);
    const leftMs = Date.parse(state.openUntil) - Date.now();
    return leftMs > 0 && (await condition(() => acted() || isHalted(state), leftMs));
  }

  function pickupMs(): number {
    return state.stuck?.code === 'BRIDGE_OFFLINE' ? OFFLINE_PICKUP_MS : state.pickupMs;
  }

  async function close(): Promise<void> {
    state.stage = 'closed';
    state.openUntil = null;
    state.counts = await bridgeJobs.closeJob(job);
    await goneOn();
    showImport(state);
  }
}

function isHistoryLong(): boolean {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  return continueAsNewSuggested || historyLength > MOST_EVENTS;
}
