import type { JobRow, RowOutcome } from '../../canonical/bridge.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import { SourceUnavailable } from '../../sources/errors.js';
import { newLedgerRequest } from '../xml/new-ledger.js';
import type { ImportDesk, ImportJob } from './job.js';
import { judgeRow } from './judge-row.js';
import { refused, unknown } from './outcomes.js';
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
    prepare: async () => (createLedgers ? await createLedger(desk, voucher, signal) : null),
    signal,
  });
  lookups.wrote(found?.alterId ?? null);
  return outcome;
}

/** Only the party's own; null when it is there. @throws SourceUnavailable where nobody knows what came of it */
async function createLedger(
  { company, tally, lookups }: ImportDesk,
  voucher: Voucher,
  signal: AbortSignal,
): Promise<RowOutcome | null> {
  if (company.newLedgers === null || lookups.has('Ledger', voucher.partyName)) return null;
  const understood = await tally.send(newLedgerRequest(voucher, company), 'create_master', signal);
  await lookups.refresh(signal);
  if (lookups.has('Ledger', voucher.partyName)) return null;
  const words = 'words' in understood ? understood.words : 'Tally does not show it.';
  if (understood.claim === 'unclear')
    throw new SourceUnavailable(`Tally did not say whether it created a ledger: ${words}`);
  return refused('MASTER_MISSING', `Its ledger could not be created: ${words}`);
}
