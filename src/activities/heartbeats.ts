import type { Context } from '@temporalio/activity';

/** A third of the proxies' heartbeatTimeout: a worker that is killed inside an activity is noticed within 30 s. */
const HEARTBEAT_EVERY_MS = 10_000;

/** Tells Temporal that the activity's process lives for as long as `work` takes. */
export async function heartbeating<Result>(
  context: Pick<Context, 'heartbeat'>,
  work: () => Promise<Result>,
): Promise<Result> {
  const beating = setInterval(() => context.heartbeat(), HEARTBEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beating);
  }
}
