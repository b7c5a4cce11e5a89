import { describe, expect, it } from '@jest/globals';
import { faultOfPeriods, filledIn } from '../../src/canonical/company-periods.js';

const period = (from: string | null, to: string | null) => ({ from, to });

describe('periods of companies', () => {
  it('are filled in from their neighbours', () => {
    expect(filledIn([period(null, '2024-02-29'), period(null, null), period('2025-04-01', null)])).toEqual([
      period(null, '2024-02-29'),
      period('2024-03-01', '2025-03-31'),
      period('2025-04-01', null),
    ]);
  });

  it.each([
    ['one company, open on both sides', [period(null, null)], null],
    ['one after another', [period(null, '2025-03-31'), period('2025-04-01', null)], null],
    ['only the last day of the first', [period(null, '2025-03-31'), period(null, null)], null],
    ['a day in both', [period(null, '2025-04-01'), period('2025-04-01', null)], { index: 1, key: 'from' }],
    ['newest first', [period('2025-04-01', null), period(null, '2025-03-31')], { index: 0, key: 'to' }],
    ['a day in neither', [period(null, '2025-03-30'), period('2025-04-01', null)], { index: 1, key: 'from' }],
    ['an end before its beginning', [period('2025-04-01', '2025-03-31')], { index: 0, key: 'to' }],
    ['no end but the last', [period(null, null), period(null, null)], { index: 0, key: 'to' }],
  ])('%s', (_story, given, fault) => {
    if (fault === null) expect(faultOfPeriods(given)).toBeNull();
    else expect(faultOfPeriods(given)).toMatchObject(fault);
  });
});
