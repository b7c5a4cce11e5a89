import type { CanonicalDocument, RecordType } from '../canonical/records.js';
import { insertBronze, type SealedRecord } from './bronze-rows.js';
import { bulkInsert } from './bulk-insert.js';
import type { Connection } from './database.js';

export interface StagedDocuments {
  distributorId: string;
  syncId: string;
  documents: CanonicalDocument[];
  /** Of all their records; made before the transaction, being the costly part. */
  sealed: SealedRecord[];
  /** The line or voucher of a file that each was read from. */
  positions?: (number | null)[];
}

/**
 * Writes documents of a set with their records, staged: nobody sees them yet.
 *
 * @returns document_id by doc_key, which is unique among them.
 */
export async function stageDocuments(connection: Connection, staged: StagedDocuments): Promise<Map<string, number>> {
  const documentIds = await insertDocuments(connection, staged);
  await insertBronze(connection, staged.distributorId, staged.sealed, documentIds);
  await insertQuarantinedBills(connection, staged.distributorId, staged.documents, documentIds);
  return documentIds;
}

async function insertDocuments(
  connection: Connection,
  { distributorId, syncId, documents, positions }: StagedDocuments,
): Promise<Map<string, number>> {
  const countOf = (type: RecordType) =>
    documents.map(({ records }) => records.reduce((count, record) => count + (record.type === type ? 1 : 0), 0));
  const rows = await bulkInsert(
    connection,
    'documents',
    {
      distributor_id: { type: 'text', values: documents.map(() => distributorId) },
      doc_key: { type: 'text', values: documents.map((document) => document.doc_key) },
      version_epoch: { type: 'int', values: documents.map((document) => document.version.epoch) },
      version_sequence: { type: 'bigint', values: documents.map((document) => document.version.sequence) },
      digest: { type: 'text', values: documents.map((document) => document.digest) },
      sync_id: { type: 'text', values: documents.map(() => syncId) },
      state: { type: 'text', values: documents.map(() => 'staged') },
      invoices: { type: 'smallint', values: countOf('invoice') },
      payments: { type: 'smallint', values: countOf('payment') },
      returns: { type: 'smallint', values: countOf('return') },
      adjustments: { type: 'smallint', values: countOf('adjustment') },
      quarantined: {
        type: 'text',
        list: true,
        values: documents.map(({ quarantined }) => quarantined?.codes.join(',') ?? ''),
      },
      quarantined_day: { type: 'date', values: documents.map(({ quarantined }) => quarantined?.day ?? null) },
      position: { type: 'bigint', values: positions ?? documents.map(() => null) },
    },
    'document_id, doc_key',
  );
  return new Map(rows.map((row) => [row.doc_key as string, row.document_id as number]));
}

async function insertQuarantinedBills(
  connection: Connection,
  distributorId: string,
  documents: CanonicalDocument[],
  documentIds: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = documents.flatMap(({ doc_key, quarantined }) =>
    (quarantined?.bills ?? []).map((bill) => ({ ...bill, documentId: documentIds.get(doc_key) })),
  );
  await bulkInsert(connection, 'quarantined_bills', {
    document_id: { type: 'bigint', values: rows.map(({ documentId }) => documentId) },
    distributor_id: { type: 'text', values: rows.map(() => distributorId) },
    party_key: { type: 'text', values: rows.map(({ party_key }) => party_key) },
    bill_name: { type: 'text', values: rows.map(({ name }) => name) },
    bill_date: { type: 'date', values: rows.map(({ date }) => date) },
  });
}
