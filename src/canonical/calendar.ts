import { DateTime } from 'luxon';
import { z } from 'zod';

/** A real day, `YYYY-MM-DD`: the very pattern the contract's schemas use. */
export const isIsoDate = (text: string): boolean => z.regexes.date.test(text);

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
