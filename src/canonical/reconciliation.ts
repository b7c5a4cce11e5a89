import { z } from 'zod';
import { lastDayOf, nextMonth } from './calendar.js';
import { DistributorId } from './contract.js';
import { emptyMonth, type Figures, OPENING } from './figures.js';
import type { Paise } from './money.js';
import { RECORD_TYPES, type RecordType } from './records.js';

/**
 * ERP and Bronze side by side. What is said about a difference are counts and months: sums and parties stay where they
 * were compared.
 */

const day = z.iso.date('expected a day such as 2026-04-01');
export const ReconciliationAsked = z
  .strictObject(
    {
      distributorId: DistributorId,
      /** Months of these days alone; both left out: everything that was ever read. */
      from: day.optional(),
      to: day.optional(),
    },
    'expected {"distributorId": "dist_…"}, and from and to where only some months are wanted',
  )
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    error: 'expected both from and to, or neither',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'expected a day not before from',
  });
export type ReconciliationAsked = z.infer<typeof ReconciliationAsked>;

export interface MonthDifference {
  /** `2026-04`, or `opening`. */
  month: string;
  /** Records of the types that differ, by count or by sum alone. */
  types: Partial<Record<RecordType, { erp: number; bronze: number }>>;
  /** Parties whose balance the month moves differently. */
  parties: number;
  /** False while either side was still moving: looked at again before it counts. */
  settled: boolean;
}

export interface BalanceCheck {
  /** Debtors whose closing balance could be compared. */
  compared: number;
  /** Those whose closing balance is not their opening balance and records together. */
  differing: number;
}

/**
 * How it ended. `agrees`; `mended`: months that differed agree since they were read again; `differs`: some still do;
 * `unsettled`: the books moved each time it was looked; `failed`: it could not be compared.
 */
export const RECONCILIATION_OUTCOMES = ['agrees', 'mended', 'differs', 'unsettled', 'failed'] as const;
export type ReconciliationOutcome = (typeof RECONCILIATION_OUTCOMES)[number];

/** One row of `reconciliations`. Ids, counts and months only. */
export interface ReconciliationReport {
  reconciliationId: string;
  distributorId: string;
  from: string;
  to: string;
  outcome: ReconciliationOutcome;
  /** One sentence on what differs or went wrong, null when nothing does. */
  reason: string | null;
  /** Months that were compared. */
  months: number;
  /** Records the rules refuse, which are in the ERP and rightly not in Bronze. */
  quarantined: number;
  /** Null where closing balances cannot be compared with what is read. */
  balances: BalanceCheck | null;
  /** Months that differed before anything was read again, and those that still do. */
  found: MonthDifference[];
  remaining: MonthDifference[];
  startedAt: string;
  finishedAt: string;
}

/** The months of which the two sides do not say the same; months that neither names agree. */
export function compareFigures(erp: Figures, bronze: Figures, months: readonly string[]): MonthDifference[] {
  const differences: MonthDifference[] = [];
  for (const month of months) {
    const [there, here] = [erp.get(month) ?? emptyMonth(), bronze.get(month) ?? emptyMonth()];
    const types: MonthDifference['types'] = {};
    for (const type of RECORD_TYPES) {
      const [wanted, found] = [there.types[type], here.types[type]];
      if (wanted.count !== found.count || wanted.paise !== found.paise)
        types[type] = { erp: wanted.count, bronze: found.count };
    }
    const parties = countDiffering(there.parties, here.parties);
    if (parties > 0 || Object.keys(types).length > 0) differences.push({ month, types, parties, settled: true });
  }
  return differences;
}

/** A party that only one side names differs unless it owes nothing there. */
function countDiffering(there: ReadonlyMap<string, Paise>, here: ReadonlyMap<string, Paise>): number {
  let differing = 0;
  for (const party of new Set([...there.keys(), ...here.keys()]))
    if ((there.get(party) ?? 0) !== (here.get(party) ?? 0)) differing += 1;
  return differing;
}

/** The ERP's own closing balances beside what its books add up to; parties of whom either is not known are left out. */
export function compareBalances(
  closing: ReadonlyMap<string, Paise>,
  owed: ReadonlyMap<string, Paise | null>,
): BalanceCheck {
  const check: BalanceCheck = { compared: 0, differing: 0 };
  for (const [party, paise] of closing) {
    const expected = owed.has(party) ? owed.get(party) : 0;
    if (expected === null || expected === undefined) continue;
    check.compared += 1;
    if (expected !== paise) check.differing += 1;
  }
  return check;
}

/** Months in a row as one period each, first and last day. */
export function periodsOf(months: readonly string[]): Array<{ from: string; to: string }> {
  const periods: Array<{ from: string; to: string }> = [];
  for (const month of [...new Set(months)].sort()) {
    const last = periods.at(-1);
    if (last && nextMonth(last.to.slice(0, 7)) === month) last.to = lastDayOf(month);
    else periods.push({ from: `${month}-01`, to: lastDayOf(month) });
  }
  return periods;
}

/** What has to be read again for months that differ; the openings come with whatever is read first. */
export function periodsToRead(differences: readonly MonthDifference[], from: string): ReturnType<typeof periodsOf> {
  const months = differences.map(({ month }) => month);
  const dated = months.filter((month) => month !== OPENING);
  return periodsOf(dated.length > 0 ? dated : months.length > 0 ? [from.slice(0, 7)] : []);
}

/** One sentence of counts and months, for people. */
export function sentenceOfDifferences(differences: readonly MonthDifference[], balances: BalanceCheck | null): string {
  const parts = differences.map(({ month, types, parties }) => {
    const counts = Object.entries(types).map(([type, { erp, bronze }]) =>
      erp === bronze ? `${type} by sum` : `${type} ${erp} in the ERP, ${bronze} in Bronze`,
    );
    return `${month} (${[...counts, `${parties} debtors`].join(', ')})`;
  });
  const shown = parts.slice(0, MOST_MONTHS_TOLD);
  if (parts.length > shown.length) shown.push(`${parts.length - shown.length} more months`);
  if (balances && balances.differing > 0)
    shown.push(
      `${balances.differing} of ${balances.compared} debtors close otherwise in the ERP than their records add up to`,
    );
  return `ERP and Bronze differ: ${shown.join('; ')}.`;
}

/** An alert is one sentence. */
const MOST_MONTHS_TOLD = 8;
