import type { NormaliseAnswer, PostAnswer } from '../../src/activities/connector/tasks.js';
import type { RecordCounts } from '../../src/canonical/contract.js';
import { emptyKinds, emptyReadAccount, emptySentAccount } from '../../src/canonical/run-proof.js';
import { emptyRecordCounts, sumOf } from '../../src/canonical/run-report.js';

/** What a connector answers for a window of new records in one batch, a document each, and the platform to it. */
export function goodWindow(some: Partial<RecordCounts>): { normalised: NormaliseAnswer; posted: PostAnswer } {
  const records = { ...emptyRecordCounts(), ...some };
  const count = sumOf(records);
  const kinds = { ...emptyKinds(), ...records };
  return {
    normalised: {
      batches: 1,
      documents: count,
      records,
      known: 0,
      knownDocuments: 0,
      suppressed: 0,
      voids: 0,
      quarantined: {},
      ignored: {},
      rows: count,
      account: { ...emptyReadAccount(), read: kinds, sent: kinds },
    },
    posted: {
      accepted: count,
      duplicates: 0,
      stale: 0,
      rejected: 0,
      account: { ...emptySentAccount(), accepted: kinds },
    },
  };
}
