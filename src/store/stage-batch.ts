import type { BatchBody, BatchResult } from '../canonical/contract.js';
import type { CanonicalDocument } from '../canonical/records.js';
import { emptySentAccount, type KindCounts } from '../canonical/run-proof.js';
import { sumOf } from '../canonical/run-report.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { sealRecords } from './bronze-rows.js';
import { type Connection, inTransaction, type Pool, preferKeys } from './database.js';
import { Conflict } from './errors.js';
import { lockSet } from './sets.js';
import { stageDocuments } from './stage-documents.js';

export interface ArrivedBatch {
  body: Omit<BatchBody, 'payload'>;
  documents: CanonicalDocument[];
  /** Keyed digest of the decrypted payload. */
  plainDigest: string;
}

/**
 * Keeps a batch until its set is published, and says what publishing it now would do. The same batch again gets the
 * same answer.
 *
 * @throws SetSuperseded; Conflict `batch_id_reused`, `batch_seq_taken`, `batch_total_differs`, `already_published`
 */
export async function stageBatch(pool: Pool, vault: IdentityVault, batch: ArrivedBatch): Promise<BatchResult> {
  const { distributor_id: distributorId, sync_id: syncId, batch_id: batchId } = batch.body;
  const [seq, total] = batch.body.batch_seq.split('/').map(Number) as [number, number];
  const sealed = sealRecords(batch.documents, distributorId, vault);

  return inTransaction(pool, async (connection) => {
    await preferKeys(connection);
    const set = await lockSet(connection, distributorId, syncId);
    const repeated = await answerGiven(connection, distributorId, batchId, batch.plainDigest);
    if (repeated) return repeated;
    if (set.state === 'published')
      throw new Conflict('already_published', `Set ${syncId} is published; nothing can be added to it.`);
    if (set.batchesTotal !== null && set.batchesTotal !== total)
      throw new Conflict(
        'batch_total_differs',
        `Set ${syncId} was announced with ${set.batchesTotal} batches, this one says ${total}.`,
      );
    const { rowCount: taken } = await connection.query(
      'select from batches where distributor_id = $1 and sync_id = $2 and seq = $3',
      [distributorId, syncId, seq],
    );
    if (taken) throw new Conflict('batch_seq_taken', `Batch ${seq}/${total} of set ${syncId} has already arrived.`);

    await connection.query(
      `update sync_sets set batches_total = $3, sync_from = least(sync_from, $4::date), sync_to = greatest(sync_to, $5::date)
       where distributor_id = $1 and sync_id = $2`,
      [distributorId, syncId, total, batch.body.sync_from, batch.body.sync_to],
    );
    const documentIds = await stageDocuments(connection, { distributorId, syncId, documents: batch.documents, sealed });
    const result = { batch_id: batchId, ...(await foresee(connection, [...documentIds.values()])) };
    await connection.query(
      `insert into batches (distributor_id, batch_id, sync_id, seq, plain_digest, result, quarantine)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [distributorId, batchId, syncId, seq, batch.plainDigest, result, batch.body.quarantine.by_code],
    );
    return result;
  });
}

async function answerGiven(
  connection: Connection,
  distributorId: string,
  batchId: string,
  plainDigest: string,
): Promise<BatchResult | null> {
  const { rows } = await connection.query(
    'select plain_digest, result from batches where distributor_id = $1 and batch_id = $2',
    [distributorId, batchId],
  );
  if (!rows[0]) return null;
  if (rows[0].plain_digest !== plainDigest)
    throw new Conflict('batch_id_reused', `Batch ${batchId} has already arrived with other content.`);
  return rows[0].result;
}

/** Counted against the versions that stand now; publishing decides again, by the same comparison. */
async function foresee(connection: Connection, documentIds: number[]): Promise<Omit<BatchResult, 'batch_id'>> {
  const { rows } = await connection.query<{ verdict: 'accepted' | 'duplicates' | 'stale' } & KindCounts>(
    `select verdict, sum(invoices)::int as invoice, sum(payments)::int as payment, sum(returns)::int as return,
            sum(adjustments)::int as adjustment, (count(*) filter (where records = 0))::int as void
     from (
       select n.invoices, n.payments, n.returns, n.adjustments, n.records,
              case when (n.version_epoch, n.version_sequence) < (c.version_epoch, c.version_sequence) then 'stale'
                   when n.records = 0 and case when c.document_id is null then n.quarantined = '{}'
                                               else c.state = 'voided' and c.digest = n.digest end then 'duplicates'
                   when c.state in ('held', 'published') and c.digest = n.digest then 'duplicates'
                   else 'accepted' end as verdict
       from unnest($1::bigint[]) as given(document_id)
       join (select *, invoices + payments + returns + adjustments as records from documents) n using (document_id)
       left join documents c on c.distributor_id = n.distributor_id and c.doc_key = n.doc_key
                            and c.state in ('held', 'published', 'voided')
     ) as verdicts
     group by verdict`,
    [documentIds],
  );
  const byKind = emptySentAccount();
  for (const { verdict, ...counts } of rows) byKind[verdict] = counts;
  const records = ({ void: _documents, ...counts }: KindCounts): number => sumOf(counts);
  return {
    accepted: records(byKind.accepted),
    duplicates: records(byKind.duplicates),
    stale: records(byKind.stale),
    rejected: records(byKind.rejected),
    by_kind: byKind,
  };
}
