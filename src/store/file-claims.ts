import type { PublishResult } from '../canonical/contract.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { type Connection, inTransaction, type Pool, type Queryable } from './database.js';
import { ClaimLost } from './errors.js';
import { auditFile } from './file-audit.js';
import { pathOwner } from './file-registry.js';
import { supersedeSets } from './sets.js';

/** Longer than any pause of a living holder; a dead one's file is free again after it. */
const LEASE_MINUTES = 5;

export interface HeldFile {
  fileId: number;
  claim: number;
  sourceId: string;
  tenantId: string;
  connectorId: string;
  streamId: string;
  /** Secret of the place: never logged, never in a history. */
  path: string;
  listed: object;
  sizeBytes: number;
  /** Milliseconds: orders contents by when they were seen first. */
  discoveredAtMs: number;
  /** Under which its rows were staged last. */
  syncId: string | null;
  /** What reading it counted. */
  counts: object;
}

/** A set of every attempt: what an earlier one staged can never be mistaken for it. */
export const setOfFile = ({ fileId, claim }: Pick<HeldFile, 'fileId' | 'claim'>, attempt: number): string =>
  `syn_file_${fileId}_${claim}_${attempt}`;

/**
 * Takes a file for `holder`, who may take it again; what an earlier holder had staged of it is given up.
 *
 * @returns the claim, null where somebody else holds it or it is settled
 */
export async function claimFile(pool: Pool, fileId: number, holder: string): Promise<number | null> {
  const taken = await inTransaction(pool, async (connection) => {
    const { rows } = await connection.query<{
      source_id: string;
      tenant_id: string;
      claim: number;
      before: string | null;
    }>(
      `update source_files f set state = 'claimed', claim = f.claim + 1, claimed_by = $2, waits_for = null, changed_at = now(),
              claimed_until = now() + make_interval(mins => $3), sync_id = null
       from (select file_id, sync_id as before from source_files where file_id = $1 for update) b, file_sources s
       where f.file_id = b.file_id and s.source_id = f.source_id
         and (f.state = 'discovered' or (f.state in ('claimed', 'parsed') and (f.claimed_until < now() or f.claimed_by = $2)))
       returning f.source_id, s.tenant_id, f.claim, b.before`,
      [fileId, holder, LEASE_MINUTES],
    );
    const row = rows[0];
    if (!row) return null;
    await auditFile(connection, {
      sourceId: row.source_id,
      fileId,
      actor: holder,
      action: 'file.claimed',
      details: { claim: row.claim },
    });
    return row;
  });
  if (taken === null) return null;
  if (taken.before !== null) await supersedeSets(pool, taken.tenant_id, [taken.before]);
  return taken.claim;
}

/** @throws ClaimLost */
export async function heldFile(db: Queryable, vault: IdentityVault, fileId: number, claim: number): Promise<HeldFile> {
  const { rows } = await db.query(
    `select f.*, s.tenant_id, s.connector_id from source_files f join file_sources s using (source_id)
     where file_id = $1 and claim = $2 and state in ('claimed', 'parsed')`,
    [fileId, claim],
  );
  const row = rows[0];
  if (!row) throw claimLost();
  return {
    fileId,
    claim,
    sourceId: row.source_id,
    tenantId: row.tenant_id,
    connectorId: row.connector_id,
    streamId: row.stream_id,
    path: vault.unseal(row.path_sealed, pathOwner(row.source_id)).toString('utf8'),
    listed: row.listed,
    sizeBytes: row.size_bytes,
    discoveredAtMs: row.discovered_at.getTime(),
    syncId: row.sync_id,
    counts: row.counts,
  };
}

/** Goes on holding the file. @throws ClaimLost */
export async function extendClaim(db: Queryable, held: HeldFile): Promise<void> {
  const { rowCount } = await db.query(
    `update source_files set claimed_until = now() + make_interval(mins => $3)
     where file_id = $1 and claim = $2 and state in ('claimed', 'parsed') and sync_id is not distinct from $4`,
    [held.fileId, held.claim, LEASE_MINUTES, held.syncId],
  );
  if (rowCount === 0) throw claimLost();
}

/**
 * Begins to read a held file, as so many times before under the same claim: what was staged of it until now is given up.
 *
 * @throws ClaimLost
 */
export async function beginReading(pool: Pool, held: HeldFile, attempt: number): Promise<HeldFile> {
  const syncId = setOfFile(held, attempt);
  await inTransaction(pool, async (connection) => {
    const { rowCount } = await connection.query(
      `update source_files set sync_id = $3, state = 'claimed' where file_id = $1 and claim = $2 and state in ('claimed', 'parsed')`,
      [held.fileId, held.claim, syncId],
    );
    if (rowCount === 0) throw claimLost();
    await connection.query('delete from file_faults where file_id = $1', [held.fileId]);
  });
  if (held.syncId !== null && held.syncId !== syncId) await supersedeSets(pool, held.tenantId, [held.syncId]);
  return { ...held, syncId };
}

export interface Settlement {
  state: 'parsed' | 'committed' | 'duplicate' | 'quarantined' | 'failed' | 'waiting';
  code?: string;
  message?: string;
  sha256?: string;
  duplicateOf?: number;
  schemaVersion?: number;
  counts?: object;
}

/** What became of a file, for as long as it is held. @throws ClaimLost */
export async function settleFile(
  db: Queryable | Connection,
  held: Pick<HeldFile, 'fileId' | 'claim' | 'sourceId'>,
  { state, code, message, sha256, duplicateOf, schemaVersion, counts }: Settlement,
): Promise<void> {
  const { rowCount } = await db.query(
    `update source_files
     set state = $3, code = $4, message = $5, sha256 = coalesce($6, sha256), duplicate_of = $7,
         schema_version = coalesce($8, schema_version), counts = coalesce($9, counts), changed_at = now(),
         committed_at = case when $3 = 'committed' then clock_timestamp() end
     where file_id = $1 and claim = $2 and state in ('claimed', 'parsed')`,
    [
      held.fileId,
      held.claim,
      state,
      code ?? null,
      message ?? null,
      sha256 ?? null,
      duplicateOf ?? null,
      schemaVersion ?? null,
      counts === undefined ? null : JSON.stringify(counts),
    ],
  );
  if (rowCount === 0) throw claimLost();
  await auditFile(db, {
    sourceId: held.sourceId,
    fileId: held.fileId,
    actor: 'ingestion',
    action: `file.${state}`,
    details: code === undefined ? {} : { code },
  });
}

const claimLost = (): ClaimLost =>
  new ClaimLost('The file is held by somebody else by now; this reading of it is given up.');

/**
 * The committed file of this stream with the same bytes. Of the path itself only the newest content counts: one that comes back
 * after another is news.
 */
export async function committedTwin(db: Queryable, held: HeldFile, sha256: string): Promise<number | null> {
  const { rows } = await db.query<{ file_id: number }>(
    `select f.file_id from source_files f
     where f.source_id = $1 and f.stream_id = $2 and f.sha256 = $3 and f.state = 'committed' and f.file_id <> $4
       and not exists (select from source_files own, source_files later
                       where own.file_id = $4 and later.path_digest = own.path_digest and f.path_digest = own.path_digest
                         and later.source_id = $1 and later.state = 'committed' and later.file_id > f.file_id)
     limit 1`,
    [held.sourceId, held.streamId, sha256, held.fileId],
  );
  return rows[0]?.file_id ?? null;
}

/** What the commit of this claim answered; null where it was not committed. */
export async function wasCommitted(db: Queryable, fileId: number, claim: number): Promise<PublishResult | null> {
  const { rows } = await db.query(
    `select p.result from source_files f
     join file_sources s using (source_id)
     join sync_sets t on t.distributor_id = s.tenant_id and t.sync_id = f.sync_id
     join publications p using (publication_id)
     where f.file_id = $1 and f.claim = $2 and f.state = 'committed'`,
    [fileId, claim],
  );
  return rows[0]?.result ?? null;
}
