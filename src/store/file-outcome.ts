import type { PublishResult } from '../canonical/contract.js';
import type { FileState } from '../canonical/file-ingestion.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import type { Queryable } from './database.js';
import { pathDigest } from './file-registry.js';

export interface FileOutcome {
  state: FileState;
  code: string | null;
  message: string | null;
  /** Of the commit; null without one. */
  published: PublishResult | null;
}

/** What became of the newest content of a path; null where it was never listed. */
export async function fileOutcome(
  db: Queryable,
  vault: IdentityVault,
  sourceId: string,
  path: string,
): Promise<FileOutcome | null> {
  const { rows } = await db.query(
    `select f.state, f.code, f.message, p.result
     from source_files f join file_sources s using (source_id)
     left join sync_sets t on t.distributor_id = s.tenant_id and t.sync_id = f.sync_id
     left join publications p using (publication_id)
     where f.source_id = $1 and f.path_digest = $2 order by f.file_id desc limit 1`,
    [sourceId, pathDigest(vault, sourceId, path)],
  );
  const row = rows[0];
  return row ? { state: row.state, code: row.code, message: row.message, published: row.result } : null;
}

/** Documents of a company that stand in a version above an ERP's counter, withdrawn ones too. */
export async function newerDocuments(
  db: Queryable,
  { distributorId, prefix, sequence }: { distributorId: string; prefix: string; sequence: number },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from documents
     where distributor_id = $1 and starts_with(doc_key, $2) and state in ('held', 'published', 'voided')
       and (version_epoch > 0 or version_sequence > $3)`,
    [distributorId, prefix, sequence],
  );
  return rows[0]!.count;
}
