import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CompletenessInput, completenessOf } from '../../src/canonical/completeness.js';
import { ERP_TYPES } from '../../src/canonical/records.js';

const complete: CompletenessInput = {
  erpType: 'tally_prime',
  records: 200,
  withIdentity: 200,
  invoices: 100,
  withDueDate: 100,
  payments: 80,
  tied: 80,
  months: 36,
  monthsWithInvoice: 36,
  hasReturns: true,
};

describe('data_completeness_score', () => {
  it.each<[string, Partial<CompletenessInput>, number]>([
    ['everything there', {}, 100],
    ['no returns', { hasReturns: false }, 95],
    ['half the identities', { withIdentity: 100 }, 82],
    ['no due dates', { withDueDate: 0 }, 75],
    ['a fifth of the payments tied', { tied: 16 }, 80],
    ['every other month', { monthsWithInvoice: 18 }, 95],
    ['three fifths of the identities, exactly', { withIdentity: 120 }, 86],
    [
      'an empty book',
      {
        records: 0,
        withIdentity: 0,
        invoices: 0,
        withDueDate: 0,
        payments: 0,
        tied: 0,
        monthsWithInvoice: 0,
        hasReturns: false,
      },
      0,
    ],
    ['a complete CSV', { erpType: 'csv' }, 75],
    ['a poor CSV', { erpType: 'csv', withDueDate: 0, tied: 0 }, 50],
  ])('%s', (_story, change, score) => {
    expect(completenessOf({ ...complete, ...change }).score).toBe(score);
  });

  it('never rounds up: 69.9 does not pass as 70', () => {
    const { score, parts } = completenessOf({
      ...complete,
      records: 1_000,
      withIdentity: 997,
      tied: 0,
      hasReturns: false,
    });
    expect(parts.identity + parts.dueDate + parts.tied + parts.months + parts.returns).toBeCloseTo(69.895);
    expect(score).toBe(69);
  });

  it('stays between 0 and the ceiling, and grows with what is there', () => {
    const count = fc.nat(1_000);
    const input = fc
      .record({
        records: count,
        invoices: count,
        payments: count,
        months: fc.nat(36),
        hasReturns: fc.boolean(),
        erpType: fc.constantFrom(...ERP_TYPES),
      })
      .chain((whole) =>
        fc
          .record({
            withIdentity: fc.nat(whole.records),
            withDueDate: fc.nat(whole.invoices),
            tied: fc.nat(whole.payments),
            monthsWithInvoice: fc.nat(whole.months),
          })
          .map((parts) => ({ ...whole, ...parts })),
      );
    fc.assert(
      fc.property(input, (counts) => {
        const { score, ceiling } = completenessOf(counts);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(ceiling);
        const better = { ...counts, withIdentity: Math.min(counts.records, counts.withIdentity + 1) };
        expect(completenessOf(better).score).toBeGreaterThanOrEqual(score);
      }),
    );
  });
});
