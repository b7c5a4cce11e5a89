import { randomBytes } from 'node:crypto';
import { type CertificateAuthority, distributorSubject } from '../ops/certificates.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { recordAudit } from './audit.js';
import { type BundleContent, sealBundle } from './bundles.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { Conflict, NoDigestKey, UnknownDistributor } from './errors.js';
import { hashToken } from './token-hash.js';

export interface IssuedCredentials {
  credentialId: number;
  fingerprint: string;
  serial: string;
  /** ISO. */
  certificateNotAfter: string;
  bundleKeptUntil: string;
  /** False where `requestId` had been answered before. */
  created: boolean;
}

/**
 * Makes a distributor's certificate, API key, HMAC secret and digest key, stores them hashed or sealed, and seals the
 * bundle that hands them over. Asking again with the same `requestId` makes nothing new. Earlier credentials go on
 * working until they are revoked: two may overlap while a connector changes over.
 *
 * @throws UnknownDistributor, Conflict `distributor_inactive`
 */
export async function issueCredentials(
  pool: Pool,
  platform: { vault: IdentityVault; authority: CertificateAuthority; platformKeyPem: string; apiEndpoint: string },
  request: { distributorId: string; requestId: string; actor?: string },
): Promise<IssuedCredentials> {
  const { distributorId, requestId } = request;
  const { vault, authority } = platform;
  return inTransaction(pool, async (connection) => {
    // The row lock makes repeated requests wait for the first one's answer.
    const { rows: distributors } = await connection.query(
      'select erp_type, legal_name, status from distributors where distributor_id = $1 for update',
      [distributorId],
    );
    const distributor = distributors[0];
    if (!distributor) throw new UnknownDistributor(distributorId);
    const earlier = await findIssued(connection, distributorId, requestId);
    if (earlier) return { ...earlier, created: false };
    if (distributor.status === 'inactive')
      throw new Conflict(
        'distributor_inactive',
        `Distributor ${distributorId} is inactive and is given no credentials.`,
      );

    const certificate = await authority.issueClient(distributorSubject(distributorId));
    const apiKey = `ak_${randomBytes(32).toString('base64url')}`;
    const hmacSecret = randomBytes(32);
    const digestKey = (await standingDigestKey(connection, vault, distributorId)) ?? randomBytes(32);
    const { rows } = await connection.query(
      `insert into credentials (distributor_id, request_id, api_key_hash, hmac_secret_sealed, digest_key_sealed)
       values ($1, $2, $3, $4, $5) returning credential_id`,
      [
        distributorId,
        requestId,
        hashToken(apiKey),
        vault.seal(hmacSecret, hmacOwner(distributorId)),
        vault.seal(digestKey, digestOwner(distributorId)),
      ],
    );
    const credentialId: number = rows[0].credential_id;
    await connection.query(
      `insert into certificates (fingerprint, credential_id, distributor_id, serial, not_before, not_after)
       values ($1, $2, $3, $4, $5, $6)`,
      [
        certificate.fingerprint,
        credentialId,
        distributorId,
        certificate.serial,
        certificate.notBefore,
        certificate.notAfter,
      ],
    );
    const content: BundleContent = {
      distributor_id: distributorId,
      api_endpoint: platform.apiEndpoint,
      files: {
        altscore_api_key: apiKey,
        'client.crt': certificate.certificatePem,
        'client.key': certificate.keyPem,
        'altscore-ca.crt': authority.certificatePem,
        hmac_secret: hmacSecret.toString('base64'),
        digest_key: digestKey.toString('base64'),
        'platform_key.pem': platform.platformKeyPem,
      },
      erp_type: distributor.erp_type,
      legal_name: distributor.legal_name,
    };
    await sealBundle(connection, vault, { credentialId, distributorId, content });
    await recordAudit(connection, {
      actor: request.actor ?? 'platform',
      action: 'credentials.issued',
      distributorId,
      details: { credentialId, fingerprint: certificate.fingerprint },
    });
    return { ...(await findIssued(connection, distributorId, requestId))!, created: true };
  });
}

async function findIssued(
  db: Queryable,
  distributorId: string,
  requestId: string,
): Promise<Omit<IssuedCredentials, 'created'> | null> {
  const { rows } = await db.query(
    `select c.credential_id, fingerprint, serial, not_after, kept_until
     from credentials c join certificates using (credential_id) join credential_bundles using (credential_id)
     where c.distributor_id = $1 and request_id = $2`,
    [distributorId, requestId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    credentialId: row.credential_id,
    fingerprint: row.fingerprint,
    serial: row.serial,
    certificateNotAfter: row.not_after.toISOString(),
    bundleKeptUntil: row.kept_until.toISOString(),
  };
}

const hmacOwner = (distributorId: string) => `${distributorId}/hmac`;
const digestOwner = (distributorId: string) => `${distributorId}/digest`;

/** The digest key outlives credentials: with another one every document would look changed. */
async function standingDigestKey(db: Queryable, vault: IdentityVault, distributorId: string): Promise<Buffer | null> {
  const { rows } = await db.query(
    'select digest_key_sealed from credentials where distributor_id = $1 order by credential_id desc limit 1',
    [distributorId],
  );
  return rows[0] ? vault.unseal(rows[0].digest_key_sealed, digestOwner(distributorId)) : null;
}

/** @throws NoDigestKey where credentials were never issued */
export async function readDigestKey(db: Queryable, vault: IdentityVault, distributorId: string): Promise<Buffer> {
  const key = await standingDigestKey(db, vault, distributorId);
  if (key === null) throw new NoDigestKey(distributorId);
  return key;
}

/** Withdraws every certificate, key and unfetched bundle of a distributor, at once. */
export async function revokeCredentials(
  pool: Pool,
  distributorId: string,
  actor = 'platform',
): Promise<{ credentials: number; certificates: number }> {
  return inTransaction(pool, async (connection) => {
    const revoke = async (table: 'credentials' | 'certificates') =>
      (
        await connection.query(
          `update ${table} set revoked_at = now() where distributor_id = $1 and revoked_at is null`,
          [distributorId],
        )
      ).rowCount ?? 0;
    const revoked = { credentials: await revoke('credentials'), certificates: await revoke('certificates') };
    await connection.query('update credential_bundles set content_sealed = null where distributor_id = $1', [
      distributorId,
    ]);
    await recordAudit(connection, { actor, action: 'credentials.revoked', distributorId, details: revoked });
    return revoked;
  });
}

export interface CertificateHolder {
  distributorId: string;
  erpType: string;
  active: boolean;
  revoked: boolean;
}

/** Whose certificate this is; null for one this platform did not issue. */
export async function findCertificate(db: Queryable, fingerprint: string): Promise<CertificateHolder | null> {
  const { rows } = await db.query(
    `select distributor_id, d.erp_type, d.status, c.revoked_at, c.not_after
     from certificates c join distributors d using (distributor_id) where fingerprint = $1`,
    [fingerprint],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    distributorId: row.distributor_id,
    erpType: row.erp_type,
    active: row.status !== 'inactive',
    revoked: row.revoked_at !== null,
  };
}

/** Whose API key this is, with the hash to compare in constant time and the secrets its requests are signed with. */
export async function findApiKey(
  db: Queryable,
  vault: IdentityVault,
  apiKey: string,
): Promise<{ distributorId: string; hash: Buffer; hmacSecret: Buffer } | null> {
  const { rows } = await db.query(
    `select distributor_id, api_key_hash, hmac_secret_sealed from credentials
     where api_key_hash = $1 and revoked_at is null`,
    [hashToken(apiKey)],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    distributorId: row.distributor_id,
    hash: row.api_key_hash,
    hmacSecret: vault.unseal(row.hmac_secret_sealed, hmacOwner(row.distributor_id)),
  };
}

/** ISO day and time the newest unrevoked certificate ends; null without one. */
export async function certificateExpiry(db: Queryable, distributorId: string): Promise<string | null> {
  const { rows } = await db.query(
    'select max(not_after) as expiry from certificates where distributor_id = $1 and revoked_at is null',
    [distributorId],
  );
  return rows[0].expiry?.toISOString() ?? null;
}
