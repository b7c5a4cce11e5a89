import type { Exchange } from '../canonical/bridge.js';
import { identityOf } from '../canonical/redaction.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { type JobRef, numberDigest, voucherOf } from './bridge-rows.js';
import { bulkInsert } from './bulk-insert.js';
import type { Connection, Queryable } from './database.js';

/** All that was said to the ERP and what it answered, for ever: the table takes no change. */

export interface StoredExchange extends Exchange {
  jobId: string;
  row: number;
  attempt: number;
  /** What of its voucher may stand in the note and names people. */
  identity: string[];
}

const owner = (jobId: string, row: number) => `${jobId}/${row}/exchange`;

export async function storeExchanges(
  connection: Connection,
  vault: IdentityVault,
  { companyId, jobId, row, attempt }: JobRef & { row: number; attempt: number },
  digest: string,
  exchanges: Exchange[],
): Promise<void> {
  const seal = (text: string) => vault.seal(text, owner(jobId, row));
  const all = <Value>(value: Value) => exchanges.map(() => value);
  await bulkInsert(connection, 'bridge_exchanges', {
    company_id: { type: 'text', values: all(companyId) },
    job_id: { type: 'text', values: all(jobId) },
    row: { type: 'int', values: all(row) },
    attempt: { type: 'int', values: all(attempt) },
    number_digest: { type: 'text', values: all(digest) },
    purpose: { type: 'text', values: exchanges.map(({ purpose }) => purpose) },
    request_sealed: { type: 'bytea', values: exchanges.map(({ request }) => seal(request)) },
    answer_sealed: { type: 'bytea', values: exchanges.map(({ answer }) => (answer === null ? null : seal(answer))) },
    note_sealed: { type: 'bytea', values: exchanges.map(({ note }) => seal(note)) },
    at: { type: 'timestamptz', values: exchanges.map(({ at }) => at) },
    took_ms: { type: 'int', values: exchanges.map(({ took_ms }) => took_ms) },
  });
}

/** At most so many, the oldest first. */
const MAX_FOUND = 500;

export const exchangesOfNumber = (db: Queryable, vault: IdentityVault, companyId: string, number: string) =>
  found(db, vault, 'e.company_id = $1 and e.number_digest = $2', [companyId, numberDigest(vault, companyId, number)]);

export const exchangesOfRow = (db: Queryable, vault: IdentityVault, { companyId, jobId }: JobRef, row: number) =>
  found(db, vault, 'e.company_id = $1 and job_id = $2 and row = $3', [companyId, jobId, row]);

async function found(
  db: Queryable,
  vault: IdentityVault,
  condition: string,
  values: unknown[],
): Promise<StoredExchange[]> {
  const { rows } = await db.query(
    `select e.*, r.voucher_sealed from bridge_exchanges e join bridge_rows r using (job_id, row)
     where ${condition} order by exchange_id limit ${MAX_FOUND}`,
    values,
  );
  return rows.map((stored) => {
    const open = (sealed: Buffer) => vault.unseal(sealed, owner(stored.job_id, stored.row)).toString('utf8');
    return {
      jobId: stored.job_id,
      row: stored.row,
      attempt: stored.attempt,
      purpose: stored.purpose,
      request: open(stored.request_sealed),
      answer: stored.answer_sealed && open(stored.answer_sealed),
      note: open(stored.note_sealed),
      at: stored.at.toISOString(),
      took_ms: stored.took_ms,
      identity: identityOf(voucherOf(vault, stored)),
    };
  });
}
