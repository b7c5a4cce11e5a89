import type { RowOutcome } from '../canonical/bridge.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { storeExchanges } from './bridge-exchanges.js';
import type { InTally, StoredRow } from './bridge-rows.js';
import type { Connection } from './database.js';

/** What stands of a voucher of a company, whichever jobs it came in. Whoever calls these holds the company. */
export interface StandingVoucher {
  company_id: string;
  voucher_key: string;
  state: 'free' | 'sending' | 'unknown' | 'created';
  attempt: number;
  job_id: string | null;
  row: number | null;
  request_digest: string | null;
  request_sealed: Buffer | null;
  begun_at: Date | null;
  tally_master_id: number | null;
  in_tally_sealed: Buffer | null;
  written_at: Date | null;
}

const intentOwner = ({ company_id }: StandingVoucher) => `${company_id}/bridge-intent`;
const standingOwner = ({ company_id }: StandingVoucher) => `${company_id}/bridge-standing`;

export async function standingVoucher(
  connection: Connection,
  companyId: string,
  key: string,
): Promise<StandingVoucher> {
  await connection.query(
    'insert into bridge_vouchers (company_id, voucher_key) values ($1, $2) on conflict do nothing',
    [companyId, key],
  );
  const { rows } = await connection.query('select * from bridge_vouchers where company_id = $1 and voucher_key = $2', [
    companyId,
    key,
  ]);
  return rows[0];
}

export const standingInTally = (vault: IdentityVault, standing: StandingVoucher): InTally | null =>
  standing.in_tally_sealed &&
  JSON.parse(vault.unseal(standing.in_tally_sealed, standingOwner(standing)).toString('utf8'));

/** The row alone may report from now on. Keeps the bytes that are about to be sent, and those of an attempt whose end is unknown. */
export async function beginSending(
  connection: Connection,
  vault: IdentityVault,
  standing: StandingVoucher,
  row: StoredRow,
  request: string,
  requestDigest: string,
): Promise<number> {
  await keepLostIntent(connection, vault, standing, row.number_digest);
  const { rows } = await connection.query(
    `update bridge_vouchers set state = 'sending', attempt = attempt + 1, job_id = $3, row = $4, request_digest = $5,
       request_sealed = $6, begun_at = now() where company_id = $1 and voucher_key = $2 returning attempt`,
    [
      standing.company_id,
      standing.voucher_key,
      row.job_id,
      row.row,
      requestDigest,
      vault.seal(request, intentOwner(standing)),
    ],
  );
  return rows[0].attempt;
}

/** What stands stays as it is while the ERP is asked for it. */
export async function beginAsking(connection: Connection, standing: StandingVoucher): Promise<number> {
  const { rows } = await connection.query(
    'update bridge_vouchers set attempt = attempt + 1 where company_id = $1 and voucher_key = $2 returning attempt',
    [standing.company_id, standing.voucher_key],
  );
  return rows[0].attempt;
}

/** An attempt nobody reported of may have been sent: what it would have sent is kept with the exchanges. */
async function keepLostIntent(
  connection: Connection,
  vault: IdentityVault,
  standing: StandingVoucher,
  numberDigest: string,
): Promise<void> {
  if (standing.request_sealed === null) return;
  await storeExchanges(
    connection,
    vault,
    { companyId: standing.company_id, jobId: standing.job_id!, row: standing.row!, attempt: standing.attempt },
    numberDigest,
    [
      {
        purpose: 'send',
        request: vault.unseal(standing.request_sealed, intentOwner(standing)).toString('utf8'),
        answer: null,
        note: `Attempt ${standing.attempt} was begun, and what came of it was never reported: this may have been sent.`,
        at: standing.begun_at!.toISOString(),
        took_ms: 0,
      },
    ],
  );
}

/** Whether another voucher of the company is known to be that one of the ERP. */
export async function isMasterTaken(
  connection: Connection,
  { company_id, voucher_key }: StandingVoucher,
  masterId: number | null,
): Promise<boolean> {
  if (masterId === null) return false;
  const { rowCount } = await connection.query(
    'select from bridge_vouchers where company_id = $1 and tally_master_id = $2 and voucher_key <> $3',
    [company_id, masterId, voucher_key],
  );
  return rowCount !== 0;
}

/** `row` wrote it, or found it. What wrote it first stays known. */
export async function markCreated(
  connection: Connection,
  vault: IdentityVault,
  standing: StandingVoucher,
  row: Pick<StoredRow, 'job_id' | 'row'>,
  inTally: RowOutcome['in_tally'],
): Promise<void> {
  await connection.query(
    `update bridge_vouchers set state = 'created', request_sealed = null,
       job_id = case when state = 'created' then job_id else $3 end, row = case when state = 'created' then row else $4 end,
       written_at = case when state = 'created' then written_at else now() end,
       tally_master_id = coalesce($5, tally_master_id), in_tally_sealed = coalesce($6, in_tally_sealed)
     where company_id = $1 and voucher_key = $2`,
    [
      standing.company_id,
      standing.voucher_key,
      row.job_id,
      row.row,
      inTally?.master_id ?? null,
      inTally && vault.seal(JSON.stringify(inTally), standingOwner(standing)),
    ],
  );
}

/** Nothing of it is in the ERP: other content may be sent. */
export async function markFree(connection: Connection, standing: StandingVoucher): Promise<void> {
  await connection.query(
    `update bridge_vouchers set state = 'free', request_digest = null, request_sealed = null, tally_master_id = null,
       in_tally_sealed = null, written_at = null where company_id = $1 and voucher_key = $2`,
    [standing.company_id, standing.voucher_key],
  );
}

/** A person has to look. The bytes of an attempt nobody reported of stay. */
export async function markUnknown(
  connection: Connection,
  standing: StandingVoucher,
  { reported }: { reported: boolean },
): Promise<void> {
  await connection.query(
    `update bridge_vouchers set state = 'unknown', request_sealed = case when $3 then null else request_sealed end
     where company_id = $1 and voucher_key = $2`,
    [standing.company_id, standing.voucher_key, reported],
  );
}
