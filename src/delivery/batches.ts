import { MAX_BODY_BYTES, MAX_RECORDS_PER_BATCH } from '../canonical/contract.js';
import type { CanonicalDocument } from '../canonical/records.js';
import { DocumentTooLarge } from './errors.js';

export interface BatchLimits {
  /** Records, and documents, a batch; 1,000 at most. */
  maxRecords: number;
  /** Bytes of the documents' JSON. */
  maxBytes: number;
}

/** JSON that still fits the body when it does not compress at all: base64 takes 4 bytes for 3, the rest is envelope. */
export const DEFAULT_MAX_BYTES = Math.floor((MAX_BODY_BYTES * 3) / 4) - 64 * 1024;

/**
 * Cuts documents into batches, in order. A document is never split: one of more records than `maxRecords` (but no more
 * than the contract's 1,000) goes alone. Voids hold no records and are carried along; they count as documents, of
 * which a batch holds 1,000 at most.
 *
 * @throws DocumentTooLarge where a single document exceeds what any batch may hold.
 */
export function planBatches(documents: Iterable<CanonicalDocument>, limits: BatchLimits): CanonicalDocument[][] {
  const batches: CanonicalDocument[][] = [];
  let batch: CanonicalDocument[] = [];
  let records = 0;
  let bytes = 0;
  for (const document of documents) {
    const size = Buffer.byteLength(JSON.stringify(document)) + 1;
    if (size > limits.maxBytes || document.records.length > MAX_RECORDS_PER_BATCH) {
      throw new DocumentTooLarge(
        `Document ${document.doc_key} has ${document.records.length} records in ${size} bytes; expected at most ${MAX_RECORDS_PER_BATCH} in ${limits.maxBytes}.`,
      );
    }
    const full =
      records + document.records.length > limits.maxRecords ||
      bytes + size > limits.maxBytes ||
      batch.length >= MAX_RECORDS_PER_BATCH;
    if (full && batch.length > 0) {
      batches.push(batch);
      batch = [];
      records = 0;
      bytes = 0;
    }
    batch.push(document);
    records += document.records.length;
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
