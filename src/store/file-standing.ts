import { addInto } from '../canonical/run-report.js';
import type { Queryable } from './database.js';

/** How the files of a distributor stand, whatever their sources; counts and sentences that quote nothing of them. */
export interface FilesStanding {
  /** Taken, or known to hold nothing that was not taken before. */
  accepted: number;
  /** Seen, and not settled yet. */
  underWay: number;
  /** Refused or failed, and neither replaced nor gone since; the oldest first. */
  troubles: Array<{ sourceId: string; fileId: number; streamId: string; message: string }>;
  rowsRead: number;
  /** Rows that went into documents. */
  rowsTaken: number;
  refusedByCode: Record<string, number>;
}

/** Of each path the newest content alone counts. */
const NEWEST = `
  select distinct on (f.source_id, f.path_digest) f.*
  from source_files f join file_sources s using (source_id)
  where s.tenant_id = $1 and s.removed_at is null
  order by f.source_id, f.path_digest, f.file_id desc`;
const IS_TROUBLE = `(state = 'quarantined' or (state = 'failed' and code <> 'FILE_GONE'))`;
const LIES_THERE = 'moved_to is null and removed_at is null';

/** @param since ISO: of troubles that were set aside, only those from then on still count; null: all do. */
export async function filesStanding(
  db: Queryable,
  distributorId: string,
  since: string | null = null,
): Promise<FilesStanding> {
  const { rows: counted } = await db.query(
    `select count(*) filter (where state in ('committed', 'duplicate'))::int as accepted,
            count(*) filter (where state in ('discovered', 'waiting', 'claimed', 'parsed'))::int as under_way
     from (${NEWEST}) newest`,
    [distributorId],
  );
  const { rows: troubles } = await db.query(
    `select source_id as "sourceId", file_id as "fileId", stream_id as "streamId", message
     from (${NEWEST}) newest
     where ${IS_TROUBLE} and (${LIES_THERE} or $2::timestamptz is null or changed_at >= $2) order by file_id`,
    [distributorId, since],
  );
  const { rows: committed } = await db.query(
    `select counts from source_files join file_sources using (source_id)
     where tenant_id = $1 and state = 'committed'`,
    [distributorId],
  );
  const standing: FilesStanding = {
    accepted: counted[0].accepted,
    underWay: counted[0].under_way,
    troubles,
    rowsRead: 0,
    rowsTaken: 0,
    refusedByCode: {},
  };
  for (const { counts } of committed) {
    standing.rowsRead += counts.rowsRead ?? 0;
    standing.rowsTaken += counts.rowsEmitted ?? 0;
    addInto(standing.refusedByCode, counts.refusedByCode ?? {});
  }
  return standing;
}
