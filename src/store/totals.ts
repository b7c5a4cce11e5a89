import { paiseFromDecimal } from '../canonical/money.js';
import type { Pool } from './database.js';

/** Which versions that stand are counted; `any` is held and published together. */
export type Visibility = 'held' | 'published' | 'any';

export interface TypeTotals {
  count: number;
  paise: number;
  /** By `YYYY-MM` of the record's date. */
  byMonth: Record<string, { count: number; paise: number }>;
}

export interface BronzeTotals {
  invoices: TypeTotals;
  /** Pending ones included, reversed ones not. */
  payments: TypeTotals;
  returns: TypeTotals;
  /** Signed: positive, the debtors owe more. */
  adjustments: TypeTotals;
  /** The part of `payments` that does not count yet. */
  pendingPayments: { count: number; paise: number };
  /** Documents withdrawn, other than by being quarantined, and payments taken back. */
  voids: { documents: number; reversedPayments: number };
  /** By party_key: invoices − cleared payments − returns + adjustments. */
  balances: Record<string, number>;
}

const EACH_RECORD = `
  select 'invoices' as type, party_key, invoice_date as date, amount_inr as amount, amount_inr as owed, visibility
    from standing_invoices where distributor_id = $1
  union all
  select case status when 'pending' then 'pending' else 'payments' end, party_key, paid_date, amount_paid_inr,
         case status when 'pending' then 0 else -amount_paid_inr end, visibility
    from standing_payments where distributor_id = $1
  union all
  select 'returns', party_key, invoice_date, amount_inr, -amount_inr, visibility
    from standing_returns where distributor_id = $1
  union all
  select 'adjustments', party_key, adjusted_on, amount_inr, amount_inr, visibility
    from standing_adjustments where distributor_id = $1`;

/** Counts and sums of what stands, as an accountant would add them up; no identity. */
export async function bronzeTotals(
  pool: Pool,
  distributorId: string,
  visibility: Visibility = 'published',
): Promise<BronzeTotals> {
  const seen = visibility === 'any' ? '' : `where visibility = '${visibility}'`;
  const [months, parties, voids] = await Promise.all([
    pool.query(
      `select type, to_char(date, 'YYYY-MM') as month, count(*)::int as count, sum(amount) as amount
       from (${EACH_RECORD}) as record ${seen} group by 1, 2 order by 2`,
      [distributorId],
    ),
    pool.query(`select party_key, sum(owed) as owed from (${EACH_RECORD}) as record ${seen} group by 1`, [
      distributorId,
    ]),
    pool.query(
      `select (select count(*)::int from documents where distributor_id = $1 and state = 'voided' and quarantined = '{}') as documents,
              (select count(*)::int from payment_reversals where distributor_id = $1) as reversed`,
      [distributorId],
    ),
  ]);
  const empty = (): TypeTotals => ({ count: 0, paise: 0, byMonth: {} });
  const totals: BronzeTotals = {
    invoices: empty(),
    payments: empty(),
    returns: empty(),
    adjustments: empty(),
    pendingPayments: { count: 0, paise: 0 },
    voids: { documents: voids.rows[0].documents, reversedPayments: voids.rows[0].reversed },
    balances: Object.fromEntries(parties.rows.map((row) => [row.party_key, paiseOf(row.owed)])),
  };
  for (const { type, month, count, amount } of months.rows) {
    const paise = paiseOf(amount);
    const of =
      type === 'pending' ? totals.payments : totals[type as 'invoices' | 'payments' | 'returns' | 'adjustments'];
    of.byMonth[month] ??= { count: 0, paise: 0 };
    for (const sum of [of, of.byMonth[month], ...(type === 'pending' ? [totals.pendingPayments] : [])]) {
      sum.count += count;
      sum.paise += paise;
    }
  }
  return totals;
}

const paiseOf = (rupees: string): number => paiseFromDecimal(rupees)!;
