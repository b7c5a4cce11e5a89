import type { BegunRow, Exchange, RowOutcome, SettledRow } from '../canonical/bridge.js';

/** Where intents and outcomes are kept, durably and away from this machine. One journal is one job. */
export interface Journal {
  /** Makes it durable that `request` is about to be sent, or says why it may not be. */
  begin(row: number, request: string): Promise<BegunRow>;
  /** @throws AttemptSuperseded when somebody else has begun the row meanwhile */
  settle(row: number, attempt: number, outcome: RowOutcome | null, exchanges: Exchange[]): Promise<SettledRow>;
}

/** Another attempt at the row was begun elsewhere: this one must say nothing more to Tally. */
export class AttemptSuperseded extends Error {
  override readonly name = 'AttemptSuperseded';
  constructor(row: number) {
    super(`Row ${row} was begun again by another process; this one leaves it.`);
  }
}
