import { ApplicationFailure, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Logger } from 'pino';
import {
  CertificateRefused,
  CredentialsRefused,
  KnownChanged,
  PlatformUnavailable,
  RateLimited,
  RequestRefused,
  SetSuperseded,
} from '../../delivery/errors.js';
import { IncompleteAnswer, SourceMisconfigured, SourceUnavailable } from '../../sources/errors.js';
import { heartbeating } from '../heartbeats.js';
import { WindowNotHeld, WindowTooLarge } from './errors.js';
import { FAILURE, type FailureType } from './tasks.js';

/** What each room's error is called on the wire. Anything else is our own defect and is retried as it is. */
const WIRE_NAMES: ReadonlyArray<[new (...args: never[]) => Error, FailureType]> = [
  [SourceUnavailable, FAILURE.erpUnreachable],
  [IncompleteAnswer, FAILURE.incompleteAnswer],
  [SourceMisconfigured, FAILURE.erpMisconfigured],
  [PlatformUnavailable, FAILURE.platformUnavailable],
  [RateLimited, FAILURE.rateLimited],
  [CertificateRefused, FAILURE.certificateRefused],
  [CredentialsRefused, FAILURE.credentialsRefused],
  [KnownChanged, FAILURE.setsChanged],
  [RequestRefused, FAILURE.requestRefused],
  [SetSuperseded, FAILURE.windowLost],
  [WindowNotHeld, FAILURE.windowLost],
  [WindowTooLarge, FAILURE.windowTooLarge],
];

/** Heartbeats, logs and error names of every connector activity, in one place. Arguments are never logged. */
export class ConnectorActivityInterceptor implements ActivityInboundCallsInterceptor {
  constructor(
    private readonly context: Context,
    private readonly log: Logger,
  ) {}

  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>): Promise<unknown> {
    const { activityType: activity, attempt } = this.context.info;
    const startedAtMs = performance.now();
    const tookMs = (): number => Math.round(performance.now() - startedAtMs);
    try {
      const result = await heartbeating(this.context, () => next(input));
      this.log.info({ activity, attempt, tookMs: tookMs() }, 'activity done');
      return result;
    } catch (error) {
      const failure = wireFailure(error);
      this.log.warn(
        { activity, attempt, tookMs: tookMs(), failure: failure.type, reason: failure.message },
        'activity failed',
      );
      throw failure;
    }
  }
}

/** The stack and the cause stay on the premises: only a name and a sentence travel. */
function wireFailure(error: unknown): Error & { type?: string | null } {
  const named = WIRE_NAMES.find(([kind]) => error instanceof kind);
  if (!named) return error instanceof Error ? error : new Error('unknown failure');
  const failure = ApplicationFailure.create({
    type: named[1],
    message: (error as Error).message,
    details: error instanceof RateLimited ? [{ retryAfterMs: error.retryAfterMs }] : undefined,
  });
  failure.stack = undefined;
  return failure;
}
