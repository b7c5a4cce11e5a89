import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import {
  CONNECTOR_PROTOCOL,
  type ExtractTask,
  FAILURE,
  type SharedConnectorTasks,
  type WindowConnectorTasks,
} from '../../src/activities/connector/tasks.js';
import type { PlatformTasks } from '../../src/activities/platform/tasks.js';
import type { RunReport } from '../../src/canonical/run-report.js';
import type { SyncRunInput, SyncRunResult } from '../../src/workflows/sync-run.js';
import { recordHistory } from '../support/record-history.js';
import { connectTestTemporal, skippingTime, type TestTemporal } from '../support/temporal.js';
import { goodWindow } from '../support/window-answers.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const MINUTE_MS = 60_000;
const distributorId = `dist_${randomUUID().slice(0, 8)}`;
const taskQueue = `sync-run-${distributorId}`;
const processQueue = `connector-${distributorId}/1`;

/** What the connector's tasks do in a test: each answers well until it is told otherwise. */
class Scenario {
  readonly extracted: string[] = [];
  readonly superseded: string[] = [];
  readonly published: string[][] = [];
  readonly reports: RunReport[] = [];
  readonly released: string[] = [];
  posts = 0;
  applied: number | null = null;
  normalised = goodWindow({ invoice: 1, payment: 1 }).normalised;
  onPost: (call: number) => void = () => undefined;
  onPublish: (call: number) => void = () => undefined;
  queueFor: (call: number) => string = () => processQueue;
  onExtract: (task: ExtractTask) => void = () => undefined;
  protocol: number = CONNECTOR_PROTOCOL;
}
let scenario = new Scenario();
const fail = (type: string, details?: unknown[]) => {
  throw ApplicationFailure.create({ type, message: `${type} in a test`, details });
};

const shared: Pick<SharedConnectorTasks, 'probe' | 'extract' | 'publish'> = {
  async probe() {
    const windows = ['2026-09', '2026-10'].map((month) => ({ from: `${month}-01`, to: `${month}-28` }));
    return {
      protocol: scenario.protocol,
      companyId: 'c',
      booksFrom: '2024-04-01',
      counters: { vouchers: 7 },
      reading: 'collection',
      windows,
    };
  },
  async extract(task) {
    const { syncId } = task;
    scenario.onExtract(task);
    scenario.extracted.push(syncId);
    const queue = scenario.queueFor(scenario.extracted.length);
    return { queue, protocol: CONNECTOR_PROTOCOL, rows: 2, requests: 1, bytes: 10, longestRequestMs: 1 };
  },
  async publish({ sync_ids, counts }) {
    scenario.onPublish(scenario.published.length + 1);
    scenario.published.push(sync_ids);
    return {
      applied: scenario.applied ?? counts.documents,
      duplicates: 0,
      stale: 0,
      voided: 0,
      visibility: 'held',
      published_through: null,
    };
  },
};
const window: WindowConnectorTasks = {
  async normalise() {
    return scenario.normalised;
  },
  async sign() {
    return { batchId: 'bat_test', records: 2 };
  },
  async post() {
    scenario.posts += 1;
    scenario.onPost(scenario.posts);
    return goodWindow({ invoice: 1, payment: 1 }).posted;
  },
  async release({ syncId }) {
    scenario.released.push(syncId);
  },
};
const platform: Pick<PlatformTasks, 'recordRun' | 'supersedeSets'> = {
  async recordRun(report) {
    scenario.reports.push(report);
  },
  async supersedeSets({ syncIds }) {
    scenario.superseded.push(...syncIds);
  },
};

describe('a run', () => {
  let temporal: TestTemporal;
  let workers: Worker[];
  let running: Promise<void>[];
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
  beforeEach(() => {
    scenario = new Scenario();
  });
  afterAll(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(running);
    await temporal.close();
  });

  /** Runs on a clock that skips; answers how it ended and how long it took by that clock. */
  async function runOnce(
    kind: 'backfill' | 'delta',
    situation: string | null = null,
  ): Promise<SyncRunResult & { tookMs: number }> {
    const input: SyncRunInput = {
      distributorId,
      kind,
      period: { from: '2026-09-01', to: '2026-10-28' },
      changedSince: null,
      withCensus: false,
      epoch: 0,
      companyId: 'c',
      patience: { pickupMs: 1_500, owedEveryMs: 1_000 },
      cursor: null,
      watermark: null,
    };
    const handle = await skippingTime(temporal).workflow.start('syncRun', {
      workflowId: randomUUID(),
      taskQueue,
      args: [input],
    });
    const result: SyncRunResult = await handle.result();
    if (situation) await recordHistory(situation, handle);
    const { startTime, closeTime } = await handle.describe();
    return { ...result, tookMs: closeTime!.getTime() - startTime.getTime() };
  }

  it('publishes a backfill window by window and a delta all together', async () => {
    expect(await runOnce('backfill', 'a-backfill-is-published-window-by-window')).toMatchObject({
      outcome: 'success',
      cursor: null,
      totals: { sent: 4, accepted: 4 },
    });
    expect(scenario.published.map((sets) => sets.length)).toEqual([1, 1]);
    scenario = new Scenario();
    expect(await runOnce('delta', 'a-delta-is-published-all-together')).toMatchObject({
      outcome: 'success',
      watermark: { counters: { vouchers: 7 } },
    });
    expect(scenario.published.map((sets) => sets.length)).toEqual([2]);
  });

  it('reads a window that is too large in parts, and publishes them together', async () => {
    const read: unknown[] = [];
    scenario.onExtract = ({ dated }) => {
      if (dated?.from === '2026-09-01' && dated.to === '2026-09-28') fail(FAILURE.windowTooLarge);
      read.push(dated);
    };
    expect(await runOnce('backfill', 'a-window-too-large-is-read-in-parts')).toMatchObject({
      outcome: 'success',
      totals: { sent: 6, accepted: 6 },
    });
    expect(read).toEqual([
      { from: '2026-09-01', to: '2026-09-14' },
      { from: '2026-09-15', to: '2026-09-28' },
      { from: '2026-10-01', to: '2026-10-28' },
    ]);
    expect(scenario.published.map((sets) => sets.length)).toEqual([2, 1]);
  });

  it('tries a platform that is away after 30 s, 5 min and 30 min, and then has failed with its cursor', async () => {
    scenario.onPost = () => fail(FAILURE.platformUnavailable);
    const { outcome, cursor, tookMs } = await runOnce(
      'backfill',
      'the-platform-stays-away-until-the-retries-are-used-up',
    );
    expect({ outcome, cursor, posts: scenario.posts }).toEqual({ outcome: 'failed', cursor: '2026-09-01', posts: 4 });
    expect(tookMs).toBeGreaterThanOrEqual(35.5 * MINUTE_MS);
    expect(tookMs).toBeLessThan(36.5 * MINUTE_MS);
    // The connector holds nothing any more, what was read ahead neither.
    expect(scenario.released).toEqual(scenario.extracted);
    expect(scenario.reports.at(-1)).toMatchObject({ outcome: 'failed', reason: 'PlatformUnavailable in a test' });
  });

  it('obeys Retry-After three times, then is deferred; the three retries stay for faults', async () => {
    scenario.onPost = () => fail(FAILURE.rateLimited, [{ retryAfterMs: 2 * MINUTE_MS }]);
    const { outcome, tookMs } = await runOnce('backfill', 'the-platform-says-too-fast-until-the-run-is-deferred');
    expect({ outcome, posts: scenario.posts }).toEqual({ outcome: 'deferred', posts: 4 });
    expect(tookMs).toBeGreaterThanOrEqual(6 * MINUTE_MS);
    expect(tookMs).toBeLessThan(7 * MINUTE_MS);
  });

  it('reads a window again under a new sync_id when the process that held it is gone', async () => {
    scenario.queueFor = (call) => (call === 1 ? `connector-${distributorId}/gone` : processQueue);
    expect(await runOnce('backfill', 'a-window-is-lost-and-read-again')).toMatchObject({
      outcome: 'success',
      totals: { sent: 4 },
    });
    // The second window was being read ahead when the first was found lost.
    const [lost, second, again] = scenario.extracted;
    expect(scenario.superseded).toEqual([lost]);
    expect(scenario.published).toEqual([[again], [second]]);
  });

  it('reads again what no longer fits the platform when it is to be published', async () => {
    scenario.onPublish = (call) =>
      call === 1 && scenario.extracted.length <= 2 ? fail(FAILURE.setsChanged) : undefined;
    expect(await runOnce('backfill', 'what-was-read-no-longer-fits-and-is-read-again')).toMatchObject({
      outcome: 'success',
      totals: { sent: 4 },
    });
    expect(scenario.extracted).toHaveLength(3);
    expect(scenario.superseded).toEqual([scenario.extracted[0]]);
  });

  it('is never a success when its sums do not add up: nothing is published, and the sentence has the numbers', async () => {
    const { account } = scenario.normalised;
    scenario.normalised.account = { ...account, read: { ...account.read, invoice: 2 } };
    expect(await runOnce('backfill', 'the-sums-of-a-run-do-not-add-up')).toMatchObject({
      outcome: 'failed',
      cause: FAILURE.sumsDiffer,
      reason: expect.stringContaining('invoice: 2 read, but 1 sent + 0 known + 0 quarantined + 0 suppressed = 1'),
    });
    expect(scenario.published).toEqual([]);
    // The window was read again first, since an answer cut short mends itself.
    expect(scenario.superseded).toHaveLength(4);
    expect(scenario.reports.at(-1)).toMatchObject({ outcome: 'failed' });
  });

  it('fails when what was published is not what was sent', async () => {
    scenario.applied = 1;
    expect(await runOnce('backfill')).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('documents: 2 published, but 1 applied'),
    });
  });

  it.each([
    [FAILURE.credentialsRefused, 'aborted'],
    [FAILURE.certificateRefused, 'aborted'],
    [FAILURE.requestRefused, 'aborted'],
  ])('is aborted at once, with no retry, by %s', async (failure, outcome) => {
    scenario.onPost = () => fail(failure);
    expect(await runOnce('backfill')).toMatchObject({ outcome });
    expect(scenario.posts).toBe(1);
  });

  it('refuses a connector that speaks an older protocol', async () => {
    scenario.protocol = 0;
    expect(await runOnce('backfill', 'a-connector-is-too-old')).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringMatching(/too old/),
    });
    expect(scenario.extracted).toEqual([]);
  });
});
