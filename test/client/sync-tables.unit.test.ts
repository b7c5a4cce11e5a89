import { describe, expect, it } from '@jest/globals';
import type { ReconciliationReport } from '../../src/canonical/reconciliation.js';
import { emptyAccounts } from '../../src/canonical/run-proof.js';
import { proofTable, reconciliationTable } from '../../src/client/sync-tables.js';

const report: ReconciliationReport = {
  reconciliationId: 'reconcile/dist_c3a091cb/1',
  distributorId: 'dist_c3a091cb',
  from: '2025-11-21',
  to: '2026-11-21',
  outcome: 'agrees',
  reason: null,
  months: 13,
  quarantined: 12,
  balances: { compared: 214, differing: 0 },
  found: [],
  remaining: [],
  startedAt: '2026-11-22T00:00:11.402Z',
  finishedAt: '2026-11-22T00:02:11.402Z',
};

describe('what an operator is shown', () => {
  it('is the proof of a run, a line a kind', () => {
    const accounts = emptyAccounts();
    accounts.read.invoice = 120;
    const [head, invoice, ...others] = proofTable(accounts).split('\n');
    expect(head).toMatch(/^kind +read +known +quarantined +suppressed +sent +accepted +duplicates +stale +rejected$/);
    expect(invoice).toMatch(/^invoice +120( +0){8}$/);
    expect(others).toHaveLength(4);
  });

  it('is how ERP and Bronze compare, in two lines when they agree', () => {
    expect(reconciliationTable(report).split('\n')).toEqual([
      'reconciliation  agrees at 2026-11-22T00:02:11.402Z: 13 months, 2025-11-21 – 2026-11-21; 12 records quarantined',
      'balances        214 of 214 debtors close as their records add up',
    ]);
  });

  it('is each month that differed, and whether it still does', () => {
    const month = (name: string, bronze: number) => ({
      month: name,
      types: { invoice: { erp: 118, bronze }, payment: { erp: 7, bronze: 7 } },
      parties: 2,
      settled: true,
    });
    const found = [month('2026-05', 117), month('2026-06', 119), { ...month('2026-07', 1), types: {} }];
    const table = reconciliationTable({
      ...report,
      outcome: 'differs',
      reason: 'ERP and Bronze differ.',
      balances: null,
      found,
      remaining: [found[1]!],
    });
    const lines = table
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/ {2,}/g, ' | '));
    expect(lines).toEqual([
      'balances | not compared: not all that moves them is read, or the books were moving',
      'reason | ERP and Bronze differ.',
      '',
      'month | records in the ERP / in Bronze | debtors | now',
      '2026-05 | invoice 118/117, payment 7/7 | 2 | mended',
      '2026-06 | invoice 118/119, payment 7/7 | 2 | differs',
      '2026-07 | none | 2 | mended',
    ]);
  });
});
