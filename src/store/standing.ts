import type { StandingRequest, StandingResponse } from '../canonical/contract.js';
import { inTransaction, type Pool, preferKeys, type Queryable } from './database.js';

/** Some 1.5 MiB of answer. */
const DOCUMENTS_A_PAGE = 10_000;

/**
 * Whether a day has come, in the distributor's zone, on which something counts: a payment that stands as pending, or a
 * document that was quarantined because it was dated ahead.
 */
export async function hasPendingDue(db: Queryable, distributorId: string): Promise<boolean> {
  const { rows } = await db.query(
    `select exists (
       select from documents d join bronze_payments p using (document_id) join distributors o on o.distributor_id = d.distributor_id
       where d.distributor_id = $1 and d.state in ('held', 'published')
         and p.status = 'pending' and p.paid_date <= (now() at time zone o.time_zone)::date)
     or exists (
       select from documents d join distributors o on o.distributor_id = d.distributor_id
       where d.distributor_id = $1 and d.state in ('held', 'published', 'voided')
         and d.quarantined @> '{INVALID_DATE}' and d.quarantined_day > (d.arrived_at at time zone o.time_zone)::date
         and d.quarantined_day <= (now() at time zone o.time_zone)::date) as due`,
    [distributorId],
  );
  return rows[0].due;
}

/**
 * Keys and versions of a distributor's documents that stand with records or are quarantined, or of the quarantined ones
 * alone, in the order of their keys, a page at a time.
 */
export async function standingDocuments(
  pool: Pool,
  { distributor_id: distributorId, prefix, after, quarantined }: StandingRequest,
  documentsAPage: number = DOCUMENTS_A_PAGE,
): Promise<StandingResponse> {
  return inTransaction(pool, async (connection) => {
    await preferKeys(connection);
    // Asked by itself, since a planner that knows nothing yet of a new distributor's rows joins the two badly.
    const { rows: waiting } = await connection.query(
      'select document_id, min(paid_date) as day from waiting_payments where distributor_id = $1 group by 1',
      [distributorId],
    );
    const { rows } = await connection.query(
      `select d.doc_key, d.version_epoch, d.version_sequence, d.quarantined, coalesce(d.quarantined_day, w.day) as day,
              w.document_id is not null as waits
       from documents d left join unnest($6::bigint[], $7::date[]) as w(document_id, day) using (document_id)
       where d.distributor_id = $1 and d.state in ('held', 'published', 'voided') and d.doc_key > $2 and starts_with(d.doc_key, $3)
         and (d.quarantined <> '{}' or w.document_id is not null or (not $5 and d.state <> 'voided'))
       order by d.doc_key limit $4`,
      [
        ...[distributorId, after, prefix, documentsAPage + 1, quarantined],
        ...[waiting.map((row) => row.document_id), waiting.map((row) => row.day)],
      ],
    );
    const page = rows.slice(0, documentsAPage);
    return {
      documents: page.map((row) => ({
        doc_key: row.doc_key,
        version: { epoch: row.version_epoch, sequence: Number(row.version_sequence) },
        quarantined: [...row.quarantined, ...(row.waits ? ['INVOICE_QUARANTINED'] : [])],
        day: row.day,
      })),
      next: rows.length > documentsAPage ? page.at(-1).doc_key : null,
    };
  });
}

/** How many of a distributor's documents are quarantined, in part or whole, by rule. */
export async function quarantinedByCode(db: Queryable, distributorId: string): Promise<Record<string, number>> {
  const { rows } = await db.query(
    `select code, count(*)::int as count
     from (select unnest(quarantined) as code from documents
           where distributor_id = $1 and state in ('held', 'published', 'voided')
           union all
           select 'INVOICE_QUARANTINED' from (select distinct document_id from waiting_payments where distributor_id = $1) as waiting) as each
     group by 1 order by 1`,
    [distributorId],
  );
  return Object.fromEntries(rows.map(({ code, count }) => [code, count]));
}
