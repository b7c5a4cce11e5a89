import type { Watermark } from '../canonical/contract.js';
import { recordAudit } from './audit.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

export interface StoredWatermark extends Watermark {
  /** Counts the times a person set the watermark; a run of an older epoch is superseded. */
  epoch: number;
}

export async function readWatermark(db: Queryable, distributorId: string): Promise<StoredWatermark | null> {
  const { rows } = await db.query(
    'select published_through, counters, epoch from watermarks where distributor_id = $1',
    [distributorId],
  );
  const row = rows[0];
  if (!row) return null;
  return { last_sync_at: row.published_through.toISOString(), counters: row.counters, epoch: row.epoch };
}

/**
 * Moves the watermark forward, never back, and not by a run that began before a person set it.
 *
 * @param news whether what was published with it changed anything
 */
export async function advanceWatermark(
  db: Queryable,
  distributorId: string,
  watermark: Watermark,
  news: boolean,
): Promise<void> {
  await db.query(
    `insert into watermarks (distributor_id, published_through, counters, epoch) values ($1, $2, $3, $4)
     on conflict (distributor_id) do update
       set published_through = excluded.published_through, counters = excluded.counters, updated_at = now(),
           news_at = case when $5 then now() else watermarks.news_at end
       where watermarks.published_through <= excluded.published_through and watermarks.epoch <= excluded.epoch`,
    [distributorId, watermark.last_sync_at, watermark.counters, watermark.epoch ?? 0, news],
  );
}

/** Sets the watermark where a person wants it, back or forth, and starts a new epoch. */
export async function setWatermark(
  pool: Pool,
  distributorId: string,
  watermark: Watermark,
  actor: string,
): Promise<StoredWatermark> {
  return inTransaction(pool, async (connection) => {
    await connection.query(
      `insert into watermarks (distributor_id, published_through, counters, epoch) values ($1, $2, $3, 1)
       on conflict (distributor_id) do update
         set published_through = excluded.published_through, counters = excluded.counters,
             epoch = watermarks.epoch + 1, updated_at = now()`,
      [distributorId, watermark.last_sync_at, watermark.counters],
    );
    const stored = (await readWatermark(connection, distributorId))!;
    await recordAudit(connection, {
      actor,
      action: 'watermark.set',
      distributorId,
      details: { lastSyncAt: stored.last_sync_at, epoch: stored.epoch },
    });
    return stored;
  });
}
