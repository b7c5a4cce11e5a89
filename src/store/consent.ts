import { recordAudit } from './audit.js';
import { inTransaction, type Pool } from './database.js';
import { lockPublishing } from './publish.js';

/** Remembers the distributor's consent and publishes what was held; from now on sets are published as they come. */
export async function publishHeld(
  pool: Pool,
  distributorId: string,
  consent: { by: string; reference: string },
): Promise<{ documents: number }> {
  return inTransaction(pool, async (connection) => {
    await lockPublishing(connection, distributorId);
    await connection.query(
      `update distributors set consent_at = now(), consent_by = $2, consent_reference = $3
       where distributor_id = $1 and consent_at is null`,
      [distributorId, consent.by, consent.reference],
    );
    const { rowCount } = await connection.query(
      `update documents set state = 'published' where distributor_id = $1 and state = 'held'`,
      [distributorId],
    );
    const documents = rowCount ?? 0;
    await recordAudit(connection, {
      actor: consent.by,
      action: 'consent.completed',
      distributorId,
      details: { reference: consent.reference, documents },
    });
    return { documents };
  });
}
