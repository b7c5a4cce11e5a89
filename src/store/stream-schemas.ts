import type { SchemaChange, SchemaVerdict, StreamSchema } from '../canonical/stream-schema.js';
import { type Connection, inTransaction, type Pool, type Queryable } from './database.js';

export interface StoredSchema {
  sourceId: string;
  streamId: string;
  version: number;
  schema: StreamSchema;
  verdict: Exclude<SchemaVerdict, 'same'>;
  state: 'proposed' | 'accepted' | 'superseded';
  /** The file that first showed it. */
  foundIn: number | null;
  changes: SchemaChange[];
  /** A policy (`policy evolve`) or a person; null while nobody has. */
  acceptedBy: string | null;
  /** ISO. */
  createdAt: string;
}

export interface FoundSchema {
  sourceId: string;
  streamId: string;
  schema: StreamSchema;
  verdict: StoredSchema['verdict'];
  changes: readonly SchemaChange[];
  foundIn: number | null;
  /** Who accepts it at once; null where a person must. */
  acceptedBy: string | null;
}

/** What the stream's next file is compared with; null before its first. */
export async function acceptedSchema(db: Queryable, sourceId: string, streamId: string): Promise<StoredSchema | null> {
  const { rows } = await db.query(
    `select * from stream_schemas where source_id = $1 and stream_id = $2 and state = 'accepted'`,
    [sourceId, streamId],
  );
  return rows[0] ? storedSchema(rows[0]) : null;
}

/**
 * Keeps what a file showed and returns its version. The same columns again are the version that has them, accepted or
 * proposed, so a file that is read twice makes one.
 */
export async function recordFoundSchema(pool: Pool, found: FoundSchema): Promise<StoredSchema> {
  const { sourceId, streamId, schema, acceptedBy } = found;
  return inTransaction(pool, async (connection) => {
    await lockStream(connection, sourceId, streamId);
    const { rows: known } = await connection.query(
      `select * from stream_schemas
       where source_id = $1 and stream_id = $2 and columns = $3 and state in ('accepted', 'proposed')
       order by state limit 1`,
      [sourceId, streamId, JSON.stringify(schema)],
    );
    const same = known[0] ? storedSchema(known[0]) : null;
    if (same !== null) {
      const isSettled = same.state === 'accepted' || acceptedBy === null;
      return isSettled ? same : (await accept(connection, sourceId, streamId, same.version, acceptedBy))!;
    }
    const { rows } = await connection.query(
      `insert into stream_schemas (source_id, stream_id, version, columns, verdict, state, found_in, changes)
       select $1, $2, coalesce(max(version), 0) + 1, $3, $4, 'proposed', $5, $6
       from stream_schemas where source_id = $1 and stream_id = $2
       returning *`,
      [sourceId, streamId, JSON.stringify(schema), found.verdict, found.foundIn, JSON.stringify(found.changes)],
    );
    const made = storedSchema(rows[0]);
    return acceptedBy === null ? made : (await accept(connection, sourceId, streamId, made.version, acceptedBy))!;
  });
}

/**
 * From now on files are compared with this version: the one before is superseded. Accepting again changes nothing.
 *
 * @returns null where there is no such version
 */
export async function acceptSchema(
  pool: Pool,
  sourceId: string,
  streamId: string,
  version: number,
  by: string,
): Promise<StoredSchema | null> {
  return inTransaction(pool, async (connection) => {
    await lockStream(connection, sourceId, streamId);
    return accept(connection, sourceId, streamId, version, by);
  });
}

/** Newest first; of one stream where one is named. */
export async function listSchemas(
  db: Queryable,
  sourceId: string,
  streamId: string | null = null,
): Promise<StoredSchema[]> {
  const { rows } = await db.query(
    `select * from stream_schemas where source_id = $1 and ($2::text is null or stream_id = $2)
     order by stream_id, version desc`,
    [sourceId, streamId],
  );
  return rows.map(storedSchema);
}

/** Two files of a stream may show something new at the same moment. */
const lockStream = (connection: Connection, sourceId: string, streamId: string) =>
  connection.query(`select pg_advisory_xact_lock(hashtextextended('schema/' || $1 || '/' || $2, 0))`, [
    sourceId,
    streamId,
  ]);

async function accept(
  connection: Connection,
  sourceId: string,
  streamId: string,
  version: number,
  by: string,
): Promise<StoredSchema | null> {
  const key = [sourceId, streamId, version];
  const isThis = 'source_id = $1 and stream_id = $2 and version = $3';
  const { rows: asked } = await connection.query(`select * from stream_schemas where ${isThis}`, key);
  if (!asked[0] || asked[0].state === 'accepted') return asked[0] ? storedSchema(asked[0]) : null;
  await connection.query(
    `update stream_schemas set state = 'superseded' where source_id = $1 and stream_id = $2 and state = 'accepted'`,
    [sourceId, streamId],
  );
  const { rows } = await connection.query(
    `update stream_schemas set state = 'accepted', accepted_by = $4, accepted_at = now() where ${isThis} returning *`,
    [...key, by],
  );
  return storedSchema(rows[0]);
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
const storedSchema = (row: any): StoredSchema => ({
  sourceId: row.source_id,
  streamId: row.stream_id,
  version: row.version,
  schema: row.columns,
  verdict: row.verdict,
  state: row.state,
  foundIn: row.found_in,
  changes: row.changes,
  acceptedBy: row.accepted_by,
  createdAt: row.created_at.toISOString(),
});
