import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import type { ReconciliationReport } from '../../src/canonical/reconciliation.js';
import { lastReconciliation, reconcile } from '../../src/client/reconciling.js';
import type { Voucher } from '../../src/simulators/tally/model.js';
import { backfillSignal } from '../../src/workflows/messages.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';

const lastMonth = DateTime.now().setZone('Asia/Kolkata').minus({ months: 1 });

describe('books compared with Bronze', () => {
  let world: World;
  let distributorId: string;
  beforeAll(async () => {
    // Read back to the first day of the books, so that closing balances can be compared.
    world = await World.start({ seed: 11, months: 12, vouchers: 250 });
    const onboarding = await world.onboard('consentCompleted', { backfillMonths: 24 });
    distributorId = (await onboarding.handle.result()).distributorId!;
  });
  afterAll(() => world.close());

  const sql = async (text: string, values: unknown[] = []) => (await world.database.pool.query(text, values)).rows;
  const bronzeIsTrue = async () =>
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));
  const openAlerts = () =>
    sql("select message from alerts where rule = 'reconciliation_differs' and resolved_at is null");
  const compare = (): Promise<ReconciliationReport> => reconcile(world.client, { distributorId });
  const sound = (type: string): Voucher[] =>
    [...world.simulator.book.vouchers()].filter(
      ({ type: { class: kind }, state, legs, day }) =>
        kind === type &&
        state === 'regular' &&
        day < world.simulator.book.today - 40 &&
        legs[0]?.ledger.kind === 'debtor' &&
        !legs[0].ledger.fault,
    );

  it('agree, with what the rules refuse known and every debtor’s closing balance accounted for', async () => {
    world.simulator.requests.length = 0;
    const report = await compare();
    expect(report).toMatchObject({ outcome: 'agrees', reason: null, found: [], remaining: [] });
    const { quarantined, debtors } = world.simulator.totals();
    expect(report.quarantined).toBe(Object.values(quarantined).reduce((sum, count) => sum + count, 0));
    expect(report.balances!.differing).toBe(0);
    expect(report.balances!.compared).toBeGreaterThan(debtors.length / 2);
  });

  it('are read again where they differ, until Bronze is true', async () => {
    const { book } = world.simulator;
    const [lost, altered, hollow, moved, elsewhere, gone] = sound('sales') as [
      Voucher,
      Voucher,
      Voucher,
      Voucher,
      Voucher,
      Voucher,
    ];
    const guid = (voucher: Voucher): string => `%${book.guidOf(voucher)}`;
    await sql('delete from documents where doc_key like $1', [guid(lost)]);
    await sql('update bronze_invoices set amount_inr = amount_inr + 1 where source_key like $1', [
      `${guid(altered)}#1`,
    ]);
    await sql('delete from bronze_invoices where source_key like $1', [`${guid(hollow)}#1`]);
    await sql('update bronze_invoices set invoice_date = invoice_date + 40 where source_key like $1', [
      `${guid(moved)}#1`,
    ]);
    await sql("update bronze_invoices set party_key = 'somebody else' where source_key like $1", [
      `${guid(elsewhere)}#1`,
    ]);
    // Tally lost a voucher and its counters say nothing of it.
    const counters = { alterId: book.alterId, lastVoucherAlterId: book.lastVoucherAlterId };
    for (const voucher of [gone, sound('receipt')[0]!]) book.remove(voucher);
    Object.assign(book, counters);
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');
    expect(await booksInBronze(world, distributorId)).not.toEqual(booksExpected(world.simulator.totals()));

    const { watermark } = await world.syncState(distributorId);
    const report = await compare();
    expect(report).toMatchObject({ outcome: 'mended', remaining: [] });
    expect(report.found.length).toBeGreaterThanOrEqual(2);
    await bronzeIsTrue();
    expect((await world.syncState(distributorId)).watermark).toEqual(watermark);
    expect(await openAlerts()).toEqual([]);
    expect(await sql('select outcome from reconciliations order by started_at')).toEqual([
      { outcome: 'agrees' },
      { outcome: 'mended' },
    ]);
  });

  it('raise an alert in counts and months when no reading mends them, and end it when one does', async () => {
    const [victim] = sound('sales') as [Voucher];
    const key = `%${world.simulator.book.guidOf(victim)}#1`;
    await sql(`create function falsify() returns trigger language plpgsql as
               $$ begin if new.source_key like '${key}' then new.amount_inr := new.amount_inr + 1; end if; return new; end $$`);
    await sql(
      'create trigger falsify before insert or update on bronze_invoices for each row execute function falsify()',
    );
    await sql('update bronze_invoices set amount_inr = amount_inr where source_key like $1', [key]);
    const report = await compare();
    expect(report).toMatchObject({ outcome: 'differs', remaining: [{ parties: 1, settled: true }] });
    const month = report.remaining[0]?.month;
    expect(await openAlerts()).toEqual([
      { message: expect.stringContaining(`ERP and Bronze differ: ${month} (invoice by sum, 1 debtors).`) },
    ]);
    const [shown] = await sql('select remaining from reconciliations order by started_at desc limit 1');
    expect(shown.remaining).toEqual(report.remaining);

    await sql('drop trigger falsify on bronze_invoices');
    expect(await compare()).toMatchObject({ outcome: 'mended', remaining: [] });
    await bronzeIsTrue();
    expect(await openAlerts()).toEqual([]);
  });

  it('are compared once by themselves after a backfill, in the months it read', async () => {
    const [from, to] = [lastMonth.startOf('month').toISODate()!, lastMonth.endOf('month').toISODate()!];
    const sync = world.client.workflow.getHandle(`sync/${distributorId}`);
    await sync.signal(backfillSignal, { by: 'Asha', from, to });
    const report = await waitFor('a reconciliation', async () => {
      const last = await lastReconciliation(world.client, distributorId);
      return last?.from === from ? last : null;
    });
    expect(report).toMatchObject({ outcome: 'agrees', to, months: 1, balances: null });
    expect((await world.syncState(distributorId)).last).toMatchObject({ outcome: 'success' });

    const { lines } = await world.run('status', ['sync', 'status', distributorId]);
    expect(lines.find((line) => line.startsWith('kind'))).toMatch(/read +known +quarantined +suppressed +sent/);
    expect(lines.find((line) => line.startsWith('invoice'))).toMatch(/^invoice( +\d+){9}$/);
    expect(lines.find((line) => line.startsWith('reconciliation'))).toContain(
      `agrees at ${report.finishedAt}: 1 months`,
    );

    const { spec, action } = await world.client.schedule.getHandle(`reconcile/${distributorId}`).describe();
    expect(spec).toMatchObject({ timezone: 'Asia/Kolkata' });
    expect(action).toMatchObject({ workflowType: 'reconciliation', args: [{ distributorId }] });
  });
});
