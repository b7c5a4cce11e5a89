import type { Context } from '@temporalio/activity';

/** A third of the proxies' heartbeatTimeout: a worker that is killed inside an activity is noticed within 30 s. */
export const HEARTBEAT_EVERY_MS = 10_000;

/** Tells Temporal that the activity's process lives for as long as `work` takes. */
export async function heartbeating<Result>(
  context: Pick<Context, 'heartbeat'>,
  work: () => Promise<Result>,
  everyMs = HEARTBEAT_EVERY_MS,
): Promise<Result> {
  const beating = setInterval(() => context.heartbeat(), everyMs);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
