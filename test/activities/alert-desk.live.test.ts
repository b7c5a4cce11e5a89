import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DateTime, type DurationLike } from 'luxon';
import { pino } from 'pino';
import { AlertDesk } from '../../src/activities/platform/alert-desk.js';
import type { AlertTask } from '../../src/activities/platform/tasks.js';
import { emptyTotals, type RunReport } from '../../src/canonical/run-report.js';
import { MOST_TELLING_ATTEMPTS } from '../../src/ops/alerts/decisions.js';
import { openNotifiers } from '../../src/ops/alerts/open-notifiers.js';
import { readAlerts, takeAlertToTell } from '../../src/store/alerts.js';
import { startHookReceiver, startMailServer } from '../ops/alerts/receivers.js';
import { newDistributor, vault } from '../store/documents-support.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

const OPS = 'night-shift@altscore.test';
const DISTRIBUTOR = 'it@sharma.test';

let db: TestDatabase;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let hook: Awaited<ReturnType<typeof startHookReceiver>>;
let desk: AlertDesk;
let clock: DateTime;
let logged: string;

beforeAll(async () => {
  db = await createTestDatabase();
  mail = await startMailServer();
  hook = await startHookReceiver();
});
afterAll(async () => {
  await mail.close();
  await hook.close();
  await db.drop();
});
beforeEach(async () => {
  await db.pool.query('delete from alerts');
  mail.refuse(null);
  hook.answer(204);
  mail.mails.length = 0;
  hook.hooks.length = 0;
  clock = DateTime.fromISO('2026-11-20T02:10', { zone: 'Asia/Kolkata' });
  logged = '';
  const write = (line: string): void => {
    logged += line;
  };
  const log = pino({}, { write });
  const notifiers = openNotifiers({
    opsEmail: OPS,
    email: { smtpUrl: mail.url, from: 'alerts@altscore.test' },
    webhook: { url: hook.url, secret: randomBytes(32) },
  });
  desk = new AlertDesk(db.pool, log, { notifiers, opsEmail: OPS, vault }, () => clock.toJSDate());
});

const later = (duration: DurationLike): void => {
  clock = clock.plus(duration);
};
const mailed = (): string[] => mail.mails.flatMap(({ to }) => to).sort();
const aborted = (distributorId: string, more: Partial<AlertTask> = {}): AlertTask => ({
  distributorId,
  rule: 'sync_aborted',
  subject: 'sync_aborted',
  severity: 'critical',
  audience: 'ops',
  message: 'A run was aborted and will not be retried: 401 signature.',
  ...more,
});
const runOf = (distributorId: string, more: Partial<RunReport> = {}): RunReport => ({
  runId: `sync/${distributorId}/${clock.toISO()}`,
  distributorId,
  kind: 'delta',
  from: '2026-11-13',
  to: '2026-11-20',
  outcome: 'success',
  reason: null,
  totals: { ...emptyTotals(), sent: 100 },
  watermark: null,
  startedAt: clock.toISO()!,
  finishedAt: clock.toISO()!,
  ...more,
});
const distributors = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => newDistributor(db.pool)));

describe('an alert', () => {
  it('is told at once, by mail and webhook, and its row says so', async () => {
    const distributorId = await newDistributor(db.pool);
    await desk.raise(aborted(distributorId));
    expect(mailed()).toEqual([OPS]);
    expect(mail.mails[0]!.text).toContain('401 signature');
    expect(JSON.parse(hook.hooks[0]!.body)).toMatchObject({
      type: 'alert.raised',
      data: { rule: 'sync_aborted', distributor_id: distributorId, severity: 'critical', times: 1 },
    });
    expect(await readAlerts(db.pool, { distributorId })).toMatchObject([
      { times: 1, toldAt: clock.toUTC().toISO(), tellError: null, resolvedAt: null },
    ]);
  });

  it('of one distributor does not hide the same alert of another', async () => {
    for (const distributorId of await distributors(2)) await desk.raise(aborted(distributorId));
    expect(await readAlerts(db.pool)).toHaveLength(2);
    expect(mailed()).toEqual([OPS, OPS]);
  });

  it('that stays is counted each time and told once in its time', async () => {
    const distributorId = await newDistributor(db.pool);
    for (const hours of [0, 3, 2.9, 0.2]) {
      later({ hours });
      await desk.raise(aborted(distributorId));
    }
    expect(await readAlerts(db.pool, { distributorId })).toMatchObject([{ times: 4 }]);
    expect(mail.mails).toHaveLength(2);
    expect(mail.mails[1]!.text).toContain('4 times');
    const ids = hook.hooks.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(2);
  });

  it('that comes and goes is told no oftener than one that stays', async () => {
    const distributorId = await newDistributor(db.pool);
    await desk.raise(aborted(distributorId));
    later({ hours: 1 });
    await desk.afterRun(runOf(distributorId));
    later({ hours: 1 });
    await desk.raise(aborted(distributorId));
    await desk.tellDue();
    expect(mail.mails).toHaveLength(1);
    later({ hours: 4 });
    expect(await desk.tellDue()).toEqual({ told: 1, failed: 0 });
    expect(mail.mails).toHaveLength(2);
  });

  it('that can wait half an hour is never told when it is over by then', async () => {
    const distributorId = await newDistributor(db.pool);
    await desk.raise(aborted(distributorId, { rule: 'sync_missed', severity: 'warning' }));
    later({ minutes: 20 });
    expect(await desk.tellDue()).toEqual({ told: 0, failed: 0 });
    await desk.afterRun(runOf(distributorId, { outcome: 'unchanged' }));
    later({ minutes: 20 });
    expect(await desk.tellDue()).toEqual({ told: 0, failed: 0 });
    expect(mail.mails).toEqual([]);
    expect(await readAlerts(db.pool, { distributorId })).toMatchObject([{ resolvedAt: expect.any(String) }]);
  });

  it('about a step goes to its owners, and to Ops where an owner left no address or is not yet known', async () => {
    const distributorId = await newDistributor(db.pool);
    const late = { rule: 'step_overdue', severity: 'warning', message: 'Step 1 was due and is not done.' } as const;
    await desk.raise(aborted(distributorId, { ...late, subject: 'o/1', audience: 'AltScore BD + Distributor' }));
    expect(mailed()).toEqual([DISTRIBUTOR, OPS]);
    const unknown = { ...late, subject: 'o/2', audience: 'AltScore BD + Distributor' };
    await desk.raise({ ...aborted(distributorId, unknown), distributorId: null });
    expect(mailed()).toEqual([DISTRIBUTOR, OPS, OPS]);
    expect(await desk.resolve({ distributorId, rules: ['step_overdue', 'step_failed'], subject: 'o/2' })).toBe(1);
    expect((await readAlerts(db.pool)).filter(({ resolvedAt }) => resolvedAt === null)).toMatchObject([
      { subject: 'o/1' },
    ]);
  });
});

describe('one cause', () => {
  it('on twelve distributors is one mail, and is over with the last of them', async () => {
    const ids = await distributors(12);
    for (const id of ids) {
      await desk.raise(aborted(id, { rule: 'sync_failed', severity: 'warning', cause: 'PlatformUnavailable' }));
      later({ minutes: 1 });
    }
    later({ minutes: 30 });
    expect(await desk.tellDue()).toEqual({ told: 1, failed: 0 });
    expect(mailed()).toEqual([OPS]);
    expect(mail.mails[0]!.text).toContain('12 distributors have it');

    for (const id of ids.slice(1)) await desk.afterRun(runOf(id));
    const common = async () => (await readAlerts(db.pool)).find(({ distributorId }) => distributorId === null);
    expect((await common())!.resolvedAt).toBeNull();
    await desk.afterRun(runOf(ids[0]!));
    expect((await common())!.resolvedAt).not.toBeNull();
  });

  it('told at once nine times becomes one from the tenth on', async () => {
    for (const id of await distributors(14)) await desk.raise(aborted(id, { cause: 'CertificateRefused' }));
    await desk.tellDue();
    expect(mail.mails).toHaveLength(10);
    expect(mail.mails[9]!.text).toContain('10 distributors have it');
  });

  it('is not what ten distributors have that fail for reasons of their own', async () => {
    for (const [index, id] of (await distributors(10)).entries()) {
      await desk.raise(aborted(id, { cause: index < 5 ? 'CertificateRefused' : 'CredentialsRefused' }));
    }
    expect(mail.mails).toHaveLength(10);
    expect((await readAlerts(db.pool)).every(({ commonAlertId }) => commonAlertId === null)).toBe(true);
  });
});

describe('quarantine', () => {
  const quarantining = (id: string, sent: number, quarantined: number) =>
    runOf(id, { totals: { ...emptyTotals(), sent, quarantined: { INVALID_GSTIN: quarantined } } });

  it.each([
    [95, 5, []],
    [92, 8, [DISTRIBUTOR]],
    [80, 20, [DISTRIBUTOR, OPS]],
  ])('with %i sent and %i kept back is told to %j', async (sent, quarantined, people) => {
    const distributorId = await newDistributor(db.pool);
    await desk.afterRun(quarantining(distributorId, sent, quarantined));
    expect(mailed()).toEqual(people);
  });

  it('is told once a day, and over with a run that brought something and kept back less', async () => {
    const distributorId = await newDistributor(db.pool);
    const open = async () =>
      (await readAlerts(db.pool)).filter(({ resolvedAt }) => resolvedAt === null).map(({ rule }) => rule);
    await desk.afterRun(quarantining(distributorId, 80, 20));
    await desk.afterRun(runOf(distributorId, { outcome: 'running', totals: emptyTotals() }));
    await desk.afterRun(runOf(distributorId, { outcome: 'unchanged', totals: emptyTotals() }));
    await desk.afterRun(quarantining(distributorId, 80, 20));
    expect(mailed()).toEqual([DISTRIBUTOR, OPS]);
    expect((await open()).sort()).toEqual(['quarantine_high', 'quarantine_share']);
    await desk.afterRun(quarantining(distributorId, 93, 7));
    expect(await open()).toEqual(['quarantine_share']);
    await desk.afterRun(quarantining(distributorId, 100, 0));
    expect(await open()).toEqual([]);
  });

  it('on ten distributors is one alert for Ops, and still each distributor’s own', async () => {
    for (const id of await distributors(11)) await desk.afterRun(quarantining(id, 80, 20));
    expect(mailed().filter((address) => address === DISTRIBUTOR)).toHaveLength(11);
    expect(mailed().filter((address) => address === OPS)).toHaveLength(10);
  });
});

describe('when nobody can be told', () => {
  it('raising succeeds, the row says why without an address, and it is told when the mail server is back', async () => {
    const distributorId = await newDistributor(db.pool);
    mail.refuse('mailbox busy');
    await desk.raise(aborted(distributorId));
    expect(hook.hooks).toHaveLength(1);
    const [failed] = await readAlerts(db.pool, { distributorId });
    expect(failed).toMatchObject({ toldAt: null, tellError: expect.stringMatching(/^email to ops: .*451/) });

    mail.refuse(null);
    expect(await desk.tellDue()).toEqual({ told: 0, failed: 0 });
    later({ minutes: 5 });
    expect(await desk.tellDue()).toEqual({ told: 1, failed: 0 });
    expect(mailed()).toEqual([OPS]);
    // The webhook had it already.
    expect(hook.hooks).toHaveLength(1);
    expect(await readAlerts(db.pool, { distributorId })).toMatchObject([
      { tellError: null, toldAt: expect.any(String) },
    ]);
  });

  it('it is tried a number of times and given up, until the alert is raised again', async () => {
    const distributorId = await newDistributor(db.pool);
    mail.refuse('mailbox busy');
    hook.answer(503);
    await desk.raise(aborted(distributorId));
    for (let round = 0; round < 20; round += 1) {
      later({ hours: 12 });
      await desk.tellDue();
    }
    expect(hook.hooks).toHaveLength(MOST_TELLING_ATTEMPTS);
    expect(new Set(hook.hooks.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    mail.refuse(null);
    hook.answer(200);
    await desk.raise(aborted(distributorId));
    expect(mailed()).toEqual([OPS]);
  });

  it('because the teller died on the way, another stands in after ten minutes', async () => {
    const distributorId = await newDistributor(db.pool);
    await desk.raise(aborted(distributorId, { rule: 'sync_failed' }));
    later({ minutes: 30 });
    expect(await takeAlertToTell(db.pool, clock.toJSDate())).not.toBeNull();
    later({ minutes: 9 });
    expect(await desk.tellDue()).toEqual({ told: 0, failed: 0 });
    later({ minutes: 1 });
    expect(await desk.tellDue()).toEqual({ told: 1, failed: 0 });
  });

  it('several who tell at once tell it once', async () => {
    const distributorId = await newDistributor(db.pool);
    await desk.raise(aborted(distributorId, { rule: 'sync_failed' }));
    later({ minutes: 30 });
    await Promise.all([desk.tellDue(), desk.tellDue(), desk.tellDue()]);
    expect(mail.mails).toHaveLength(1);
  });

  it('no address is in the rows or the log', async () => {
    const distributorId = await newDistributor(db.pool);
    mail.refuse('mailbox busy');
    await desk.afterRun(
      runOf(distributorId, { totals: { ...emptyTotals(), sent: 1, quarantined: { INVALID_GSTIN: 1 } } }),
    );
    const { rows } = await db.pool.query('select row_to_json(alerts) as row from alerts');
    const traces = JSON.stringify(rows) + logged;
    expect(logged).toContain('alert could not be told');
    expect(traces).toContain('email to distributor');
    expect(traces).not.toMatch(/sharma|night-shift/);
  });
});
