import type { Queryable } from './database.js';

export interface FileAccess {
  sourceId: string;
  fileId?: number | null;
  actor: string;
  action: string;
  /** Ids, counts and codes only. */
  details?: Record<string, unknown>;
}

/** Remembers an access for ever: the table takes no change. */
export async function auditFile(
  db: Queryable,
  { sourceId, fileId, actor, action, details }: FileAccess,
): Promise<void> {
  await db.query('insert into file_audit (source_id, file_id, actor, action, details) values ($1, $2, $3, $4, $5)', [
    sourceId,
    fileId ?? null,
    actor,
    action,
    details ?? {},
  ]);
}

export interface AuditLine {
  at: string;
  fileId: number | null;
  actor: string;
  action: string;
  details: Record<string, unknown>;
}

/** The newest last. */
export async function readFileAudit(db: Queryable, sourceId: string, limit: number): Promise<AuditLine[]> {
  const { rows } = await db.query(
    `select at, file_id, actor, action, details from file_audit where source_id = $1 order by audit_id desc limit $2`,
    [sourceId, limit],
  );
  return rows.reverse().map(({ at, file_id, actor, action, details }) => ({
    at: at.toISOString(),
    fileId: file_id,
    actor,
    action,
    details,
  }));
}
