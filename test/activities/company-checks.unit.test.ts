import { describe, expect, it } from '@jest/globals';
import { notRewound, pinned } from '../../src/activities/connector/company-checks.js';

describe('the companies that were pinned', () => {
  it.each([
    [null, 'a'],
    ['a', 'a'],
    // The distributor's YAML names a further company, after the books were split.
    ['a', 'a+b'],
    ['a+b', 'a+b+c'],
  ])('%s may be found as %s', (expected, found) => {
    expect(() => pinned(expected, found)).not.toThrow();
  });

  it.each([
    ['a', 'b'],
    ['a+b', 'a'],
    ['a+b', 'a+c'],
    ['b', 'a+b'],
  ])('%s were replaced when %s are found', (expected, found) => {
    expect(() => pinned(expected, found)).toThrow(/^COMPANY_REPLACED: /);
  });
});

describe('counters', () => {
  it.each([
    ['that grew, of one company', { vouchers: 5, masters: 2 }, { vouchers: 6, masters: 2 }],
    ['of a company that was added', { 'vouchers/a': 5 }, { 'vouchers/a': 5, 'vouchers/b': 1 }],
    ['of one company that became a list', { vouchers: 5, masters: 2 }, { 'vouchers/a': 5, 'vouchers/b': 1 }],
    ['that only are the mark of other rules', { vouchers: 5, rules: 900 }, { vouchers: 5, rules: 3 }],
    ['nobody knows yet', {}, { vouchers: 1 }],
  ])('%s are as they should be', (_story, known, found) => {
    expect(() => notRewound(known as Record<string, number>, found as Record<string, number>)).not.toThrow();
  });

  it('that fell stop the sync, whichever company they are of', () => {
    expect(() => notRewound({ vouchers: 5 }, { vouchers: 4 })).toThrow(/^COMPANY_REWOUND: /);
    expect(() => notRewound({ 'vouchers/a': 5, 'vouchers/b': 5 }, { 'vouchers/a': 9, 'vouchers/b': 4 })).toThrow(
      /^COMPANY_REWOUND: .*vouchers\/b stands at 4/,
    );
  });

  it('that are gone are another company’s now', () => {
    expect(() => notRewound({ 'vouchers/a': 5, 'vouchers/b': 5 }, { 'vouchers/a': 5, 'vouchers/c': 5 })).toThrow(
      /^COMPANY_REPLACED: .*vouchers\/b/,
    );
  });
});
