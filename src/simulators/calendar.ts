import { DateTime } from 'luxon';

/**
 * A calendar day as Tally counts it (its "JD"): days since 1899-12-31. Small integers keep a book of 200,000 documents
 * small, and 2025-04-01 is 45747 here as in Tally's own VCHKEY.
 */
export type Day = number;

const EPOCH = DateTime.utc(1899, 12, 31);

function remembered<T>(compute: (day: Day) => T): (day: Day) => T {
  const known = new Map<Day, T>();
  return (day) => {
    let value = known.get(day);
    if (value === undefined) {
      value = compute(day);
      known.set(day, value);
    }
    return value;
  };
}

const dateTime = (day: Day): DateTime => EPOCH.plus({ days: day });

/** `2025-04-01` */
export const isoOf = remembered((day) => dateTime(day).toFormat('yyyy-MM-dd'));
/** `20250401`, the form of voucher fields. */
export const compactOf = remembered((day) => dateTime(day).toFormat('yyyyMMdd'));
/** `1-Apr-25`, the form of report columns. */
export const columnOf = remembered((day) => dateTime(day).setLocale('en').toFormat('d-MMM-yy'));
/** `1-Apr-2025`, the form of a literal due date. */
export const literalOf = remembered((day) => dateTime(day).setLocale('en').toFormat('d-MMM-yyyy'));
/** `2025-04` */
export const monthOf = remembered((day) => isoOf(day).slice(0, 7));
export const monthEnd = remembered((day) => dayOf(dateTime(day).endOf('month').startOf('day')));
/** Day of the 1 April that begins the financial year of `day`. */
export const financialYearStart = remembered((day) => {
  const { year, month } = dateTime(day);
  return dayOf(DateTime.utc(month >= 4 ? year : year - 1, 4, 1));
});

export const dayOf = (date: DateTime): Day => Math.round(date.diff(EPOCH, 'days').days);
export const plusMonths = (day: Day, months: number): Day => dayOf(dateTime(day).plus({ months }));
export const plusYears = (day: Day, years: number): Day => dayOf(dateTime(day).plus({ years }));

const FORMATS = ['yyyyMMdd', 'yyyy-MM-dd', 'd-MMM-yyyy', 'd-MMM-yy', 'd/M/yyyy', 'd-M-yyyy'];

/** Day from any of the forms Tally understands in a request, ISO among them; null for anything else. */
export function parseDay(text: string): Day | null {
  const trimmed = text.trim();
  for (const format of FORMATS) {
    const date = DateTime.fromFormat(trimmed, format, { zone: 'utc', locale: 'en' });
    if (date.isValid) return dayOf(date);
  }
  return null;
}
