import type { Queryable } from './database.js';

/** Under which the masters of a file are kept, sealed, for the vouchers of later files. */
export const mastersContent = (fileId: number): string => `masters/${fileId}`;

/** The content with the masters that a distributor's files brought last; null before the first. */
export async function newestMasters(db: Queryable, tenantId: string): Promise<string | null> {
  const { rows } = await db.query<{ file_id: number }>(
    `select f.file_id from source_files f join file_sources s using (source_id)
     where s.tenant_id = $1 and f.state = 'committed'
       and exists (select from file_contents where content_id = 'masters/' || f.file_id and piece = 0)
     order by f.committed_at desc limit 1`,
    [tenantId],
  );
  return rows[0] ? mastersContent(rows[0].file_id) : null;
}
