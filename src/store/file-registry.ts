import type { FileState, WaitsFor } from '../canonical/file-ingestion.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { inTransaction, type Pool } from './database.js';
import { auditFile } from './file-audit.js';

/** A file as its place lists it; `listed` is what the place needs to open it again. */
export interface SeenFile {
  path: string;
  streamId: string;
  sizeBytes: number;
  /** Of this listing: changes with the content. */
  mark: string;
  listed: object;
}
export interface EarlierSight {
  mark: string;
  /** ISO: when it was first listed as it is. */
  since: string;
  listed: object;
  state: FileState;
}
export interface SightedFile extends SeenFile {
  /** Null: it is ready to be read. */
  waitsFor: WaitsFor | null;
}

export const pathOwner = (sourceId: string): string => `${sourceId}/path`;
export const pathDigest = (vault: IdentityVault, sourceId: string, path: string): string =>
  vault.digest(Buffer.from(`${sourceId}\n${path}`));

/** The last sight of each path, by path; none for one that was never seen. */
export async function earlierSights(
  pool: Pool,
  vault: IdentityVault,
  sourceId: string,
  paths: string[],
): Promise<Map<string, EarlierSight>> {
  const byDigest = new Map(paths.map((path) => [pathDigest(vault, sourceId, path), path]));
  const { rows } = await pool.query(
    `select distinct on (path_digest) path_digest, listing_mark, mark_since, listed, state from source_files
     where source_id = $1 and path_digest = any($2::text[]) order by path_digest, file_id desc`,
    [sourceId, [...byDigest.keys()]],
  );
  return new Map(
    rows.map(({ path_digest, listing_mark, mark_since, listed, state }) => [
      byDigest.get(path_digest)!,
      { mark: listing_mark, since: mark_since.toISOString(), listed, state },
    ]),
  );
}

/**
 * Registers what was seen: a new path or a new content of a known one becomes a file of its own, one that is still being
 * written stays the file it is. What was committed, is a duplicate or was quarantined stays so.
 *
 * @returns the streams of files that were not known before, one for each
 */
export async function registerSights(
  pool: Pool,
  vault: IdentityVault,
  sourceId: string,
  sights: SightedFile[],
): Promise<string[]> {
  if (sights.length === 0) return [];
  return inTransaction(pool, async (connection) => {
    const digests = sights.map(({ path }) => pathDigest(vault, sourceId, path));
    const seen = [
      digests,
      sights.map(({ mark }) => mark),
      sights.map(({ sizeBytes }) => sizeBytes),
      sights.map(({ listed }) => JSON.stringify(listed)),
      sights.map(({ waitsFor }) => waitsFor),
    ];
    const row = `unnest($2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[]) as s(digest, mark, size, listed, waits)`;
    // Still being written, or seen again as it was.
    await connection.query(
      `update source_files f
       set listing_mark = s.mark, size_bytes = s.size, listed = s.listed, seen_at = clock_timestamp(), waits_for = s.waits,
           state = case when s.waits is null then 'discovered' else 'waiting' end, code = null, message = null,
           mark_since = case when f.listing_mark = s.mark then f.mark_since else clock_timestamp() end
       from ${row}
       where f.source_id = $1 and f.path_digest = s.digest
         and (f.state in ('discovered', 'waiting') or (f.state = 'failed' and f.listing_mark = s.mark))
         and f.file_id = (select max(file_id) from source_files m where m.source_id = $1 and m.path_digest = s.digest)`,
      [sourceId, ...seen],
    );
    const { rows } = await connection.query<{ file_id: number; stream_id: string }>(
      `insert into source_files (source_id, stream_id, path_digest, path_sealed, listing_mark, size_bytes, listed, waits_for, state)
       select $1, s.stream, s.digest, s.sealed, s.mark, s.size, s.listed, s.waits,
              case when s.waits is null then 'discovered' else 'waiting' end
       from unnest($2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::text[], $8::bytea[])
         as s(digest, mark, size, listed, waits, stream, sealed)
       where s.mark is distinct from (select listing_mark from source_files m where m.source_id = $1 and m.path_digest = s.digest
                                      order by file_id desc limit 1)
       on conflict do nothing
       returning file_id, stream_id`,
      [
        sourceId,
        ...seen,
        sights.map(({ streamId }) => streamId),
        sights.map(({ path }) => vault.seal(path, pathOwner(sourceId))),
      ],
    );
    for (const { file_id } of rows)
      await auditFile(connection, { sourceId, fileId: file_id, actor: 'ingestion', action: 'file.discovered' });
    return rows.map(({ stream_id }) => stream_id);
  });
}

/**
 * Files that were listed before `since` but not after, and of which nothing was taken: somebody took them away. They come back
 * to life when they are listed again.
 */
export async function missOthers(pool: Pool, sourceId: string, since: string): Promise<number> {
  const { rowCount } = await pool.query(
    `update source_files set state = 'failed', code = 'FILE_GONE', changed_at = now(), waits_for = null,
            message = 'The file was taken away before it was read: expected it to stay until it is ingested.'
     where source_id = $1 and state in ('discovered', 'waiting') and seen_at < $2`,
    [sourceId, since],
  );
  return rowCount ?? 0;
}

export interface ReadyFile {
  fileId: number;
  streamId: string;
}

/** Files to read, in the order of their streams and then of their age; also those whose holder has gone away. */
export async function readyFiles(
  pool: Pool,
  sourceId: string,
  streamIds: string[],
  limit: number,
): Promise<{ ready: ReadyFile[]; waiting: number }> {
  const { rows } = await pool.query<{ file_id: number; stream_id: string }>(
    `select file_id, stream_id from source_files
     where source_id = $1 and (state = 'discovered' or (state in ('claimed', 'parsed') and claimed_until < now()))
     order by array_position($2::text[], stream_id), listed->>'modifiedAt', file_id limit $3`,
    [sourceId, streamIds, limit],
  );
  const { rows: waiting } = await pool.query<{ count: number }>(
    `select count(*)::int as count from source_files where source_id = $1 and state = 'waiting'`,
    [sourceId],
  );
  return { ready: rows.map((row) => ({ fileId: row.file_id, streamId: row.stream_id })), waiting: waiting[0]!.count };
}
