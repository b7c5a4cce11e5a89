import { randomBytes } from 'node:crypto';
import type {
  BridgeJob,
  FAULTY,
  JobRow,
  ReportRow,
  RowOutcome,
  RowsRequest,
  StateCounts,
} from '../canonical/bridge.js';
import { identityOf } from '../canonical/redaction.js';
import type { VoucherInput } from '../canonical/vouchers/input.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { lockCompany } from './bridge-companies.js';
import {
  countRows,
  inTallyOf,
  type JobRef,
  messageOf,
  noCounts,
  numberDigest,
  type StoredRow,
  sealMessage,
  sealVoucher,
  settleJob,
  voucherOf,
} from './bridge-rows.js';
import { endUnreported } from './bridge-steering.js';
import { bulkInsert } from './bulk-insert.js';
import { type Connection, inTransaction, type Pool, type Queryable } from './database.js';
import { Conflict, UnknownJob } from './errors.js';

export interface NewJob {
  companyId: string;
  by: string;
  requestId: string;
  faulty: (typeof FAULTY)[number];
  createLedgers: boolean;
  vouchers: NewRow[];
}
export interface NewRow {
  input: VoucherInput;
  /** `voucherKey` of it; null where it is no voucher. */
  key: string | null;
  /** Why it is refused beforehand; null where it is to be written. */
  refused: Pick<RowOutcome, 'code' | 'message'> | null;
}

const ROWS_A_STATEMENT = 1_000;

/**
 * Once per `requestId` of a company.
 *
 * @throws UnknownCompany, Conflict `request_id_reused` where the request is known with other content
 */
export async function createJob(
  pool: Pool,
  vault: IdentityVault,
  { companyId, by, requestId, faulty, createLedgers, vouchers }: NewJob,
): Promise<{ jobId: string; created: boolean; closed: boolean }> {
  const content = JSON.stringify([faulty, createLedgers, vouchers.map(({ input }) => input)]);
  const contentDigest = vault.digest(Buffer.from(`bridge-job:${content}`));
  return inTransaction(pool, async (connection) => {
    await lockCompany(connection, companyId);
    const { rows } = await connection.query(
      'select job_id, content_digest, closed_at from bridge_jobs where company_id = $1 and request_id = $2',
      [companyId, requestId],
    );
    const known = rows[0];
    if (known) {
      if (known.content_digest !== contentDigest)
        throw new Conflict(
          'request_id_reused',
          `The request_id made job ${known.job_id} of other content; expected a new request_id for other vouchers or settings.`,
        );
      return { jobId: known.job_id, created: false, closed: known.closed_at !== null };
    }
    const jobId = `job_${randomBytes(8).toString('hex')}`;
    await connection.query(
      `insert into bridge_jobs (job_id, company_id, request_id, content_digest, submitted_by, faulty, create_ledgers)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [jobId, companyId, requestId, contentDigest, by, faulty, createLedgers],
    );
    for (let first = 0; first < vouchers.length; first += ROWS_A_STATEMENT)
      await insertRows(connection, vault, { companyId, jobId }, first, vouchers.slice(first, first + ROWS_A_STATEMENT));
    await settleJob(connection, jobId);
    return { jobId, created: true, closed: false };
  });
}

async function insertRows(
  connection: Connection,
  vault: IdentityVault,
  { companyId, jobId }: JobRef,
  first: number,
  vouchers: NewRow[],
): Promise<void> {
  const rows = vouchers.map((voucher, index) => ({ ...voucher, owner: { job_id: jobId, row: first + index + 1 } }));
  await bulkInsert(connection, 'bridge_rows', {
    job_id: { type: 'text', values: rows.map(() => jobId) },
    row: { type: 'int', values: rows.map(({ owner }) => owner.row) },
    company_id: { type: 'text', values: rows.map(() => companyId) },
    voucher_sealed: { type: 'bytea', values: rows.map(({ owner, input }) => sealVoucher(vault, owner, input)) },
    number_digest: { type: 'text', values: rows.map(({ input }) => numberDigest(vault, companyId, input.number)) },
    voucher_key: { type: 'text', values: rows.map(({ key }) => key && vault.digest(Buffer.from(`bridge:${key}`))) },
    state: { type: 'text', values: rows.map(({ refused }) => (refused ? 'refused' : 'pending')) },
    code: { type: 'text', values: rows.map(({ refused }) => refused?.code ?? null) },
    message_sealed: {
      type: 'bytea',
      values: rows.map(({ owner, refused }) => refused && sealMessage(vault, owner, refused.message)),
    },
  });
}

/** `companyId` null: of any. @throws UnknownJob */
export async function readJob(
  db: Queryable,
  { companyId, jobId }: { companyId: string | null; jobId: string },
): Promise<BridgeJob> {
  const [job] = await jobsWhere(db, 'job_id = $1 and company_id = coalesce($2, company_id)', [jobId, companyId]);
  if (!job) throw new UnknownJob(jobId);
  return job;
}

const JOBS_LISTED = 100;

/** The newest first. */
export const listJobs = (db: Queryable, companyId: string): Promise<BridgeJob[]> =>
  jobsWhere(db, `company_id = $1 order by created_at desc limit ${JOBS_LISTED}`, [companyId]);

async function jobsWhere(db: Queryable, condition: string, values: unknown[]): Promise<BridgeJob[]> {
  const { rows } = await db.query(`select * from bridge_jobs where ${condition}`, values);
  const counts = await countRows(
    db,
    rows.map(({ job_id }) => job_id),
  );
  return rows.map((job) => ({
    job_id: job.job_id,
    company_id: job.company_id,
    by: job.submitted_by,
    faulty: job.faulty,
    create_ledgers: job.create_ledgers,
    created_at: job.created_at.toISOString(),
    settled_at: job.settled_at?.toISOString() ?? null,
    counts: counts.get(job.job_id) ?? noCounts(),
  }));
}

/** A page of a job's rows as they are written. @throws UnknownJob */
export async function pageOfRows(
  db: Queryable,
  vault: IdentityVault,
  job: JobRef,
  { states, after, limit }: RowsRequest,
): Promise<JobRow[]> {
  await readJob(db, job);
  const { rows } = await db.query<StoredRow>(
    'select * from bridge_rows where job_id = $1 and state = any($2) and row > $3 order by row limit $4',
    [job.jobId, states, after, limit],
  );
  return rows.map((row) => ({ row: row.row, state: row.state, voucher: voucherOf(vault, row) }));
}

/** `identity`: what of the voucher may stand in its message and names people. */
export async function reportOf(
  db: Queryable,
  vault: IdentityVault,
  jobId: string,
): Promise<Array<ReportRow & { identity: string[] }>> {
  const { rows } = await db.query<StoredRow>('select * from bridge_rows where job_id = $1 order by row', [jobId]);
  return rows.map((row) => {
    const voucher = voucherOf(vault, row);
    const { kind, number, date } = voucher;
    const inTally = inTallyOf(vault, row);
    return {
      row: row.row,
      kind,
      number,
      date,
      state: row.state,
      code: row.code,
      message: messageOf(vault, row),
      attempts: row.attempts,
      tally_number: inTally?.number ?? null,
      tally_master_id: inTally?.master_id ?? null,
      identity: identityOf(voucher),
    };
  });
}

/** No more of it is written: pending rows are skipped, what was being sent is unknown. Once more changes nothing. @throws UnknownJob */
export async function closeJob(pool: Pool, vault: IdentityVault, job: JobRef): Promise<StateCounts> {
  await inTransaction(pool, async (connection) => {
    await lockCompany(connection, job.companyId);
    await readJob(connection, job);
    const { rowCount } = await connection.query(
      'update bridge_jobs set closed_at = now() where job_id = $1 and closed_at is null',
      [job.jobId],
    );
    if (rowCount === 0) return;
    const { rows } = await connection.query<StoredRow>(
      "select * from bridge_rows where job_id = $1 and state in ('pending', 'sending')",
      [job.jobId],
    );
    for (const row of rows.filter(({ state }) => state === 'sending'))
      await endUnreported(connection, vault, job.companyId, row);
    const pending = rows.filter(({ state }) => state === 'pending');
    await connection.query(
      `update bridge_rows r set state = 'skipped', code = 'SKIPPED', message_sealed = s.message, changed_at = now()
       from unnest($2::int[], $3::bytea[]) as s(row, message) where r.job_id = $1 and r.row = s.row`,
      [
        job.jobId,
        pending.map(({ row }) => row),
        pending.map((row) => sealMessage(vault, row, 'The job ended before this voucher was sent.')),
      ],
    );
    await settleJob(connection, job.jobId);
  });
  return (await readJob(pool, job)).counts;
}
