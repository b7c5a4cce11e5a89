import { DateTime } from 'luxon';
import { type Day, dayOf, isoOf } from '../calendar.js';

/** How dates are written: the two forms that were seen of v1, and v2's. */
export type DateForm = 'day' | 'midnight' | 'midnight_utc';

export const writeDay = (day: Day | null, form: DateForm): string | null => {
  if (day === null) return null;
  if (form === 'day') return isoOf(day);
  return form === 'midnight' ? `${isoOf(day)}T00:00:00` : `${isoOf(day)}T00:00:00Z`;
};

const two = (value: number): string => String(value).padStart(2, '0');

/** `17:13:12` */
export const writeTime = (second: number): string =>
  `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;

/** A date literal's day, its time of day ignored as SAP ignores it; null when it is none. */
export function readDay(text: string): Day | null {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})(?:T[\d:.]+Z?)?$/.exec(text);
  if (!match) return null;
  const date = DateTime.utc(Number(match[1]), Number(match[2]), Number(match[3]));
  return date.isValid ? dayOf(date) : null;
}

/** A time literal's minute of the day, its seconds ignored as SAP ignores them; null when it is none. */
export function readMinute(text: string): number | null {
  const match = /^(\d{1,2}):?(\d{2})(?::?(\d{2}))?$/.exec(text);
  if (!match) return null;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null;
}
