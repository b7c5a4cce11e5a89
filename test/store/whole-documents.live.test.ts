import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishHeld } from '../../src/store/consent.js';
import { publishSets } from '../../src/store/publish.js';
import { purgeDistributor } from '../../src/store/purge.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import {
  adjustment,
  arrive,
  askPublish,
  bill,
  consent,
  consented,
  creditNote,
  documentOf,
  invoice,
  newDistributor,
  payment,
  stage,
  stateOf,
} from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('whole documents are replaced', () => {
  it('a receipt edited from three bills to two leaves nothing of the third behind', async () => {
    const id = await consented(db.pool);
    const on = (name: string, amount_paid_inr: number) => payment({ bill: bill(name), amount_paid_inr });
    await arrive(db.pool, id, [documentOf('rec', 5, [on('a', 100), on('b', 200), on('c', 300)])]);
    expect(await arrive(db.pool, id, [documentOf('rec', 9, [on('a', 100), on('b', 500)])])).toMatchObject({
      applied: 1,
    });
    const { payments } = await bronzeTotals(db.pool, id);
    expect(payments).toMatchObject({ count: 2, paise: 60_000 });
    expect(await stateOf(db.pool, id, 'rec')).toEqual([
      { state: 'superseded', sequence: 5 },
      { state: 'published', sequence: 9 },
    ]);
    const { rows } = await db.pool.query(
      'select count(*)::int as rows from bronze_payments where distributor_id = $1',
      [id],
    );
    expect(rows[0].rows).toBe(5);
  });

  it('a sale changed into a journal is a journal', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 1, [invoice()])]);
    await arrive(db.pool, id, [documentOf('v', 2, [adjustment({ amount_inr: -10 })])]);
    const totals = await bronzeTotals(db.pool, id);
    expect([totals.invoices.count, totals.adjustments.paise]).toEqual([0, -1_000]);
  });

  it('the same content again is a duplicate and leaves one copy', async () => {
    const id = await consented(db.pool);
    const document = documentOf('v', 4, [invoice()]);
    await arrive(db.pool, id, [document]);
    expect(await arrive(db.pool, id, [document])).toMatchObject({ applied: 0, duplicates: 1 });
    const { rows } = await db.pool.query(
      'select count(*)::int as rows from bronze_invoices where distributor_id = $1',
      [id],
    );
    expect(rows[0].rows).toBe(1);
  });

  it('a lower version changes nothing, a restored epoch does', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 10, [invoice({ amount_inr: 10 })])]);
    expect(await arrive(db.pool, id, [documentOf('v', 9, [invoice({ amount_inr: 9 })])])).toMatchObject({
      stale: 1,
      applied: 0,
    });
    expect((await bronzeTotals(db.pool, id)).invoices.paise).toBe(1_000);
    const restored = { ...documentOf('v', 3, [invoice({ amount_inr: 3 })]), version: { epoch: 1, sequence: 3 } };
    expect(await arrive(db.pool, id, [restored])).toMatchObject({ applied: 1 });
    expect((await bronzeTotals(db.pool, id)).invoices.paise).toBe(300);
  });

  it('the same version with other content (a corrected ledger) is a revision', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 10, [invoice({ party: 'old' })])]);
    expect(await arrive(db.pool, id, [documentOf('v', 10, [invoice({ party: 'new' })])])).toMatchObject({ applied: 1 });
    expect(Object.keys((await bronzeTotals(db.pool, id)).balances)).toEqual(['new']);
  });

  it('unchanged content at a later version makes what lies between stale', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 5, [invoice({ amount_inr: 5 })])]);
    await arrive(db.pool, id, [documentOf('v', 8, [invoice({ amount_inr: 5 })])]);
    expect(await arrive(db.pool, id, [documentOf('v', 6, [invoice({ amount_inr: 6 })])])).toMatchObject({ stale: 1 });
  });

  it('a document without records is a void, and can come back', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 1, [invoice()])]);
    expect(await arrive(db.pool, id, [documentOf('v', 2, [])])).toMatchObject({ voided: 1, applied: 0 });
    expect(await bronzeTotals(db.pool, id)).toMatchObject({ invoices: { count: 0 }, voids: { documents: 1 } });
    expect(await arrive(db.pool, id, [documentOf('v', 3, [])])).toMatchObject({ duplicates: 1 });
    expect(await arrive(db.pool, id, [documentOf('v', 1, [invoice()])])).toMatchObject({ stale: 1 });
    expect(await arrive(db.pool, id, [documentOf('v', 4, [invoice()])])).toMatchObject({ applied: 1 });
    expect((await bronzeTotals(db.pool, id)).invoices.count).toBe(1);
  });

  it('a void of what was never there makes an older version found later stale', async () => {
    const id = await consented(db.pool);
    expect(await arrive(db.pool, id, [documentOf('v', 7, [])])).toMatchObject({ duplicates: 1, voided: 0 });
    expect(await arrive(db.pool, id, [documentOf('v', 6, [invoice()])])).toMatchObject({ stale: 1 });
  });

  it('takes the newest of two versions that come in one publication', async () => {
    const id = await consented(db.pool);
    const [may, june] = [
      [documentOf('v', 8, [invoice({ amount_inr: 8 })])],
      [documentOf('v', 9, [invoice({ amount_inr: 9 })])],
    ];
    const syncIds = [await stage(db.pool, id, [june]), await stage(db.pool, id, [may])];
    expect(await publishSets(db.pool, askPublish(id, syncIds, [may, june]))).toMatchObject({ applied: 1, stale: 1 });
    expect((await bronzeTotals(db.pool, id)).invoices.paise).toBe(900);
  });

  it('keeps the same number in two financial years apart', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [
      documentOf('guid-a', 1, [
        invoice({
          invoice_id: 'dist::INV-1',
          invoice_date: '2025-04-02',
          amount_inr: 100,
          bills: [bill('INV-1', '2025-04-02')],
        }),
      ]),
      documentOf('guid-b', 2, [
        invoice({
          invoice_id: 'dist::INV-1',
          invoice_date: '2026-04-02',
          amount_inr: 200,
          bills: [bill('INV-1', '2026-04-02')],
        }),
      ]),
      documentOf('rec-1', 3, [payment({ bill: bill('INV-1', '2025-04-02'), amount_paid_inr: 100 })]),
      documentOf('rec-2', 4, [payment({ bill: bill('INV-1', null), amount_paid_inr: 200, paid_date: '2026-04-20' })]),
    ]);
    expect((await bronzeTotals(db.pool, id)).invoices.byMonth).toEqual({
      '2025-04': { count: 1, paise: 10_000 },
      '2026-04': { count: 1, paise: 20_000 },
    });
    const { rows } = await db.pool.query(
      'select payment_source_key, invoice_source_key from settlements where distributor_id = $1 order by 1',
      [id],
    );
    expect(rows).toEqual([
      { payment_source_key: 'rec-1#1', invoice_source_key: 'guid-a#1' },
      { payment_source_key: 'rec-2#1', invoice_source_key: 'guid-b#1' },
    ]);
  });
});

describe('payments taken back', () => {
  const receipt = (docKey: string, paid_date: string, amount_paid_inr = 700) =>
    documentOf(docKey, 1, [payment({ bill: bill('B'), paid_date, amount_paid_inr })]);
  const bounce = (docKey: string, adjusted_on: string, given: Parameters<typeof adjustment>[0] = {}) =>
    documentOf(docKey, 1, [adjustment({ bill: bill('B'), adjusted_on, amount_inr: 700, kind: 'payment', ...given })]);

  it('voids payment and reversal together, the n-th the n-th', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [
      documentOf('B', 1, [invoice({ amount_inr: 700 })]),
      receipt('r1', '2026-05-05'),
      bounce('j1', '2026-05-08'),
      receipt('r2', '2026-05-10'),
      bounce('j2', '2026-05-12', { kind: 'debit_note' }),
      receipt('r3', '2026-05-20'),
    ]);
    const totals = await bronzeTotals(db.pool, id);
    expect(totals.payments).toMatchObject({ count: 1, paise: 70_000 });
    expect(totals.adjustments.count).toBe(0);
    expect(totals.voids.reversedPayments).toBe(2);
    expect(totals.balances).toEqual({ 'party-1': 0 });
  });

  it.each([
    ['before the payment', { adjusted_on: '2026-05-04' }],
    ['of another amount', { amount_inr: 699 }],
    ['of another party', { party: 'party-2' }],
    ['on another bill', { bill: bill('C') }],
    ["on the same name's bill of another year", { bill: bill('B', '2025-05-03') }],
    ['as a write-off', { kind: 'write_off' as const }],
    ['without a bill', { bill: null }],
  ])('leaves alone a debit %s', async (_what, given) => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [receipt('r1', '2026-05-05'), bounce('j1', '2026-05-08', given)]);
    expect((await bronzeTotals(db.pool, id)).payments.count).toBe(1);
  });

  it('finds a reversal that arrives weeks later, and forgets one that is edited away', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [receipt('r1', '2026-05-05')]);
    await arrive(db.pool, id, [bounce('j1', '2026-05-28')]);
    expect((await bronzeTotals(db.pool, id)).payments.count).toBe(0);
    await arrive(db.pool, id, [documentOf('j1', 2, [])]);
    expect((await bronzeTotals(db.pool, id)).payments.count).toBe(1);
  });
});

describe('before consent everything is held', () => {
  it('readers see nothing until the distributor has agreed, then all of it', async () => {
    const id = await newDistributor(db.pool);
    expect(await arrive(db.pool, id, [documentOf('v', 1, [invoice()])])).toMatchObject({ visibility: 'held' });
    const visible = async () =>
      (await db.pool.query('select count(*)::int as n from current_invoices where distributor_id = $1', [id])).rows[0]
        .n;
    expect(await visible()).toBe(0);
    expect((await bronzeTotals(db.pool, id, 'held')).invoices.count).toBe(1);

    expect(await publishHeld(db.pool, id, consent)).toEqual({ documents: 1 });
    expect(await visible()).toBe(1);
    expect(await arrive(db.pool, id, [documentOf('w', 2, [invoice()])])).toMatchObject({ visibility: 'published' });
    expect(await publishHeld(db.pool, id, consent)).toEqual({ documents: 0 });
  });

  it('purging removes every version and every row of it', async () => {
    const id = await newDistributor(db.pool);
    const other = await newDistributor(db.pool);
    await arrive(db.pool, other, [documentOf('v', 1, [invoice()])]);
    await arrive(db.pool, id, [documentOf('v', 1, [invoice(), payment()])]);
    await arrive(db.pool, id, [documentOf('v', 2, [creditNote(), adjustment()])]);
    await stage(db.pool, id, [[documentOf('w', 1, [invoice()])]]);

    expect(await purgeDistributor(db.pool, id)).toEqual({ documents: 3 });

    for (const table of ['documents', 'bronze_invoices', 'bronze_payments', 'bronze_returns', 'bronze_adjustments']) {
      const { rows } = await db.pool.query(`select count(*)::int as n from ${table} where distributor_id = $1`, [id]);
      expect([table, rows[0].n]).toEqual([table, 0]);
    }
    expect((await bronzeTotals(db.pool, other, 'held')).invoices.count).toBe(1);
  });

  it('purging after consent keeps what was published', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 1, [invoice()])]);
    await stage(db.pool, id, [[documentOf('w', 1, [invoice()])]]);
    expect(await purgeDistributor(db.pool, id)).toEqual({ documents: 1 });
    expect((await bronzeTotals(db.pool, id)).invoices.count).toBe(1);
  });
});
