import type { LeftOver, Period, SyncState } from './sync-state.js';

const isSamePeriod = (a: Period, b: Period): boolean => a.from === b.from && a.to === b.to;

/** A period to be read from its beginning; what an earlier reading of it left undone is done with it. */
export function askForBackfill(state: SyncState, { from, to, reconcile }: Period & { reconcile?: boolean }): void {
  dropBackfill(state, { from, to });
  state.backfills.push({ from, to, cursor: null, reconcile });
}

/** Kept until somebody takes it up. One delta at most: each covers the one before. */
export function leave(state: SyncState, left: LeftOver): void {
  if (left.kind === 'delta') dropDelta(state);
  else dropBackfill(state, left);
  state.left.push(left);
}

export function dropDelta(state: SyncState): void {
  state.left = state.left.filter(({ kind }) => kind !== 'delta');
}

export function dropBackfill(state: SyncState, period: Period): void {
  state.left = state.left.filter((one) => one.kind !== 'backfill' || !isSamePeriod(one, period));
}

/** Puts left backfills back into the queue, each at its cursor. */
export function takeUpBackfills(state: SyncState, which: (left: LeftOver) => boolean = () => true): void {
  for (const left of state.left.filter((one) => one.kind === 'backfill' && which(one))) {
    dropBackfill(state, left);
    const { from, to, cursor, reconcile } = left;
    state.backfills.push({ from, to, cursor, reconcile });
  }
}

/** Has everything tried again that is left or owed; false when nothing is. */
export function takeUpLeftOvers(state: SyncState): boolean {
  const deltaIsDue = state.owedSince !== null || state.left.some(({ kind }) => kind === 'delta');
  if (!deltaIsDue && state.left.length === 0) return false;
  state.requested ||= deltaIsDue;
  takeUpBackfills(state);
  return true;
}
