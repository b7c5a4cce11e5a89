import type { RowOutcome, RowState } from '../canonical/bridge.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { recordAudit } from './audit.js';
import { endRow, type JobRef, lockRow, type StoredRow, settleJob } from './bridge-rows.js';
import { markFree, markUnknown, standingVoucher } from './bridge-vouchers.js';
import { type Connection, inTransaction, type Pool, type Queryable } from './database.js';
import { UnknownJob } from './errors.js';

/** What people decide of single rows. `answer` is a sentence for them, without anything of the voucher. */
export interface Steered {
  done: boolean;
  answer: string;
}

/** Nothing of the row is to be sent. One that was begun and has no end may be in Tally, and ends `unknown`. */
export async function skipRow(
  pool: Pool,
  vault: IdentityVault,
  job: JobRef & { row: number; by: string; reason: string },
): Promise<Steered> {
  return steer(pool, job, 'bridge.row.skipped', async (connection, held) => {
    switch (held.state) {
      case 'created':
      case 'already_there':
        return refused(`Row ${held.row} is in Tally already; it is not skipped.`);
      case 'skipped':
        return refused(`Row ${held.row} was skipped before.`);
      case 'sending':
        await endUnreported(connection, vault, job.companyId, held);
        return done(`Row ${held.row} was being sent: it may be in Tally, and its outcome is unknown.`);
      case 'pending':
      case 'refused':
      case 'unknown': {
        const message = `Skipped by ${job.by}: ${job.reason}`.slice(0, 2_000);
        const outcome: RowOutcome = { state: 'skipped', code: 'SKIPPED', message, in_tally: null };
        await endRow(connection, vault, held, outcome, held.end_unknown);
        return done(`Row ${held.row} is skipped.`);
      }
    }
  });
}

/** The row is to be written after all. Tally is asked first where an attempt was begun whose end nobody knows. */
export async function reopenRow(pool: Pool, job: JobRef & { row: number; by: string }): Promise<Steered> {
  return steer(pool, job, 'bridge.row.reopened', async (connection, held) => {
    if (held.state === 'created' || held.state === 'already_there')
      return refused(`Row ${held.row} is in Tally already; there is nothing to do again.`);
    if (held.state === 'pending' || held.state === 'sending') return refused(`Row ${held.row} is still to be written.`);
    if (held.voucher_key === null)
      return refused(`Row ${held.row} is no voucher as it was handed in: submit it anew, corrected.`);
    if (held.code === 'WRITTEN_AND_GONE') await freeWhatIsGone(connection, job.companyId, held);
    const state: RowState = held.end_unknown ? 'sending' : 'pending';
    await connection.query(
      `update bridge_rows set state = $3, code = null, message_sealed = null, changed_at = now() where job_id = $1 and row = $2`,
      [job.jobId, held.row, state],
    );
    await connection.query('update bridge_jobs set settled_at = null where job_id = $1', [job.jobId]);
    return done(
      state === 'sending'
        ? `Row ${held.row} is opened again: Tally is asked for it first.`
        : `Row ${held.row} is opened again, and will be sent.`,
    );
  });
}

/** @throws UnknownJob */
export async function rowEnd(
  db: Queryable,
  { companyId, jobId, row }: JobRef & { row: number },
): Promise<{ state: RowState; code: string | null }> {
  const { rows } = await db.query(
    'select state, code from bridge_rows where company_id = $1 and job_id = $2 and row = $3',
    [companyId, jobId, row],
  );
  if (!rows[0]) throw new UnknownJob(jobId, row);
  return { state: rows[0].state, code: rows[0].code };
}

/** It may be in the ERP, and nobody has said. */
const GIVEN_UP: RowOutcome = {
  state: 'unknown',
  code: 'OUTCOME_UNKNOWN',
  message: 'It was begun and given up before an outcome was known: it may be in Tally. Look for its number there.',
  in_tally: null,
};

/** A row that was being sent ends `unknown`, unless what came of it is reported after all. */
export async function endUnreported(
  connection: Connection,
  vault: IdentityVault,
  companyId: string,
  held: StoredRow,
  outcome: RowOutcome = GIVEN_UP,
): Promise<void> {
  await endRow(connection, vault, held, outcome, true);
  const standing = await standingVoucher(connection, companyId, held.voucher_key!);
  if (standing.state === 'sending' && standing.attempt === held.attempt)
    await markUnknown(connection, standing, { reported: false });
}

/** It had been created, and somebody deleted it. Only where nobody else has begun it since. */
async function freeWhatIsGone(connection: Connection, companyId: string, held: StoredRow): Promise<void> {
  const standing = await standingVoucher(connection, companyId, held.voucher_key!);
  if (standing.state === 'created' && standing.attempt === held.attempt) await markFree(connection, standing);
}

const done = (answer: string): Steered => ({ done: true, answer });
const refused = (answer: string): Steered => ({ done: false, answer });

async function steer(
  pool: Pool,
  { by, reason, ...job }: JobRef & { row: number; by: string; reason?: string },
  action: string,
  work: (connection: Connection, held: StoredRow) => Promise<Steered>,
): Promise<Steered> {
  return inTransaction(pool, async (connection) => {
    const held = await lockRow(connection, job, job.row);
    if (held.closed) return refused(`Job ${job.jobId} is closed: submit the voucher anew.`);
    const steered = await work(connection, held);
    if (!steered.done) return steered;
    await settleJob(connection, job.jobId);
    await recordAudit(connection, { actor: by, action, details: { ...job, was: held.state, reason } });
    return steered;
  });
}
