import type { Totals } from '../../src/simulators/tally/index.js';
import { type BronzeTotals, bronzeTotals } from '../../src/store/totals.js';
import type { World } from './world.js';

export type Books = Pick<
  BronzeTotals,
  'invoices' | 'payments' | 'returns' | 'adjustments' | 'pendingPayments' | 'balances'
>;

const owing = (balances: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(balances).filter(([, paise]) => paise !== 0));

export const booksOf = (
  byType: Totals['byType'],
  pendingPayments: Totals['pendingPayments'],
  balances: Record<string, number>,
): Books => ({ ...byType, pendingPayments, balances: owing(balances) });

/** What Bronze should hold if the simulator's own truth is true, in Bronze's words. */
export const booksExpected = ({ byType, pendingPayments, debtors }: Totals): Books =>
  booksOf(byType, pendingPayments, Object.fromEntries(debtors.map(({ guid, acceptedPaise }) => [guid, acceptedPaise])));

/** What Bronze does hold: counts and sums by type and month, and what each debtor owes by it. */
export async function booksInBronze(
  world: World,
  distributorId: string,
  visibility: 'held' | 'published' = 'published',
): Promise<Books> {
  const { invoices, payments, returns, adjustments, pendingPayments, balances } = await bronzeTotals(
    world.database.pool,
    distributorId,
    visibility,
  );
  return { invoices, payments, returns, adjustments, pendingPayments, balances: owing(balances) };
}
