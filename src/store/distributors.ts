import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import type { Contacts } from '../canonical/onboarding.js';
import type { ErpType } from '../canonical/records.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { recordAudit } from './audit.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { Conflict, UnknownDistributor } from './errors.js';

export interface Registration {
  /** The onboarding's own id: registering it again answers the same distributor. */
  onboardingId: string;
  legalName: string;
  gstin: string;
  erpType: ErpType;
  contacts: z.infer<typeof Contacts>;
  /** IANA. */
  timeZone: string;
}

export const DISTRIBUTOR_STATUSES = ['registered', 'active', 'inactive'] as const;
export type DistributorStatus = (typeof DISTRIBUTOR_STATUSES)[number];

export interface Distributor {
  distributorId: string;
  onboardingId: string;
  legalName: string;
  erpType: ErpType;
  timeZone: string;
  status: DistributorStatus;
  /** ISO; null while what arrives is held. */
  consentAt: string | null;
}

const newDistributorId = () => `dist_${randomBytes(4).toString('hex')}`;

/**
 * Registers a distributor once per `onboardingId`.
 *
 * @throws Conflict `registration_differs` where the onboarding is known with another name, GSTIN, ERP or time zone.
 */
export async function registerDistributor(
  pool: Pool,
  vault: IdentityVault,
  registration: Registration,
  actor = 'platform',
): Promise<{ distributorId: string; created: boolean }> {
  return inTransaction(pool, async (connection) => {
    const distributorId = newDistributorId();
    const profile = JSON.stringify({ gstin: registration.gstin, contacts: registration.contacts });
    const { rowCount } = await connection.query(
      `insert into distributors (distributor_id, onboarding_id, legal_name, erp_type, time_zone, profile_sealed)
       values ($1, $2, $3, $4, $5, $6) on conflict (onboarding_id) do nothing`,
      [
        distributorId,
        registration.onboardingId,
        registration.legalName,
        registration.erpType,
        registration.timeZone,
        vault.seal(profile, profileOwner(distributorId)),
      ],
    );
    if (rowCount === 1) {
      await recordAudit(connection, { actor, action: 'distributor.registered', distributorId });
      return { distributorId, created: true };
    }
    const { rows } = await connection.query(
      'select distributor_id, legal_name, erp_type, time_zone, profile_sealed from distributors where onboarding_id = $1',
      [registration.onboardingId],
    );
    const known = rows[0];
    const { gstin } = JSON.parse(
      vault.unseal(known.profile_sealed, profileOwner(known.distributor_id)).toString('utf8'),
    );
    if (
      known.legal_name !== registration.legalName ||
      known.erp_type !== registration.erpType ||
      known.time_zone !== registration.timeZone ||
      gstin !== registration.gstin
    )
      throw new Conflict(
        'registration_differs',
        `Onboarding ${registration.onboardingId} already registered ${known.distributor_id} with other particulars.`,
      );
    return { distributorId: known.distributor_id, created: false };
  });
}

const profileOwner = (distributorId: string) => `${distributorId}/profile`;

/** The people to turn to. @throws Unsealable, UnknownDistributor */
export async function readContacts(
  db: Queryable,
  vault: IdentityVault,
  distributorId: string,
): Promise<Registration['contacts']> {
  const { rows } = await db.query('select profile_sealed from distributors where distributor_id = $1', [distributorId]);
  if (!rows[0]) throw new UnknownDistributor(distributorId);
  return JSON.parse(vault.unseal(rows[0].profile_sealed, profileOwner(distributorId)).toString('utf8')).contacts;
}

export async function findDistributor(db: Queryable, distributorId: string): Promise<Distributor | null> {
  const { rows } = await db.query(
    `select distributor_id, onboarding_id, legal_name, erp_type, time_zone, status, consent_at
     from distributors where distributor_id = $1`,
    [distributorId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    distributorId: row.distributor_id,
    onboardingId: row.onboarding_id,
    legalName: row.legal_name,
    erpType: row.erp_type,
    timeZone: row.time_zone,
    status: row.status,
    consentAt: row.consent_at?.toISOString() ?? null,
  };
}

/** @throws UnknownDistributor */
export async function requireDistributor(db: Queryable, distributorId: string): Promise<Distributor> {
  const distributor = await findDistributor(db, distributorId);
  if (!distributor) throw new UnknownDistributor(distributorId);
  return distributor;
}

/** An `inactive` distributor's requests are refused, whatever its credentials. @throws UnknownDistributor */
export async function setDistributorStatus(
  pool: Pool,
  distributorId: string,
  status: DistributorStatus,
  actor = 'platform',
): Promise<void> {
  await inTransaction(pool, async (connection) => {
    const { rowCount } = await connection.query('update distributors set status = $2 where distributor_id = $1', [
      distributorId,
      status,
    ]);
    if (rowCount === 0) throw new UnknownDistributor(distributorId);
    await recordAudit(connection, { actor, action: 'distributor.status', distributorId, details: { status } });
  });
}
