import type { ImportJob } from '../../../src/bridge/import/job.js';
import type {
  BegunRow,
  EndRows,
  Exchange,
  JobRow,
  RowOutcome,
  RowState,
  SettledRow,
} from '../../../src/canonical/bridge.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';

/** Where the program dies: after the journal kept something and before it answered, or before it kept it. */
export type Death = 'after begin' | 'before settle' | 'after settle';
export class Died extends Error {}

interface Row {
  row: number;
  state: RowState;
  voucher: VoucherInput;
  attempt: number;
  outcome: RowOutcome | null;
  exchanges: Exchange[];
}

/** One job by the journal's contract (canonical/bridge.ts), as the store keeps it, in memory. */
export class MemoryJob implements ImportJob {
  readonly rowsKept: Row[];
  readonly #masters = new Set<number>();
  /** The next such moment is the last of the program. */
  death: Death | null = null;
  /** Vouchers an earlier job created. */
  createdBefore = false;
  /** What happens elsewhere after a row was judged, and before anything is sent. */
  whenBegun: (row: number) => void | Promise<void> = () => undefined;

  constructor(vouchers: VoucherInput[]) {
    this.rowsKept = vouchers.map((voucher, index) => ({
      row: index + 1,
      state: 'pending',
      voucher,
      attempt: 0,
      outcome: null,
      exchanges: [],
    }));
  }

  async begin(row: number): Promise<BegunRow> {
    const kept = this.rowsKept[row - 1]!;
    if (kept.outcome && kept.state !== 'pending' && kept.state !== 'sending')
      return { do: 'settled', outcome: kept.outcome };
    const wasBegun = kept.state === 'sending';
    kept.state = 'sending';
    kept.attempt += 1;
    this.#die('after begin');
    await this.whenBegun(row);
    if (this.createdBefore) return { do: 'ask', attempt: kept.attempt, because: 'created_before', in_tally: null };
    if (wasBegun) return { do: 'ask', attempt: kept.attempt, because: 'outcome_unknown', in_tally: null };
    return { do: 'send', attempt: kept.attempt };
  }

  async settle(row: number, attempt: number, outcome: RowOutcome | null, exchanges: Exchange[]): Promise<SettledRow> {
    const kept = this.rowsKept[row - 1]!;
    if (kept.attempt !== attempt) throw new Error('attempt_superseded');
    if (outcome !== null) this.#die('before settle');
    kept.exchanges.push(...exchanges);
    if (outcome === null) return { stored: true, master_taken: false };
    const masterId = outcome.in_tally?.master_id ?? null;
    if (masterId !== null && (outcome.state === 'created' || outcome.state === 'already_there')) {
      if (this.#masters.has(masterId)) return { stored: false, master_taken: true };
      this.#masters.add(masterId);
    }
    Object.assign(kept, { outcome, state: outcome.state });
    this.#die('after settle');
    return { stored: true, master_taken: false };
  }

  async rows(states: RowState[], after: number, limit: number): Promise<JobRow[]> {
    return this.rowsKept.filter(({ row, state }) => row > after && states.includes(state)).slice(0, limit);
  }

  async end(rows: EndRows['rows']): Promise<void> {
    for (const { row, outcome } of rows) {
      const kept = this.rowsKept[row - 1]!;
      if (kept.state === 'pending' || (kept.state === 'sending' && outcome.state === 'unknown'))
        Object.assign(kept, { outcome, state: outcome.state });
    }
  }

  async facts(): Promise<never> {
    throw new Error('nobody asks here');
  }

  get outcomes(): (RowOutcome | null)[] {
    return this.rowsKept.map(({ outcome }) => outcome);
  }

  #die(moment: Death): void {
    if (this.death !== moment) return;
    this.death = null;
    throw new Died(`the program died ${moment}`);
  }
}
