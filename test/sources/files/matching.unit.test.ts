import { describe, expect, it } from '@jest/globals';
import { streamMatcher } from '../../../src/sources/files/matching.js';

describe('the stream of a file', () => {
  const streamOf = streamMatcher([
    { stream: 'vouchers', pattern: 'tally/vouchers/**/*.{xml,zip}' },
    { stream: 'invoices', pattern: 'inv*.csv' },
    { stream: 'rest', pattern: 'tally/**' },
  ]);

  it.each([
    ['tally/vouchers/2025-09-30/DayBook.xml', 'vouchers'],
    ['tally/vouchers/DayBook.xml', 'vouchers'],
    ['Tally/VOUCHERS/daybook.XML', 'vouchers'],
    ['tally/vouchers/DayBook.csv', 'rest'],
    ['tally/vouchers/.DayBook.xml', 'vouchers'],
    ['invoices 2025 (1).csv', 'invoices'],
    ['archive/invoices.csv', null],
    ['talley/x.xml', null],
  ])('is that of the first pattern it matches, else none: %s', (path, stream) => {
    expect(streamOf(path)).toBe(stream);
  });

  it('minds neither how an accent is written nor what is special in other patterns', () => {
    expect(streamMatcher([{ stream: 's', pattern: 'café/*' }])('cafe\u0301/x')).toBe('s');
    const literal = streamMatcher([{ stream: 's', pattern: '!x/@(a).csv' }]);
    expect(literal('!x/@(a).csv')).toBe('s');
    expect(literal('y/a.csv')).toBeNull();
  });
});
