import type { PublishResult, RecordCounts } from '../canonical/contract.js';
import type { CanonicalDocument } from '../canonical/records.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { sealRecords } from './bronze-rows.js';
import { bulkInsert } from './bulk-insert.js';
import { inTransaction, type Pool, preferKeys } from './database.js';
import { ClaimLost } from './errors.js';
import { extendClaim, type HeldFile, settleFile } from './file-claims.js';
import { publishWithin } from './publish.js';
import { lockSet } from './sets.js';
import { stageDocuments } from './stage-documents.js';

/** A row of a file on its way: from where it comes, and what it became. */
export interface Envelope {
  /** Line of a CSV file, place among the vouchers of an export; null for what the file says as a whole. */
  position: number | null;
  document: CanonicalDocument;
}

export interface FileFault {
  line: number | null;
  column: string | null;
  code: string;
  message: string;
  /** Keyed; null where no single value is at fault. */
  valueHash: string | null;
}

/** Faults kept for the distributor; all are counted. */
export const MAX_FAULTS_KEPT = 10_000;

/** Stages the rows of a piece of a file, nobody seeing them. @throws ClaimLost, SetSuperseded */
export async function stagePiece(
  pool: Pool,
  vault: IdentityVault,
  held: HeldFile,
  { envelopes, faults, faultsBefore }: { envelopes: Envelope[]; faults: FileFault[]; faultsBefore: number },
): Promise<void> {
  const syncId = setBeingStaged(held);
  const documents = envelopes.map(({ document }) => document);
  const sealed = sealRecords(documents, held.tenantId, vault);
  const kept = faults.slice(0, Math.max(0, MAX_FAULTS_KEPT - faultsBefore));
  await inTransaction(pool, async (connection) => {
    await preferKeys(connection);
    await extendClaim(connection, held);
    await lockSet(connection, held.tenantId, syncId);
    const positions = envelopes.map(({ position }) => position);
    await stageDocuments(connection, { distributorId: held.tenantId, syncId, documents, sealed, positions });
    await bulkInsert(connection, 'file_faults', {
      file_id: { type: 'bigint', values: kept.map(() => held.fileId) },
      fault_no: { type: 'int', values: kept.map((_, index) => faultsBefore + index + 1) },
      line: { type: 'bigint', values: kept.map(({ line }) => line) },
      column_name: { type: 'text', values: kept.map(({ column }) => column) },
      code: { type: 'text', values: kept.map(({ code }) => code) },
      message: { type: 'text', values: kept.map(({ message }) => message) },
      value_hash: { type: 'text', values: kept.map(({ valueHash }) => valueHash) },
    });
  });
}

export interface FileCounts {
  documents: number;
  records: RecordCounts;
  refusedByCode: Record<string, number>;
  /** ISO days of the earliest and the latest record; null without any. */
  from: string | null;
  to: string | null;
}

/**
 * The checkpoint: the file is committed and its rows stand, in one transaction or not at all.
 *
 * @throws ClaimLost; Conflict `counts_differ` where what is staged is not what was read; SetSuperseded
 */
export async function commitFile(pool: Pool, held: HeldFile, counts: FileCounts): Promise<PublishResult> {
  const syncId = setBeingStaged(held);
  return inTransaction(pool, async (connection) => {
    await settleFile(connection, held, { state: 'committed' });
    await lockSet(connection, held.tenantId, syncId);
    await connection.query(
      `update sync_sets set batches_total = 1, sync_from = $3, sync_to = $4 where distributor_id = $1 and sync_id = $2`,
      [held.tenantId, syncId, counts.from, counts.to],
    );
    await connection.query(
      `insert into batches (distributor_id, batch_id, sync_id, seq, plain_digest, result, quarantine)
       values ($1, $2, $3, 1, '', '{}', $4) on conflict do nothing`,
      [held.tenantId, syncId.replace(/^syn/, 'bat'), syncId, counts.refusedByCode],
    );
    return await publishWithin(connection, {
      distributor_id: held.tenantId,
      sync_ids: [syncId],
      counts: { batches: 1, documents: counts.documents, records: counts.records, known: 0 },
      watermark: null,
    });
  });
}

function setBeingStaged({ syncId }: HeldFile): string {
  if (syncId === null) throw new ClaimLost('Nobody began to read the file under this claim.');
  return syncId;
}
