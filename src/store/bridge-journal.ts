import type { BeginRow, BegunRow, EndRows, RowOutcome, RowState, SettledRow, SettleRow } from '../canonical/bridge.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { storeExchanges } from './bridge-exchanges.js';
import { endRow, isEnd, type JobRef, lockRow, outcomeOf, type StoredRow, settleJob } from './bridge-rows.js';
import { endUnreported } from './bridge-steering.js';
import {
  beginAsking,
  beginSending,
  isMasterTaken,
  markCreated,
  markFree,
  markUnknown,
  type StandingVoucher,
  standingInTally,
  standingVoucher,
} from './bridge-vouchers.js';
import { type Connection, inTransaction, type Pool } from './database.js';
import { Conflict } from './errors.js';

/**
 * The journal by which each voucher is written exactly once: before anything is sent it is durable that it will be, and who
 * finds that without an end asks the ERP. Attempts are counted for a voucher, whichever jobs it came in: the newest alone may
 * report.
 */

type Verdict = 'send' | 'outcome_unknown' | 'created_before' | 'content_differs';

/** `isNewest`: the row's own attempt is the voucher's newest. */
export function verdictOn(
  row: { state: Extract<RowState, 'pending' | 'sending'>; isNewest: boolean },
  standing: Pick<StandingVoucher, 'state' | 'request_digest'>,
  requestDigest: string,
): Verdict {
  const isSame = standing.request_digest === requestDigest;
  switch (standing.state) {
    case 'created':
      // Without a digest it was found in the ERP, and nobody knows its content but the ERP.
      return isSame || standing.request_digest === null ? 'created_before' : 'content_differs';
    case 'sending':
    case 'unknown':
      return isSame || row.isNewest ? 'outcome_unknown' : 'content_differs';
    case 'free':
      // Another row's attempt, which took this one's place, ended meanwhile.
      return row.state === 'sending' ? 'outcome_unknown' : 'send';
  }
}

/** @throws UnknownCompany, UnknownJob, Conflict `job_closed`, `row_invalid` */
export async function beginRow(
  pool: Pool,
  vault: IdentityVault,
  job: JobRef,
  { row, request }: BeginRow,
): Promise<BegunRow> {
  return inTransaction(pool, async (connection) => {
    const held = await lockRow(connection, job, row);
    if (isEnd(held.state)) return { do: 'settled', outcome: outcomeOf(vault, held) };
    if (held.closed) throw new Conflict('job_closed', `Job ${job.jobId} is closed: nothing of it is written any more.`);
    const standing = await standingVoucher(connection, job.companyId, keyOf(held));
    const digest = vault.digest(Buffer.from(request));
    const isNewest = held.attempt !== null && held.attempt === standing.attempt;
    const verdict = verdictOn({ state: held.state === 'sending' ? 'sending' : 'pending', isNewest }, standing, digest);
    if (verdict === 'content_differs') {
      const outcome = contentDiffers(standing);
      await endRow(connection, vault, held, outcome, held.end_unknown);
      await settleJob(connection, job.jobId);
      return { do: 'settled', outcome };
    }
    const attempt =
      verdict === 'created_before'
        ? await beginAsking(connection, standing)
        : await beginSending(connection, vault, standing, held, request, digest);
    await connection.query(
      `update bridge_rows set state = 'sending', code = null, message_sealed = null, attempt = $3, attempts = attempts + 1,
         end_unknown = true, changed_at = now() where job_id = $1 and row = $2`,
      [job.jobId, row, attempt],
    );
    if (verdict === 'send') return { do: 'send', attempt };
    return { do: 'ask', attempt, because: verdict, in_tally: standingInTally(vault, standing) };
  });
}

/**
 * Keeps what was said to the ERP, and the row's end where it came to one. Once more changes nothing.
 *
 * @throws UnknownCompany, UnknownJob, Conflict `attempt_superseded`, `row_invalid`
 */
export async function settleRow(
  pool: Pool,
  vault: IdentityVault,
  job: JobRef,
  { row, attempt, outcome, exchanges }: SettleRow,
): Promise<SettledRow> {
  return inTransaction(pool, async (connection) => {
    const held = await lockRow(connection, job, row);
    const standing = await standingVoucher(connection, job.companyId, keyOf(held));
    if (held.attempt !== attempt || standing.attempt !== attempt) throw superseded(held);
    if (!held.end_unknown) {
      if (outcome?.state === held.state && outcome.code === held.code) return { stored: true, master_taken: false };
      throw superseded(held);
    }
    await storeExchanges(connection, vault, { ...job, row, attempt }, held.number_digest, exchanges);
    if (outcome === null) return { stored: true, master_taken: false };
    if (isThere(outcome) && (await isMasterTaken(connection, standing, outcome.in_tally?.master_id ?? null)))
      return { stored: false, master_taken: true };
    await markStanding(connection, vault, standing, held, outcome);
    await endRow(connection, vault, held, outcome, outcome.state === 'unknown');
    await settleJob(connection, job.jobId);
    return { stored: true, master_taken: false };
  });
}

/**
 * Ends rows without sending anything more of them. A pending one may be refused, found there already, or unknown; of one that was
 * begun only that its outcome is unknown can be said so. Any other is left alone.
 *
 * @returns how many were ended
 * @throws UnknownCompany, UnknownJob
 */
export async function endRows(pool: Pool, vault: IdentityVault, job: JobRef, { rows }: EndRows): Promise<number> {
  return inTransaction(pool, async (connection) => {
    let ended = 0;
    for (const { row, outcome } of rows) {
      const held = await lockRow(connection, job, row);
      if (isEnd(held.state) || held.closed) continue;
      if (held.state === 'pending')
        await endRow(connection, vault, held, await asKnown(connection, vault, job, held, outcome), false);
      else if (outcome.state === 'unknown') await endUnreported(connection, vault, job.companyId, held, outcome);
      else continue;
      ended += 1;
    }
    await settleJob(connection, job.jobId);
    return ended;
  });
}

/** What was found in the ERP stands from now on, unless it is known to be another voucher. */
async function asKnown(
  connection: Connection,
  vault: IdentityVault,
  { companyId }: JobRef,
  held: StoredRow,
  outcome: RowOutcome,
): Promise<RowOutcome> {
  if (!isThere(outcome)) return outcome;
  const standing = await standingVoucher(connection, companyId, keyOf(held));
  if (await isMasterTaken(connection, standing, outcome.in_tally?.master_id ?? null))
    return {
      state: 'unknown',
      code: 'AMBIGUOUS',
      message: 'What was found in Tally is known to be another voucher of the same company. Look for its number there.',
      in_tally: null,
    };
  // What somebody is sending, or has written, stands as it does.
  if (standing.state === 'free') await markCreated(connection, vault, standing, held, outcome.in_tally);
  return outcome;
}

async function markStanding(
  connection: Connection,
  vault: IdentityVault,
  standing: StandingVoucher,
  held: StoredRow,
  outcome: RowOutcome,
): Promise<void> {
  if (isThere(outcome)) await markCreated(connection, vault, standing, held, outcome.in_tally);
  // What was asked for because it had been created stays so, whatever was found.
  else if (standing.state === 'created') return;
  else if (outcome.state === 'refused') await markFree(connection, standing);
  else await markUnknown(connection, standing, { reported: true });
}

const isThere = ({ state }: RowOutcome): boolean => state === 'created' || state === 'already_there';

function keyOf({ job_id, row, voucher_key }: StoredRow): string {
  if (voucher_key === null)
    throw new Conflict(
      'row_invalid',
      `Row ${row} of job ${job_id} is no voucher as it was handed in: it cannot be sent.`,
    );
  return voucher_key;
}

const superseded = ({ job_id, row }: StoredRow): Conflict =>
  new Conflict('attempt_superseded', `Row ${row} of job ${job_id} was begun again, or has come to its end, meanwhile.`);

function contentDiffers({ state, job_id, row, written_at, begun_at }: StandingVoucher): RowOutcome {
  const day = (written_at ?? begun_at)?.toISOString().slice(0, 10);
  const where = `row ${row} of job ${job_id}${day === undefined ? '' : ` on ${day}`}`;
  return {
    state: 'refused',
    code: 'CONTENT_DIFFERS',
    message:
      state === 'created'
        ? `A voucher of this number was written as ${where} with other content. It is not sent: Tally would silently alter the one it has. Alter that one in Tally, or submit this under a number of its own.`
        : `A voucher of this number was begun as ${where} with other content, and what came of that is not known. It is not sent: Tally would silently alter the one it may have. See to that row first.`,
    in_tally: null,
  };
}
