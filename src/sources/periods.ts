import { DateTime } from 'luxon';
import { addDays } from '../canonical/calendar.js';
import type { Period } from './source.js';

/** Whole calendar months that cover the days from `from` to `to`, cut to them. */
export function monthsOf(from: string, to: string): Period[] {
  const months: Period[] = [];
  for (let start = from; start <= to; ) {
    const monthEnd = DateTime.fromISO(start, { zone: 'utc' }).endOf('month').toISODate()!;
    const end = monthEnd < to ? monthEnd : to;
    months.push({ from: start, to: end });
    start = addDays(end, 1);
  }
  return months;
}

/** Without the days before which nothing may be read; null when none is left. */
export function notBefore({ from, to }: Period, earliestDate: string | null): Period | null {
  const first = earliestDate !== null && earliestDate > from ? earliestDate : from;
  return first > to ? null : { from: first, to };
}

/** Windows of a period, oldest first, within what the distributor's own settings allow. */
export function windowsOf(period: Period, by: 'month' | 'whole', earliestDate: string | null): Period[] {
  const allowed = notBefore(period, earliestDate);
  if (allowed === null) return [];
  return by === 'month' ? monthsOf(allowed.from, allowed.to) : [allowed];
}
