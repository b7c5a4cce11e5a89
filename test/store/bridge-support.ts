import type { Exchange, RowOutcome } from '../../src/canonical/bridge.js';
import type { VoucherInput } from '../../src/canonical/vouchers/input.js';
import { registerCompany } from '../../src/store/bridge-companies.js';
import { createJob, type NewRow } from '../../src/store/bridge-jobs.js';
import type { JobRef } from '../../src/store/bridge-rows.js';
import type { Pool } from '../../src/store/database.js';
import { unique, vault } from './documents-support.js';

export const PARTY = 'Krishna Kirana Store';
export const GSTIN = '29AABCT1332L1Z2';

export const voucherInput = (number: string, given: Partial<VoucherInput> = {}): VoucherInput => ({
  kind: 'sales',
  number,
  date: '2026-05-14',
  party_name: PARTY,
  party_gstin: GSTIN,
  place_of_supply: '29',
  reverse_charge: false,
  tax_treatment: 'regular',
  invoice_value: '118.00',
  lines: [{ hsn: '1905', taxable_value: '100.00', cgst: '9.00', sgst: '9.00' }],
  ...given,
});

export async function newCompany(pool: Pool): Promise<string> {
  const companyId = unique('company').replace('_', '-');
  await registerCompany(pool, { companyId, label: 'Sharma', actor: 'test' });
  return companyId;
}

export const rowOf = (number: string, given: Partial<NewRow> = {}): NewRow => ({
  input: voucherInput(number),
  key: `key of ${number}`,
  refused: null,
  ...given,
});

export async function newJob(
  pool: Pool,
  companyId: string,
  rows: NewRow[],
  requestId = unique('req'),
): Promise<JobRef> {
  const { jobId } = await createJob(pool, vault, {
    companyId,
    by: 'Asha',
    requestId,
    faulty: 'refuse_rows',
    createLedgers: false,
    vouchers: rows,
  });
  return { companyId, jobId };
}

export const created = (masterId: number | null = null, number = 'INV-1'): RowOutcome => ({
  state: 'created',
  code: 'CREATED',
  message: `Created for ${PARTY}.`,
  in_tally: masterId === null ? null : { master_id: masterId, guid: `guid-${masterId}`, number },
});
export const refused = (code: RowOutcome['code'] = 'MASTER_MISSING'): RowOutcome => ({
  state: 'refused',
  code,
  message: `Ledger '${PARTY}' does not exist!`,
  in_tally: null,
});
export const unknown: RowOutcome = {
  state: 'unknown',
  code: 'OUTCOME_UNKNOWN',
  message: 'Nobody knows.',
  in_tally: null,
};

export const exchange = (given: Partial<Exchange> = {}): Exchange => ({
  purpose: 'send',
  request: `<PARTYLEDGERNAME>${PARTY}</PARTYLEDGERNAME>`,
  answer: '<RESPONSE><CREATED>1</CREATED></RESPONSE>',
  note: `Sent to ${PARTY}.`,
  at: '2026-05-14T10:00:00.000Z',
  took_ms: 12,
  ...given,
});
