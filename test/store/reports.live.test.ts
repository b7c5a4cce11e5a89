import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanonicalDocument } from '../../src/canonical/records.js';
import { emptyTotals, type RunReport } from '../../src/canonical/run-report.js';
import { readAlerts, recordAlert, resolveAlerts } from '../../src/store/alerts.js';
import { completenessInputs } from '../../src/store/completeness-inputs.js';
import { migrate } from '../../src/store/database.js';
import { publishSets } from '../../src/store/publish.js';
import { readRuns, recordRun } from '../../src/store/runs.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import {
  adjustment,
  arrive,
  askPublish,
  bill,
  creditNote,
  documentOf,
  invoice,
  newDistributor,
  payment,
  stage,
  unique,
} from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('completeness', () => {
  it('counts what stands in the period, and what was quarantined in the newest reading of each window', async () => {
    const id = await newDistributor(db.pool);
    const april = { from: '2026-04-01', to: '2026-04-30' };
    const windows: { from: string; to: string; quarantine: Record<string, number>; documents: CanonicalDocument[] }[] =
      [
        {
          from: '2026-03-01',
          to: '2026-03-31',
          quarantine: { INVALID_GSTIN: 9 },
          documents: [documentOf('outside', 1, [invoice({ invoice_date: '2026-03-31' })])],
        },
        {
          ...april,
          quarantine: { INVALID_GSTIN: 5 },
          documents: [documentOf('a', 1, [invoice({ invoice_date: '2026-04-02', due_date: null })])],
        },
        {
          ...april,
          quarantine: { IDENTITY_UNRESOLVABLE: 1, INVALID_DATE: 1 },
          documents: [documentOf('b', 1, [payment({ paid_date: '2026-04-03' })])],
        },
        {
          from: '2026-05-01',
          to: '2026-05-31',
          quarantine: { IDENTITY_AMBIGUOUS: 1 },
          documents: [documentOf('c', 1, [invoice(), payment({ bill: bill('c') }), creditNote()])],
        },
      ];
    for (const { documents, quarantine, from, to } of windows) {
      const syncId = await stage(db.pool, id, [documents], {
        from,
        to,
        quarantine,
      });
      await publishSets(db.pool, askPublish(id, [syncId], [documents]));
    }

    expect(await completenessInputs(db.pool, id, { from: '2026-04-01', to: '2026-06-15' })).toEqual({
      erpType: 'tally_prime',
      records: 8,
      withIdentity: 6,
      invoices: 2,
      withDueDate: 1,
      payments: 2,
      tied: 1,
      months: 3,
      monthsWithInvoice: 2,
      hasReturns: true,
    });
  });
});

describe('totals', () => {
  it('add up as an accountant would: pending payments are counted apart and owed still', async () => {
    const id = await newDistributor(db.pool);
    await arrive(db.pool, id, [
      documentOf('i', 1, [invoice({ amount_inr: 1_000.5 })]),
      documentOf('p', 1, [
        payment({ amount_paid_inr: 300.25 }),
        payment({ amount_paid_inr: 200, status: 'pending', paid_date: '2026-06-20' }),
      ]),
      documentOf('r', 1, [creditNote({ amount_inr: 100 })]),
      documentOf('a', 1, [adjustment({ amount_inr: -0.25, adjusted_on: '2026-05-31' })]),
    ]);
    const totals = await bronzeTotals(db.pool, id, 'held');
    expect(totals.payments).toEqual({
      count: 2,
      paise: 50_025,
      byMonth: { '2026-05': { count: 1, paise: 30_025 }, '2026-06': { count: 1, paise: 20_000 } },
    });
    expect(totals.pendingPayments).toEqual({ count: 1, paise: 20_000 });
    expect(totals.adjustments).toEqual({ count: 1, paise: -25, byMonth: { '2026-05': { count: 1, paise: -25 } } });
    expect(totals.balances).toEqual({ 'party-1': 60_000 });
    expect((await bronzeTotals(db.pool, id, 'published')).invoices.count).toBe(0);
  });
});

describe('runs and alerts', () => {
  it('a run reported again replaces its earlier report', async () => {
    const distributorId = await newDistributor(db.pool);
    const run: RunReport = {
      runId: unique('run'),
      distributorId,
      kind: 'delta',
      from: '2026-05-01',
      to: '2026-05-08',
      outcome: 'running',
      reason: null,
      totals: emptyTotals(),
      watermark: null,
      startedAt: '2026-05-08T20:30:00.000Z',
      finishedAt: null,
    };
    await recordRun(db.pool, run);
    const done: RunReport = {
      ...run,
      outcome: 'success',
      totals: { ...emptyTotals(), sent: 7 },
      finishedAt: '2026-05-08T20:31:00.000Z',
      watermark: { last_sync_at: '2026-05-08T20:30:00.000Z', counters: { vouchers: 3 } },
    };
    await recordRun(db.pool, done);
    expect(await readRuns(db.pool, distributorId)).toEqual([done]);
  });

  it('an alert is opened once, counted after, and can be opened again when resolved', async () => {
    const distributorId = await newDistributor(db.pool);
    const alert = {
      distributorId,
      rule: 'sync_failed',
      subject: distributorId,
      severity: 'warning' as const,
      audience: 'ops',
      message: 'The run failed.',
    };
    expect((await recordAlert(db.pool, alert)).opened).toBe(true);
    expect((await recordAlert(db.pool, { ...alert, message: 'Again.' })).opened).toBe(false);
    expect(await resolveAlerts(db.pool, { distributorId, rules: ['sync_failed'] })).toEqual({ resolved: 1 });
    expect((await recordAlert(db.pool, alert)).opened).toBe(true);
    expect(
      (await readAlerts(db.pool, { distributorId })).map(({ times, message, resolvedAt }) => [
        times,
        message,
        resolvedAt === null,
      ]),
    ).toEqual([
      [1, 'The run failed.', true],
      [2, 'Again.', false],
    ]);
  });
});

describe('many at once', () => {
  it('publications of one distributor take turns, and the newest version wins whatever their order', async () => {
    const id = await newDistributor(db.pool);
    const versions = [3, 1, 5, 2, 4].map((sequence) => [
      [documentOf('v', sequence, [invoice({ amount_inr: sequence })])],
    ]);
    const sets = await Promise.all(versions.map((batches) => stage(db.pool, id, batches)));
    await Promise.all(versions.map((batches, index) => publishSets(db.pool, askPublish(id, [sets[index]!], batches))));
    expect((await bronzeTotals(db.pool, id, 'held')).invoices).toMatchObject({ count: 1, paise: 500 });
  });

  it('one set published by several callers is published once, with one answer', async () => {
    const id = await newDistributor(db.pool);
    const batches = [[documentOf('v', 1, [invoice()])]];
    const syncId = await stage(db.pool, id, batches);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => publishSets(db.pool, askPublish(id, [syncId], batches))),
    );
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], applied: 1, duplicates: 0 });
    expect((await bronzeTotals(db.pool, id, 'held')).invoices.count).toBe(1);
  });

  it('the schema can be brought up to date by several processes together', async () => {
    await Promise.all(Array.from({ length: 3 }, () => migrate(db.url)));
    const { rows } = await db.pool.query(
      'select count(*)::int as applied, count(distinct name)::int as names from schema_migrations',
    );
    expect(rows[0].applied).toBe(rows[0].names);
  });
});
