import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { compactDecrypt } from 'jose';
import { z } from 'zod';
import {
  type BatchBody,
  BatchPayload,
  MAX_PAYLOAD_BYTES,
  MAX_RECORDS_PER_BATCH,
  type RecordCounts,
} from '../../canonical/contract.js';
import type { CanonicalDocument } from '../../canonical/records.js';
import type { PlatformKey } from '../../ops/central-secrets.js';
import { ApiProblem, type Fault, invalid } from '../problems.js';
import { checkSchema, parseJson } from './checks.js';

const unzip = promisify(gunzip);

/** What numeric(14,2) holds. */
const MAX_RUPEES = 999_999_999_999.99;
const tooManyRecords = () =>
  new ApiProblem(413, 'too_many_records', `A batch holds at most ${MAX_RECORDS_PER_BATCH} documents and records.`);

/** Refuses a batch by what it says of itself, before anything is decrypted. */
export function checkAnnouncedSize(body: BatchBody): void {
  if (Object.values(body.counts).reduce((sum, count) => sum + count, 0) > MAX_RECORDS_PER_BATCH) throw tooManyRecords();
}

/**
 * Decrypts and unzips a payload. Whatever is wrong with it, the answer is the same, so that it teaches nothing about
 * the key; only its size is told apart.
 */
export async function openPayload(payload: string, keys: PlatformKey[]): Promise<Buffer> {
  let zipped: Uint8Array;
  try {
    zipped = await decrypt(payload, keys);
  } catch {
    throw unreadable();
  }
  try {
    return await unzip(zipped, { maxOutputLength: MAX_PAYLOAD_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ApiProblem(413, 'payload_too_large', `The payload is larger than ${MAX_PAYLOAD_BYTES} bytes unzipped.`);
    throw unreadable();
  }
}

const unreadable = () =>
  new ApiProblem(422, 'payload_unreadable', 'The payload cannot be read with the platform key.', {
    faults: [
      { path: 'payload', message: 'expected gzipped JSON in a compact JWE (ECDH-ES, A256GCM) to the platform key' },
    ],
  });

async function decrypt(payload: string, keys: PlatformKey[]): Promise<Uint8Array> {
  const { plaintext } = await compactDecrypt(
    payload,
    ({ kid, zip }) => {
      const key = keys.find((candidate) => candidate.kid === kid) ?? (kid === undefined ? keys[0] : undefined);
      if (!key || zip !== undefined) throw new Error('not sealed to the platform');
      return key.privateKey;
    },
    { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] },
  );
  return plaintext;
}

const Opened = z.strictObject({ payload: BatchPayload });

/** The documents of an opened payload, checked against the contract and what the batch said of itself. */
export function readDocuments(plain: Buffer, body: BatchBody): CanonicalDocument[] {
  const payload = parseJson(plain, 'payload');
  if (sizeOf(payload) > MAX_RECORDS_PER_BATCH) throw tooManyRecords();
  const { documents } = checkSchema(Opened, { payload }, 'payload').payload;
  const faults = [...faultsAcross(documents), ...faultsOfCounts(documents, body.counts)];
  if (faults.length > 0) throw invalid('payload', faults);
  return documents;
}

/** Documents or records, whichever are more, of a payload that no schema has seen yet. */
function sizeOf(payload: unknown): number {
  const documents = (payload as { documents?: unknown } | null)?.documents;
  if (!Array.isArray(documents)) return 0;
  const records = documents.reduce<number>((sum, document) => sum + (document?.records?.length ?? 0), 0);
  return Math.max(documents.length, records);
}

/** What no schema of a single record can see: keys that repeat, keys of another document, amounts no column holds. */
function* faultsAcross(documents: CanonicalDocument[]): Generator<Fault> {
  const docKeys = new Set<string>();
  for (const [index, document] of documents.entries()) {
    const path = `payload.documents[${index}]`;
    if (docKeys.has(document.doc_key)) yield { path: `${path}.doc_key`, message: 'stands twice in the batch' };
    docKeys.add(document.doc_key);
    const sourceKeys = new Set<string>();
    for (const [position, record] of document.records.entries()) {
      const at = `${path}.records[${position}]`;
      if (sourceKeys.has(record.source_key))
        yield { path: `${at}.source_key`, message: 'stands twice in the document' };
      sourceKeys.add(record.source_key);
      if (!record.source_key.startsWith(`${document.doc_key}#`))
        yield { path: `${at}.source_key`, message: 'expected the doc_key, # and a number' };
      const amount = record.type === 'payment' ? record.amount_paid_inr : record.amount_inr;
      if (Math.abs(amount) > MAX_RUPEES) yield { path: at, message: `expected an amount up to ${MAX_RUPEES}` };
      if (record.retailer_gst === null && record.retailer_phone === null)
        yield { path: `${at}.retailer_gst`, message: 'expected a GSTIN or a phone' };
    }
  }
}

function* faultsOfCounts(documents: CanonicalDocument[], announced: RecordCounts): Generator<Fault> {
  const counted: RecordCounts = { invoice: 0, payment: 0, return: 0, adjustment: 0 };
  for (const { records } of documents) for (const { type } of records) counted[type] += 1;
  for (const type of Object.keys(counted) as (keyof RecordCounts)[])
    if (counted[type] !== announced[type])
      yield { path: `counts.${type}`, message: `says ${announced[type]}, the payload holds ${counted[type]}` };
}
