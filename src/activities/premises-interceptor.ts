import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Logger } from 'pino';
import { RateLimited } from '../delivery/errors.js';
import { HEARTBEAT_EVERY_MS, heartbeating } from './heartbeats.js';

/** What each room's error is called on the wire. Anything else is our own defect and is retried as it is. */
export type WireNames = ReadonlyArray<[new (...args: never[]) => Error, string]>;

/** Heartbeats, logs and error names of every activity of a program on the premises, in one place. Arguments are never logged. */
export class PremisesActivityInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly log: Logger,
    private readonly wireNames: WireNames,
    private readonly heartbeatEveryMs = HEARTBEAT_EVERY_MS,
  ) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const { activityType: activity, attempt } = this.context.info;
    const startedAtMs = performance.now();
    const tookMs = (): number => Math.round(performance.now() - startedAtMs);
    try {
      const result = await heartbeating(this.context, () => next(input), this.heartbeatEveryMs);
      this.log.info({ activity, attempt, tookMs: tookMs() }, 'activity done');
      return result;
    } catch (error) {
      const failure = wireFailure(error, this.wireNames);
      this.log.warn(
        { activity, attempt, tookMs: tookMs(), failure: failure.type, reason: failure.message },
        'activity failed',
      );
      throw failure;
    }
  }
}

/** The stack and the cause stay on the premises: only a name and a sentence travel. */
function wireFailure(error: unknown, wireNames: WireNames): Error & { type?: string | null } {
  const named = wireNames.find(([kind]) => error instanceof kind);
  if (!named) return error instanceof Error ? error : new Error('unknown failure');
  const failure = ApplicationFailure.create({
    type: named[1],
    message: (error as Error).message,
    details: error instanceof RateLimited ? [{ retryAfterMs: error.retryAfterMs }] : undefined,
  });
  failure.stack = undefined;
  return failure;
}
