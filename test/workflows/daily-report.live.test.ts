import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { DateTime } from 'luxon';
import { pino } from 'pino';
import { AdminApi } from '../../src/activities/platform/admin-api.js';
import { AlertDesk } from '../../src/activities/platform/alert-desk.js';
import { ensureOpsSchedules } from '../../src/activities/platform/ops-schedules.js';
import { platformTasks } from '../../src/activities/platform/platform-tasks.js';
import { noticeStaleness } from '../../src/activities/platform/staleness.js';
import type { PlatformTasks } from '../../src/activities/platform/tasks.js';
import { emptyTotals, type RunOutcome } from '../../src/canonical/run-report.js';
import { openNotifiers } from '../../src/ops/alerts/open-notifiers.js';
import { readAlerts } from '../../src/store/alerts.js';
import { setDistributorStatus } from '../../src/store/distributors.js';
import { advanceWatermark } from '../../src/store/watermarks.js';
import { startHookReceiver, startMailServer } from '../ops/alerts/receivers.js';
import { newDistributor, unique, vault } from '../store/documents-support.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { connectTestTemporal, skippingTime, type TestTemporal } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const DAY = '2026-11-20';
const taskQueue = `daily-report-${randomUUID()}`;

let temporal: TestTemporal;
let db: TestDatabase;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let hook: Awaited<ReturnType<typeof startHookReceiver>>;
let tasks: PlatformTasks;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  temporal = await connectTestTemporal();
  mail = await startMailServer();
  hook = await startHookReceiver();
});
afterAll(async () => {
  await mail.close();
  await hook.close();
  await temporal.close();
});
beforeEach(async () => {
  db = await createTestDatabase();
  mail.refuse(null);
  mail.mails.length = 0;
  hook.hooks.length = 0;
  tasks = platformTasks({
    pool: db.pool,
    client: temporal.client,
    adminApi: new AdminApi('http://127.0.0.1:9', 'unused'),
    log: pino({ level: 'silent' }),
    secrets: { vault, filesIdentity: '' },
    alertWays: {
      notifiers: openNotifiers({
        opsEmail: null,
        email: { smtpUrl: mail.url, from: 'alerts@altscore.test' },
        webhook: { url: hook.url, secret: randomBytes(32) },
      }),
      opsEmail: 'ops@altscore.test',
      vault,
    },
  });
  worker = await Worker.create({
    connection: temporal.nativeConnection,
    namespace: temporal.namespace,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: { ...tasks },
  });
  running = worker.run();
});
afterEach(async () => {
  worker.shutdown();
  await running;
  await db.drop();
});

const activeDistributor = async (): Promise<string> => {
  const distributorId = await newDistributor(db.pool);
  await setDistributorStatus(db.pool, distributorId, 'active');
  return distributorId;
};
const ran = (distributorId: string, outcome: RunOutcome, at: string, quarantined = {}, sent = 0) =>
  tasks.recordRun({
    runId: unique('run'),
    distributorId,
    kind: 'delta',
    from: '2026-11-13',
    to: DAY,
    outcome,
    reason: null,
    totals: { ...emptyTotals(), sent, quarantined },
    watermark: null,
    startedAt: DateTime.fromISO(at, { zone: 'Asia/Kolkata' }).toISO()!,
    finishedAt: at,
  });
const reported = (client = temporal.client, input: object = { day: DAY }) =>
  client.workflow.execute('dailyReport', { workflowId: `report/${randomUUID()}`, taskQueue, args: [input] });

describe('the daily report', () => {
  it('tells Ops the counts of an Indian day: runs, quarantine by code, open alerts, and nobody’s name', async () => {
    const [first, second] = [await activeDistributor(), await activeDistributor()];
    await ran(first, 'success', `${DAY}T00:00`, { INVALID_GSTIN: 30, AMOUNT_OUTLIER: 2 }, 168);
    await ran(first, 'unchanged', `${DAY}T23:59`);
    await ran(second, 'missed', `${DAY}T02:00`);
    await ran(second, 'failed', '2026-11-19T23:59', { INVALID_GSTIN: 500 });
    await ran(second, 'failed', '2026-11-21T00:00', { INVALID_GSTIN: 500 });
    mail.mails.length = 0;
    hook.hooks.length = 0;

    expect(await reported()).toMatchObject({ day: DAY, told: true });
    const report = mail.mails.find(({ text }) => text.includes('Daily report'))!;
    expect(report.to).toEqual(['ops@altscore.test']);
    const body = report.text.slice(report.text.indexOf('\r\n\r\n')).replaceAll('\r\n', '\n');
    expect(body).toContain('Friday, 20 November 2026');
    expect(body).toContain('Distributors synced daily: 2; without a successful run: 1');
    expect(body).toContain('Records sent: 168; quarantined: 32');
    expect(
      body
        .match(/Runs by outcome\n(.*?)\n\n/s)![1]!
        .trim()
        .split(/\s+/),
    ).toEqual([...['missed', '1', 'success', '1', 'unchanged', '1']]);
    expect(body).toMatch(/AMOUNT_OUTLIER +2\n +INVALID_GSTIN +30\n/);
    expect(body).toMatch(/quarantine_high +1\n/);
    expect(report.text).not.toMatch(/sharma/i);
    expect(report.text).not.toContain(first);

    const hooked = hook.hooks.map(({ body: json }) => JSON.parse(json)).find(({ type }) => type === 'report.daily');
    expect(hooked.data).toMatchObject({ day: DAY, records: { sent: 168, quarantined: 32 } });
  });

  it('is on yesterday unless a day is asked for', async () => {
    const { day } = await reported(temporal.client, {});
    expect(day).toBe(DateTime.now().setZone('Asia/Kolkata').minus({ days: 1 }).toISODate());
  });

  it('is tried again while the mail server is away, and the workflow ends well when it stays away', async () => {
    mail.refuse('closed');
    expect(await reported(skippingTime(temporal))).toMatchObject({ told: false });
    expect(mail.mails).toEqual([]);
    const ids = hook.hooks.map(({ headers }) => headers['webhook-id']);
    expect(ids.length).toBeGreaterThan(5);
    expect(new Set(ids)).toEqual(new Set([`daily_report_${DAY}`]));
  });

  it('refuses what is no day', async () => {
    const failure = await reported(temporal.client, { day: 'yesterday' }).catch((error) => error);
    expect(failure.name).toBe('WorkflowFailedError');
    expect(mail.mails).toEqual([]);
  });
});

describe('staleness', () => {
  const scheduleOf = (distributorId: string) =>
    temporal.client.schedule.create({
      scheduleId: `sync/${distributorId}`,
      spec: { cronExpressions: ['0 2 * * *'], timezone: 'Asia/Kolkata' },
      action: { type: 'startWorkflow', workflowType: 'tellAlerts', taskQueue, workflowId: `tick/${distributorId}` },
    });
  const open = async () => (await readAlerts(db.pool)).filter(({ resolvedAt }) => resolvedAt === null);
  const india = (time: string): Date => DateTime.fromISO(time, { zone: 'Asia/Kolkata' }).toJSDate();

  it('is absence of success on three working days, or of the Schedule, and over with the next success', async () => {
    const [busy, lost, fine] = [await activeDistributor(), await activeDistributor(), await activeDistributor()];
    const schedules = [await scheduleOf(busy), await scheduleOf(fine)];
    /** As if it had fired on these days. */
    const fired = async (from: string, to: string, times: number) => {
      const [schedule] = schedules;
      await schedule!.backfill({ start: india(`${from}T00:00`), end: india(`${to}T23:00`), overlap: 'ALLOW_ALL' });
      await waitFor(
        'the Schedule having fired',
        async () => (await schedule!.describe()).info.numActionsTaken === times,
      );
    };
    try {
      // Thursday to Sunday: two working days.
      await fired('2026-11-12', '2026-11-15', 4);
      expect(await tasks.noticeStaleness()).toEqual({ absent: 1, silent: 0 });
      await fired('2026-11-16', '2026-11-16', 5);
      expect(await tasks.noticeStaleness()).toEqual({ absent: 2, silent: 0 });
      expect((await open()).map(({ distributorId, rule }) => [distributorId, rule]).sort()).toEqual(
        [
          [busy, 'sync_absent'],
          [lost, 'sync_absent'],
        ].sort(),
      );
      expect((await open()).find(({ distributorId }) => distributorId === lost)?.message).toContain('no Schedule');

      await ran(busy, 'unchanged', DateTime.now().toISO());
      expect(await open()).toMatchObject([{ distributorId: lost }]);
      expect(await tasks.noticeStaleness()).toEqual({ absent: 1, silent: 0 });
    } finally {
      for (const schedule of schedules) await schedule.delete();
    }
  });

  it('is also four working days on which runs succeed and bring nothing, until something comes', async () => {
    const distributorId = await activeDistributor();
    const schedule = await scheduleOf(distributorId);
    const watermark = (day: string) => ({ last_sync_at: `${day}T20:30:00.000Z`, counters: {} });
    const noticed = (on: string) =>
      noticeStaleness(db.pool, temporal.client, new AlertDesk(db.pool, pino({ level: 'silent' }), null), india(on));
    try {
      await advanceWatermark(db.pool, distributorId, watermark('2026-11-12'), true);
      await db.pool.query('update watermarks set news_at = $1', [india('2026-11-13T02:00')]);
      // Moves the watermark, and brings nothing.
      await advanceWatermark(db.pool, distributorId, watermark('2026-11-18'), false);
      expect(await noticed('2026-11-19T09:00')).toEqual({ absent: 0, silent: 0 });
      expect(await noticed('2026-11-20T09:00')).toEqual({ absent: 0, silent: 1 });
      expect(await open()).toMatchObject([
        { distributorId, rule: 'books_silent', message: expect.stringContaining('4 working days') },
      ]);
      await advanceWatermark(db.pool, distributorId, watermark('2026-11-20'), true);
      expect(await noticed('2026-11-23T09:00')).toEqual({ absent: 0, silent: 0 });
      expect(await open()).toEqual([]);
    } finally {
      await schedule.delete();
    }
  });
});

describe('the platform’s own Schedules', () => {
  it('are made once, brought up to date at each start, and stay paused when somebody paused them', async () => {
    const { client } = temporal;
    const handles = ['daily-report', 'tell-alerts'].map((id) => client.schedule.getHandle(id));
    try {
      await ensureOpsSchedules(client);
      const report = handles[0]!;
      const wanted = await report.describe();
      expect(wanted.spec.timezone).toBe('Asia/Kolkata');
      expect(wanted.spec.calendars).toMatchObject([{ hour: [{ start: 9 }], minute: [{ start: 0 }] }]);
      await report.pause('holiday');
      await report.update((previous) => ({ ...previous, spec: { cronExpressions: ['0 3 * * *'] } }));
      await Promise.all([ensureOpsSchedules(client), ensureOpsSchedules(client)]);
      const now = await report.describe();
      expect(now.spec.calendars).toEqual(wanted.spec.calendars);
      expect(now.spec.timezone).toBe('Asia/Kolkata');
      expect(now.state).toMatchObject({ paused: true, note: 'holiday' });
      expect((await handles[1]!.describe()).action).toMatchObject({
        workflowType: 'tellAlerts',
        taskQueue: 'platform',
      });
    } finally {
      for (const handle of handles) await handle.delete();
    }
  });
});
