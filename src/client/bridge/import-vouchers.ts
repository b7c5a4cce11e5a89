import { createHash, randomUUID } from 'node:crypto';
import type { BridgeJob, ReportRow, StateCounts, SubmitVouchers } from '../../canonical/bridge.js';
import type { VoucherInput } from '../../canonical/vouchers/input.js';
import type { BridgeClient } from '../../delivery/bridge-client.js';
import { table } from '../table.js';
import { follow, inWords, openScreen, rowsOf } from './progress.js';

export interface ImportAsked {
  companyId: string;
  by: string;
  vouchers: VoucherInput[];
  onlyValid: boolean;
  createLedgers: boolean;
  /** A new job even where this very content was imported before. */
  again: boolean;
}
export interface Imported {
  job: BridgeJob;
  held: boolean;
  /** Rows that somebody has to see to. */
  troubled: ReportRow[];
}

/** The same content is the same request, however often it is sent. */
export function submissionOf(asked: ImportAsked): SubmitVouchers {
  const { companyId: company_id, by, vouchers, createLedgers: create_ledgers } = asked;
  const faulty = asked.onlyValid ? 'refuse_rows' : 'refuse_all';
  const content = JSON.stringify([company_id, faulty, create_ledgers, vouchers]);
  const request_id = asked.again
    ? `import-${randomUUID()}`
    : `import-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`;
  return { company_id, by, request_id, faulty, create_ledgers, vouchers };
}

/** Hands vouchers in, and follows them until each has its end. */
export async function importVouchers(client: BridgeClient, asked: ImportAsked, stop: AbortSignal): Promise<Imported> {
  const { job_id, vouchers } = await client.submit(submissionOf(asked), stop);
  const screen = openScreen(vouchers);
  screen.say(`${job_id}: ${vouchers} vouchers handed in. Ctrl-C leaves them to the bridge, which goes on.`);
  try {
    const { job, held } = await follow(() => client.job(job_id, stop), screen, stop);
    const { refused, unknown, skipped } = job.counts;
    const { rows } = refused + unknown + skipped > 0 ? await client.report(job_id, stop) : { rows: [] };
    return { job, held, troubled: rows.filter(({ state }) => TROUBLED.has(state)) };
  } finally {
    screen.end();
  }
}

const TROUBLED = new Set(['refused', 'unknown', 'skipped']);

export const isComplete = ({ counts }: { counts: StateCounts }): boolean =>
  counts.created + counts.already_there === rowsOf(counts);

export function importedText({ job, held, troubled }: Imported): string {
  const lines = [`${job.job_id}: ${rowsOf(job.counts)} vouchers: ${inWords(job.counts)}`];
  if (troubled.length > 0)
    lines.push(
      table([
        ['row', 'voucher', 'state', 'code'],
        ...troubled.map(({ row, kind, number, state, code }) => [String(row), `${kind} ${number}`, state, code ?? '']),
      ]),
      ...troubled.map(({ row, message }) => `row ${row}: ${message ?? 'no reason was given'}`),
    );
  if (held)
    lines.push('Nothing was sent: vouchers that cannot be written hold up the others; --only-valid sends the others.');
  lines.push(`Report: altscore bridge report ${job.job_id}`);
  if (troubled.length > 0)
    lines.push(
      `Once mended: altscore bridge retry ${job.job_id} ROW --by WHO, or import the file with --again; what is in Tally already is not written twice.`,
    );
  return lines.join('\n');
}
