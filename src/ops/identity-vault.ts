import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';

/** Identity of a retailer as a record carries it; at least one of GSTIN and phone is known. */
export interface RetailerIdentity {
  gstin: string | null;
  name: string | null;
  phone: string | null;
}

/** One generation of the platform's identity keys, 32 bytes each. */
export interface IdentityKeys {
  version: number;
  encryption: Buffer;
  lookup: Buffer;
}

/** Configuration or tampering: what is stored cannot be read with the keys at hand. */
export class Unsealable extends Error {
  override readonly name = 'Unsealable';
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what only the platform may read, and makes keys to join on.
 *
 * A sealed value is `version (1 byte) | IV (12) | tag (16) | AES-256-GCM ciphertext`; its owner (the distributor's id,
 * with a purpose where it is not identity) is authenticated, so a value cannot be moved to another distributor's row.
 * The newest keys seal; all of them unseal. `retailerKey` is made with the oldest, since a join must never break.
 */
export class IdentityVault {
  readonly #keys: Map<number, IdentityKeys>;
  readonly #newest: IdentityKeys;
  readonly #joining: IdentityKeys;

  constructor(keys: IdentityKeys[]) {
    const ordered = [...keys].sort((left, right) => left.version - right.version);
    if (ordered.length === 0) throw new Unsealable('The identity vault was given no key.');
    for (const key of ordered) {
      if (key.version < 1 || key.version > 255) throw new Unsealable('Identity key versions are 1 to 255.');
      if (key.encryption.length !== 32 || key.lookup.length !== 32)
        throw new Unsealable(`Identity key version ${key.version} must be two keys of 32 bytes.`);
    }
    this.#keys = new Map(ordered.map((key) => [key.version, key]));
    this.#joining = ordered[0]!;
    this.#newest = ordered.at(-1)!;
  }

  seal(plain: string | Buffer, owner: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#newest.encryption, iv);
    cipher.setAAD(Buffer.from(owner));
    const body = Buffer.concat([
      typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain),
      cipher.final(),
    ]);
    return Buffer.concat([Buffer.of(this.#newest.version), iv, cipher.getAuthTag(), body]);
  }

  /** @throws Unsealable for another owner's value, a changed one, or a missing key version. */
  unseal(sealed: Buffer, owner: string): Buffer {
    const keys = this.#keys.get(sealed[0] ?? 0);
    if (!keys || sealed.length < 1 + IV_BYTES + TAG_BYTES) throw new Unsealable('A sealed value names no known key.');
    const bodyStart = 1 + IV_BYTES + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', keys.encryption, sealed.subarray(1, 1 + IV_BYTES));
    decipher.setAAD(Buffer.from(owner));
    decipher.setAuthTag(sealed.subarray(1 + IV_BYTES, bodyStart));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(bodyStart)), decipher.final()]);
    } catch {
      throw new Unsealable('A sealed value was changed or belongs to somebody else.');
    }
  }

  sealIdentity(identity: RetailerIdentity, distributorId: string): Buffer {
    return this.seal(JSON.stringify([identity.gstin, identity.name, identity.phone]), distributorId);
  }

  unsealIdentity(sealed: Buffer, distributorId: string): RetailerIdentity {
    const [gstin, name, phone] = JSON.parse(this.unseal(sealed, distributorId).toString('utf8')) as (string | null)[];
    return { gstin: gstin ?? null, name: name ?? null, phone: phone ?? null };
  }

  /** The same for one retailer across distributors; `version.hmac` of the GSTIN, else of the phone. */
  retailerKey(identity: Pick<RetailerIdentity, 'gstin' | 'phone'>): string {
    const of = identity.gstin !== null ? `gstin:${identity.gstin}` : `phone:${identity.phone}`;
    return `${this.#joining.version}.${createHmac('sha256', this.#joining.lookup).update(of).digest('base64url')}`;
  }

  /** Keyed digest of anything that may hold identity. */
  digest(bytes: Buffer): string {
    return createHmac('sha256', this.#joining.lookup).update('digest:').update(bytes).digest('base64url');
  }
}
