import type { Logger } from 'pino';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * What `attempt` answers, however long it takes until what it needs is there: after a power cut everything starts at
 * once, and in no order. Says each time in the log what is waited for, and tries ever less often.
 *
 * @throws what `attempt` throws when `isAway` says that waiting will not help
 */
export async function untilReachable<T>(
  what: string,
  attempt: () => Promise<T>,
  { log, isAway }: { log: Pick<Logger, 'warn' | 'info'>; isAway: (error: unknown) => boolean },
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS, waited = false; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS), waited = true) {
    try {
      const answer = await attempt();
      if (waited) log.info(`${what} can be reached`);
      return answer;
    } catch (error) {
      if (!isAway(error)) throw error;
      const reason =
        error instanceof Error ? error.message || String((error as NodeJS.ErrnoException).code) : String(error);
      log.warn({ reason, nextTryInMs: waitMs }, `${what} cannot be reached; waiting for it`);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
