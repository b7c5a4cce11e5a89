import type { OutcomeCode, RowOutcome } from '../../canonical/bridge.js';
import { OUTCOME_ADVICE } from '../../canonical/bridge-advice.js';
import type { FoundVoucher } from '../tally/found-voucher.js';

type Standing = Pick<FoundVoucher, 'masterId' | 'guid' | 'number'>;

const inTally = (found: Standing | null): RowOutcome['in_tally'] =>
  found && { master_id: found.masterId, guid: found.guid || null, number: found.number || null };

/** One sentence of what happened, what Tally or our own check said, and what to do. */
const sentence = (code: OutcomeCode, words: string): string => {
  const { means, todo } = OUTCOME_ADVICE[code];
  return [means, words, todo === 'Nothing.' ? '' : todo]
    .filter((part) => part !== '')
    .join(' ')
    .slice(0, 2_000);
};

const outcome =
  (state: RowOutcome['state']) =>
  (code: OutcomeCode, words = '', found: Standing | null = null): RowOutcome => ({
    state,
    code,
    message: sentence(code, words),
    in_tally: inTally(found),
  });

export const created = outcome('created');
export const refused = outcome('refused');
/** Something that a person has to look at. */
export const unknown = outcome('unknown');
export const alreadyThere = (found: Standing): RowOutcome => outcome('already_there')('ALREADY_THERE', '', found);
