import type { JobRow, RowOutcome } from '../../canonical/bridge.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import { newLedgerRequest } from '../xml/new-ledger.js';
import type { ImportDesk, ImportJob } from './job.js';
import { judgeRow } from './judge-row.js';
import { unknown } from './outcomes.js';
import { writeVoucher } from './write-voucher.js';

export interface Stretch {
  /** Rows at most, and the time after which no further one is begun. */
  rows: number;
  ms: number;
}

/**
 * Writes the next rows of a job in order, one voucher a request. `stop` is looked at between two rows: the row under way always comes
 * to its end, or stays begun for the next attempt to ask about.
 */
export async function writeRows(
  desk: ImportDesk,
  job: ImportJob,
  options: { createLedgers: boolean; stretch: Stretch; stop: AbortSignal },
): Promise<RowOutcome[]> {
  const { createLedgers, stretch, stop } = options;
  const startedAtMs = performance.now();
  const outcomes: RowOutcome[] = [];
  // People may have worked in Tally since the last stretch.
  await desk.lookups.refresh(new AbortController().signal);
  for (const row of await job.rows(['pending', 'sending'], 0, stretch.rows)) {
    if (stop.aborted || performance.now() - startedAtMs > stretch.ms) break;
    outcomes.push(await writeRow(desk, job, row, createLedgers));
  }
  return outcomes;
}

async function writeRow(desk: ImportDesk, job: ImportJob, row: JobRow, createLedgers: boolean): Promise<RowOutcome> {
  const { company, tally, lookups } = desk;
  const { signal } = new AbortController();
  const books = await lookups.refreshIfStale(signal);
  const isBegun = row.state === 'sending';
  const verdict = await judgeRow(row, {
    company,
    books,
    lookups: isBegun ? null : lookups,
    tally,
    createLedgers,
    signal,
  });
  if (!verdict.send) {
    tally.takeExchanges();
    const outcome = isBegun ? unknown('OUTCOME_UNKNOWN', verdict.outcome.message) : verdict.outcome;
    await job.end([{ row: row.row, outcome }]);
    return outcome;
  }
  const { voucher, built } = verdict;
  const { outcome, found } = await writeVoucher({
    row: row.row,
    voucher,
    built,
    company,
    tally,
    journal: job,
    counterBefore: () => lookups.counter,
    prepare: () => createLedger(desk, voucher, verdict.newLedger, signal),
    signal,
  });
  lookups.wrote(found?.alterId ?? null);
  return outcome;
}

async function createLedger(
  desk: ImportDesk,
  voucher: Voucher,
  name: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (name === null || desk.lookups.has('Ledger', name)) return;
  await desk.tally.send(newLedgerRequest(voucher, desk.company), 'create_master', signal);
  await desk.lookups.refresh(signal);
}
