import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { endOfBusinessDay } from '../../src/canonical/business-days.js';

const INDIA = 'Asia/Kolkata';
const at = (iso: string, zone = INDIA): number => DateTime.fromISO(iso, { zone }).toMillis();
const dueOn = (fromIso: string, days: number, zone = INDIA): string =>
  DateTime.fromMillis(endOfBusinessDay(at(fromIso, zone), days, zone), { zone }).toISO({ includeOffset: false })!;

describe('due days', () => {
  it.each([
    ['the same day counts as day 0', '2026-11-18T10:00', 0, '2026-11-18T23:59:59.999'],
    ['weekends do not count', '2026-11-20T10:00', 1, '2026-11-23T23:59:59.999'],
    ['what starts on a Saturday is due as if it began on Monday', '2026-11-21T10:00', 0, '2026-11-23T23:59:59.999'],
    ['five business days over a weekend', '2026-11-18T10:00', 5, '2026-11-25T23:59:59.999'],
  ])('%s', (_name, from, days, due) => {
    expect(dueOn(from, days)).toBe(due);
  });

  it('end with the day of the distributor’s zone, not of the server’s', () => {
    const lateOnTuesdayInUtc = DateTime.fromISO('2026-11-17T20:00', { zone: 'utc' }).toMillis();
    expect(DateTime.fromMillis(endOfBusinessDay(lateOnTuesdayInUtc, 0, INDIA), { zone: INDIA }).toISODate()).toBe(
      '2026-11-18',
    );
  });

  it('follow the clock when it is put back', () => {
    expect(dueOn('2026-10-30T10:00', 1, 'Europe/Berlin')).toBe('2026-11-02T23:59:59.999');
  });
});
