import type { PublishRequest, PublishResult, RecordCounts } from '../canonical/contract.js';
import { type Connection, inTransaction, type Pool, preferKeys } from './database.js';
import { Conflict, SetSuperseded, UnknownDistributor } from './errors.js';
import { recomputeReversals } from './reversals.js';
import { advanceWatermark, readWatermark } from './watermarks.js';

/**
 * Makes whole sets stand in one transaction: every document of them replaces the version that stood, is a duplicate of
 * it, or is stale. Before the distributor's consent what stands is held, after it published. The same sets again get
 * the same answer.
 *
 * @throws SetSuperseded; Conflict `incomplete` (a batch is missing), `counts_differ`, `changed` (a document answered
 * `known` is no longer, or that answer is forgotten), `already_published` (some of the sets, in another company); UnknownDistributor
 */
export const publishSets = (pool: Pool, request: PublishRequest): Promise<PublishResult> =>
  inTransaction(pool, (connection) => publishWithin(connection, request));

/** As `publishSets`, in the transaction of something that has to be true together with it. */
export async function publishWithin(connection: Connection, request: PublishRequest): Promise<PublishResult> {
  const distributorId = request.distributor_id;
  const syncIds = [...new Set(request.sync_ids)].sort();
  await preferKeys(connection);
  const visibility = await lockPublishing(connection, distributorId);
  const repeated = await lockSets(connection, distributorId, syncIds);
  if (repeated) return repeated;
  await checkComplete(connection, distributorId, syncIds);
  await checkCounts(connection, distributorId, syncIds, request.counts);
  await checkKnown(connection, distributorId, syncIds, request.counts.known);

  await judgeDocuments(connection, distributorId, syncIds);
  const parties = await touchedParties(connection);
  const resolved = await applyVerdicts(connection, visibility);
  await settleKnown(connection, distributorId, syncIds);
  await recomputeReversals(connection, distributorId, parties);

  const news = resolved.applied + resolved.voided > 0;
  if (request.watermark) await advanceWatermark(connection, distributorId, request.watermark, news);
  const watermark = await readWatermark(connection, distributorId);
  const result: PublishResult = { ...resolved, visibility, published_through: watermark?.last_sync_at ?? null };
  const { rows } = await connection.query(
    'insert into publications (distributor_id, result) values ($1, $2) returning publication_id',
    [distributorId, result],
  );
  await connection.query(
    `update sync_sets set state = 'published', publication_id = $3, moves_watermark = $4
       where distributor_id = $1 and sync_id = any($2::text[])`,
    [distributorId, syncIds, rows[0].publication_id, request.watermark !== null],
  );
  return result;
}

/** One publication a distributor at a time; what it does depends on what stands. */
export async function lockPublishing(connection: Connection, distributorId: string): Promise<'held' | 'published'> {
  await connection.query(`select pg_advisory_xact_lock(hashtextextended('publish/' || $1, 0))`, [distributorId]);
  const { rows } = await connection.query('select consent_at from distributors where distributor_id = $1', [
    distributorId,
  ]);
  if (!rows[0]) throw new UnknownDistributor(distributorId);
  return rows[0].consent_at === null ? 'held' : 'published';
}

/** @returns the answer given before, where exactly these sets were published together. */
async function lockSets(
  connection: Connection,
  distributorId: string,
  syncIds: string[],
): Promise<PublishResult | null> {
  await connection.query(
    `insert into sync_sets (distributor_id, sync_id)
     select $1, sync_id from unnest($2::text[]) with ordinality as given(sync_id, position) order by position
     on conflict do nothing`,
    [distributorId, syncIds],
  );
  const { rows: sets } = await connection.query<{ sync_id: string; state: string; publication_id: number | null }>(
    `select sync_id, state, publication_id from sync_sets
     where distributor_id = $1 and sync_id = any($2::text[]) order by sync_id for update`,
    [distributorId, syncIds],
  );
  const superseded = sets.find((set) => set.state === 'superseded');
  if (superseded) throw new SetSuperseded(`Set ${superseded.sync_id} was superseded by a later reading of its window.`);
  const published = sets.filter((set) => set.state === 'published');
  if (published.length === 0) return null;
  const publicationId = published[0]!.publication_id;
  const { rows } = await connection.query(
    `select result, (select count(*) from sync_sets s where s.distributor_id = $1 and s.publication_id = $2)::int as sets
     from publications where publication_id = $2`,
    [distributorId, publicationId],
  );
  const together = sets.every((set) => set.publication_id === publicationId) && rows[0].sets === sets.length;
  if (!together)
    throw new Conflict('already_published', `Set ${published[0]!.sync_id} was already published, with other sets.`);
  return rows[0].result;
}

async function checkComplete(connection: Connection, distributorId: string, syncIds: string[]): Promise<void> {
  const { rows } = await connection.query(
    `select s.sync_id, s.batches_total, count(b.batch_id)::int as arrived
     from sync_sets s left join batches b using (distributor_id, sync_id)
     where s.distributor_id = $1 and s.sync_id = any($2::text[]) and s.batches_total is not null
     group by s.sync_id, s.batches_total having count(b.batch_id) < s.batches_total
     order by s.sync_id limit 1`,
    [distributorId, syncIds],
  );
  if (rows[0])
    throw new Conflict(
      'incomplete',
      `Set ${rows[0].sync_id} has ${rows[0].arrived} of its ${rows[0].batches_total} batches; send the rest first.`,
    );
}

async function checkCounts(
  connection: Connection,
  distributorId: string,
  syncIds: string[],
  asked: PublishRequest['counts'],
): Promise<void> {
  const { rows } = await connection.query(
    `select (select count(*)::int from batches where distributor_id = $1 and sync_id = any($2::text[])) as batches,
            count(*)::int as documents, coalesce(sum(invoices), 0)::int as invoice, coalesce(sum(payments), 0)::int as payment,
            coalesce(sum(returns), 0)::int as return, coalesce(sum(adjustments), 0)::int as adjustment
     from documents where distributor_id = $1 and sync_id = any($2::text[]) and state = 'staged'`,
    [distributorId, syncIds],
  );
  const { batches, documents, ...records } = rows[0] as { batches: number; documents: number } & RecordCounts;
  const wanted = { batches: asked.batches, documents: asked.documents, ...asked.records };
  const held = { batches, documents, ...records };
  const differing = (Object.keys(held) as (keyof typeof held)[]).find((name) => held[name] !== wanted[name]);
  if (differing)
    throw new Conflict(
      'counts_differ',
      `The sets hold ${held[differing]} of ${differing}, the request says ${wanted[differing]}.`,
    );
}

async function checkKnown(
  connection: Connection,
  distributorId: string,
  syncIds: string[],
  answered: number,
): Promise<void> {
  const { rows } = await connection.query(
    `select count(*)::int as remembered,
            count(*) filter (where not case when c.document_id is null then k.records = 0
                                            else (c.state = 'voided') = (k.records = 0) and c.digest = k.digest end)::int as changed
     from known_checks k
     left join documents c on c.distributor_id = k.distributor_id and c.doc_key = k.doc_key
                          and c.state in ('held', 'published', 'voided')
     where k.distributor_id = $1 and k.sync_id = any($2::text[])`,
    [distributorId, syncIds],
  );
  if (rows[0].remembered !== answered)
    throw new Conflict(
      'changed',
      `${answered} documents were not sent because they were known, and ${rows[0].remembered} are remembered as such; read the window again.`,
    );
  if (rows[0].changed > 0)
    throw new Conflict(
      'changed',
      `${rows[0].changed} documents that were known have changed since; read the window again.`,
    );
}

/**
 * Verdicts: `apply` and `void` replace what stands; `duplicate` and `stale` do not. `absent` is a void of what was
 * never there: it counts as a duplicate, and stands so that an older version found later is stale. What is quarantined
 * whole is a void that says why, also of what was never there.
 */
async function judgeDocuments(connection: Connection, distributorId: string, syncIds: string[]): Promise<void> {
  await connection.query(
    `create temporary table publishing on commit drop as
     select n.document_id, c.document_id as standing_id, n.version_epoch, n.version_sequence,
       case when n.rank > 1 then case when n.digest = n.newest_digest then 'duplicate' else 'stale' end
            when (n.version_epoch, n.version_sequence) < (c.version_epoch, c.version_sequence) then 'stale'
            when n.records = 0 then case when c.document_id is null then case when n.quarantined = '{}' then 'absent' else 'void' end
                                         when c.state = 'voided' and c.digest = n.digest then 'duplicate' else 'void' end
            when c.state in ('held', 'published') and c.digest = n.digest then 'duplicate'
            else 'apply' end as verdict
     from (
       select document_id, distributor_id, doc_key, version_epoch, version_sequence, digest, quarantined,
              invoices + payments + returns + adjustments as records,
              row_number() over newest as rank, first_value(digest) over newest as newest_digest
       from documents
       where distributor_id = $1 and sync_id = any($2::text[]) and state = 'staged'
       window newest as (partition by doc_key order by version_epoch desc, version_sequence desc, document_id desc)
     ) n
     left join documents c on c.distributor_id = n.distributor_id and c.doc_key = n.doc_key
                          and c.state in ('held', 'published', 'voided')`,
    [distributorId, syncIds],
  );
  await connection.query('analyze publishing');
}

/** Parties whose payments or adjustments come, go or change. */
async function touchedParties(connection: Connection): Promise<string[]> {
  const { rows } = await connection.query(
    `with moved as (
       select document_id from publishing where verdict = 'apply'
       union all select standing_id from publishing where verdict in ('apply', 'void') and standing_id is not null)
     select party_key from moved join bronze_payments using (document_id)
     union select party_key from moved join bronze_adjustments using (document_id)`,
  );
  return rows.map((row) => row.party_key);
}

async function applyVerdicts(
  connection: Connection,
  visibility: 'held' | 'published',
): Promise<Pick<PublishResult, 'applied' | 'duplicates' | 'stale' | 'voided'>> {
  // What stood goes first: one version of a document can stand at a time.
  await connection.query(
    `update documents d set state = 'superseded' from publishing p
     where d.document_id = p.standing_id and p.verdict in ('apply', 'void')`,
  );
  await connection.query(
    `update documents d
     set state = case p.verdict when 'apply' then $1 when 'void' then 'voided' when 'absent' then 'voided' else p.verdict end
     from publishing p where d.document_id = p.document_id`,
    [visibility],
  );
  // Unchanged content seen at a later version: older versions found afterwards are stale.
  await connection.query(
    `update documents d set version_epoch = p.version_epoch, version_sequence = p.version_sequence
     from (select standing_id, version_epoch, version_sequence,
                  row_number() over (partition by standing_id order by version_epoch desc, version_sequence desc) as rank
           from publishing where verdict = 'duplicate' and standing_id is not null) p
     where p.rank = 1 and d.document_id = p.standing_id and d.state <> 'superseded'
       and (d.version_epoch, d.version_sequence) < (p.version_epoch, p.version_sequence)`,
  );
  for (const table of ['bronze_invoices', 'bronze_payments', 'bronze_returns', 'bronze_adjustments'])
    await connection.query(
      `delete from ${table} b using publishing p where b.document_id = p.document_id and p.verdict in ('duplicate', 'stale')`,
    );
  const { rows } = await connection.query(
    `select count(*) filter (where verdict = 'apply')::int as applied,
            count(*) filter (where verdict in ('duplicate', 'absent'))::int as duplicates,
            count(*) filter (where verdict = 'stale')::int as stale,
            count(*) filter (where verdict = 'void')::int as voided
     from publishing`,
  );
  await connection.query('drop table publishing');
  return rows[0];
}

async function settleKnown(connection: Connection, distributorId: string, syncIds: string[]): Promise<void> {
  await connection.query(
    `update documents d set version_epoch = k.version_epoch, version_sequence = k.version_sequence
     from known_checks k
     where k.distributor_id = $1 and k.sync_id = any($2::text[])
       and d.distributor_id = k.distributor_id and d.doc_key = k.doc_key and d.state in ('held', 'published', 'voided')
       and (d.version_epoch, d.version_sequence) < (k.version_epoch, k.version_sequence)`,
    [distributorId, syncIds],
  );
  await connection.query('delete from known_checks where distributor_id = $1 and sync_id = any($2::text[])', [
    distributorId,
    syncIds,
  ]);
}
