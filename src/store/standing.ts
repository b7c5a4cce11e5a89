import type { StandingRequest, StandingResponse } from '../canonical/contract.js';
import { inTransaction, type Pool, preferKeys, type Queryable } from './database.js';

/** Some 1.5 MiB of answer. */
const DOCUMENTS_A_PAGE = 10_000;

/** Whether a payment that stands as pending has come of age: its day, in the distributor's zone, is no longer ahead. */
export async function hasPendingDue(db: Queryable, distributorId: string): Promise<boolean> {
  const { rows } = await db.query(
    `select exists (
       select from documents d join bronze_payments p using (document_id) join distributors o on o.distributor_id = d.distributor_id
       where d.distributor_id = $1 and d.state in ('held', 'published')
         and p.status = 'pending' and p.paid_date <= (now() at time zone o.time_zone)::date) as due`,
    [distributorId],
  );
  return rows[0].due;
}

/** Keys and versions of a distributor's documents that stand with records, in the order of their keys, a page at a time. */
export async function standingDocuments(
  pool: Pool,
  { distributor_id: distributorId, prefix, after }: StandingRequest,
  documentsAPage: number = DOCUMENTS_A_PAGE,
): Promise<StandingResponse> {
  return inTransaction(pool, async (connection) => {
    await preferKeys(connection);
    const { rows } = await connection.query(
      `select doc_key, version_epoch, version_sequence from documents
       where distributor_id = $1 and state in ('held', 'published') and doc_key > $2 and starts_with(doc_key, $3)
       order by doc_key limit $4`,
      [distributorId, after, prefix, documentsAPage + 1],
    );
    const page = rows.slice(0, documentsAPage);
    return {
      documents: page.map((row) => ({
        doc_key: row.doc_key,
        version: { epoch: row.version_epoch, sequence: Number(row.version_sequence) },
      })),
      next: rows.length > documentsAPage ? page.at(-1).doc_key : null,
    };
  });
}
