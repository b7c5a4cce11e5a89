import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import {
  CONNECTOR_PROTOCOL,
  FAILURE,
  type SharedConnectorTasks,
  type WindowConnectorTasks,
} from '../../src/activities/connector/tasks.js';
import { firstState } from '../../src/activities/platform/sync-control.js';
import type { AlertTask, PlatformTasks } from '../../src/activities/platform/tasks.js';
import type { Watermark } from '../../src/canonical/contract.js';
import type { RunReport } from '../../src/canonical/run-report.js';
import type { distributorSync } from '../../src/workflows/distributor-sync.js';
import { setWatermarkUpdate } from '../../src/workflows/messages.js';
import type { SyncState } from '../../src/workflows/sync-state.js';
import { recordHistory } from '../support/record-history.js';
import { connectTestTemporal, type TestTemporal } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { goodWindow } from '../support/window-answers.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const distributorId = `dist_${randomUUID().slice(0, 8)}`;
const taskQueue = `distributor-sync-${distributorId}`;
const processQueue = `connector-${distributorId}/1`;
const START: Watermark = { last_sync_at: '2026-11-01T00:00:00.000Z', counters: { vouchers: 10 }, epoch: 0 };

/** The ERP and the platform of one test. */
class Scenario {
  counters = { vouchers: 10 };
  reachable = true;
  stored: Watermark = START;
  readonly periods: Array<{ from: string; to: string }> = [];
  readonly published: Array<Watermark | null> = [];
  readonly reports: RunReport[] = [];
  readonly alerts: AlertTask[] = [];
  readonly reconciled: object[] = [];
  readonly extracted: string[] = [];
  beforePublish: () => Promise<void> = async () => undefined;
}
let scenario = new Scenario();

const shared: Pick<SharedConnectorTasks, 'probe' | 'extract' | 'publish'> = {
  async probe({ period, by }) {
    if (!scenario.reachable)
      throw ApplicationFailure.create({ type: FAILURE.erpUnreachable, message: 'Tally is closed.' });
    if (period) scenario.periods.push(period);
    const months = ['2026-04-01', '2026-05-01', '2026-06-01'].map((day) => ({ from: day, to: day }));
    const windows = period === null ? [] : by === 'whole' ? [period] : months;
    return {
      protocol: CONNECTOR_PROTOCOL,
      companyId: 'c',
      booksFrom: '2024-04-01',
      counters: scenario.counters,
      reading: 'collection',
      windows,
    };
  },
  async extract({ dated }) {
    scenario.extracted.push(dated!.from);
    return { queue: processQueue, protocol: CONNECTOR_PROTOCOL, rows: 1, requests: 1, bytes: 1, longestRequestMs: 1 };
  },
  async publish({ watermark, counts }) {
    await scenario.beforePublish();
    scenario.published.push(watermark);
    return {
      applied: counts.documents,
      duplicates: 0,
      stale: 0,
      voided: 0,
      visibility: 'published',
      published_through: null,
    };
  },
};
const window: WindowConnectorTasks = {
  async normalise() {
    return goodWindow({ invoice: 1 }).normalised;
  },
  async sign() {
    return { batchId: 'bat_test', records: 1 };
  },
  async post() {
    return goodWindow({ invoice: 1 }).posted;
  },
  async release() {},
};
const platform: Partial<PlatformTasks> = {
  async readWatermark() {
    return scenario.stored;
  },
  async setWatermark({ lastSyncAt, counters }) {
    scenario.stored = { last_sync_at: lastSyncAt, counters, epoch: (scenario.stored.epoch ?? 0) + 1 };
    return scenario.stored;
  },
  async recordRun(report) {
    scenario.reports.push(report);
  },
  async startReconciliation(asked) {
    scenario.reconciled.push(asked);
  },
  async raiseAlert(alert) {
    scenario.alerts.push(alert);
  },
  async supersedeSets() {},
};

describe('the daily sync of a distributor', () => {
  let temporal: TestTemporal;
  let workers: Worker[];
  let running: Promise<void>[];
  let sync: WorkflowHandleWithFirstExecutionRunId<typeof distributorSync>;
  beforeAll(async () => {
    temporal = await connectTestTemporal();
    const { nativeConnection: connection, namespace } = temporal;
    workers = await Promise.all([
      Worker.create({
        connection,
        namespace,
        taskQueue,
        workflowBundle: await workflowBundle(),
        activities: { ...platform },
      }),
      Worker.create({ connection, namespace, taskQueue: `connector-${distributorId}`, activities: { ...shared } }),
      Worker.create({ connection, namespace, taskQueue: processQueue, activities: { ...window } }),
    ]);
    running = workers.map((worker) => worker.run());
  });
  beforeEach(async () => {
    scenario = new Scenario();
    const state = firstState({
      distributorId,
      erpType: 'tally_prime',
      timeZone: 'Asia/Kolkata',
      schedule: '0 2 * * *',
      jitterMinutes: 0,
      lookbackDays: 7,
      quietHours: null,
      companyId: 'c',
      watermark: START,
      patience: { pickupMs: 2_000, owedEveryMs: 500 },
    });
    sync = await temporal.client.workflow.start<typeof distributorSync>('distributorSync', {
      workflowId: randomUUID(),
      taskQueue,
      args: [state],
    });
  });
  afterEach(() => sync.terminate('the test is over'));

  /** The first run of the chain: what it did until it continued as new. */
  const recordFirstRun = (situation: string): Promise<void> =>
    recordHistory(situation, temporal.client.workflow.getHandle(sync.workflowId, sync.firstExecutionRunId));
  afterAll(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await temporal.close();
  });

  const stateNow = (): Promise<SyncState> =>
    temporal.client.workflow.getHandle(sync.workflowId).query<SyncState>('syncState');
  const signal = (name: string, message: unknown) =>
    temporal.client.workflow.getHandle(sync.workflowId).signal(name, message);
  const untilState = (what: string, reached: (state: SyncState) => boolean) =>
    waitFor(what, async () => {
      const state = await stateNow();
      return reached(state) ? state : null;
    });
  const syncNow = async (): Promise<void> => {
    const before = (await stateNow()).last?.runId;
    await signal('syncNow', { by: 'schedule' });
    await untilState('a run', ({ last }) => last !== null && last.runId !== before);
  };

  it('starts no run while the counters stand still, and says so', async () => {
    await syncNow();
    expect(await stateNow()).toMatchObject({ last: { outcome: 'unchanged' }, watermark: START });
    expect(scenario.reports.map(({ outcome }) => outcome)).toEqual(['unchanged']);
    expect(scenario.published).toEqual([]);
    await recordFirstRun('nothing-has-changed');
  });

  it('reads from the lookback before the watermark, and moves it to what was probed before the first read', async () => {
    scenario.counters = { vouchers: 12 };
    const before = Date.now();
    await syncNow();
    expect(scenario.periods).toMatchObject([{ from: '2026-10-25' }]);
    const { watermark } = await stateNow();
    expect(watermark.counters).toEqual({ vouchers: 12 });
    expect(scenario.published).toEqual([watermark]);
    expect(Date.parse(watermark.last_sync_at)).toBeGreaterThanOrEqual(before - 1_000);
    await recordFirstRun('a-delta-moves-the-watermark');
  });

  it('lets no task be taken by a process that does not tell that it lives', async () => {
    await syncNow();
    await signal('backfill', { by: 'Asha', from: '2026-04-01', to: '2026-06-30' });
    const { last } = await untilState('the backfill', ({ last }) => last?.outcome === 'success');
    for (const [workflowId, runId] of [[sync.workflowId, sync.firstExecutionRunId], [last!.runId]]) {
      const { events } = await temporal.client.workflow.getHandle(workflowId!, runId).fetchHistory();
      const tasks = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
      const silent = tasks.filter(({ heartbeatTimeout }) => !Number(heartbeatTimeout?.seconds));
      expect(silent.map(({ activityType }) => activityType?.name)).toEqual([]);
      if (runId === undefined) expect(tasks.length).toBeGreaterThan(10);
    }
  });

  it('starts from the store when that was restored to an earlier day', async () => {
    scenario.counters = { vouchers: 12 };
    await syncNow();
    scenario.stored = { last_sync_at: '2026-10-10T00:00:00.000Z', counters: { vouchers: 4 }, epoch: 0 };
    await syncNow();
    expect(scenario.periods.at(-1)).toMatchObject({ from: '2026-10-03' });
  });

  it('makes a missed run up when the ERP answers; after three scheduled misses in a row Ops hears, once', async () => {
    scenario.reachable = false;
    for (let day = 0; day < 4; day += 1) await syncNow();
    const missed = await untilState('four misses', ({ missedInARow }) => missedInARow === 4);
    expect(missed.owedSince).not.toBeNull();
    expect(missed.watermark).toEqual(START);
    expect(scenario.alerts.map(({ rule }) => rule)).toEqual(['sync_missed']);
    scenario.counters = { vouchers: 11 };
    scenario.reachable = true;
    expect(await untilState('the owed run', ({ owedSince }) => owedSince === null)).toMatchObject({
      missedInARow: 0,
      last: { outcome: 'success' },
    });
    await recordFirstRun('the-erp-cannot-be-reached');
  });

  it('does nothing while it is paused, and one run afterwards however often it was asked', async () => {
    await signal('pause', { by: 'Asha', reason: 'audit' });
    await untilState('the pause', ({ paused }) => paused !== null);
    scenario.counters = { vouchers: 15 };
    for (let day = 0; day < 3; day += 1) await signal('syncNow', { by: 'schedule' });
    expect((await stateNow()).last).toBeNull();
    await signal('resume', { by: 'Asha' });
    await untilState('the run', ({ last }) => last?.outcome === 'success');
    expect(scenario.published).toHaveLength(1);
    await recordFirstRun('a-sync-is-paused-and-resumed');
  });

  it('takes another watermark from a person, with who and why, and reads from there even if nothing changed', async () => {
    const asked = { by: 'Asha', reason: 'books were mended', lastSyncAt: '2026-09-15T00:00:00Z' };
    const { answer } = await sync.executeUpdate(setWatermarkUpdate, { args: [asked] });
    expect(answer).toMatch(/2026-09-15T00:00:00/);
    await untilState('the run', ({ last }) => last?.outcome === 'success');
    expect(scenario.periods).toMatchObject([{ from: '2026-09-08' }]);
    await recordFirstRun('a-person-sets-the-watermark');
  });

  it('lets no run that began before move a watermark that a person has set meanwhile', async () => {
    scenario.counters = { vouchers: 12 };
    const asked = { by: 'Asha', reason: 'books were mended', lastSyncAt: '2026-09-15T00:00:00Z' };
    scenario.beforePublish = async () => {
      scenario.beforePublish = async () => undefined;
      await temporal.client.workflow.getHandle(sync.workflowId).executeUpdate(setWatermarkUpdate, { args: [asked] });
    };
    await signal('syncNow', { by: 'test' });
    await waitFor('two runs', () => scenario.published.length === 2);
    expect(scenario.published.map((watermark) => watermark?.epoch)).toEqual([0, 1]);
    expect(scenario.periods.map(({ from }) => from)).toEqual(['2026-10-25', '2026-09-08']);
    await untilState('the new epoch', ({ watermark }) => watermark.epoch === 1 && watermark.counters.vouchers === 12);
  });

  it('lets a backfill yield to a delta between windows and go on from its cursor, the watermark untouched by it', async () => {
    scenario.counters = { vouchers: 12 };
    scenario.beforePublish = async () => {
      scenario.beforePublish = async () => undefined;
      await signal('syncNow', { by: 'schedule' });
      await waitFor('the wish being heard', async () => (await stateNow()).requested);
    };
    await signal('backfill', { by: 'Asha', from: '2026-04-01', to: '2026-06-30' });
    await untilState(
      'both',
      ({ backfills, watermark }) => backfills.length === 0 && watermark.counters.vouchers === 12,
    );
    // No window twice, and the delta before the last of them.
    const kinds = scenario.published.map((watermark) => (watermark === null ? 'window' : 'delta'));
    expect(kinds.toSorted()).toEqual(['delta', 'window', 'window', 'window']);
    expect(kinds.at(-1)).toBe('window');
    await waitFor('a comparison being asked for', () => scenario.reconciled.length > 0);
    expect(scenario.reconciled).toEqual([{ distributorId, from: '2026-04-01', to: '2026-06-30' }]);
    await recordFirstRun('a-backfill-yields-to-a-delta');
  });

  it('has nothing compared after a backfill that a comparison asked for', async () => {
    await signal('backfill', { by: 'reconciliation', from: '2026-04-01', to: '2026-06-30', reconcile: false });
    await untilState('the backfill', ({ last, backfills }) => last?.outcome === 'success' && backfills.length === 0);
    await signal('syncNow', { by: 'schedule' });
    await untilState('the delta after it', ({ last }) => last?.outcome === 'unchanged');
    expect(scenario.reconciled).toEqual([]);
  });

  it('keeps the cursor of a backfill that failed, and goes on from there when it is told to retry', async () => {
    scenario.beforePublish = async () => {
      if (scenario.published.length === 1)
        throw ApplicationFailure.create({ type: FAILURE.requestRefused, message: 'The platform answered 422.' });
    };
    await signal('backfill', { by: 'Asha', from: '2026-04-01', to: '2026-06-30' });
    const { left } = await untilState('the failure', (state) => state.left.length === 1);
    expect(left).toMatchObject([
      { kind: 'backfill', from: '2026-04-01', to: '2026-06-30', cursor: '2026-05-01', outcome: 'aborted' },
    ]);
    await waitFor('the alert', () => scenario.alerts.length > 0);
    expect(scenario.alerts).toMatchObject([{ rule: 'backfill_failed', subject: 'backfill 2026-04-01 – 2026-06-30' }]);
    scenario.beforePublish = async () => undefined;
    scenario.extracted.length = 0;
    await signal('retryDeferred', { by: 'Asha' });
    const done = await untilState('the rest', ({ last }) => last?.outcome === 'success');
    expect(done).toMatchObject({ left: [], backfills: [], watermark: START });
    expect(scenario.extracted).toEqual(['2026-05-01', '2026-06-01']);
    expect(scenario.published).toEqual([null, null, null]);
    await recordFirstRun('a-backfill-fails-and-is-retried-from-its-cursor');
  });

  it('says so when there is nothing to retry', async () => {
    await signal('retryDeferred', { by: 'Asha' });
    await untilState('the notice', ({ notice }) => /no run left anything undone/.test(notice ?? ''));
    expect(await stateNow()).toMatchObject({ last: null, requested: false });
  });

  it.each([
    [
      'a watermark in the future',
      { by: 'Asha', reason: 'x', lastSyncAt: '2999-01-01T00:00:00Z' },
      /lastSyncAt: expected a time that has been/,
    ],
    ['a watermark without a reason', { by: 'Asha', lastSyncAt: '2026-09-15T00:00:00Z' }, /reason: expected a reason/],
    [
      'a watermark that is no time',
      { by: 'Asha', reason: 'x', lastSyncAt: 'yesterday' },
      /lastSyncAt: expected a time such as/,
    ],
  ])('refuses %s with a sentence', async (_name, asked, sentence) => {
    const refusal = await sync.executeUpdate(setWatermarkUpdate, { args: [asked as never] }).catch((error) => error);
    expect(refusal.cause?.message ?? refusal.message).toMatch(sentence);
    expect((await stateNow()).watermark).toEqual(START);
  });

  it.each([
    ['pause', undefined, /pause is not valid/],
    ['pause', 'now', /pause is not valid/],
    ['backfill', { by: 'Asha', from: '2026-05-01', to: '2026-04-01' }, /to: expected a day not before from/],
    ['backfill', { by: 'Asha', from: 'April' }, /from: expected a day such as/],
  ])('shows why a wrong %s (%j) was not used, and goes on', async (name, message, sentence) => {
    await signal(name, message);
    const { notice } = await untilState('the notice', (state) => state.notice !== null);
    expect(notice).toMatch(sentence);
    await syncNow();
    expect((await stateNow()).last?.outcome).toBe('unchanged');
  });
});
