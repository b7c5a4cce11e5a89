import { recordAudit } from './audit.js';
import { inTransaction, type Pool } from './database.js';
import { lockPublishing } from './publish.js';

/**
 * Deletes what was never published: before consent that is everything that arrived, in every version; after it only
 * what is staged or held. Sets still open are superseded, so nothing more arrives for them.
 */
export async function purgeDistributor(
  pool: Pool,
  distributorId: string,
  actor = 'platform',
): Promise<{ documents: number }> {
  return inTransaction(pool, async (connection) => {
    const visibility = await lockPublishing(connection, distributorId);
    await connection.query(`update sync_sets set state = 'superseded' where distributor_id = $1 and state = 'open'`, [
      distributorId,
    ]);
    const { rowCount } = await connection.query(
      `delete from documents where distributor_id = $1 ${visibility === 'held' ? '' : `and state in ('staged', 'held')`}`,
      [distributorId],
    );
    await connection.query('delete from known_checks where distributor_id = $1', [distributorId]);
    if (visibility === 'held') {
      await connection.query('delete from payment_reversals where distributor_id = $1', [distributorId]);
      await connection.query('delete from watermarks where distributor_id = $1', [distributorId]);
    }
    const documents = rowCount ?? 0;
    await recordAudit(connection, { actor, action: 'held.purged', distributorId, details: { documents } });
    return { documents };
  });
}
