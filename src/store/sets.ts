import { type Connection, inTransaction, type Pool } from './database.js';
import { SetSuperseded } from './errors.js';

export interface SyncSet {
  state: 'open' | 'published' | 'superseded';
  batchesTotal: number | null;
}

/**
 * Locks a set for the transaction, opening it when it is new.
 *
 * @throws SetSuperseded
 */
export async function lockSet(connection: Connection, distributorId: string, syncId: string): Promise<SyncSet> {
  await connection.query('insert into sync_sets (distributor_id, sync_id) values ($1, $2) on conflict do nothing', [
    distributorId,
    syncId,
  ]);
  const { rows } = await connection.query(
    'select state, batches_total from sync_sets where distributor_id = $1 and sync_id = $2 for update',
    [distributorId, syncId],
  );
  const { state, batches_total } = rows[0];
  if (state === 'superseded') throw new SetSuperseded(`Set ${syncId} was superseded by a later reading of its window.`);
  return { state, batchesTotal: batches_total };
}

/**
 * Gives sets up: what they staged is deleted and whatever still arrives for them is answered 410. Sets not heard of
 * yet are remembered as superseded; published ones stay.
 *
 * @returns how many documents were thrown away.
 */
export async function supersedeSets(
  pool: Pool,
  distributorId: string,
  syncIds: string[],
): Promise<{ documents: number }> {
  if (syncIds.length === 0) return { documents: 0 };
  return inTransaction(pool, async (connection) => {
    await connection.query(
      `insert into sync_sets (distributor_id, sync_id, state)
       select $1, sync_id, 'superseded' from unnest($2::text[]) as given(sync_id) order by sync_id
       on conflict (distributor_id, sync_id) do update set state = 'superseded' where sync_sets.state = 'open'`,
      [distributorId, [...new Set(syncIds)]],
    );
    return { documents: await clearSuperseded(connection, distributorId, syncIds) };
  });
}

/** Supersedes every set that has stood open for longer; a run that died between its windows leaves such. */
export async function sweepUnfinishedSets(
  pool: Pool,
  options: { olderThanHours: number } = { olderThanHours: 48 },
): Promise<{ sets: number; documents: number }> {
  return inTransaction(pool, async (connection) => {
    const { rows } = await connection.query(
      `update sync_sets set state = 'superseded'
       where state = 'open' and opened_at < now() - make_interval(hours => $1)
       returning distributor_id, sync_id`,
      [options.olderThanHours],
    );
    const setsOf = new Map<string, string[]>();
    for (const { distributor_id, sync_id } of rows)
      setsOf.set(distributor_id, [...(setsOf.get(distributor_id) ?? []), sync_id]);
    let documents = 0;
    for (const [distributorId, syncIds] of setsOf)
      documents += await clearSuperseded(connection, distributorId, syncIds);
    return { sets: rows.length, documents };
  });
}

/** What a superseded set brought. Published sets of the list are untouched: their documents are no longer staged. */
async function clearSuperseded(connection: Connection, distributorId: string, syncIds: string[]): Promise<number> {
  const { rowCount } = await connection.query(
    `delete from documents where distributor_id = $1 and sync_id = any($2::text[]) and state = 'staged'`,
    [distributorId, syncIds],
  );
  for (const table of ['known_checks', 'batches'])
    await connection.query(
      `delete from ${table} t using sync_sets s
       where t.distributor_id = $1 and t.sync_id = any($2::text[]) and s.state = 'superseded'
         and s.distributor_id = t.distributor_id and s.sync_id = t.sync_id`,
      [distributorId, syncIds],
    );
  return rowCount ?? 0;
}
