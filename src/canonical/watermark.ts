import type { Watermark } from './contract.js';

export const epochOf = (watermark: Watermark): number => watermark.epoch ?? 0;

/**
 * Where a run starts: the lower of the sync's own watermark and the store's, so that restoring either side from a backup
 * loses nothing; and what a person set last, whichever holds it.
 */
export function startingPoint(own: Watermark, stored: Watermark | null): Watermark {
  if (stored === null) return own;
  if (epochOf(stored) > epochOf(own)) return stored;
  const earlier = stored.last_sync_at < own.last_sync_at;
  if (epochOf(stored) === epochOf(own)) return earlier ? stored : own;
  // The store was restored to before a person set the watermark. Its counters may be those of other books, so none are known.
  return { ...own, last_sync_at: (earlier ? stored : own).last_sync_at, counters: {} };
}
