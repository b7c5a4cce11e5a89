import { describe, expect, it } from '@jest/globals';
import { addAccounts, emptyAccounts, emptyKinds, faultsOf, PROOF_KINDS } from '../../src/canonical/run-proof.js';

const soundAccounts = () => ({
  ...emptyAccounts(),
  rows: { extracted: 12, understood: 12 },
  read: { ...emptyKinds(), invoice: 10, payment: 4, void: 3 },
  sent: { ...emptyKinds(), invoice: 6, payment: 4, void: 1 },
  known: { ...emptyKinds(), invoice: 2, void: 2 },
  quarantined: { ...emptyKinds(), invoice: 1 },
  suppressed: { ...emptyKinds(), invoice: 1 },
  accepted: { ...emptyKinds(), invoice: 3, payment: 4, void: 1 },
  duplicates: { ...emptyKinds(), invoice: 2 },
  stale: { ...emptyKinds(), invoice: 1 },
  published: { documents: 9, applied: 5, duplicates: 2, stale: 1, voided: 1 },
});

describe('the proof of a run', () => {
  it('finds nothing where every record stands in exactly one place', () => {
    expect(faultsOf(emptyAccounts())).toEqual([]);
    expect(faultsOf(soundAccounts())).toEqual([]);
  });

  it.each(PROOF_KINDS)('misses one %s that was read and came to nothing, with the numbers', (kind) => {
    const accounts = soundAccounts();
    accounts.read[kind] += 1;
    const [fault, ...others] = faultsOf(accounts);
    expect(others).toEqual([]);
    expect(fault).toMatch(new RegExp(`^${kind}: ${accounts.read[kind]} read, but ${accounts.sent[kind]} sent \\+ `));
    expect(fault).toMatch(new RegExp(`= ${accounts.read[kind] - 1}$`));
  });

  it.each([
    [
      'a payment that the platform does not account for',
      { accepted: { payment: -1 } },
      /^payment: 4 sent, but 3 accepted/,
    ],
    ['a payment that the platform accounts for twice', { stale: { payment: 1 } }, /^payment: 4 sent.* = 5$/],
    ['a row that was read and not understood', { rows: { understood: -1 } }, /^rows: 12 extracted, but 11 understood/],
    [
      'a document that was published as nothing',
      { published: { applied: -1 } },
      /^documents: 9 published, but 4 applied/,
    ],
  ])('misses %s', (_what, change, sentence) => {
    const accounts = soundAccounts();
    addAccounts(accounts, change);
    expect(faultsOf(accounts)).toEqual([expect.stringMatching(sentence)]);
  });

  it('is not deceived by one kind that has too many where another has too few', () => {
    const accounts = soundAccounts();
    addAccounts(accounts, { known: { invoice: 1, payment: -1 } });
    expect(faultsOf(accounts)).toHaveLength(2);
  });
});
