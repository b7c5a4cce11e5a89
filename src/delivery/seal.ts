import { createPublicKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { CompactEncrypt, calculateJwkThumbprint, exportJWK } from 'jose';
import type { BatchPayload } from '../canonical/contract.js';

const compress = promisify(gzip);

/** The platform's public P-256 key, and its name in the header (RFC 7638 thumbprint) so that it can be rotated. */
export interface PlatformKey {
  key: KeyObject;
  kid: string;
}

/** @throws TypeError where the PEM is not a public key on P-256. */
export async function readPlatformKey(pem: string): Promise<PlatformKey> {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('expected a public key on P-256');
  return { key, kid: await calculateJwkThumbprint(await exportJWK(key)) };
}

/** Compact JWE (ECDH-ES, A256GCM) over the gzipped JSON of a payload. */
export async function sealPayload(payload: BatchPayload, platformKey: PlatformKey): Promise<string> {
  return new CompactEncrypt(await compress(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: platformKey.kid })
    .encrypt(platformKey.key);
}
