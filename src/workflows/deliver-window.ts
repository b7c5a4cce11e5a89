import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { type ExtractAnswer, FAILURE, type NormaliseAnswer, type PostAnswer } from '../activities/connector/tasks.js';
import type { Patience } from '../canonical/onboarding.js';
import { addAccounts, emptySentAccount } from '../canonical/run-proof.js';
import { windowConnector } from './activity-proxies.js';
import { causeOf, OFFLINE } from './failures.js';

const RATE_LIMIT_TRIES = 3;
const LONGEST_RETRY_AFTER_MS = 3_600_000;
/** Batches of a window under way at once. */
const LANES = 2;

export interface DeliveredWindow {
  syncId: string;
  held: ExtractAnswer;
  made: NormaliseAnswer;
  posted: PostAnswer;
}

/** normalise → sign → post → release, on the queue of the process that holds the window; one batch is signed while another travels. */
export async function deliverWindow(
  { distributorId, patience }: { distributorId: string; patience: Patience },
  syncId: string,
  held: ExtractAnswer,
): Promise<DeliveredWindow> {
  const holder = windowConnector(held.queue, patience.pickupMs);
  try {
    const made = await holder.normalise({ distributorId, syncId });
    const posted: PostAnswer = { accepted: 0, duplicates: 0, stale: 0, rejected: 0, account: emptySentAccount() };
    let nextBatch = 0;
    const lane = async (): Promise<void> => {
      while (nextBatch < made.batches) {
        const index = nextBatch;
        nextBatch += 1;
        await holder.sign({ syncId, index });
        const { account, ...counts } = await obeyingRetryAfter(() => holder.post({ syncId, index }));
        for (const name of ['accepted', 'duplicates', 'stale', 'rejected'] as const) posted[name] += counts[name];
        addAccounts(posted.account, account);
      }
    };
    await Promise.all(Array.from({ length: Math.min(LANES, made.batches) }, lane));
    await holder.release({ syncId });
    return { syncId, held, made, posted };
  } catch (error) {
    // What will not be sent is let go of, or the connector would hold it for hours, and wait for it when told to stop.
    const isGone = !isCancellation(error) && causeOf(error).type === OFFLINE;
    if (!isGone) await CancellationScope.nonCancellable(() => holder.release({ syncId })).catch(() => undefined);
    throw error;
  }
}

/** A 429 ends the activity, so that the three retries of the policy stay for faults (DESIGN: Sync). */
export async function obeyingRetryAfter<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const cause = causeOf(error);
      if (cause.type !== FAILURE.rateLimited || tries >= RATE_LIMIT_TRIES) throw error;
      await sleep(Math.min(cause.retryAfterMs ?? LONGEST_RETRY_AFTER_MS, LONGEST_RETRY_AFTER_MS));
    }
  }
}
