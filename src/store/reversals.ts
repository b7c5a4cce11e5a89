import { paiseFromDecimal } from '../canonical/money.js';
import type { Adjustment } from '../canonical/records.js';
import { matchReversals, mayReverse, type SettlementItem } from '../canonical/reversals.js';
import { bulkInsert } from './bulk-insert.js';
import type { Connection } from './database.js';

interface SettlementRow {
  source_key: string;
  party_key: string;
  bill_name: string;
  bill_date: string | null;
  amount: string;
  date: string;
}

const itemOf = (row: SettlementRow): SettlementItem => ({
  key: row.source_key,
  partyKey: row.party_key,
  billName: row.bill_name,
  billDate: row.bill_date,
  amountPaise: paiseFromDecimal(row.amount)!,
  date: row.date,
});

/**
 * Finds anew which payments of some parties were taken back, among the versions that stand. Only the few entries that
 * can be a reversal, and the payments of their party, bill and amount, leave the database; the rule itself is
 * `matchReversals`, the same that reads files.
 */
export async function recomputeReversals(
  connection: Connection,
  distributorId: string,
  partyKeys: string[],
): Promise<void> {
  if (partyKeys.length === 0) return;
  await connection.query('delete from payment_reversals where distributor_id = $1 and party_key = any($2::text[])', [
    distributorId,
    partyKeys,
  ]);
  const { rows: debits } = await connection.query<SettlementRow & { kind: Adjustment['kind'] }>(
    `select b.source_key, b.party_key, b.bill_name, b.bill_date, b.amount_inr as amount, b.adjusted_on as date, b.kind
     from bronze_adjustments b join documents d using (document_id)
     where b.distributor_id = $1 and b.party_key = any($2::text[]) and d.state in ('held', 'published')
       and b.amount_inr > 0 and b.bill_name is not null`,
    [distributorId, partyKeys],
  );
  const adjustments = debits
    .map((row) => ({ ...itemOf(row), kind: row.kind }))
    .filter((adjustment) => mayReverse(adjustment));
  if (adjustments.length === 0) return;
  const { rows: payments } = await connection.query<SettlementRow>(
    `select b.source_key, b.party_key, b.bill_name, b.bill_date, b.amount_paid_inr as amount, b.paid_date as date
     from (select distinct * from unnest($2::text[], $3::text[], $4::bigint[]) as row(party_key, bill_name, paise)) as wanted
     join bronze_payments b on b.distributor_id = $1 and b.party_key = wanted.party_key
                           and b.bill_name = wanted.bill_name and b.amount_paid_inr * 100 = wanted.paise
     join documents d using (document_id)
     where d.state in ('held', 'published')`,
    [
      distributorId,
      adjustments.map((adjustment) => adjustment.partyKey),
      adjustments.map((adjustment) => adjustment.billName),
      adjustments.map((adjustment) => adjustment.amountPaise),
    ],
  );
  const voided = matchReversals(payments.map(itemOf), adjustments);
  const reversing = adjustments.filter((adjustment) => voided.has(adjustment.key));
  await bulkInsert(connection, 'payment_reversals', {
    distributor_id: { type: 'text', values: reversing.map(() => distributorId) },
    party_key: { type: 'text', values: reversing.map((adjustment) => adjustment.partyKey) },
    payment_source_key: { type: 'text', values: reversing.map((adjustment) => voided.get(adjustment.key)) },
    adjustment_source_key: { type: 'text', values: reversing.map((adjustment) => adjustment.key) },
  });
}
