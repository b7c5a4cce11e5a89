import type { IdentityVault } from '../ops/identity-vault.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { Conflict, UnknownDistributor, UnknownSource } from './errors.js';
import { auditFile } from './file-audit.js';
import { dropUploadsOf } from './uploads.js';

export interface StoredSource {
  sourceId: string;
  /** The distributor whose files they are. */
  tenantId: string;
  connectorId: string;
  /** As Ops gave it; the room that reads files checks it. */
  settings: unknown;
}

/**
 * Registers a source, or replaces its settings. A source never changes its tenant.
 *
 * @throws Conflict `source_of_another`; UnknownDistributor
 */
export async function saveSource(
  pool: Pool,
  vault: IdentityVault,
  source: StoredSource,
  actor: string,
): Promise<{ created: boolean }> {
  return inTransaction(pool, async (connection) => {
    const { rowCount: known } = await connection.query('select from distributors where distributor_id = $1', [
      source.tenantId,
    ]);
    if (!known) throw new UnknownDistributor(source.tenantId);
    const { rows } = await connection.query('select tenant_id from file_sources where source_id = $1 for update', [
      source.sourceId,
    ]);
    if (rows[0] && rows[0].tenant_id !== source.tenantId)
      throw new Conflict(
        'source_of_another',
        `Source ${source.sourceId} belongs to another distributor; choose a new name.`,
      );
    await connection.query(
      `insert into file_sources (source_id, tenant_id, connector_id, settings_sealed) values ($1, $2, $3, $4)
       on conflict (source_id) do update set connector_id = excluded.connector_id, settings_sealed = excluded.settings_sealed, removed_at = null`,
      [
        source.sourceId,
        source.tenantId,
        source.connectorId,
        vault.seal(JSON.stringify(source.settings), settingsOwner(source.sourceId)),
      ],
    );
    const action = rows[0] ? 'source.changed' : 'source.added';
    await auditFile(connection, { sourceId: source.sourceId, actor, action });
    return { created: !rows[0] };
  });
}

/**
 * Takes a distributor's sources out of use, and forgets what was kept of their files for later ones: ledgers name people. What
 * files there were, and who touched them, stays known.
 *
 * @returns the sources
 */
export async function removeSources(pool: Pool, tenantId: string, actor: string): Promise<string[]> {
  return inTransaction(pool, async (connection) => {
    const { rows } = await connection.query<{ source_id: string }>(
      'update file_sources set removed_at = now() where tenant_id = $1 and removed_at is null returning source_id',
      [tenantId],
    );
    const sourceIds = rows.map(({ source_id }) => source_id);
    await connection.query(
      `delete from file_contents where content_id in
         (select 'masters/' || file_id from source_files where source_id = any($1::text[]))`,
      [sourceIds],
    );
    await dropUploadsOf(connection, tenantId, actor);
    for (const sourceId of sourceIds) await auditFile(connection, { sourceId, actor, action: 'source.removed' });
    return sourceIds;
  });
}

/** @throws UnknownSource */
export async function readSource(db: Queryable, vault: IdentityVault, sourceId: string): Promise<StoredSource> {
  const { rows } = await db.query('select * from file_sources where source_id = $1 and removed_at is null', [sourceId]);
  if (!rows[0]) throw new UnknownSource(sourceId);
  return storedSource(rows[0], vault);
}

export async function listSources(
  db: Queryable,
  vault: IdentityVault,
  tenantId: string | null = null,
): Promise<StoredSource[]> {
  const { rows } = await db.query(
    'select * from file_sources where removed_at is null and ($1::text is null or tenant_id = $1) order by source_id',
    [tenantId],
  );
  return rows.map((row) => storedSource(row, vault));
}

interface Row {
  source_id: string;
  tenant_id: string;
  connector_id: string;
  settings_sealed: Buffer;
}
const storedSource = (row: Row, vault: IdentityVault): StoredSource => ({
  sourceId: row.source_id,
  tenantId: row.tenant_id,
  connectorId: row.connector_id,
  settings: JSON.parse(vault.unseal(row.settings_sealed, settingsOwner(row.source_id)).toString('utf8')),
});
const settingsOwner = (sourceId: string): string => `${sourceId}/settings`;
