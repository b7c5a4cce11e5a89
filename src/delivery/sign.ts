import { randomUUID } from 'node:crypto';
import { DateTime } from 'luxon';
import { SIGNED_HEADERS } from '../canonical/contract.js';
import { signatureOf } from '../canonical/signature.js';

/**
 * A request signed once, when it is made: every retry sends the very same bytes and headers, so that the platform
 * knows it again.
 */
export interface SignedRequest {
  batchId: string;
  /** ISO. */
  createdAt: string;
  body: Buffer;
  /** `v1,<base64>`. */
  signature: string;
}

/** A signed `BatchBody`, whose `batch_id` is also the header's. */
export type SignedBatch = SignedRequest;

export const newBatchId = (): string => `bat_${randomUUID().replaceAll('-', '')}`;

export function signRequest(batchId: string, body: object, hmacSecret: Uint8Array): SignedRequest {
  const createdAt = DateTime.utc().toISO();
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    batchId,
    createdAt,
    body: bytes,
    signature: signatureOf({ batchId, createdAt, body: bytes }, hmacSecret),
  };
}

/** The headers of a signed request, but for the API key. */
export const signedHeaders = (request: SignedRequest): Record<string, string> => ({
  [SIGNED_HEADERS.batchId]: request.batchId,
  [SIGNED_HEADERS.createdAt]: request.createdAt,
  [SIGNED_HEADERS.signature]: request.signature,
});
