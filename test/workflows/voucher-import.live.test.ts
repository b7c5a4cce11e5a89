import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CancelledFailure, Context, heartbeat } from '@temporalio/activity';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { BRIDGE_FAILURE, type BridgeJobTasks, type BridgeTasks } from '../../src/activities/bridge/tasks.js';
import type { AlertTask, PlatformTasks } from '../../src/activities/platform/tasks.js';
import { bridgeQueue, importWorkflowId, type RowState, type StateCounts } from '../../src/canonical/bridge.js';
import type { ImportAsked, ImportProgress, ImportResult } from '../../src/canonical/import-messages.js';
import { retryRowUpdate } from '../../src/workflows/messages.js';
import { recordHistory } from '../support/record-history.js';
import { connectTestTemporal, skippingTime, type TestTemporal } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const HOUR_MS = 3_600_000;
const taskQueue = `voucher-import-${randomBytes(4).toString('hex')}`;

/** A job at the centre, and the Tally it is written into: rows by number, and how Tally ends each. */
class Scenario {
  readonly companyId = `shop-${randomBytes(4).toString('hex')}`;
  readonly jobId = `job_${randomBytes(8).toString('hex')}`;
  rows: RowState[] = ['pending', 'pending', 'pending'];
  refuseAll = false;
  /** Rows that Tally refuses, by their numbers. */
  refusing = new Set<number>();
  /** What the next pieces of the bridge's work fail with. */
  failures: string[] = [];
  /** Rows a stretch. */
  stretch = 100;
  /** Held in the middle of a stretch until it is cancelled. */
  holdsAfter: number | null = null;
  readonly sent: number[] = [];
  prepared = 0;
  stretches = 0;
  closed = 0;
  readonly alerts: AlertTask[] = [];
  resolved = 0;

  counts(): StateCounts {
    const counts = { pending: 0, sending: 0, created: 0, already_there: 0, refused: 0, unknown: 0, skipped: 0 };
    for (const state of this.rows) counts[state] += 1;
    return counts;
  }
  fail(): void {
    const type = this.failures.shift();
    if (type) throw ApplicationFailure.create({ type, message: 'Tally at 127.0.0.1:9000 is closed.' });
  }
}
let scenario = new Scenario();

const central: BridgeJobTasks & Pick<PlatformTasks, 'raiseAlert' | 'resolveAlerts'> = {
  async bridgeJob() {
    return { refuseAll: scenario.refuseAll, createLedgers: false, counts: scenario.counts() };
  },
  async skipRow({ row }) {
    const done = ['pending', 'refused', 'unknown'].includes(scenario.rows[row - 1] ?? '');
    if (done) scenario.rows[row - 1] = 'skipped';
    return { done, answer: done ? `Row ${row} is skipped.` : `Row ${row} has an end already.` };
  },
  async reopenRow({ row }) {
    const done = ['refused', 'unknown', 'skipped'].includes(scenario.rows[row - 1] ?? '');
    if (done) scenario.rows[row - 1] = 'pending';
    return { done, answer: done ? `Row ${row} is open again.` : `Row ${row} stands in Tally already.` };
  },
  async rowEnd({ row }) {
    return { state: scenario.rows[row - 1]!, code: scenario.rows[row - 1] === 'refused' ? 'MASTER_MISSING' : null };
  },
  async closeJob() {
    scenario.closed += 1;
    return scenario.counts();
  },
  async raiseAlert(alert) {
    scenario.alerts.push(alert);
  },
  async resolveAlerts() {
    scenario.resolved += 1;
    return { resolved: 1 };
  },
};

const premises: BridgeTasks = {
  async prepareJob() {
    scenario.fail();
    scenario.prepared += 1;
    const refused = scenario.rows.includes('refused');
    return { mayWrite: !(scenario.refuseAll && refused), counts: scenario.counts(), ledgersCreated: 1 };
  },
  async writeNext() {
    scenario.fail();
    scenario.stretches += 1;
    let worked = 0;
    for (const [index, state] of scenario.rows.entries()) {
      if (state !== 'pending' || worked === scenario.stretch) continue;
      if (worked === scenario.holdsAfter) await cancelled();
      if (Context.current().cancellationSignal.aborted) break;
      scenario.sent.push(index + 1);
      scenario.rows[index] = scenario.refusing.has(index + 1) ? 'refused' : 'created';
      worked += 1;
    }
    const counts = scenario.counts();
    return { counts, remaining: counts.pending + counts.sending };
  },
};

async function cancelled(): Promise<void> {
  const beating = setInterval(() => heartbeat(), 50);
  try {
    await Context.current().cancelled;
  } catch (error) {
    if (!(error instanceof CancelledFailure)) throw error;
  } finally {
    clearInterval(beating);
  }
}

describe('vouchers on their way into Tally', () => {
  let temporal: TestTemporal;
  let platformWorker: Worker;
  let bridgeWorker: Worker | null = null;
  const running: Promise<void>[] = [];
  beforeAll(async () => {
    temporal = await connectTestTemporal();
    platformWorker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: temporal.namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: { ...central },
    });
    running.push(platformWorker.run());
  });
  beforeEach(() => {
    scenario = new Scenario();
  });
  afterEach(() => {
    bridgeWorker?.shutdown();
    bridgeWorker = null;
  });
  afterAll(async () => {
    platformWorker.shutdown();
    await Promise.all(running);
    await temporal.close();
  });

  const startBridge = async () => {
    bridgeWorker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: temporal.namespace,
      taskQueue: bridgeQueue(scenario.companyId),
      activities: { ...premises },
      maxConcurrentActivityTaskExecutions: 1,
      maxHeartbeatThrottleInterval: '100ms',
      defaultHeartbeatThrottleInterval: '100ms',
    });
    running.push(bridgeWorker.run());
  };
  const start = (asked: Partial<ImportAsked> = {}, client = temporal.client): Promise<WorkflowHandle> => {
    const { companyId, jobId } = scenario;
    return client.workflow.start('voucherImport', {
      workflowId: importWorkflowId(companyId, jobId),
      taskQueue,
      args: [{ companyId, jobId, ...asked }],
    });
  };
  const progressOf = (run: WorkflowHandle) => run.query<ImportProgress>('progress');
  const untilStage = (run: WorkflowHandle, stage: ImportProgress['stage']) =>
    waitFor(`the import to be ${stage}`, async () => {
      const progress = await progressOf(run);
      return progress.stage === stage ? progress : null;
    });
  const result = (run: WorkflowHandle): Promise<ImportResult> => run.result() as Promise<ImportResult>;
  const waitingOn = async (run: WorkflowHandle) =>
    (await run.describe()).typedSearchAttributes.getAll().find(({ key }) => key.name === 'WaitingOn')?.value;

  it('are written stretch by stretch, and the job is closed with its counts', async () => {
    await startBridge();
    scenario.stretch = 2;
    const run = await start();
    expect(await result(run)).toEqual({
      companyId: scenario.companyId,
      jobId: scenario.jobId,
      counts: { ...scenario.counts(), created: 3 },
      ledgersCreated: 1,
    });
    expect(scenario).toMatchObject({ sent: [1, 2, 3], prepared: 1, stretches: 2, closed: 1 });
    await recordHistory('vouchers-are-written', run);
  });

  it('keep histories short: what many stretches wrote is carried into the next run', async () => {
    await startBridge();
    scenario.rows = Array.from({ length: 80 }, () => 'pending');
    scenario.stretch = 1;
    const run = await start();
    const { firstExecutionRunId } = run as unknown as { firstExecutionRunId: string };
    expect((await result(run)).counts).toMatchObject({ created: 80 });
    expect(scenario.prepared).toBe(1);
    const { events } = await temporal.client.workflow
      .getHandle(run.workflowId, firstExecutionRunId, { followRuns: false })
      .fetchHistory();
    expect(events!.length).toBeLessThan(500);
    expect(events!.at(-1)?.workflowExecutionContinuedAsNewEventAttributes).toBeTruthy();
  });

  it('are paused after the row under way, and go on when somebody says so', async () => {
    await startBridge();
    scenario.holdsAfter = 1;
    const run = await start();
    await waitFor('a row to be written', () => scenario.sent.length === 1);
    await run.signal('pause', { by: 'Asha' });
    await run.signal('pause', { by: 'Asha', reason: 'month end' });
    const paused = await waitFor('the stretch to end', async () => {
      const progress = await progressOf(run);
      return progress.counts.created === 1 ? progress : null;
    });
    expect(paused).toMatchObject({
      stage: 'writing',
      paused: { by: 'Asha', reason: 'month end' },
      notUsed: [expect.stringMatching(/^pause is not valid: reason: expected a reason/)],
    });
    await waitFor('the pause to be shown', async () => (await waitingOn(run)) === 'operator');
    expect(scenario.sent).toEqual([1]);
    scenario.holdsAfter = null;
    await run.signal('resume', { by: 'Asha' });
    expect((await result(run)).counts).toMatchObject({ created: 3 });
    expect(scenario.sent).toEqual([1, 2, 3]);
    await recordHistory('vouchers-are-paused', run);
  });

  it('wait as long as Tally is away, and Ops hear of it after an hour', async () => {
    await startBridge();
    scenario.failures = Array.from({ length: 16 }, () => BRIDGE_FAILURE.tallyUnreachable);
    const run = await start({}, skippingTime(temporal));
    expect((await result(run)).counts).toMatchObject({ created: 3 });
    expect(scenario.failures).toEqual([]);
    expect(scenario.alerts).toEqual([
      expect.objectContaining({ rule: 'import_stuck', cause: 'TALLY_UNREACHABLE', subject: run.workflowId }),
    ]);
    expect(scenario.resolved).toBe(1);
    await recordHistory('vouchers-wait-for-tally', run);
  });

  it('show which of Tally, platform or bridge they wait for; resume tries again at once', async () => {
    const run = await start({ pickupMs: 300 });
    const offline = await waitFor('nobody to take the task', async () => (await progressOf(run)).stuck);
    expect(offline).toEqual({ code: 'BRIDGE_OFFLINE', sentence: expect.stringMatching(/^The bridge does not take/) });
    await waitFor('the bridge to be waited for', async () => (await waitingOn(run)) === 'bridge');
    scenario.failures = [BRIDGE_FAILURE.platformUnavailable];
    await startBridge();
    const stuck = async () => (await progressOf(run)).stuck?.code;
    await waitFor('the platform to be waited for', async () => (await stuck()) === 'PLATFORM_UNAVAILABLE');
    await run.signal('resume', { by: 'Asha' });
    expect((await result(run)).counts).toMatchObject({ created: 3 });
    expect(scenario.alerts).toEqual([]);
  });

  it('stop at what only a person can mend, alert Ops, and go on after resume', async () => {
    await startBridge();
    scenario.failures = [BRIDGE_FAILURE.tallyMisconfigured];
    const run = await start();
    await waitFor('Ops to be told', () => scenario.alerts.length === 1);
    expect((await progressOf(run)).stuck).toMatchObject({ code: 'TALLY_MISCONFIGURED' });
    expect(scenario.prepared).toBe(0);
    await run.signal('resume', { by: 'Asha' });
    expect((await result(run)).counts).toMatchObject({ created: 3 });
    expect(scenario.resolved).toBe(1);
    await recordHistory('vouchers-stop-at-a-wrong-company', run);
  });

  it('of a job that asked for all or nothing are held up by one that cannot be written', async () => {
    await startBridge();
    Object.assign(scenario, { refuseAll: true, rows: ['pending', 'refused', 'pending'] });
    const run = await start();
    expect(await untilStage(run, 'held')).toMatchObject({ counts: { pending: 2, refused: 1 } });
    expect(scenario.sent).toEqual([]);
    await run.signal('skip', { by: 'Asha', row: 2, reason: 'sent twice' });
    await run.signal('resume', { by: 'Asha' });
    expect((await result(run)).counts).toMatchObject({ created: 2, skipped: 1 });
    expect(scenario.prepared).toBe(2);
    await recordHistory('vouchers-are-held-up', run);
  });

  it('of a job held up end unwritten when nobody sees to it', async () => {
    await startBridge();
    Object.assign(scenario, { refuseAll: true, rows: ['pending', 'refused'] });
    const run = await start({}, skippingTime(temporal));
    expect((await result(run)).counts).toMatchObject({ pending: 1, refused: 1 });
    expect(scenario).toMatchObject({ sent: [], closed: 1 });
  });

  it('that were refused are tried again when asked for, and the asker hears how each ended', async () => {
    await startBridge();
    scenario.refusing = new Set([1, 3]);
    const run = await start({ keepOpenMs: 24 * HOUR_MS });
    await untilStage(run, 'open');
    const retry = (row: unknown) =>
      run.executeUpdate(retryRowUpdate, { args: [{ by: 'Asha', row } as { by: string; row: number }] });
    for (const nonsense of [0, 4, 'one'])
      await expect(retry(nonsense)).rejects.toMatchObject({
        cause: { message: expect.stringMatching(/^retryRow is/) },
      });
    expect(await retry(2)).toEqual({ answer: 'Row 2 stands in Tally already.' });
    expect(await retry(3)).toEqual({ answer: 'Row 3 ended: refused, MASTER_MISSING.' });
    scenario.refusing.clear();
    expect(await Promise.all([retry(1), retry(3)])).toEqual([
      { answer: 'Row 1 ended: created.' },
      { answer: 'Row 3 ended: created.' },
    ]);
    expect((await result(run)).counts).toMatchObject({ created: 3 });
    await recordHistory('vouchers-are-tried-again', run);
  });

  it('reopened while the import waits are answered for at once, and a row that cannot be skipped is shown', async () => {
    await startBridge();
    scenario.refusing = new Set([1]);
    const run = await start();
    await untilStage(run, 'open');
    await run.signal('pause', { by: 'Asha', reason: 'month end' });
    await run.signal('skip', { by: 'Asha', row: 2, reason: 'not wanted' });
    expect(await run.executeUpdate(retryRowUpdate, { args: [{ by: 'Asha', row: 1 }] })).toEqual({
      answer: "Row 1 is open again. The import is paused by Asha; the row's turn comes after resume.",
    });
    expect((await progressOf(run)).notUsed).toEqual(['Row 2 has an end already.']);
    await run.signal('skip', { by: 'Asha', row: 1, reason: 'not wanted' });
    await run.signal('resume', { by: 'Asha' });
    expect((await result(run)).counts).toMatchObject({ created: 2, skipped: 1 });
  });

  it('stay open for a day when refused, and then their job is closed; a cancelled import closes it as well', async () => {
    await startBridge();
    scenario.refusing = new Set([2]);
    const skipping = skippingTime(temporal);
    const before = Date.now();
    const run = await start({}, skipping);
    expect((await result(run)).counts).toMatchObject({ created: 2, refused: 1 });
    const { closeTime } = await run.describe();
    expect(closeTime!.getTime() - before).toBeGreaterThanOrEqual(24 * HOUR_MS);
    expect(scenario.closed).toBe(1);

    bridgeWorker?.shutdown();
    scenario = new Scenario();
    await startBridge();
    scenario.holdsAfter = 1;
    const given = await start();
    await waitFor('a row to be written', () => scenario.sent.length === 1);
    await given.cancel();
    await expect(given.result()).rejects.toThrow(/cancelled/i);
    expect(scenario).toMatchObject({ sent: [1], closed: 1 });
  });
});
