import { DateTime } from 'luxon';

const isBusinessDay = (day: DateTime): boolean => day.weekday <= 5;

/** The first moment at or after `fromMs` that lies on a business day (Monday to Friday) in the zone. */
function firstBusinessDay(fromMs: number, timeZone: string): DateTime {
  let day = DateTime.fromMillis(fromMs, { zone: timeZone });
  while (!isBusinessDay(day)) day = day.plus({ days: 1 }).startOf('day');
  return day;
}

/** End of the nth business day counted from the one `fromMs` falls on (0: that same day), in epoch milliseconds. */
export function endOfBusinessDay(fromMs: number, days: number, timeZone: string): number {
  let day = firstBusinessDay(fromMs, timeZone);
  for (let left = days; left > 0; ) {
    day = day.plus({ days: 1 });
    if (isBusinessDay(day)) left -= 1;
  }
  return day.endOf('day').toMillis();
}

/** On how many different business days in the zone these moments (epoch milliseconds) lie. */
export function businessDaysAmong(momentsMs: number[], timeZone: string): number {
  const days = momentsMs.map((moment) => DateTime.fromMillis(moment, { zone: timeZone })).filter(isBusinessDay);
  return new Set(days.map((day) => day.toISODate())).size;
}

/** Whole business days in the zone after the day of `fromMs` and before that of `toMs`. */
export function businessDaysBetween(fromMs: number, toMs: number, timeZone: string): number {
  const last = DateTime.fromMillis(toMs, { zone: timeZone }).startOf('day');
  let count = 0;
  let day = DateTime.fromMillis(fromMs, { zone: timeZone }).startOf('day').plus({ days: 1 });
  for (; day < last; day = day.plus({ days: 1 })) if (isBusinessDay(day)) count += 1;
  return count;
}
