import { type RowOutcome, type RowState, StateCounts } from '../canonical/bridge.js';
import type { VoucherInput } from '../canonical/vouchers/input.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { lockCompany } from './bridge-companies.js';
import type { Connection, Queryable } from './database.js';
import { UnknownJob } from './errors.js';

/** What everything that reads or ends rows of jobs shares. What a row holds may name people: it stands sealed, for that row alone. */

export interface JobRef {
  companyId: string;
  jobId: string;
}
export type InTally = NonNullable<RowOutcome['in_tally']>;

/** Of one row, as the database has it. */
export interface StoredRow {
  job_id: string;
  row: number;
  voucher_sealed: Buffer;
  number_digest: string;
  voucher_key: string | null;
  state: RowState;
  code: RowOutcome['code'] | null;
  message_sealed: Buffer | null;
  attempts: number;
  attempt: number | null;
  end_unknown: boolean;
  in_tally_sealed: Buffer | null;
}

export const isEnd = (state: RowState): boolean => state !== 'pending' && state !== 'sending';

type RowOwner = Pick<StoredRow, 'job_id' | 'row'>;
const owner = ({ job_id, row }: RowOwner, what: string) => `${job_id}/${row}/${what}`;

export const sealVoucher = (vault: IdentityVault, row: RowOwner, voucher: VoucherInput): Buffer =>
  vault.seal(JSON.stringify(voucher), owner(row, 'voucher'));
export const sealMessage = (vault: IdentityVault, row: RowOwner, message: string): Buffer =>
  vault.seal(message, owner(row, 'message'));

export const voucherOf = (vault: IdentityVault, row: StoredRow): VoucherInput =>
  JSON.parse(vault.unseal(row.voucher_sealed, owner(row, 'voucher')).toString('utf8'));
export const messageOf = (vault: IdentityVault, row: StoredRow): string | null =>
  row.message_sealed && vault.unseal(row.message_sealed, owner(row, 'message')).toString('utf8');
export const inTallyOf = (vault: IdentityVault, row: StoredRow): InTally | null =>
  row.in_tally_sealed && JSON.parse(vault.unseal(row.in_tally_sealed, owner(row, 'in_tally')).toString('utf8'));

/** Of a row that has come to its end. */
export const outcomeOf = (vault: IdentityVault, row: StoredRow): RowOutcome => ({
  state: row.state,
  code: row.code!,
  message: messageOf(vault, row)!,
  in_tally: inTallyOf(vault, row),
});

/** Numbers are looked for as people type them. */
export const numberDigest = (vault: IdentityVault, companyId: string, number: string): string =>
  vault.digest(Buffer.from(`bridge-number:${companyId}:${number.trim().toLowerCase()}`));

/** Holds the company for the rest of the transaction. @throws UnknownCompany, UnknownJob */
export async function lockRow(
  connection: Connection,
  { companyId, jobId }: JobRef,
  row: number,
): Promise<StoredRow & { closed: boolean }> {
  await lockCompany(connection, companyId);
  const { rows } = await connection.query(
    `select r.*, j.closed_at is not null as closed from bridge_rows r join bridge_jobs j using (job_id)
     where r.job_id = $1 and r.row = $2 and r.company_id = $3`,
    [jobId, row, companyId],
  );
  if (!rows[0]) throw new UnknownJob(jobId, row);
  return rows[0];
}

/** `endUnknown`: the ERP has to be asked before anything is sent for the row again. */
export async function endRow(
  connection: Connection,
  vault: IdentityVault,
  row: RowOwner,
  outcome: RowOutcome,
  endUnknown: boolean,
): Promise<void> {
  await connection.query(
    `update bridge_rows set state = $3, code = $4, message_sealed = $5, in_tally_sealed = coalesce($6, in_tally_sealed),
       end_unknown = $7, changed_at = now() where job_id = $1 and row = $2`,
    [
      row.job_id,
      row.row,
      outcome.state,
      outcome.code,
      sealMessage(vault, row, outcome.message),
      outcome.in_tally && vault.seal(JSON.stringify(outcome.in_tally), owner(row, 'in_tally')),
      endUnknown,
    ],
  );
}

/** Once every row has come to its end. */
export async function settleJob(connection: Connection, jobId: string): Promise<void> {
  await connection.query(
    `update bridge_jobs set settled_at = now() where job_id = $1 and settled_at is null
       and not exists (select from bridge_rows where job_id = $1 and state in ('pending', 'sending'))`,
    [jobId],
  );
}

export const noCounts = (): StateCounts =>
  StateCounts.parse(Object.fromEntries(Object.keys(StateCounts.shape).map((state) => [state, 0])));

export async function countRows(db: Queryable, jobIds: string[]): Promise<Map<string, StateCounts>> {
  const { rows } = await db.query(
    'select job_id, state, count(*) from bridge_rows where job_id = any($1) group by job_id, state',
    [jobIds],
  );
  const counts = new Map(jobIds.map((jobId) => [jobId, noCounts()]));
  for (const { job_id, state, count } of rows) counts.get(job_id)![state as RowState] = count;
  return counts;
}
