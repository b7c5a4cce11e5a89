import type { FileMetrics, FileState } from '../canonical/file-ingestion.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { auditFile } from './file-audit.js';
import type { FileFault } from './file-commit.js';
import { pathOwner } from './file-registry.js';

/** A file of which nothing more is read. */
export interface SettledFile {
  fileId: number;
  sourceId: string;
  path: string;
  listed: object;
  state: FileState;
  code: string | null;
  message: string | null;
  /** It lies where it was found. */
  untouched: boolean;
}

/** Null while it is under way. */
export async function settledFile(db: Queryable, vault: IdentityVault, fileId: number): Promise<SettledFile | null> {
  const { rows } = await db.query(
    `select file_id, source_id, path_sealed, listed, state, code, message, moved_to is null and removed_at is null as untouched
     from source_files where file_id = $1 and state in ('committed', 'duplicate', 'quarantined')`,
    [fileId],
  );
  const row = rows[0];
  return row
    ? {
        fileId,
        sourceId: row.source_id,
        path: vault.unseal(row.path_sealed, pathOwner(row.source_id)).toString('utf8'),
        listed: row.listed,
        state: row.state,
        code: row.code,
        message: row.message,
        untouched: row.untouched,
      }
    : null;
}

/** Where a file went, null: it was deleted. */
export async function noteRetained(
  pool: Pool,
  vault: IdentityVault,
  { fileId, sourceId }: Pick<SettledFile, 'fileId' | 'sourceId'>,
  movedTo: string | null,
): Promise<void> {
  await inTransaction(pool, async (connection) => {
    await connection.query(
      `update source_files set moved_to = $2, removed_at = case when $2::bytea is null then now() end where file_id = $1`,
      [fileId, movedTo === null ? null : vault.seal(movedTo, pathOwner(sourceId))],
    );
    const action = movedTo === null ? 'file.deleted' : 'file.moved';
    await auditFile(connection, { sourceId, fileId, actor: 'ingestion', action });
  });
}

export async function faultsOf(db: Queryable, fileId: number, limit: number): Promise<FileFault[]> {
  const { rows } = await db.query(
    `select line, column_name as column, code, message, value_hash as "valueHash"
     from file_faults where file_id = $1 order by fault_no limit $2`,
    [fileId, limit],
  );
  return rows;
}

/** Committed longer ago than its source keeps files, and not deleted yet. */
export async function outlivedFiles(
  db: Queryable,
  vault: IdentityVault,
  sourceId: string,
  days: number,
): Promise<{ fileId: number; path: string }[]> {
  const { rows } = await db.query(
    `select file_id, coalesce(moved_to, path_sealed) as path from source_files
     where source_id = $1 and removed_at is null and state in ('committed', 'duplicate', 'quarantined')
       and coalesce(committed_at, changed_at) < now() - make_interval(days => $2)
     order by file_id limit 1000`,
    [sourceId, days],
  );
  return rows.map(({ file_id, path }) => ({
    fileId: file_id,
    path: vault.unseal(path, pathOwner(sourceId)).toString('utf8'),
  }));
}

export async function recordRunMetrics(
  db: Queryable,
  run: { runId: string; sourceId: string; startedAt: string; byStream: Record<string, FileMetrics> },
): Promise<void> {
  for (const [streamId, metrics] of Object.entries(run.byStream))
    await db.query(
      `insert into file_runs (run_id, source_id, stream_id, metrics, started_at) values ($1, $2, $3, $4, $5)
       on conflict (run_id, stream_id) do update set metrics = excluded.metrics, ended_at = now()`,
      [run.runId, run.sourceId, streamId, JSON.stringify(metrics), run.startedAt],
    );
}

/** Files a person wants read again: those quarantined, or committed with rows refused, for this reason. */
export async function reopenFiles(
  pool: Pool,
  sourceId: string,
  which: { fileId: number } | { streamId: string; code: string },
  actor: string,
): Promise<number> {
  return inTransaction(pool, async (connection) => {
    const { rows } = await connection.query(
      `update source_files f set state = 'discovered', code = null, message = null, changed_at = now()
       where source_id = $1 and removed_at is null and moved_to is null
         and not exists (select from source_files later where later.source_id = $1 and later.path_digest = f.path_digest
                         and later.file_id > f.file_id)
         and case when $2::bigint is not null then f.file_id = $2 and f.state in ('quarantined', 'failed', 'duplicate', 'committed')
                  else f.stream_id = $3 and (f.state = 'quarantined' and f.code = $4
                       or f.state = 'committed' and exists (select from file_faults x where x.file_id = f.file_id and x.code = $4)) end
       returning file_id`,
      'fileId' in which ? [sourceId, which.fileId, null, null] : [sourceId, null, which.streamId, which.code],
    );
    for (const { file_id } of rows)
      await auditFile(connection, { sourceId, fileId: file_id, actor, action: 'file.reopened' });
    return rows.length;
  });
}
