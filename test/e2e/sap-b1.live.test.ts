import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reconcile } from '../../src/client/reconciling.js';
import type { ServiceLayerSimulator } from '../../src/simulators/sap-b1/index.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { noErp, simulatedSap } from '../support/erps.js';
import { World } from '../support/world.js';

const DISTRIBUTORS = [
  { seed: 1, months: 24, documents: 600, api: 'auto' as const },
  { seed: 2, months: 12, documents: 400, api: 'v1' as const },
  { seed: 3, months: 12, documents: 400, api: 'v2' as const },
];

let platform: World<{ url: string; close(): Promise<void> }>;
const arrived = new Map<number, { world: World<ServiceLayerSimulator>; distributorId: string }>();
beforeAll(async () => {
  platform = await World.around(noErp);
  await Promise.all(
    DISTRIBUTORS.map(async ({ api, ...books }) => {
      const world = await platform.beside(() => simulatedSap(books, api));
      const onboarding = await world.onboard('consentCompleted');
      arrived.set(books.seed, { world, distributorId: (await onboarding.handle.result()).distributorId! });
    }),
  );
}, 300_000);
afterAll(() => platform.close());

describe.each(DISTRIBUTORS)('a SAP Business One distributor’s books, seed $seed, API $api', ({ seed }) => {
  let world: World<ServiceLayerSimulator>;
  let distributorId: string;
  beforeAll(() => {
    ({ world, distributorId } = arrived.get(seed)!);
  });

  const bronzeIsTrue = async (): Promise<void> =>
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));

  it('arrive to the paisa, by type and month, and every debtor’s balance ties', async () => {
    const { byType } = world.simulator.totals();
    expect(byType.invoices.count).toBeGreaterThan(100);
    expect(byType.adjustments.count).toBeGreaterThan(10);
    await bronzeIsTrue();
    const { rows } = await world.database.pool.query(
      'select invoice_id, source_key from current_invoices where distributor_id = $1',
      [distributorId],
    );
    for (const { invoice_id, source_key } of rows) {
      expect(invoice_id).toMatch(new RegExp(`^${distributorId}::SAP::\\d+$`));
      expect(source_key).toMatch(/^sap\/SBODEMOIN\/(13|30)-\d+#\d+$/);
    }
  });

  it('are not sent again when nothing has changed, at the cost of a few small questions', async () => {
    world.simulator.requests.length = 0;
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');
    const asked = world.simulator.requests.filter(({ method }) => method === 'GET');
    expect(asked).toHaveLength(9);
    expect(asked.every(({ rows }) => rows <= 1)).toBe(true);
    expect(await world.eventsOfLastRun(distributorId)).toBeLessThanOrEqual(30);
  });

  it('follow a day of trade: new, edited, cancelled and bounced; and what is old and mended', async () => {
    const { simulator } = world;
    simulator.dayOfTrade({ sales: 8, receipts: 6, credits: 2, edits: 4, cancels: 3, bounces: 1 });
    for (const kind of ['add_journal', 'add_partner', 'repair_identity'] as const) simulator.mutate({ kind });
    const old = simulator.book.payments.rows.find(
      ({ cancelled, partner, allocations }) => !cancelled && partner?.kind === 'debtor' && allocations.length > 0,
    )!;
    simulator.mutate({ kind: 'cancel_payment', entry: old.entry });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
  });

  it('agree with Bronze, month by month and debtor by debtor, when the two are compared', async () => {
    const report = await reconcile(world.client, { distributorId });
    expect(report).toMatchObject({ outcome: 'agrees', reason: null, found: [], remaining: [], balances: null });
    // What waits for its invoice keeps every rule itself.
    const { INVOICE_QUARANTINED: _waiting, ...quarantined } = world.simulator.totals().quarantined;
    expect(report.quarantined).toBe(Object.values(quarantined).reduce((sum, count) => sum + count, 0));
  });

  it('were only ever read', () => {
    expect(world.simulator.requests.length).toBeGreaterThan(20);
    expect(world.simulator.requests.filter(({ forbidden }) => forbidden)).toEqual([]);
  });

  it('stop with one attempt and a sentence when SAP refuses the password, and stay as they are', async () => {
    const { simulator } = world;
    const before = await booksInBronze(world, distributorId);
    simulator.setFault({ kind: 'login_refused', on: ['Login'] });
    simulator.endSessions();
    simulator.requests.length = 0;
    const stopped = await world.delta(distributorId);
    expect(stopped).toMatchObject({
      outcome: 'aborted',
      reason: expect.stringContaining('refused the login of the service user'),
    });
    expect((await world.delta(distributorId)).outcome).toBe('aborted');
    expect(simulator.requests.filter(({ target }) => target === 'Login')).toHaveLength(1);
    const { rows } = await world.database.pool.query(
      "select message from alerts where rule = 'sync_aborted' and distributor_id = $1",
      [distributorId],
    );
    expect(rows[0].message).toContain('erp.password_path');
    expect(await booksInBronze(world, distributorId)).toEqual(before);
  });
});
