import { addDays } from './calendar.js';

/** One of several companies that hold one distributor's books, each for some days; ISO, both included, null for open. */
export interface CompanyPeriod {
  from: string | null;
  to: string | null;
}

/**
 * The periods with what one of two neighbours left out filled in from the other: the day before, or the day after.
 * Companies stand in the order of their periods.
 */
export const filledIn = <Company extends CompanyPeriod>(companies: readonly Company[]): Company[] =>
  companies.map((company, index) => {
    const [before, after] = [companies[index - 1]?.to ?? null, companies[index + 1]?.from ?? null];
    return {
      ...company,
      from: company.from ?? (before === null ? null : addDays(before, 1)),
      to: company.to ?? (after === null ? null : addDays(after, -1)),
    };
  });

/** What is wrong with the periods of companies, and where: they have to follow one another day by day. */
export function faultOfPeriods(
  given: readonly CompanyPeriod[],
): { index: number; key: 'from' | 'to'; sentence: string } | null {
  const companies = filledIn(given);
  for (const [index, { from, to }] of companies.entries()) {
    if (from !== null && to !== null && to < from)
      return { index, key: 'to', sentence: 'is before from; expected the last day this company is read for' };
    const next = companies[index + 1];
    if (next === undefined) continue;
    if (to === null || next.from === null)
      return { index, key: 'to', sentence: 'is missing; expected the last day of each company but the last' };
    if (next.from <= to)
      return {
        index: index + 1,
        key: 'from',
        sentence: 'overlaps the company before it; expected the day after that one ends, oldest company first',
      };
    if (next.from !== addDays(to, 1))
      return {
        index: index + 1,
        key: 'from',
        sentence: 'leaves days to no company; expected the day after the company before it ends',
      };
  }
  return null;
}
