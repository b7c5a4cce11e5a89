import { checkpointOf, type FileMetrics, type FileState, type StreamState } from '../canonical/file-ingestion.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import type { Queryable } from './database.js';
import { pathOwner } from './file-registry.js';

/** Where each stream of a source has come to; streams of which nothing was committed yet have no checkpoint. */
export async function streamStates(
  db: Queryable,
  vault: IdentityVault,
  source: { sourceId: string; tenantId: string; connectorId: string; streamIds: string[]; uri: string },
): Promise<StreamState[]> {
  const { rows } = await db.query(
    'select stream_id, path_sealed, sha256 from stream_checkpoints where source_id = $1',
    [source.sourceId],
  );
  const byStream = new Map(rows.map((row) => [row.stream_id as string, row]));
  return source.streamIds.map((streamId) => {
    const row = byStream.get(streamId);
    const path = row && vault.unseal(row.path_sealed, pathOwner(source.sourceId)).toString('utf8');
    return {
      tenant_id: source.tenantId,
      connector_id: source.connectorId,
      stream_id: streamId,
      last_checkpoint: row ? checkpointOf(source.uri, path, row.sha256) : null,
    };
  });
}

export interface FileLine {
  fileId: number;
  streamId: string;
  path: string;
  state: FileState;
  waitsFor: string | null;
  code: string | null;
  message: string | null;
  sha256: string | null;
  duplicateOf: number | null;
  schemaVersion: number | null;
  rowsRead: number | null;
  rowsRefused: number | null;
  sizeBytes: number;
  discoveredAt: string;
  committedAt: string | null;
}

/** Files of a source, the newest first. */
export async function listFiles(
  db: Queryable,
  vault: IdentityVault,
  sourceId: string,
  { state, limit }: { state: FileState | null; limit: number },
): Promise<FileLine[]> {
  const { rows } = await db.query(
    `select * from source_files where source_id = $1 and ($2::text is null or state = $2) order by file_id desc limit $3`,
    [sourceId, state, limit],
  );
  return rows.map((row) => ({
    fileId: row.file_id,
    streamId: row.stream_id,
    path: vault.unseal(row.path_sealed, pathOwner(sourceId)).toString('utf8'),
    state: row.state,
    waitsFor: row.waits_for,
    code: row.code,
    message: row.message,
    sha256: row.sha256,
    duplicateOf: row.duplicate_of,
    schemaVersion: row.schema_version,
    rowsRead: row.counts.rowsRead ?? null,
    rowsRefused: row.counts.rowsRefused ?? null,
    sizeBytes: row.size_bytes,
    discoveredAt: row.discovered_at.toISOString(),
    committedAt: row.committed_at?.toISOString() ?? null,
  }));
}

/** Since the source was registered, by stream. */
export async function metricsSoFar(
  db: Queryable,
): Promise<{ sourceId: string; streamId: string; metrics: FileMetrics }[]> {
  const { rows } = await db.query(
    `select source_id, stream_id, jsonb_object_agg(name, total) as metrics
     from (select source_id, stream_id, m.key as name, sum(m.value::bigint) as total
           from file_runs cross join lateral jsonb_each_text(metrics) as m group by 1, 2, 3) sums
     group by 1, 2 order by 1, 2`,
  );
  return rows.map(({ source_id, stream_id, metrics }) => ({ sourceId: source_id, streamId: stream_id, metrics }));
}

/** Now, by stream; those without any are left out. */
export async function filesWaiting(db: Queryable): Promise<{ sourceId: string; streamId: string; count: number }[]> {
  const { rows } = await db.query(
    `select source_id, stream_id, count(*)::int as count from source_files where state = 'waiting' group by 1, 2`,
  );
  return rows.map(({ source_id, stream_id, count }) => ({ sourceId: source_id, streamId: stream_id, count }));
}
