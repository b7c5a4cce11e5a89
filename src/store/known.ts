import type { KnownRequest, KnownResponse } from '../canonical/contract.js';
import { inTransaction, type Pool, preferKeys } from './database.js';
import { Conflict } from './errors.js';
import { lockSet } from './sets.js';

/**
 * Says of each document whether it need be sent, and remembers which were answered `known`: publishing the set looks
 * whether they still are.
 *
 * @throws SetSuperseded; Conflict `already_published`
 */
export async function answerKnown(pool: Pool, request: KnownRequest): Promise<KnownResponse> {
  const { distributor_id: distributorId, sync_id: syncId, documents } = request;
  return inTransaction(pool, async (connection) => {
    await preferKeys(connection);
    const set = await lockSet(connection, distributorId, syncId);
    if (set.state === 'published')
      throw new Conflict('already_published', `Set ${syncId} is published; ask under a new one.`);
    const { rows } = await connection.query(
      `with asked as (
         select * from unnest($2::text[], $3::int[], $4::bigint[], $5::text[], $6::int[], $8::boolean[])
           with ordinality as row(doc_key, version_epoch, version_sequence, digest, records, quarantined, position)
       ), judged as (
         select asked.*,
           case when c.document_id is null
                  then case when asked.records = 0 and not asked.quarantined then 'known' else 'new' end
                when (asked.version_epoch, asked.version_sequence) < (c.version_epoch, c.version_sequence) then 'stale'
                when (c.state = 'voided') = (asked.records = 0) and c.digest = asked.digest then 'known'
                else 'changed' end as verdict
         from asked
         left join documents c on c.distributor_id = $1 and c.doc_key = asked.doc_key
                              and c.state in ('held', 'published', 'voided')
       ), remembered as (
         insert into known_checks (distributor_id, sync_id, doc_key, version_epoch, version_sequence, digest, records)
         select distinct on (doc_key) $1, $7, doc_key, version_epoch, version_sequence, digest, records
         from judged where verdict = 'known' order by doc_key, position desc
         on conflict (distributor_id, sync_id, doc_key) do update
           set version_epoch = excluded.version_epoch, version_sequence = excluded.version_sequence,
               digest = excluded.digest, records = excluded.records
       )
       select verdict from judged order by position`,
      [
        distributorId,
        documents.map((document) => document.doc_key),
        documents.map((document) => document.version.epoch),
        documents.map((document) => document.version.sequence),
        documents.map((document) => document.digest),
        documents.map((document) => document.records),
        syncId,
        documents.map((document) => document.quarantined),
      ],
    );
    return { verdicts: rows.map((row) => row.verdict) };
  });
}
