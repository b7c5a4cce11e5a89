import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { type CompareAnswer, type CompareTask, FAILURE } from '../../src/activities/connector/tasks.js';
import type { AlertTask, PlatformTasks, ResolveTask } from '../../src/activities/platform/tasks.js';
import type { MonthDifference, ReconciliationReport } from '../../src/canonical/reconciliation.js';
import { recordHistory } from '../support/record-history.js';
import { connectTestTemporal, skippingTime, type TestTemporal } from '../support/temporal.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const MINUTE_MS = 60_000;
const distributorId = `dist_${randomUUID().slice(0, 8)}`;
const taskQueue = `reconciliation-${distributorId}`;
const differing = (month: string, settled = true): MonthDifference => ({
  month,
  types: { invoice: { erp: 5, bronze: 4 } },
  parties: 1,
  settled,
});

class Scenario {
  readonly compared: Array<string[] | null> = [];
  readonly deltasAsked: string[] = [];
  readonly periods: object[] = [];
  readonly reports: ReconciliationReport[] = [];
  readonly alerts: AlertTask[] = [];
  readonly resolved: ResolveTask[] = [];
  polls = 0;
  /** What each look at the books finds. */
  look: (call: number) => MonthDifference[] = () => [];
  poll: (call: number) => string | null = () => 'success';
  balances: CompareAnswer['balances'] = { compared: 10, differing: 0 };
}
let scenario = new Scenario();

const connector = {
  async compare({ months }: CompareTask): Promise<CompareAnswer> {
    scenario.compared.push(months);
    const differences = scenario.look(scenario.compared.length);
    return {
      months: months ?? ['2026-08', '2026-09', '2026-10'],
      rows: 9,
      quarantined: 2,
      differences,
      balances: months ? null : scenario.balances,
    };
  },
};
const platform: Partial<PlatformTasks> = {
  async reconciliationScope() {
    const patience = { pickupMs: 1_500, owedEveryMs: 30 * MINUTE_MS };
    const scope = { companyId: 'c', from: '2026-08-01', to: '2026-10-28', patience };
    return { ...scope, timeZone: 'Asia/Kolkata', quietHours: null };
  },
  async askForDelta() {
    scenario.deltasAsked.push(distributorId);
  },
  async askForBackfills({ periods }) {
    scenario.periods.push(...periods);
  },
  async outcomeOfBackfill() {
    scenario.polls += 1;
    const outcome = scenario.poll(scenario.polls);
    if (outcome === null) throw ApplicationFailure.create({ type: 'NotYet', message: 'not yet' });
    return { outcome };
  },
  async recordReconciliation(report) {
    scenario.reports.push(report);
  },
  async raiseAlert(alert) {
    scenario.alerts.push(alert);
  },
  async resolveAlerts(task) {
    scenario.resolved.push(task);
    return { resolved: 0 };
  },
};

describe('a reconciliation', () => {
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
      Worker.create({ connection, namespace, taskQueue: `connector-${distributorId}`, activities: { ...connector } }),
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

  async function runOnce(situation: string | null, more: object = {}) {
    const handle = await skippingTime(temporal).workflow.start('reconciliation', {
      workflowId: randomUUID(),
      taskQueue,
      args: [{ distributorId, ...more }],
    });
    const report: ReconciliationReport = await handle.result();
    if (situation) await recordHistory(situation, handle);
    expect(scenario.reports).toEqual([report]);
    return { ...report, tookMs: Date.parse(report.finishedAt) - Date.parse(report.startedAt) };
  }

  it('waits for an ERP that cannot be reached, and ends an alert when all agrees', async () => {
    scenario.look = (call) => {
      if (call < 3) throw ApplicationFailure.create({ type: FAILURE.erpUnreachable, message: 'Tally is closed.' });
      return [];
    };
    const { outcome, tookMs } = await runOnce('books-agree-once-the-erp-answers');
    expect(outcome).toBe('agrees');
    expect(tookMs).toBeGreaterThanOrEqual(60 * MINUTE_MS);
    expect(scenario.resolved).toEqual([{ distributorId, rules: ['reconciliation_differs'] }]);
  });

  it('has months that differ read again, waits until they are, and compares those alone once more', async () => {
    scenario.look = (call) => (call === 1 ? [differing('2026-08'), differing('2026-09')] : []);
    scenario.poll = (call) => (call < 4 ? null : 'success');
    expect(await runOnce('months-that-differ-are-read-again')).toMatchObject({
      outcome: 'mended',
      found: [{ month: '2026-08' }, { month: '2026-09' }],
      remaining: [],
    });
    expect(scenario.periods).toEqual([{ from: '2026-08-01', to: '2026-09-30' }]);
    expect(scenario.polls).toBe(4);
    expect(scenario.compared).toEqual([null, ['2026-08', '2026-09']]);
  });

  it('alerts what differs still, in counts and months, also where it could not be read again', async () => {
    scenario.look = () => [differing('2026-08')];
    scenario.poll = () => 'failed';
    expect(await runOnce('what-differs-still-is-an-alert')).toMatchObject({ outcome: 'differs' });
    expect(scenario.alerts).toMatchObject([
      {
        rule: 'reconciliation_differs',
        message: expect.stringContaining('2026-08 (invoice 5 in the ERP, 4 in Bronze'),
      },
    ]);
    expect(scenario.resolved).toEqual([]);
  });

  it('alerts closing balances that records do not add up to, though every month agrees', async () => {
    scenario.balances = { compared: 10, differing: 1 };
    expect(await runOnce(null)).toMatchObject({ outcome: 'differs', found: [] });
    expect(scenario.alerts).toMatchObject([{ message: expect.stringContaining('1 of 10 debtors') }]);
    expect(scenario.periods).toEqual([]);
  });

  it('asks for a delta and looks again where the books were moving', async () => {
    scenario.look = (call) => (call === 1 ? [differing('2026-10', false)] : []);
    expect(await runOnce('books-that-move-are-looked-at-again')).toMatchObject({ outcome: 'agrees', found: [] });
    expect(scenario.deltasAsked).toHaveLength(1);
    expect(scenario.periods).toEqual([]);
  });

  it('leaves books that never stand still to the next one, and alerts nobody', async () => {
    scenario.look = () => [differing('2026-10', false)];
    expect(await runOnce(null)).toMatchObject({ outcome: 'unsettled', remaining: [{ month: '2026-10' }] });
    expect(scenario.alerts).toEqual([]);
    expect(scenario.resolved).toEqual([]);
  });

  it('of some months says nothing about the others: an alert stays open', async () => {
    expect(await runOnce(null, { from: '2026-08-01', to: '2026-08-31' })).toMatchObject({ outcome: 'agrees' });
    expect(scenario.resolved).toEqual([]);
  });

  it('refuses what it cannot use with a sentence', async () => {
    await expect(runOnce(null, { from: 'yesterday' })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/^The reconciliation is not valid: from: expected a day/) },
    });
    expect(scenario.reports).toEqual([]);
  });
});
