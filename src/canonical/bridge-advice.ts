import type { OutcomeCode } from './bridge.js';

/** What each end of a row means, and what is to be done about it, for people. */
export const OUTCOME_ADVICE: Record<OutcomeCode, { means: string; todo: string }> = {
  CREATED: { means: 'Tally created the voucher, and it reads back as it was sent.', todo: 'Nothing.' },
  CREATED_RENUMBERED: {
    means: 'Tally created the voucher under a number of its own, since its type is numbered automatically.',
    todo: 'Nothing; the number that was issued stands as its reference.',
  },
  ALTERED_OWN: {
    means: 'An earlier attempt had created it already, and Tally took the second for the same voucher.',
    todo: 'Nothing.',
  },
  ALREADY_THERE: { means: 'Tally held this voucher before, with the same content.', todo: 'Nothing.' },
  INPUT_INVALID: {
    means: 'The voucher contradicts itself or lacks something.',
    todo: 'Correct it and import it again.',
  },
  TAX_CONTRADICTS_STATES: {
    means: 'Its taxes do not fit the states: CGST and SGST within one state, IGST between two.',
    todo: 'Correct the place of supply, the state or the taxes; or name company_gstin in the settings of the bridge, without which the state of the party is held against the place of supply.',
  },
  DATE_OUTSIDE_BOOKS: {
    means: 'Its date lies outside the books of the company.',
    todo: 'Correct the date, or import it into the company of that year.',
  },
  DUPLICATE_IN_JOB: {
    means: 'An earlier voucher of the same job has the same number.',
    todo: 'Remove one of the two, or correct its number.',
  },
  CONTENT_DIFFERS: {
    means: 'A voucher of this number was written before with other content; Tally would alter it silently.',
    todo: 'Alter the voucher in Tally by hand, or give the new one a number of its own.',
  },
  WRITTEN_AND_GONE: {
    means: 'It was written before and is no longer in Tally: somebody deleted it.',
    todo: 'Leave it, or retry the row to have it written anew.',
  },
  MASTER_MISSING: {
    means: 'A ledger, stock item, unit, godown or voucher type that it names does not exist in Tally.',
    todo: 'Create it in Tally or correct the name, then retry the row.',
  },
  TOTALS_DIFFER: {
    means: 'Tally says that its entries do not add up.',
    todo: 'Tell AltScore: it was checked before it was sent.',
  },
  DATE_NOT_ALLOWED: {
    means: 'Tally does not take this date: its licence or its period excludes it.',
    todo: 'Check the period and the licence of Tally, then retry the row.',
  },
  NUMBER_TAKEN: {
    means: 'Tally holds another voucher of this number.',
    todo: 'Compare the two in Tally; give the new one another number, or skip the row.',
  },
  EXCEPTION_UNEXPLAINED: {
    means: 'Tally refused the voucher without a word (EXCEPTIONS).',
    todo: 'Check that the view set for the bridge fits the company: item_invoice where it keeps stock.',
  },
  IGNORED: { means: 'Tally ignored the voucher.', todo: "Check Tally's import configuration, then retry the row." },
  NOTHING_HAPPENED: {
    means: 'Tally answered that it created nothing, and gave no reason.',
    todo: 'Try the voucher by hand in Tally, then retry the row.',
  },
  LINE_ERROR: {
    means: 'Tally refused the voucher with words of its own.',
    todo: 'Do as the words say, then retry the row.',
  },
  REQUEST_NOT_UNDERSTOOD: {
    means: 'Tally did not understand the request.',
    todo: 'Tell AltScore, with the release of this Tally.',
  },
  ALTERED_ANOTHER: {
    means: 'Tally says that it altered a voucher, though none of ours was there.',
    todo: 'Look at the voucher in Tally, and at its edit log, before anything else.',
  },
  MORE_THAN_ONE: {
    means: 'Tally says that one request created more than one voucher.',
    todo: 'Look for the number in Tally and delete what is too many.',
  },
  INVISIBLE: {
    means:
      'Tally says that it created the voucher, and does not show it: its date lies outside the period of the company.',
    todo: 'Widen the period of the company (Alt+F2), and look whether it is there.',
  },
  READ_BACK_DIFFERS: {
    means: 'The voucher is in Tally, but not as it was sent.',
    todo: 'Compare the two in Tally and correct what differs there.',
  },
  AMBIGUOUS: {
    means: 'Several vouchers in Tally could be this one.',
    todo: 'Look for the number in Tally and delete what is too many; then skip the row.',
  },
  OUTCOME_UNKNOWN: {
    means: 'It was sent, and nobody knows what came of it.',
    todo: 'Look for the number in Tally, or retry the row: Tally is asked before anything is sent.',
  },
  SKIPPED: { means: 'Somebody skipped it.', todo: 'Nothing; retry the row to have it written after all.' },
};
