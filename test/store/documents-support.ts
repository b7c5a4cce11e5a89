import { createHmac, randomBytes } from 'node:crypto';
import type { PublishRequest, PublishResult, RecordCounts, Watermark } from '../../src/canonical/contract.js';
import { digestRecords } from '../../src/canonical/digest.js';
import type {
  Adjustment,
  Bill,
  CanonicalDocument,
  CanonicalRecord,
  Invoice,
  Payment,
  Return,
} from '../../src/canonical/records.js';
import { IdentityVault } from '../../src/ops/identity-vault.js';
import { publishHeld } from '../../src/store/consent.js';
import type { Pool } from '../../src/store/database.js';
import { registerDistributor } from '../../src/store/distributors.js';
import { publishSets } from '../../src/store/publish.js';
import { stageBatch } from '../../src/store/stage-batch.js';

export const vault = new IdentityVault([{ version: 1, encryption: Buffer.alloc(32, 1), lookup: Buffer.alloc(32, 2) }]);
const digestKey = Buffer.alloc(32, 3);
export const unique = (prefix: string): string => `${prefix}_${randomBytes(6).toString('hex')}`;

export async function newDistributor(pool: Pool): Promise<string> {
  const { distributorId } = await registerDistributor(pool, vault, {
    onboardingId: `onboarding/${randomBytes(6).toString('hex')}`,
    legalName: 'Sharma FMCG Dist',
    gstin: '29AABCT1332L1Z2',
    erpType: 'tally_prime',
    contacts: { ops: 'ops@altscore.test', distributorIt: 'it@sharma.test' },
    timeZone: 'Asia/Kolkata',
  });
  return distributorId;
}

const common = (docKey: string, position: number, party: string) => ({
  source_key: `${docKey}#${position}`,
  party_key: party,
  retailer_gst: '29AABCT1332L1ZD',
  retailer_name: 'Sharma General Store',
  retailer_phone: '9876543210',
  erp_type: 'tally_prime' as const,
  flags: [],
});

/** A document from its records, each given what a test cares about. */
export function documentOf(
  docKey: string,
  sequence: number,
  records: ((docKey: string, position: number) => CanonicalRecord)[],
  quarantined: CanonicalDocument['quarantined'] = null,
): CanonicalDocument {
  const made = records.map((make, index) => make(docKey, index + 1));
  const digest = digestRecords(made, digestKey, quarantined);
  return { doc_key: docKey, version: { epoch: 0, sequence }, digest, records: made, quarantined };
}

export const invoice =
  (given: Partial<Invoice> & { party?: string } = {}) =>
  (docKey: string, position: number): Invoice => {
    const { party = 'party-1', ...fields } = given;
    return {
      type: 'invoice',
      ...common(docKey, position, party),
      invoice_id: `dist::${docKey}`,
      invoice_date: '2026-05-03',
      due_date: '2026-05-17',
      amount_inr: 42_000,
      is_return: false,
      original_invoice_id: null,
      opening: false,
      bills: [{ name: docKey, date: '2026-05-03' }],
      ...fields,
    };
  };

export const payment =
  (given: Partial<Payment> & { party?: string } = {}) =>
  (docKey: string, position: number): Payment => {
    const { party = 'party-1', ...fields } = given;
    return {
      type: 'payment',
      ...common(docKey, position, party),
      payment_id: `dist::${docKey}`,
      invoice_id: null,
      paid_date: '2026-05-15',
      amount_paid_inr: 42_000,
      payment_method: 'NEFT',
      status: 'cleared',
      bill: null,
      instrument_date: null,
      cleared_on: null,
      ...fields,
    };
  };

export const creditNote =
  (given: Partial<Return> & { party?: string } = {}) =>
  (docKey: string, position: number): Return => {
    const { party = 'party-1', ...fields } = given;
    return {
      type: 'return',
      ...common(docKey, position, party),
      invoice_id: `dist::${docKey}`,
      invoice_date: '2026-05-20',
      amount_inr: 500,
      is_return: true,
      original_invoice_id: null,
      return_kind: 'goods',
      bills: [],
      ...fields,
    };
  };

export const adjustment =
  (given: Partial<Adjustment> & { party?: string } = {}) =>
  (docKey: string, position: number): Adjustment => {
    const { party = 'party-1', ...fields } = given;
    return {
      type: 'adjustment',
      ...common(docKey, position, party),
      adjustment_id: `dist::${docKey}`,
      adjusted_on: '2026-05-25',
      amount_inr: 42_000,
      kind: 'journal',
      bill: null,
      ...fields,
    };
  };

export const bill = (name: string, date: string | null = '2026-05-03'): Bill => ({ name, date });

export const countsOf = (documents: CanonicalDocument[]): RecordCounts => {
  const counts: RecordCounts = { invoice: 0, payment: 0, return: 0, adjustment: 0 };
  for (const { records } of documents) for (const { type } of records) counts[type] += 1;
  return counts;
};

/** Stages documents as the batches of one new set. */
export async function stage(
  pool: Pool,
  distributorId: string,
  batches: CanonicalDocument[][],
  given: { syncId?: string; from?: string; to?: string; quarantine?: Record<string, number>; total?: number } = {},
): Promise<string> {
  const syncId = given.syncId ?? unique('syn_set');
  for (const [index, documents] of batches.entries())
    await stageBatch(pool, vault, {
      body: {
        distributor_id: distributorId,
        sync_id: syncId,
        batch_id: unique('bat_batch'),
        batch_seq: `${index + 1}/${given.total ?? batches.length}`,
        schema_version: 1,
        sync_from: given.from ?? '2026-05-01',
        sync_to: given.to ?? '2026-05-31',
        counts: countsOf(documents),
        quarantine: { by_code: given.quarantine ?? {} },
      },
      documents,
      plainDigest: createHmac('sha256', digestKey).update(JSON.stringify(documents)).digest('base64url'),
    });
  return syncId;
}

export const askPublish = (
  distributorId: string,
  syncIds: string[],
  batches: CanonicalDocument[][],
  watermark: Watermark | null = null,
  known = 0,
): PublishRequest => ({
  distributor_id: distributorId,
  sync_ids: syncIds,
  counts: { batches: batches.length, documents: batches.flat().length, records: countsOf(batches.flat()), known },
  watermark,
});

/** Stages one set of one batch and publishes it. */
export async function arrive(
  pool: Pool,
  distributorId: string,
  documents: CanonicalDocument[],
  watermark: Watermark | null = null,
): Promise<PublishResult> {
  const syncId = await stage(pool, distributorId, [documents]);
  return publishSets(pool, askPublish(distributorId, [syncId], [documents], watermark));
}

/** What a distributor's agreement is remembered by. */
export const consent = { by: 'ops@altscore.test', reference: 'campaign 1' };

/** A distributor whose retailers have agreed: what arrives is published. */
export async function consented(pool: Pool): Promise<string> {
  const distributorId = await newDistributor(pool);
  await publishHeld(pool, distributorId, consent);
  return distributorId;
}

/** Every version of a document, oldest first. */
export const stateOf = async (pool: Pool, distributorId: string, docKey: string) =>
  (
    await pool.query(
      'select state, version_sequence as sequence from documents where distributor_id = $1 and doc_key = $2 order by document_id',
      [distributorId, docKey],
    )
  ).rows;
