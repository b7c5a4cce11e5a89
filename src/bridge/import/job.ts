import type { EndRows, JobRow, RowState, StateCounts } from '../../canonical/bridge.js';
import type { BridgeCompany } from '../company.js';
import type { Journal } from '../journal.js';
import type { TallyBooks } from '../tally/tally-books.js';
import type { Lookups } from './lookups.js';

/** What the centre keeps of one job, as the bridge reaches it. */
export interface ImportJob extends Journal {
  /** Rows in these states, in order, after a row. */
  rows(states: RowState[], after: number, limit: number): Promise<JobRow[]>;
  end(rows: EndRows['rows']): Promise<void>;
  facts(): Promise<{ refuseAll: boolean; createLedgers: boolean; counts: StateCounts }>;
}

/** What one company's vouchers are written with. It lives as long as the program. */
export interface ImportDesk {
  company: BridgeCompany;
  tally: TallyBooks;
  lookups: Lookups;
}
