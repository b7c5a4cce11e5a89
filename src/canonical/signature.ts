import { createHmac, timingSafeEqual } from 'node:crypto';

/** Signature of a request between the premises and the platform; both sides use this file (DESIGN §6). */
export interface SignedParts {
  /** `x-batch-id`. */
  batchId: string;
  /** `x-created-at`, ISO. */
  createdAt: string;
  /** The body's bytes exactly as they travel. */
  body: Uint8Array;
}

const VERSION = 'v1';

function macOf({ batchId, createdAt, body }: SignedParts, secret: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${batchId}.${createdAt}.`).update(body).digest();
}

/** `v1,<base64 HMAC-SHA256 of "{batch_id}.{created_at}.{raw body}">` */
export const signatureOf = (parts: SignedParts, secret: Uint8Array): string =>
  `${VERSION},${macOf(parts, secret).toString('base64')}`;

/**
 * Whether any signature of the header was made with any of the secrets. Both are lists so that a secret can be
 * rotated without a pause: the header separates signatures by spaces, as Standard Webhooks does. Compares in constant
 * time and never throws, whatever the header holds.
 */
export function verifySignature(header: string, parts: SignedParts, secrets: Uint8Array[]): boolean {
  const expected = secrets.map((secret) => macOf(parts, secret));
  const offered = header.split(' ', MAX_SIGNATURES).map((signature) => {
    const [version, mac = ''] = signature.split(',', 2);
    return version === VERSION ? Buffer.from(mac, 'base64') : Buffer.alloc(0);
  });
  return expected.some((mac) => offered.some((other) => other.length === mac.length && timingSafeEqual(mac, other)));
}

const MAX_SIGNATURES = 4;
