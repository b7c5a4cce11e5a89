import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { businessDaysAmong, businessDaysBetween, endOfBusinessDay } from '../../src/canonical/business-days.js';

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

describe('staleness', () => {
  it.each([
    ['the night after', '2026-11-17T02:00', '2026-11-18T02:00', 0],
    ['a whole day between', '2026-11-17T23:59', '2026-11-19T00:00', 1],
    ['over a weekend', '2026-11-20T10:00', '2026-11-23T09:00', 0],
    ['from Friday to the Friday after', '2026-11-20T10:00', '2026-11-27T09:00', 4],
    ['backwards', '2026-11-27T10:00', '2026-11-20T10:00', 0],
  ])('counts whole business days: %s', (_name, from, to, days) => {
    expect(businessDaysBetween(at(from), at(to), INDIA)).toBe(days);
  });

  it('counts the distributor’s days, which begin in India before they do in Greenwich', () => {
    const [from, to] = ['2026-11-17T18:29', '2026-11-19T18:31'].map((time) => at(time, 'utc')) as [number, number];
    expect([INDIA, 'utc'].map((zone) => businessDaysBetween(from, to, zone))).toEqual([2, 1]);
  });

  it('counts each business day on which something happened once, and no weekend', () => {
    const moments = [
      '2026-11-19T02:00',
      '2026-11-19T15:00',
      '2026-11-21T02:00',
      '2026-11-22T02:00',
      '2026-11-23T02:00',
    ];
    expect(
      businessDaysAmong(
        moments.map((time) => at(time)),
        INDIA,
      ),
    ).toBe(2);
  });
});
