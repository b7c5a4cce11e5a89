import type { BegunRow, Exchange, RowOutcome, SettledRow } from '../canonical/bridge.js';

/** Where intents and outcomes are kept, durably and away from this machine. One journal is one job. */
export interface Journal {
  /** Makes it durable that `request` is about to be sent, or says why it may not be. */
  begin(row: number, request: string): Promise<BegunRow>;
  /** @throws AttemptSuperseded when somebody else has begun the row meanwhile */
  settle(row: number, attempt: number, outcome: RowOutcome | null, exchanges: Exchange[]): Promise<SettledRow>;
}

export { AttemptSuperseded } from '../canonical/attempt-superseded.js';
