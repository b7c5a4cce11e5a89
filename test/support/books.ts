import { type BronzeTotals, bronzeTotals } from '../../src/store/totals.js';
import type { TestDatabase } from './postgres.js';

export type Books = Pick<
  BronzeTotals,
  'invoices' | 'payments' | 'returns' | 'adjustments' | 'pendingPayments' | 'balances'
>;

const owing = (balances: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(balances).filter(([, paise]) => paise !== 0));

export const booksOf = (
  byType: Truth['byType'],
  pendingPayments: Truth['pendingPayments'],
  balances: Record<string, number>,
): Books => ({
  ...byType,
  pendingPayments,
  balances: owing(balances),
});

/** As every simulator knows its own books. */
interface Truth extends Omit<Books, 'balances' | 'invoices' | 'payments' | 'returns' | 'adjustments'> {
  byType: Pick<Books, 'invoices' | 'payments' | 'returns' | 'adjustments'>;
  debtors: Array<{ acceptedPaise: number } & ({ guid: string } | { cardCode: string })>;
}

/** What Bronze should hold if the simulator's own truth is true, in Bronze's words. */
export const booksExpected = ({ byType, pendingPayments, debtors }: Truth): Books =>
  booksOf(
    byType,
    pendingPayments,
    Object.fromEntries(
      debtors.map((debtor) => ['guid' in debtor ? debtor.guid : debtor.cardCode, debtor.acceptedPaise]),
    ),
  );

/** What Bronze does hold: counts and sums by type and month, and what each debtor owes by it. */
export async function booksInBronze(
  world: { database: TestDatabase },
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
