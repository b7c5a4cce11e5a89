import type { FiguresRequest, FiguresResponse } from '../canonical/contract.js';
import { type Figures, monthIn, OPENING } from '../canonical/figures.js';
import { paiseFromDecimal } from '../canonical/money.js';
import type { RecordType } from '../canonical/records.js';
import { inTransaction, type Pool } from './database.js';
import { readWatermark } from './watermarks.js';

/**
 * Every record of a distributor ($1), in whatever version, with its month, and by how much it moves what the party owes.
 * Not the views: what takes a payment back, and the payment, are in the ERP as well.
 */
export const RECORDS_BY_MONTH = `
  select document_id, party_key, 'invoice' as type, invoice_date as date, amount_inr as amount, amount_inr as owed,
         case when opening then '${OPENING}' else to_char(invoice_date, 'YYYY-MM') end as month
    from bronze_invoices where distributor_id = $1
  union all
  select document_id, party_key, 'payment', paid_date, amount_paid_inr, -amount_paid_inr, to_char(paid_date, 'YYYY-MM')
    from bronze_payments where distributor_id = $1
  union all
  select document_id, party_key, 'return', invoice_date, amount_inr, -amount_inr, to_char(invoice_date, 'YYYY-MM')
    from bronze_returns where distributor_id = $1
  union all
  select document_id, party_key, 'adjustment', adjusted_on, amount_inr, amount_inr,
         case when kind = 'opening' then '${OPENING}' else to_char(adjusted_on, 'YYYY-MM') end
    from bronze_adjustments where distributor_id = $1`;

interface FigureRow {
  month: string;
  type: RecordType;
  party_key: string;
  count: number;
  amount: string;
  owed: string;
}

/** What stands, added up by month, type and party, and the counters it is as of; both from one moment. */
export async function bronzeFigures(
  pool: Pool,
  { distributor_id: distributorId, prefix, from, to, opening }: FiguresRequest,
): Promise<FiguresResponse> {
  return inTransaction(pool, async (connection) => {
    await connection.query('set transaction isolation level repeatable read, read only');
    const watermark = await readWatermark(connection, distributorId);
    const { rows } = await connection.query<FigureRow>(
      `select month, type, party_key, count(*)::int as count, sum(amount)::text as amount, sum(owed)::text as owed
       from (${RECORDS_BY_MONTH}) as record join documents d using (document_id)
       where d.state in ('held', 'published') and starts_with(d.doc_key, $2)
         and case when month = '${OPENING}' then $5 else date between $3 and $4 end
       group by 1, 2, 3`,
      [distributorId, prefix, from, to, opening],
    );
    const months: Figures = new Map();
    for (const { month, type, party_key, count, amount, owed } of rows) {
      const figures = monthIn(months, month);
      figures.types[type].count += count;
      figures.types[type].paise += paiseFromDecimal(amount)!;
      figures.parties.set(party_key, (figures.parties.get(party_key) ?? 0) + paiseFromDecimal(owed)!);
    }
    return {
      months: [...months].map(([month, { types, parties }]) => ({
        month,
        types,
        parties: [...parties].map(([party_key, paise]) => ({ party_key, paise })),
      })),
      counters: watermark?.counters ?? null,
    };
  });
}
