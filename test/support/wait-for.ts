import { setTimeout as sleep } from 'node:timers/promises';

export class NeverHappened extends Error {
  override readonly name = 'NeverHappened';
}

/**
 * Asks `probe` until it answers something truthy, and returns that. An error it throws counts as "not yet".
 * @param what completes the sentence "… did not happen within 30000 ms"
 * @throws {NeverHappened} after `timeoutMs`, with the last error as its cause
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 30_000, everyMs = 50 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const giveUp = AbortSignal.timeout(timeoutMs);
  let lastError: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (giveUp.aborted) throw new NeverHappened(`${what} did not happen within ${timeoutMs} ms`, { cause: lastError });
    await sleep(everyMs);
  }
}
