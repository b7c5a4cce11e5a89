import { DateTime, Interval } from 'luxon';
import type { CompletenessInput } from '../canonical/completeness.js';
import type { QuarantineCode } from '../canonical/quarantine.js';
import type { Pool } from './database.js';
import { requireDistributor } from './distributors.js';

/** The only records whose retailer is not known; they never reach the store, so their batches' counts stand for them. */
const WITHOUT_IDENTITY: QuarantineCode[] = ['INVALID_GSTIN', 'IDENTITY_UNRESOLVABLE', 'IDENTITY_AMBIGUOUS'];

/**
 * What the completeness score is made of, over records dated within the period (ISO days, both included), held or
 * published. Quarantined records are taken from the newest published reading of each window: a window read twice
 * counts once, of the deltas, which overlap, the last one only, and of a file its newest content.
 */
export async function completenessInputs(
  pool: Pool,
  distributorId: string,
  period: { from: string; to: string },
): Promise<CompletenessInput> {
  const { erpType } = await requireDistributor(pool, distributorId);
  const [records, quarantined] = await Promise.all([
    pool.query(
      `select i.*, p.*, (select count(*)::int from standing_returns
                         where distributor_id = $1 and invoice_date between $2 and $3) as returns,
              (select count(*)::int from standing_adjustments
               where distributor_id = $1 and adjusted_on between $2 and $3) as adjustments
       from (select count(*)::int as invoices, count(due_date)::int as with_due_date,
                    count(distinct date_trunc('month', invoice_date))::int as months_with_invoice
             from standing_invoices where distributor_id = $1 and invoice_date between $2 and $3) i,
            (select count(*)::int as payments, count(*) filter (where bill_name is not null or invoice_id is not null)::int as tied
             from standing_payments where distributor_id = $1 and paid_date between $2 and $3) p`,
      [distributorId, period.from, period.to],
    ),
    pool.query(
      `with newest as (
         select distinct on (moves_watermark, path_digest, window_from, window_to) sync_id
         from (select sync_id, publication_id, moves_watermark, path_digest,
                      case when not moves_watermark and path_digest is null then sync_from end as window_from,
                      case when not moves_watermark and path_digest is null then sync_to end as window_to
               from sync_sets left join (select sync_id, path_digest from source_files where sync_id is not null) as file using (sync_id)
               where distributor_id = $1 and state = 'published' and batches_total is not null
                 and coalesce(sync_to, $3::date) >= $2 and coalesce(sync_from, $2::date) <= $3) as reading
         order by moves_watermark, path_digest, window_from, window_to, publication_id desc)
       select code.key as code, sum(code.value::int)::int as count
       from newest join batches b on b.distributor_id = $1 and b.sync_id = newest.sync_id
       cross join lateral jsonb_each_text(b.quarantine) as code
       group by 1`,
      [distributorId, period.from, period.to],
    ),
  ]);
  const row = records.rows[0];
  const known = row.invoices + row.payments + row.returns + row.adjustments;
  const sum = (rows: { count: number }[]) => rows.reduce((total, { count }) => total + count, 0);
  const unresolved = quarantined.rows.filter(({ code }) => WITHOUT_IDENTITY.includes(code));
  return {
    erpType,
    records: known + sum(quarantined.rows),
    withIdentity: known + sum(quarantined.rows) - sum(unresolved),
    invoices: row.invoices,
    withDueDate: row.with_due_date,
    payments: row.payments,
    tied: row.tied,
    months: monthsOf(period),
    monthsWithInvoice: row.months_with_invoice,
    hasReturns: row.returns > 0,
  };
}

/** Calendar months a period touches. */
const monthsOf = ({ from, to }: { from: string; to: string }): number =>
  Interval.fromDateTimes(DateTime.fromISO(from), DateTime.fromISO(to)).count('months');
