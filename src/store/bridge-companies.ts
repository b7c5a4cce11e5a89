import { randomBytes } from 'node:crypto';
import { bridgeSubject, type CertificateAuthority } from '../ops/certificates.js';
import { recordAudit } from './audit.js';
import { type Connection, inTransaction, type Pool, type Queryable } from './database.js';
import { UnknownCompany } from './errors.js';
import { hashToken } from './token-hash.js';

export interface BridgeCompany {
  companyId: string;
  /** For people; whoever has the id may change it. */
  label: string;
  /** ISO. */
  createdAt: string;
  /** ISO, of the newest unrevoked certificate; null without one. */
  certificateNotAfter: string | null;
  /** Jobs that have not come to their end. */
  openJobs: number;
}

/** Safe to repeat; another label takes the place of the one before. */
export async function registerCompany(
  pool: Pool,
  { companyId, label, actor }: { companyId: string; label: string; actor: string },
): Promise<{ created: boolean }> {
  return inTransaction(pool, async (connection) => {
    const { rows } = await connection.query(
      `insert into bridge_companies (company_id, label) values ($1, $2)
       on conflict (company_id) do update set label = excluded.label returning xmax = 0 as created`,
      [companyId, label],
    );
    const { created } = rows[0];
    await recordAudit(connection, { actor, action: 'bridge.registered', details: { companyId, created } });
    return { created };
  });
}

export async function listCompanies(db: Queryable): Promise<BridgeCompany[]> {
  const { rows } = await db.query(
    `select company_id, label, created_at,
       (select max(not_after) from bridge_credentials b where b.company_id = c.company_id and revoked_at is null) as not_after,
       (select count(*) from bridge_jobs j where j.company_id = c.company_id and settled_at is null) as open_jobs
     from bridge_companies c order by company_id`,
  );
  return rows.map((row) => ({
    companyId: row.company_id,
    label: row.label,
    createdAt: row.created_at.toISOString(),
    certificateNotAfter: row.not_after?.toISOString() ?? null,
    openJobs: row.open_jobs,
  }));
}

/** @throws UnknownCompany */
export async function requireCompany(db: Queryable, companyId: string): Promise<void> {
  const { rowCount } = await db.query('select from bridge_companies where company_id = $1', [companyId]);
  if (rowCount === 0) throw new UnknownCompany(companyId);
}

/**
 * One at a time may change what stands of a company's vouchers: its bridge writes them one by one, and so nothing is lost
 * by it. @throws UnknownCompany
 */
export async function lockCompany(connection: Connection, companyId: string): Promise<void> {
  const { rowCount } = await connection.query('select from bridge_companies where company_id = $1 for no key update', [
    companyId,
  ]);
  if (rowCount === 0) throw new UnknownCompany(companyId);
}

export interface BridgeCredentials {
  serial: string;
  fingerprint: string;
  /** ISO. */
  certificateNotAfter: string;
  /** What the bridge's folder must hold, by name. */
  files: { 'client.crt': string; 'client.key': string; 'altscore-ca.crt': string; altscore_api_key: string };
}

/** New ones each time; those before go on working until all are revoked. @throws UnknownCompany */
export async function issueBridgeCredentials(
  pool: Pool,
  authority: CertificateAuthority,
  { companyId, actor }: { companyId: string; actor: string },
): Promise<BridgeCredentials> {
  return inTransaction(pool, async (connection) => {
    await requireCompany(connection, companyId);
    const { serial, fingerprint, notAfter, certificatePem, keyPem } = await authority.issueClient(
      bridgeSubject(companyId),
    );
    const apiKey = `ak_${randomBytes(32).toString('base64url')}`;
    await connection.query(
      `insert into bridge_credentials (company_id, api_key_hash, fingerprint, serial, not_after) values ($1, $2, $3, $4, $5)`,
      [companyId, hashToken(apiKey), fingerprint, serial, notAfter],
    );
    const details = { companyId, fingerprint };
    await recordAudit(connection, { actor, action: 'bridge.credentials.issued', details });
    return {
      serial,
      fingerprint,
      certificateNotAfter: notAfter,
      files: {
        'client.crt': certificatePem,
        'client.key': keyPem,
        'altscore-ca.crt': authority.certificatePem,
        altscore_api_key: apiKey,
      },
    };
  });
}

/** All of a company's, at once. @throws UnknownCompany */
export async function revokeBridgeCredentials(
  pool: Pool,
  { companyId, actor }: { companyId: string; actor: string },
): Promise<{ credentials: number }> {
  return inTransaction(pool, async (connection) => {
    await requireCompany(connection, companyId);
    const { rowCount } = await connection.query(
      'update bridge_credentials set revoked_at = now() where company_id = $1 and revoked_at is null',
      [companyId],
    );
    const credentials = rowCount ?? 0;
    await recordAudit(connection, { actor, action: 'bridge.credentials.revoked', details: { companyId, credentials } });
    return { credentials };
  });
}

/** Whose certificate this is; null for one that no bridge was given. */
export async function findBridgeCertificate(
  db: Queryable,
  fingerprint: string,
): Promise<{ companyId: string; revoked: boolean } | null> {
  const { rows } = await db.query('select company_id, revoked_at from bridge_credentials where fingerprint = $1', [
    fingerprint,
  ]);
  return rows[0] ? { companyId: rows[0].company_id, revoked: rows[0].revoked_at !== null } : null;
}

/** Whose API key this is, with the hash to compare in constant time; null for one unknown or revoked. */
export async function findBridgeApiKey(
  db: Queryable,
  apiKey: string,
): Promise<{ companyId: string; hash: Buffer } | null> {
  const { rows } = await db.query(
    'select company_id, api_key_hash from bridge_credentials where api_key_hash = $1 and revoked_at is null',
    [hashToken(apiKey)],
  );
  return rows[0] ? { companyId: rows[0].company_id, hash: rows[0].api_key_hash } : null;
}
