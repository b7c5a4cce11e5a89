import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { delayOutside } from '../../src/canonical/quiet-hours.js';

const ZONE = 'Asia/Kolkata';
const HALF_AN_HOUR = 30 * 60_000;
/** When something that is due in half an hour is done, on the clock of the distributor. */
const doneAt = (quiet: string | null, at: string, zone = ZONE): string => {
  const fromMs = DateTime.fromISO(at, { zone }).toMillis();
  const then = DateTime.fromMillis(fromMs + delayOutside(quiet, fromMs, HALF_AN_HOUR, zone), { zone });
  return then.toISO({ includeOffset: false, suppressMilliseconds: true, suppressSeconds: true })!;
};

describe('quiet hours', () => {
  it.each([
    ['none', null, '2026-11-20T09:00', '2026-11-20T09:30'],
    ['not yet begun', '10:00-18:00', '2026-11-20T09:29', '2026-11-20T09:59'],
    ['begun by then', '10:00-18:00', '2026-11-20T09:30', '2026-11-20T18:00'],
    ['over by then', '10:00-18:00', '2026-11-20T17:30', '2026-11-20T18:00'],
    ['over midnight, in the evening', '22:00-06:00', '2026-11-20T22:45', '2026-11-21T06:00'],
    ['over midnight, before it', '22:00-06:00', '2026-11-20T23:45', '2026-11-21T06:00'],
    ['over midnight, after it', '22:00-06:00', '2026-11-21T03:00', '2026-11-21T06:00'],
    ['over midnight, by day', '22:00-06:00', '2026-11-21T12:00', '2026-11-21T12:30'],
  ])('%s', (_name, quiet, at, expected) => {
    expect(doneAt(quiet, at)).toBe(expected);
  });

  it('end at their hour of the wall clock when the clocks change', () => {
    expect(doneAt('22:00-06:00', '2026-03-28T23:00', 'Europe/Berlin')).toBe('2026-03-29T06:00');
  });
});
