import { DateTime } from 'luxon';
import { isIsoDate } from '../../canonical/calendar.js';

/** Forms of report columns and literal due dates; fields have `20250401`. */
const WRITTEN = ['d-MMM-yyyy', 'd-MMM-yy', 'd MMM yyyy'];
const MEMO_LIMIT = 50_000;

/** A book asks for the same few thousand days and periods hundreds of thousands of times. */
function remembered<T>(compute: (question: string) => T): (question: string) => T {
  const known = new Map<string, T>();
  return (question) => {
    const answer = known.get(question);
    if (answer !== undefined) return answer;
    if (known.size >= MEMO_LIMIT) known.clear();
    const computed = compute(question);
    known.set(question, computed);
    return computed;
  };
}

/** ISO day of a Tally date (`20250401`, `1-Apr-25`), null for anything else. */
export const isoFromTally = remembered((text: string): string | null => {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const digits = /^(\d{4})-?(\d\d)-?(\d\d)$/.exec(trimmed);
  if (digits) {
    const isoDate = `${digits[1]}-${digits[2]}-${digits[3]}`;
    return isIsoDate(isoDate) ? isoDate : null;
  }
  for (const format of WRITTEN) {
    const date = DateTime.fromFormat(trimmed, format, { zone: 'utc', locale: 'en' });
    if (date.isValid) return date.toISODate();
  }
  return null;
});

/** ISO day of Tally's day number (`45016`), counted from 1899-12-31; null for anything else. */
export const isoFromDayNumber = remembered((text: string): string | null =>
  /^[1-9]\d{4}$/.test(text) ? plusDays('1899-12-31', Number(text)) : null,
);

const dayOf = remembered((isoDate: string): DateTime => DateTime.fromISO(isoDate, { zone: 'utc' }));

/** `20250401` of an ISO day. */
export const tallyFromIso = (isoDate: string): string => isoDate.replaceAll('-', '');

const UNITS = { day: 'days', week: 'weeks', month: 'months', year: 'years' } as const;
const PERIOD = /^(\d{1,4})\s*(day|week|month|year)?s?$/i;

/** Whether a period is counted, and no date itself. */
export const isCounted = (period: string): boolean => PERIOD.test(period.trim());

/** A date and a credit period, joined by a character neither contains. */
const addPeriodMemo = remembered((question: string): string | null => {
  const [isoDate, period] = question.split('\n') as [string, string];
  const match = PERIOD.exec(period);
  if (!match) return isoFromTally(period);
  const unit = UNITS[(match[2] ?? 'day').toLowerCase() as keyof typeof UNITS];
  const count = Number(match[1]);
  if (unit === 'days') return CALENDAR.plusDays(isoDate, count);
  if (unit === 'weeks') return CALENDAR.plusDays(isoDate, count * 7);
  return dayOf(isoDate)
    .plus({ [unit]: count })
    .toISODate();
});

/** Some fifty years: a year mistyped as 9999 must not fill memory. */
const MOST_DAYS = 20_000;

/** Days in a row, made once each: most credit periods are days, and luxon takes its time over every sum. */
class Calendar {
  readonly #days: string[] = [];
  readonly #places = new Map<string, number>();

  plusDays(isoDate: string, count: number): string {
    if (this.#days.length === 0) this.#append(isoDate);
    if (isoDate < this.#days[0]! || count > 1_000) return plusDays(isoDate, count);
    while (isoDate > this.#days.at(-1)!) {
      if (this.#days.length > MOST_DAYS) return plusDays(isoDate, count);
      this.#appendNext();
    }
    const place = this.#places.get(isoDate)! + count;
    while (place >= this.#days.length) this.#appendNext();
    return this.#days[place]!;
  }

  #appendNext(): void {
    this.#append(plusDays(this.#days.at(-1)!, 1));
  }

  #append(isoDate: string): void {
    this.#places.set(isoDate, this.#days.length);
    this.#days.push(isoDate);
  }
}
const CALENDAR = new Calendar();

/**
 * The day a credit period ends: `30 Days`, `2 Weeks`, `1 Months`, `1 Years`, or a literal date such as `31-Mar-2018`.
 * Null where the text is blank or none of these: an unknown term is never "due at once".
 */
export function addCreditPeriod(isoDate: string, period: string): string | null {
  const trimmed = period.trim();
  return trimmed === '' ? null : addPeriodMemo(`${isoDate}\n${trimmed}`);
}

/** Days from `from` to `to`, both included. */
export const daysBetween = (from: string, to: string): number =>
  Math.round(dayOf(to).diff(dayOf(from), 'days').days) + 1;

export const plusDays = (isoDate: string, days: number): string => dayOf(isoDate).plus({ days }).toISODate()!;
