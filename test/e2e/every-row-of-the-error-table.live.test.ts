import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TypedSearchAttributes } from '@temporalio/common';
import { DateTime } from 'luxon';
import { SIGNED_HEADERS } from '../../src/canonical/contract.js';
import { signatureOf } from '../../src/canonical/signature.js';
import { printSyncStatus } from '../../src/client/commands/sync-status.js';
import { openSecrets } from '../../src/ops/central-secrets.js';
import { createCa, openAuthority } from '../../src/ops/certificates.js';
import { readAlerts } from '../../src/store/alerts.js';
import { readRuns } from '../../src/store/runs.js';
import { DISTRIBUTOR_ID, ERP_TYPE, SYNC_OUTCOME } from '../../src/workflows/search-attributes.js';
import type { SyncState } from '../../src/workflows/sync-state.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { type Exchange, type Fault, FaultProxy } from '../support/fault-proxy.js';
import { freePort } from '../support/free-port.js';
import { skippingTime } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';

const MINUTES = 60;
const HALF_AN_HOUR_MS = 1_800_000;

/** The API and the simulated Tally are the real ones; a proxy between connector and API does what the API cannot by itself. */
describe('every row of the error table', () => {
  let world: World;
  let proxy: FaultProxy;
  let distributorId: string;
  let hmacSecret: Buffer;

  beforeAll(async () => {
    const port = await freePort();
    const environment = { PUBLIC_INGEST_URL: `https://127.0.0.1:${port}/v1/ingest/batch` };
    world = await World.start({ seed: 11, months: 14, vouchers: 200 }, { environment });
    const { authority } = await openSecrets(world.secretsDir);
    const file = (name: string): Promise<string> => readFile(join(world.connectorFolder, name), 'utf8');
    const client = async () => ({ cert: await file('client.crt'), key: await file('client.key') });
    proxy = await FaultProxy.start({ port, target: world.ingestUrl, authority, client });
    const patience = { pickupMs: 3_000, owedEveryMs: HALF_AN_HOUR_MS };
    const onboarding = await world.onboard('consentCompleted', { patience });
    distributorId = (await onboarding.handle.result()).distributorId!;
    hmacSecret = Buffer.from((await file('hmac_secret')).trim(), 'base64');
    await onAClockThatSkips();
    await proxy.heal();
  });
  afterEach(async () => {
    world.simulator.clearFaults();
    await world.simulator.goOnline();
    await proxy.heal();
  });
  afterAll(async () => {
    await world.close();
    await proxy.close();
  });

  /** The same sync again, from its own state, by a client whose workflows skip time. */
  async function onAClockThatSkips(): Promise<void> {
    const state = await syncState();
    await sync().terminate('goes on with another clock');
    await skippingTime(world.temporal).workflow.start('distributorSync', {
      workflowId: `sync/${distributorId}`,
      taskQueue: 'platform',
      args: [state],
      typedSearchAttributes: new TypedSearchAttributes([
        { key: DISTRIBUTOR_ID, value: distributorId },
        { key: ERP_TYPE, value: 'tally_prime' },
      ]),
    });
  }
  const sync = () => world.client.workflow.getHandle(`sync/${distributorId}`);
  /** A workflow whose clock skips continues as new so often that a query may find it between two of its runs. */
  const answerOf = <T>(query: string): Promise<NonNullable<T>> =>
    waitFor(`an answer to ${query}`, () => sync().query<T>(query));
  const syncState = () => answerOf<SyncState>('syncState');

  const reasonsToRun = () => world.simulator.dayOfTrade({ sales: 1, receipts: 1, edits: 1, cancels: 0 });
  const runOnce = async (): Promise<SyncState> => {
    const before = (await syncState()).last?.runId;
    await sync().signal('syncNow', { by: 'schedule' });
    return await waitFor(
      'a run',
      async () => {
        const state = await syncState();
        return state.last?.runId === before ? null : state;
      },
      { timeoutMs: 90_000 },
    );
  };

  /** What an operator sees, in each of the places where he may look. */
  async function seen(runId: string) {
    const { typedSearchAttributes } = await sync().describe();
    const { currentDetails } = await answerOf<{ currentDetails: string }>('__temporal_workflow_metadata');
    const runs = await readRuns(world.database.pool, distributorId);
    const said: string[] = [];
    const printing = jest.spyOn(console, 'log').mockImplementation((line) => void said.push(String(line)));
    // As any query, it may find the workflow between two of its runs.
    await waitFor('the status', async () => {
      said.length = 0;
      await printSyncStatus(world.client, distributorId, false);
      return true;
    }).finally(() => printing.mockRestore());
    return {
      attribute: typedSearchAttributes.get(SYNC_OUTCOME),
      details: currentDetails,
      row: runs.find((run) => run.runId === runId)!,
      status: said.join('\n'),
    };
  }
  const openAlerts = async (): Promise<string[]> =>
    (await readAlerts(world.database.pool)).flatMap(({ rule, resolvedAt }) => (resolvedAt === null ? [rule] : []));
  const calls = (endpoint: string): number => proxy.calls.filter((call) => call.endpoint === endpoint).length;

  /** One run over a fault, whose outcome must stand everywhere. Answers how long it took by the workflow's clock, in seconds. */
  async function ends(
    outcome: string,
    reason: RegExp | null,
    giveReason: () => unknown = reasonsToRun,
  ): Promise<{ tookS: number; state: SyncState }> {
    giveReason();
    const state = await runOnce();
    const { last } = state;
    expect(last).toMatchObject({ outcome, reason: reason === null ? null : expect.stringMatching(reason) });
    const { attribute, details, row, status } = await seen(last!.runId);
    expect(attribute).toBe(outcome);
    expect(details).toContain(`last run **${outcome}**`);
    expect(row).toMatchObject({ outcome, reason: last!.reason });
    expect(status).toMatch(new RegExp(`last run +${outcome} at`));
    if (reason !== null) for (const text of [details, status]) expect(text).toContain(last!.reason!);
    const tookS = DateTime.fromISO(row.finishedAt!).diff(DateTime.fromISO(row.startedAt), 'seconds').seconds;
    return { tookS, state };
  }
  const booksTie = async () =>
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));

  const answer =
    (status: number, headers: Record<string, string> = {}): Fault =>
    () => ({
      status,
      headers,
      body: { type: 'about:blank', title: 'a fault', status, code: 'fault', detail: 'A fault.' },
    });

  describe('the platform', () => {
    it.each([
      ['once', 1, 30],
      ['twice', 2, 30 + 5 * MINUTES],
      ['three times', 3, 30 + 35 * MINUTES],
    ])('5xx %s: tried again after 30 s, 5 min and 30 min, then a success', async (_name, times, waitedS) => {
      proxy.on('batch', answer(503), times);
      const { tookS } = await ends('success', null);
      expect(tookS).toBeGreaterThanOrEqual(waitedS);
      expect(tookS).toBeLessThan(waitedS + 60);
      expect(calls('batch')).toBe(times + 1);
    });

    it('5xx for good: failed after three retries, left to be retried, and Ops hears', async () => {
      proxy.on('batch', answer(500));
      const { tookS, state } = await ends('failed', /answered batch with 500/);
      expect(tookS).toBeGreaterThanOrEqual(30 + 35 * MINUTES);
      expect(tookS).toBeLessThan(30 + 36 * MINUTES);
      expect(calls('batch')).toBe(4);
      expect(state.left).toMatchObject([{ kind: 'delta', outcome: 'failed' }]);
      expect(await openAlerts()).toEqual(['sync_failed']);
      await proxy.heal();
      await sync().signal('retryDeferred', { by: 'Asha' });
      await waitFor('the retry', async () => (await syncState()).last?.outcome === 'success');
      expect(await syncState()).toMatchObject({ left: [] });
      expect(await openAlerts()).toEqual([]);
    });

    it('429: Retry-After is obeyed, and the three retries stay for faults', async () => {
      proxy.on('batch', answer(429, { 'retry-after': '120' }), 2);
      proxy.on('publish', answer(429, { 'retry-after': '600' }), 1);
      proxy.on('publish', answer(503), 1);
      const { tookS } = await ends('success', null);
      expect(tookS).toBeGreaterThanOrEqual(4 * MINUTES + 10 * MINUTES + 30);
      expect(tookS).toBeLessThan(16 * MINUTES);
    });

    it('429 for good: deferred to the next run after three waits; nobody hears', async () => {
      proxy.on('batch', answer(429, { 'retry-after': '60' }));
      const { tookS, state } = await ends('deferred', /429/);
      expect(tookS).toBeGreaterThanOrEqual(3 * MINUTES);
      expect(tookS).toBeLessThan(4 * MINUTES);
      expect(state.left).toMatchObject([{ kind: 'delta', outcome: 'deferred' }]);
      expect(await openAlerts()).toEqual([]);
      await proxy.heal();
      await ends('success', null);
    });

    it('410 and 409 changed: what was read is thrown away and read again', async () => {
      proxy.on(
        'publish',
        () => ({ status: 409, body: { type: 'about:blank', title: 'x', status: 409, code: 'changed', detail: 'x' } }),
        1,
      );
      proxy.on('batch', answer(410), 1);
      await ends('success', null);
      expect(calls('batch')).toBe(3);
    });

    const resigned =
      (change: (body: Record<string, unknown>) => Record<string, unknown>): Fault =>
      (exchange) => {
        exchange.body = Buffer.from(JSON.stringify(change(JSON.parse(exchange.body.toString()))));
        const { [SIGNED_HEADERS.batchId]: batchId, [SIGNED_HEADERS.createdAt]: createdAt } = exchange.headers;
        const parts = { batchId: String(batchId), createdAt: String(createdAt), body: exchange.body };
        exchange.headers[SIGNED_HEADERS.signature] = signatureOf(parts, hmacSecret);
        return undefined;
      };
    const header =
      (name: string, value: string): Fault =>
      ({ headers }: Exchange) => {
        headers[name] = value;
        return undefined;
      };
    const sql = (text: string) => world.database.pool.query(text, [distributorId]);
    /** Each with the API's own answer to it. */
    const REFUSALS: Array<[string, string, () => unknown, RegExp]> = [
      [
        '401 signature',
        'batch',
        () => proxy.on('batch', (exchange) => void exchange.body.write(' ', exchange.body.length - 1)),
        /401 signature/,
      ],
      [
        '401 clock skew',
        'batch',
        () => proxy.on('batch', header(SIGNED_HEADERS.createdAt, '2026-01-01T00:00:00.000Z')),
        /401 clock_skew.*Set the clock/,
      ],
      ['401 key', 'batch', () => proxy.on('batch', header(SIGNED_HEADERS.apiKey, 'another')), /401 api_key/],
      [
        '403',
        'batch',
        () =>
          proxy.on('batch', async () => {
            await sql(`update certificates set revoked_at = now() where distributor_id = $1`);
            return undefined;
          }),
        /403 certificate_revoked/,
      ],
      [
        '409',
        'publish',
        () =>
          proxy.on(
            'publish',
            resigned((body) => ({ ...body, counts: { ...(body.counts as object), batches: 99 } })),
          ),
        /409 counts_differ/,
      ],
      [
        '413',
        'batch',
        () =>
          proxy.on('batch', (exchange) => {
            exchange.body = Buffer.alloc(9 * 1024 * 1024, ' ');
            return undefined;
          }),
        /413 body_too_large/,
      ],
      [
        '422',
        'batch',
        () =>
          proxy.on(
            'batch',
            resigned((body) => ({ ...body, surprise: 1 })),
          ),
        /422 invalid/,
      ],
      [
        'TLS by another authority',
        'known',
        async () => {
          const stranger = await openAuthority(await createCa('Stranger'));
          await proxy.presentCertificateOf(stranger);
        },
        /TLS with the platform failed/,
      ],
    ];
    it.each(REFUSALS)('%s: aborted at once, no retry, Ops hears', async (_name, endpoint, arrange, reason) => {
      await arrange();
      const { tookS, state } = await ends('aborted', reason);
      expect(tookS).toBeLessThan(30);
      expect(calls(endpoint)).toBeLessThanOrEqual(1);
      expect(state.left).toMatchObject([{ kind: 'delta', outcome: 'aborted' }]);
      expect(await openAlerts()).toEqual(['sync_aborted']);
      await sql('update certificates set revoked_at = null where distributor_id = $1');
    });

    it('takes all of it once nothing is wrong any more', async () => {
      const { state } = await ends('success', null);
      expect(state.left).toEqual([]);
      expect(await openAlerts()).toEqual([]);
      await booksTie();
    });
  });

  describe('the ERP', () => {
    it('unreachable: missed, owed, tried every half hour; after three scheduled misses Ops hears', async () => {
      await world.simulator.goOffline();
      const { watermark } = await syncState();
      const { state } = await ends('missed', /reach|refused|ECONN/i);
      expect(state).toMatchObject({ watermark, owedSince: expect.any(String) });
      for (const missed of [2, 3]) {
        await sync().signal('syncNow', { by: 'schedule' });
        await waitFor('a scheduled miss', async () => (await syncState()).missedInARow === missed);
      }
      await waitFor('Ops hearing', async () => (await openAlerts()).includes('sync_missed'));
      const tries = async () => (await readRuns(world.database.pool, distributorId)).map(({ startedAt }) => startedAt);
      const before = (await tries()).length;
      await waitFor('owed runs', async () => (await tries()).length >= before + 3);
      const times = (await tries()).map((time) => DateTime.fromISO(time));
      for (const [index, time] of times.slice(0, 2).entries())
        expect(time.diff(times[index + 1]!).toMillis()).toBeGreaterThanOrEqual(HALF_AN_HOUR_MS);
      await world.simulator.goOnline();
      await waitFor('the owed run', async () => (await syncState()).owedSince === null);
      expect(await openAlerts()).toEqual([]);
      await booksTie();
    });

    it('no connector: offline, and owed', async () => {
      await world.programs.connector!.end();
      try {
        const { state } = await ends('offline', /No connector took the task/);
        expect(state.owedSince).not.toBeNull();
      } finally {
        await world.startConnector();
      }
      await waitFor('the owed run', async () => (await syncState()).owedSince === null, {
        timeoutMs: 60_000,
      });
    });

    it('an answer that stops in mid-tag: nothing of it is used, and it is asked for again after 30 s', async () => {
      world.simulator.setFault({ kind: 'cut', amount: 100, on: ['voucher'], times: 1 });
      const { tookS } = await ends('success', null);
      expect(tookS).toBeGreaterThanOrEqual(30);
      expect(tookS).toBeLessThan(90);
      await booksTie();
    });

    it('an answer with fewer vouchers than were counted: the same', async () => {
      const { requests } = world.simulator;
      const sale = () => world.simulator.mutate({ kind: 'add_sale' });
      requests.length = 0;
      await ends('success', null, sale);
      const asked = requests.filter(({ kind }) => kind === 'voucher').map(({ bytes }) => bytes);
      // The largest answer is that with the vouchers themselves, after their count.
      const after = asked.indexOf(Math.max(...asked));
      world.simulator.setFault({ kind: 'fewer_vouchers', on: ['voucher'], after, times: 1 });
      const { tookS } = await ends('success', null, sale);
      expect(tookS).toBeGreaterThanOrEqual(30);
      expect(tookS).toBeLessThan(90);
      await booksTie();
    });

    it('an answer that is cut short again and again: failed, and Ops hears', async () => {
      world.simulator.setFault({ kind: 'cut', amount: 100, on: ['voucher'] });
      const { tookS } = await ends('failed', /ends before its closing tag/);
      expect(tookS).toBeGreaterThanOrEqual(30 + 35 * MINUTES);
      expect(await openAlerts()).toEqual(['sync_failed']);
    });

    it.each([
      ['another company in its place', { kind: 'guid_changed' }, /COMPANY_REPLACED/],
      ['books restored from a backup', { kind: 'counters_fallen' }, /COMPANY_REWOUND/],
    ] as const)('%s: aborted, Ops is asked', async (_name, fault, reason) => {
      world.simulator.setFault(fault);
      await ends('aborted', reason);
      expect(await openAlerts()).toContain('company_replaced');
    });

    it('a bad record: quarantined and counted, and the rest goes on', async () => {
      world.simulator.mutate({ kind: 'add_sale', amountPaise: 60_00_000_00 });
      const { state } = await ends('success', null);
      const { row } = await seen(state.last!.runId);
      expect(row.totals.quarantined).toEqual({ AMOUNT_OUTLIER: 1 });
      expect(row.totals.accepted).toBeGreaterThan(0);
      await booksTie();
    });
  });

  describe('the boundary', () => {
    const counters = () => syncState().then(({ watermark }) => watermark.counters);
    const sent = async (runId: string) => (await seen(runId)).row.totals.sent;

    it('what bears the very stamp of the watermark is not sent again, what bears the next one is', async () => {
      await ends('success', null);
      const { alterId } = world.simulator.mutate({ kind: 'add_sale' });
      expect((await counters()).vouchers).toBe(alterId! - 1);
      const { last } = await runOnce();
      expect(await sent(last!.runId)).toBe(1);
      expect((await counters()).vouchers).toBe(alterId);
      expect((await runOnce()).last?.outcome).toBe('unchanged');
      await booksTie();
    });

    it('what is booked in mid-run comes with this run or the next', async () => {
      world.simulator.setFault({ kind: 'voucher_added', on: ['voucher'], times: 2 });
      await ends('success', null);
      await runOnce();
      await booksTie();
    });

    it('what is dated before midnight, before the financial year or long ago comes as well', async () => {
      const today = DateTime.now().setZone('Asia/Kolkata');
      const year = today.month < 4 ? today.year - 1 : today.year;
      const days = [`${year}-03-31`, `${year}-04-01`, today.minus({ days: 1 }).toISODate(), today.toISODate()];
      const sales = () => days.map((date) => world.simulator.mutate({ kind: 'add_sale', date: date! }));
      const { state } = await ends('success', null, sales);
      expect(await sent(state.last!.runId)).toBe(days.length);
      await booksTie();
    });
  });
});
