import type { Context } from '@temporalio/activity';
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
import { PremisesActivityInterceptor, type WireNames } from '../premises-interceptor.js';
import { WindowNotHeld, WindowTooLarge } from './errors.js';
import { FAILURE } from './tasks.js';

const WIRE_NAMES: WireNames = [
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

export class ConnectorActivityInterceptor extends PremisesActivityInterceptor {
  constructor(context: Context, log: Logger) {
    super(context, log, WIRE_NAMES);
  }
}
