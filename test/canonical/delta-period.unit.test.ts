import { describe, expect, it } from '@jest/globals';
import { deltaPeriod } from '../../src/canonical/delta-period.js';

const period = (lastSyncAt: string, now: string, lookbackDays = 7, timeZone = 'Asia/Kolkata') =>
  deltaPeriod({ lastSyncAt, lookbackDays, timeZone }, Date.parse(now));

describe('the days of a delta', () => {
  it.each([
    ['the last moment of a day in India', '2026-11-20T18:29:59.999Z', { from: '2026-11-13', to: '2026-11-20' }],
    ['midnight in India', '2026-11-20T18:30:00.000Z', { from: '2026-11-14', to: '2026-11-21' }],
    ['the night before the financial year', '2026-03-31T18:29:59.999Z', { from: '2026-03-24', to: '2026-03-31' }],
    ['its first moment', '2026-03-31T18:30:00.000Z', { from: '2026-03-25', to: '2026-04-01' }],
    ['the new year in Greenwich', '2026-12-31T23:59:59.999Z', { from: '2026-12-25', to: '2027-01-01' }],
  ])('follow the distributor’s calendar: a watermark at %s, a run at that moment', (_name, at, expected) => {
    expect(period(at, at)).toEqual(expected);
  });

  it('hold the day of the watermark though nothing is looked back for', () => {
    expect(period('2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00.000Z', 0)).toEqual({
      from: '2026-11-20',
      to: '2026-11-20',
    });
  });

  it('are days of the calendar where clocks change, and not of 24 hours', () => {
    expect(period('2026-03-29T22:30:00.000Z', '2026-03-30T12:00:00.000Z', 1, 'Europe/Berlin')).toEqual({
      from: '2026-03-29',
      to: '2026-03-30',
    });
  });
});
