import { DateTime } from 'luxon';
import { z } from 'zod';

/** A real day, `YYYY-MM-DD`: the very pattern the contract's schemas use. */
export const isIsoDate = (text: string): boolean => z.regexes.date.test(text);

/** The 1 April that begins the financial year of an ISO day: numbers begin anew then. */
export function financialYearStart(isoDate: string): string {
  const year = Number(isoDate.slice(0, 4));
  return `${isoDate.slice(5, 7) >= '04' ? year : year - 1}-04-01`;
}

const MEMO_LIMIT = 20_000;
const memo = new Map<string, string>();

/**
 * An ISO day some days later. Remembered, because a book asks for the same few thousand days hundreds of thousands of
 * times.
 */
export function addDays(isoDate: string, days: number): string {
  const question = `${isoDate}+${days}`;
  const known = memo.get(question);
  if (known !== undefined) return known;
  const answer = DateTime.fromISO(isoDate, { zone: 'utc' }).plus({ days }).toISODate();
  if (answer === null) throw new RangeError(`expected an ISO date, got "${isoDate}"`);
  if (memo.size >= MEMO_LIMIT) memo.clear();
  memo.set(question, answer);
  return answer;
}

/** The month after, `2026-05` after `2026-04`. */
export const nextMonth = (month: string): string => addDays(`${month}-01`, 31).slice(0, 7);
export const lastDayOf = (month: string): string => addDays(`${nextMonth(month)}-01`, -1);

/** The months that days fall in, from one day's to another's. */
export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let month = from.slice(0, 7); month <= to.slice(0, 7); month = nextMonth(month)) months.push(month);
  return months;
}
