import { DateTime } from 'luxon';

/** `HH:MM-HH:MM` in the distributor's time zone, from (inclusive) to (exclusive); may reach over midnight. */
export type QuietHours = string;

export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
export const QUIET_HOURS = /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/;

/** Whether a time of day, `HH:MM`, lies in them. */
export function isQuietAt(quiet: QuietHours, time: string): boolean {
  const [from = '', to = ''] = quiet.split('-');
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

/** How long to wait for `delayMs` to pass and quiet hours, should it end in them, to be over. */
export function delayOutside(quiet: QuietHours | null, fromMs: number, delayMs: number, timeZone: string): number {
  const then = DateTime.fromMillis(fromMs + delayMs, { zone: timeZone });
  if (quiet === null || !isQuietAt(quiet, then.toFormat('HH:mm'))) return delayMs;
  const [hour, minute] = quiet.split('-')[1]!.split(':').map(Number);
  const end = then.set({ hour, minute, second: 0, millisecond: 0 });
  return (end > then ? end : end.plus({ days: 1 })).toMillis() - fromMs;
}
