import { beforeEach, describe, expect, it } from '@jest/globals';
import { firstState } from '../../src/activities/platform/sync-control.js';
import type { RunOutcome } from '../../src/canonical/run-report.js';
import { askForBackfill, takeUpLeftOvers } from '../../src/workflows/left-overs.js';
import { type Occasion, reckonBackfill, reckonDelta } from '../../src/workflows/reckoning.js';
import type { SyncState } from '../../src/workflows/sync-state.js';

const DELTA = { from: '2026-10-25', to: '2026-11-01' };
const SPRING = { from: '2026-04-01', to: '2026-06-30' };
const AT = '2026-11-01T20:30:00.000Z';

let state: SyncState;
beforeEach(() => {
  state = firstState({
    distributorId: 'dist_1',
    erpType: 'tally_prime',
    timeZone: 'Asia/Kolkata',
    schedule: '0 2 * * *',
    jitterMinutes: 0,
    lookbackDays: 7,
    quietHours: null,
    companyId: 'c',
    watermark: { last_sync_at: '2026-11-01T00:00:00.000Z', counters: {}, epoch: 0 },
    patience: { pickupMs: 1_000, owedEveryMs: 1_000 },
  });
});
const ended = (outcome: RunOutcome, reason: string | null, cause: string | null = null): void => {
  state.last = { runId: 'run', outcome, reason, cause, endedAt: AT };
};
const delta = (outcome: RunOutcome, occasion: Occasion = 'scheduled', reason = 'why') => {
  ended(outcome, reason);
  return reckonDelta(state, DELTA, occasion);
};
const backfill = (outcome: RunOutcome, reached: string | null, cause: string | null = null) => {
  ended(outcome, 'why', cause);
  return reckonBackfill(state, reached);
};

describe('what the end of a delta means', () => {
  it.each(['missed', 'offline'] as const)(
    '%s: owed from the first time on; Ops hears of the third scheduled one alone',
    (outcome) => {
      const heard = ['scheduled', 'other', 'scheduled', 'other', 'scheduled', 'scheduled'].map(
        (occasion) => delta(outcome, occasion as Occasion)?.rule,
      );
      expect(heard).toEqual([undefined, undefined, undefined, undefined, `sync_${outcome}`, undefined]);
      expect(state).toMatchObject({ owedSince: AT, missedInARow: 4, left: [] });
      expect(delta('unchanged')).toBeNull();
      expect(state).toMatchObject({ owedSince: null, missedInARow: 0 });
    },
  );

  it.each([
    ['failed', 'why', 'sync_failed'],
    ['aborted', 'why', 'sync_aborted'],
    ['aborted', 'COMPANY_REWOUND: why', 'company_replaced'],
    ['deferred', 'why', undefined],
  ] as const)('%s (%s): left to be retried, once; over with the next success', (outcome, reason, rule) => {
    delta(outcome, 'scheduled', reason);
    expect(delta(outcome, 'scheduled', reason)?.rule).toBe(rule);
    expect(state.left).toEqual([{ kind: 'delta', ...DELTA, cursor: null, outcome, reason, endedAt: AT }]);
    delta('success');
    expect(state.left).toEqual([]);
  });
});

describe('what the end of a backfill means', () => {
  beforeEach(() => askForBackfill(state, SPRING));

  it.each(['yielded', 'missed', 'offline'] as const)(
    '%s: it stays at the head of the queue, at its cursor',
    (outcome) => {
      expect(backfill(outcome, '2026-05-01')).toBeNull();
      expect(state.backfills).toEqual([{ ...SPRING, cursor: '2026-05-01' }]);
    },
  );

  it('failed: left with its cursor, told to Ops by its period, and queued again by retryDeferred', () => {
    expect(backfill('failed', '2026-05-01')).toMatchObject({
      rule: 'backfill_failed',
      subject: 'backfill 2026-04-01 – 2026-06-30',
    });
    expect(state).toMatchObject({ backfills: [], left: [{ kind: 'backfill', ...SPRING, cursor: '2026-05-01' }] });
    // A delta that succeeds meanwhile changes nothing about it.
    delta('success');
    expect(takeUpLeftOvers(state)).toBe(true);
    expect(state).toMatchObject({ requested: false, left: [], backfills: [{ ...SPRING, cursor: '2026-05-01' }] });
    expect(takeUpLeftOvers(state)).toBe(false);
  });

  it('deferred: taken up again by the next delta that succeeds', () => {
    expect(backfill('deferred', '2026-05-01')).toBeNull();
    delta('failed');
    expect(state.backfills).toEqual([]);
    delta('success');
    expect(state).toMatchObject({ left: [], backfills: [{ ...SPRING, cursor: '2026-05-01' }] });
  });

  it('ended by somebody: given up, and said so', () => {
    expect(backfill('aborted', null, 'RunEnded')).toBeNull();
    expect(state).toMatchObject({ backfills: [], left: [], notice: expect.stringMatching(/given up/) });
  });

  it('asked for anew: begins at its beginning, and what was left of it is forgotten', () => {
    backfill('failed', '2026-05-01');
    askForBackfill(state, SPRING);
    expect(state).toMatchObject({ left: [], backfills: [{ ...SPRING, cursor: null }] });
  });
});

describe('retryDeferred', () => {
  it.each(['failed', 'missed'] as const)('runs a delta that %s', (outcome) => {
    delta(outcome);
    expect(takeUpLeftOvers(state)).toBe(true);
    expect(state).toMatchObject({ requested: true, scheduled: false });
  });
});
