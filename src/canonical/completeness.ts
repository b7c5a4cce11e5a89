import type { ErpType } from './records.js';

/** Counts of what arrived in a period. */
export interface CompletenessInput {
  erpType: ErpType;
  /** Records of all types, quarantined ones included, and those among them whose retailer is known. */
  records: number;
  withIdentity: number;
  invoices: number;
  withDueDate: number;
  payments: number;
  /** Payments tied to a bill or an invoice. */
  tied: number;
  /** Months of the period, and those among them with an invoice. */
  months: number;
  monthsWithInvoice: number;
  hasReturns: boolean;
}

export interface Completeness {
  /** `data_completeness_score`, 0 to 100 in whole points. */
  score: number;
  /** Points of each part, before rounding and before the ceiling. */
  parts: { identity: number; dueDate: number; tied: number; months: number; returns: number };
  /** What the source can reach at most. */
  ceiling: number;
}

/** Onboarding's step 8 passes from here on (specification §10). */
export const PASSING_SCORE = 70;
/** Exports by hand miss intra-day payments and returns (specification §5). */
const CSV_CEILING = 75;
const WEIGHTS = { identity: 35, dueDate: 25, tied: 25, months: 10, returns: 5 };

/** The completeness score of DESIGN §6. A share of nothing counts nothing: an empty book is not a complete one. */
export function completenessOf(input: CompletenessInput): Completeness {
  const parts = {
    identity: WEIGHTS.identity * share(input.withIdentity, input.records),
    dueDate: WEIGHTS.dueDate * share(input.withDueDate, input.invoices),
    tied: WEIGHTS.tied * share(input.tied, input.payments),
    months: WEIGHTS.months * share(input.monthsWithInvoice, input.months),
    returns: input.hasReturns ? WEIGHTS.returns : 0,
  };
  const ceiling = input.erpType === 'csv' ? CSV_CEILING : 100;
  const sum = Object.values(parts).reduce((total, points) => total + points, 0);
  // Rounded down: 69.9 must not pass as 70. The small addition undoes binary fractions (35 × 3/5 and the like).
  return { score: Math.min(ceiling, Math.floor(sum + 1e-9)), parts, ceiling };
}

const share = (part: number, whole: number): number => (whole > 0 ? Math.min(1, Math.max(0, part / whole)) : 0);
