import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { compactDecrypt, decodeProtectedHeader } from 'jose';
import { MAX_BODY_BYTES } from '../../src/canonical/contract.js';
import { judge } from '../../src/canonical/rules.js';
import { DEFAULT_MAX_BYTES } from '../../src/delivery/batches.js';
import { readPlatformKey, sealPayload } from '../../src/delivery/seal.js';
import { documentOf, GSTIN, invoice, settings } from '../canonical/draft-examples.js';

const pemOf = (curve: string) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(), privateKey };
};

describe('sealing', () => {
  it('lets only the platform read a payload, and names the key it was sealed for', async () => {
    const { pem, privateKey } = pemOf('prime256v1');
    const payload = { documents: [judge(documentOf([invoice]), settings).document] };
    const platformKey = await readPlatformKey(pem);
    const sealed = await sealPayload(payload, platformKey);

    expect(decodeProtectedHeader(sealed)).toMatchObject({ alg: 'ECDH-ES', enc: 'A256GCM', kid: platformKey.kid });
    const { plaintext } = await compactDecrypt(sealed, privateKey);
    expect(JSON.parse(gunzipSync(plaintext).toString())).toEqual(payload);
    await expect(compactDecrypt(sealed, pemOf('prime256v1').privateKey)).rejects.toThrow();
    for (const part of sealed.split('.'))
      expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain(GSTIN);
  });

  it('seals the same payload differently each time', async () => {
    const key = await readPlatformKey(pemOf('prime256v1').pem);
    expect(await sealPayload({ documents: [] }, key)).not.toBe(await sealPayload({ documents: [] }, key));
  });

  it('takes no key on another curve', async () => {
    await expect(readPlatformKey(pemOf('secp384r1').pem)).rejects.toThrow('expected a public key on P-256');
  });

  it('the largest batch still fits the body when it does not compress at all', () => {
    expect(Math.ceil(DEFAULT_MAX_BYTES / 3) * 4 + 4_096).toBeLessThan(MAX_BODY_BYTES);
  });
});
