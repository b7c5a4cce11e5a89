import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import type { IdentityVault } from '../ops/identity-vault.js';
import { recordAudit } from './audit.js';
import { type Connection, inTransaction, type Pool } from './database.js';
import { Conflict, UnknownDistributor } from './errors.js';
import { hashToken } from './token-hash.js';

/** What a distributor is handed; secrets of bytes are in base64. Files stand by the name they are to be saved under. */
export interface BundleContent {
  distributor_id: string;
  api_endpoint: string;
  erp_type: string;
  legal_name: string;
  files: Record<string, string>;
}

const LINK_HOURS = 72;
const KEPT_DAYS = 30;
const bundleOwner = (distributorId: string) => `${distributorId}/bundle`;

export async function sealBundle(
  connection: Connection,
  vault: IdentityVault,
  bundle: { credentialId: number; distributorId: string; content: BundleContent },
): Promise<void> {
  await connection.query(
    `insert into credential_bundles (credential_id, distributor_id, content_sealed, kept_until) values ($1, $2, $3, $4)`,
    [
      bundle.credentialId,
      bundle.distributorId,
      vault.seal(JSON.stringify(bundle.content), bundleOwner(bundle.distributorId)),
      DateTime.utc().plus({ days: KEPT_DAYS }).toISO(),
    ],
  );
}

/**
 * Mints the one-time token of the distributor's newest bundle; a token minted before stops working.
 *
 * @throws UnknownDistributor, Conflict `no_bundle` where nothing is left to hand over: issue credentials anew.
 */
export async function mintBundleToken(
  pool: Pool,
  distributorId: string,
  actor = 'platform',
): Promise<{ token: string; expiresAt: string }> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = DateTime.utc().plus({ hours: LINK_HOURS }).toISO();
  return inTransaction(pool, async (connection) => {
    const { rowCount: known } = await connection.query('select from distributors where distributor_id = $1', [
      distributorId,
    ]);
    if (!known) throw new UnknownDistributor(distributorId);
    const { rowCount } = await connection.query(
      `update credential_bundles set token_hash = $2, expires_at = $3
       where content_sealed is not null and kept_until > now()
         and credential_id = (select max(credential_id) from credential_bundles where distributor_id = $1)`,
      [distributorId, hashToken(token), expiresAt],
    );
    if (rowCount === 0)
      throw new Conflict(
        'no_bundle',
        `Distributor ${distributorId} has no bundle to hand over: it was fetched, revoked or never made.`,
      );
    await recordAudit(connection, { actor, action: 'bundle.linked', distributorId, details: { expiresAt } });
    return { token, expiresAt };
  });
}

export type BundleAnswer = { found: 'yes'; content: BundleContent } | { found: 'gone' } | { found: 'no' };

/** Hands a bundle over, once; the content is destroyed in the same transaction. */
export async function fetchBundle(pool: Pool, vault: IdentityVault, token: string): Promise<BundleAnswer> {
  return inTransaction(pool, async (connection) => {
    const { rows } = await connection.query(
      `select credential_id, distributor_id, content_sealed, least(expires_at, kept_until) < now() as expired
       from credential_bundles where token_hash = $1 for update`,
      [hashToken(token)],
    );
    const bundle = rows[0];
    if (!bundle) return { found: 'no' };
    if (bundle.content_sealed === null || bundle.expired) return { found: 'gone' };
    await connection.query(
      'update credential_bundles set content_sealed = null, fetched_at = now() where credential_id = $1',
      [bundle.credential_id],
    );
    await recordAudit(connection, {
      actor: 'bearer of the link',
      action: 'bundle.fetched',
      distributorId: bundle.distributor_id,
    });
    const content = vault.unseal(bundle.content_sealed, bundleOwner(bundle.distributor_id));
    return { found: 'yes', content: JSON.parse(content.toString('utf8')) };
  });
}
