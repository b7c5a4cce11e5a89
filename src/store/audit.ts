import type { Queryable } from './database.js';

/** Remembers what was done, to a distributor or else to what `details` name, and by whom. `details` hold ids, counts and references only. */
export async function recordAudit(
  db: Queryable,
  entry: { actor: string; action: string; distributorId?: string; details?: Record<string, unknown> },
): Promise<void> {
  await db.query('insert into admin_audit (actor, action, distributor_id, details) values ($1, $2, $3, $4)', [
    entry.actor,
    entry.action,
    entry.distributorId ?? null,
    entry.details ?? {},
  ]);
}
