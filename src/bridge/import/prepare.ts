import type { EndRows } from '../../canonical/bridge.js';
import type { ImportDesk, ImportJob } from './job.js';
import { judgeRow } from './judge-row.js';

const PAGE = 500;

export interface PreparedRows {
  /** Of this preparation. */
  refused: number;
  alreadyThere: number;
  /** Ledgers that will be created on the way. */
  newLedgers: number;
}

/**
 * Judges every pending row before the first one is sent: those that cannot be written and those that are there already come to their
 * end. Rows that were begun are left alone: what became of them is asked of Tally one by one.
 */
export async function prepareRows(
  { company, tally, lookups }: ImportDesk,
  job: ImportJob,
  createLedgers: boolean,
  signal: AbortSignal,
): Promise<PreparedRows> {
  const books = await lookups.refresh(signal);
  const prepared: PreparedRows = { refused: 0, alreadyThere: 0, newLedgers: 0 };
  const newLedgers = new Set<string>();
  for (let after = 0; ; ) {
    const rows = await job.rows(['pending'], after, PAGE);
    const ended: EndRows['rows'] = [];
    for (const row of rows) {
      signal.throwIfAborted();
      await lookups.loadMonth(row.voucher.date.slice(0, 7), signal);
      const verdict = await judgeRow(row, { company, books, lookups, tally, createLedgers, signal });
      if (verdict.send) {
        if (verdict.newLedger !== null) newLedgers.add(verdict.newLedger);
      } else {
        ended.push({ row: row.row, outcome: verdict.outcome });
        if (verdict.outcome.state === 'refused') prepared.refused += 1;
        else prepared.alreadyThere += 1;
      }
    }
    // What was asked about one of them is in no row's journal: nothing was sent.
    tally.takeExchanges();
    if (ended.length > 0) await job.end(ended);
    if (rows.length < PAGE) return { ...prepared, newLedgers: newLedgers.size };
    after = rows.at(-1)!.row;
  }
}
