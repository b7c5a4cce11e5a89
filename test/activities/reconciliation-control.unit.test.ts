import { describe, expect, it } from '@jest/globals';
import { weeklyCron } from '../../src/activities/platform/reconciliation-control.js';

describe('the hour of the weekly reconciliation', () => {
  it.each([
    ['0 2 * * *', null, '0 5 * * 0'],
    ['30 5 * * *', null, '0 22 * * 0'],
    ['0 5,22 * * *', null, '0 13 * * 0'],
    ['0 2 * * *', '04:00-21:00', '0 22 * * 0'],
    ['0 2 * * *', '21:00-06:00', '0 13 * * 0'],
    ['0 5,13,22 * * *', null, '0 5 * * 0'],
  ])('is on Sunday, beside a daily %s with quiet hours %s, %s', (daily, quiet, weekly) => {
    expect(weeklyCron(daily, quiet)).toBe(weekly);
  });
});
