import type { Totals } from '../../src/simulators/tally/index.js';
import type { Pool } from '../../src/store/database.js';
import { bronzeTotals, type Visibility } from '../../src/store/totals.js';
import { booksExpected } from '../support/books.js';

export interface Difference {
  lost: number;
  doubled: number;
  /** What differs and where, a sentence each. */
  details: string[];
}

const STANDING_TWICE = `
  select coalesce(sum(times - 1), 0)::int as doubled from (
    select count(*) as times from (
      select source_key from standing_invoices where distributor_id = $1
      union all select source_key from standing_payments where distributor_id = $1
      union all select source_key from standing_returns where distributor_id = $1
      union all select source_key from standing_adjustments where distributor_id = $1) as record
    group by source_key) as key`;

/**
 * Bronze beside the simulator's truth: records by type and month, to the paisa, and every debtor's balance. An amount that
 * differs although the count does not is a lost record.
 */
export async function differences(
  pool: Pool,
  distributorId: string,
  truth: Totals,
  visibility: Visibility,
): Promise<Difference> {
  const expected = booksExpected(truth);
  const found = await bronzeTotals(pool, distributorId, visibility);
  const { rows } = await pool.query<{ doubled: number }>(STANDING_TWICE, [distributorId]);
  const difference: Difference = { lost: 0, doubled: rows[0]!.doubled, details: [] };
  if (difference.doubled > 0) difference.details.push(`${difference.doubled} source keys stand twice`);

  const none = { count: 0, paise: 0 };
  const compare = (what: string, wanted = none, held = none): void => {
    if (wanted.count === held.count && wanted.paise === held.paise) return;
    difference.lost += Math.max(0, wanted.count - held.count) + (wanted.count === held.count ? 1 : 0);
    difference.doubled += Math.max(0, held.count - wanted.count);
    difference.details.push(
      `${what}: ${held.count} of ${held.paise} paise, truth is ${wanted.count} of ${wanted.paise}`,
    );
  };
  for (const type of ['invoices', 'payments', 'returns', 'adjustments'] as const) {
    const [wanted, held] = [expected[type].byMonth, found[type].byMonth];
    for (const month of keysOf(wanted, held)) compare(`${type} of ${month}`, wanted[month], held[month]);
  }
  compare('pending payments', expected.pendingPayments, found.pendingPayments);
  for (const debtor of keysOf(expected.balances, found.balances)) {
    const asOne = (paise = 0) => ({ count: 1, paise });
    compare(`balance of ${debtor}`, asOne(expected.balances[debtor]), asOne(found.balances[debtor]));
  }
  return difference;
}

const keysOf = (one: object, other: object): Set<string> => new Set([...Object.keys(one), ...Object.keys(other)]);
