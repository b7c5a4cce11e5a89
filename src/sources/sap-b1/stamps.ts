import { DateTime } from 'luxon';

/**
 * When SAP changed a row, as one number that orders: seconds of the server's own clock, counted as if it stood in UTC.
 * SAP filters by hour and minute only and says the second only sometimes, so what is asked for overlaps.
 */
export type StampSeconds = number;

const daysSeconds = new Map<string, number>();
const MEMO_LIMIT = 20_000;

/** @returns 0 where the row has no date of its last change. */
export function stampOf(date: string | null, time: string | null): StampSeconds {
  if (date === null) return 0;
  let seconds = daysSeconds.get(date);
  if (seconds === undefined) {
    seconds = DateTime.fromISO(date, { zone: 'utc' }).toSeconds();
    if (daysSeconds.size >= MEMO_LIMIT) daysSeconds.clear();
    daysSeconds.set(date, seconds);
  }
  const [, hours, minutes, rest] = /^(\d{1,2}):(\d\d)(?::(\d\d))?/.exec(time ?? '') ?? [];
  return seconds + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0);
}

/** Day and minute of a stamp, as filters take them. */
export function dayAndMinute(stamp: StampSeconds): { day: string; minute: string } {
  const time = DateTime.fromSeconds(stamp, { zone: 'utc' });
  return { day: time.toISODate()!, minute: time.toFormat('HH:mm:00') };
}

/** What the server's clock shows now, where it stands in this zone. */
export const stampNow = (timeZone: string): StampSeconds =>
  Math.floor(
    DateTime.now().setZone(timeZone, { keepLocalTime: false }).setZone('utc', { keepLocalTime: true }).toSeconds(),
  );
