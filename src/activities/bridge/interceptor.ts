import { ApplicationFailure, CancelledFailure, type Context } from '@temporalio/activity';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Logger } from 'pino';
import { AttemptSuperseded } from '../../bridge/journal.js';
import {
  CertificateRefused,
  CredentialsRefused,
  PlatformUnavailable,
  RateLimited,
  RequestRefused,
} from '../../delivery/errors.js';
import { ContentRefused, IncompleteAnswer, SourceMisconfigured, SourceUnavailable } from '../../sources/errors.js';
import { PremisesActivityInterceptor, type WireNames } from '../premises-interceptor.js';
import { OtherCompany } from './errors.js';
import { BRIDGE_FAILURE } from './tasks.js';

const WIRE_NAMES: WireNames = [
  [SourceUnavailable, BRIDGE_FAILURE.tallyUnreachable],
  [IncompleteAnswer, BRIDGE_FAILURE.tallyUnreachable],
  [ContentRefused, BRIDGE_FAILURE.tallyUnreachable],
  [SourceMisconfigured, BRIDGE_FAILURE.tallyMisconfigured],
  [PlatformUnavailable, BRIDGE_FAILURE.platformUnavailable],
  [RateLimited, BRIDGE_FAILURE.platformUnavailable],
  // Whoever began the row meanwhile is at it: what it came to is seen by trying again.
  [AttemptSuperseded, BRIDGE_FAILURE.platformUnavailable],
  [CertificateRefused, BRIDGE_FAILURE.credentialsRefused],
  [CredentialsRefused, BRIDGE_FAILURE.credentialsRefused],
  [RequestRefused, BRIDGE_FAILURE.requestRefused],
  [OtherCompany, BRIDGE_FAILURE.requestRefused],
];
/** A pause is heard with a heartbeat. */
const HEARTBEAT_EVERY_MS = 2_000;

export class BridgeActivityInterceptor extends PremisesActivityInterceptor {
  constructor(context: Context, log: Logger) {
    super(context, log, WIRE_NAMES, HEARTBEAT_EVERY_MS);
  }

  override async execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    try {
      return await super.execute(input, next);
    } catch (error) {
      // Temporal knows of no cancellation, and would wait for heartbeats: the next process is to take the task at once.
      if (error instanceof CancelledFailure && error.message === 'WORKER_SHUTDOWN')
        throw ApplicationFailure.create({ type: 'BridgeStopping', message: 'The bridge was stopped.' });
      throw error;
    }
  }
}
