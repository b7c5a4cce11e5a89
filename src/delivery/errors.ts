import type { Problem } from '../canonical/contract.js';

/** `transient`: try again. `configuration`: a person must act. `data`: one document cannot be delivered. */
export type ErrorKind = 'transient' | 'configuration' | 'data';

/** What delivery can end with. Messages carry the platform's own sentence, never a payload. */
export abstract class DeliveryError extends Error {
  abstract readonly kind: ErrorKind;
}

/** 5xx, no answer in time, network trouble, or an answer that is not the platform's. */
export class PlatformUnavailable extends DeliveryError {
  override readonly name = 'PlatformUnavailable';
  readonly kind = 'transient';
}

/** 429. */
export class RateLimited extends DeliveryError {
  override readonly name = 'RateLimited';
  readonly kind = 'transient';
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** TLS failed: the platform's certificate is not AltScore's, or ours is refused. */
export class CertificateRefused extends DeliveryError {
  override readonly name = 'CertificateRefused';
  readonly kind = 'configuration';
}

/** 401 or 403: key, signature, clock, or another distributor's certificate. `code` is the problem's. */
export class CredentialsRefused extends DeliveryError {
  override readonly name = 'CredentialsRefused';
  readonly kind = 'configuration';
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
  ) {
    super(message);
  }
}

/** 409, 413, 422 and every other 4xx: our defect, or an incompatible version. */
export class RequestRefused extends DeliveryError {
  override readonly name = 'RequestRefused';
  readonly kind = 'configuration';
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly faults: NonNullable<Problem['faults']>,
  ) {
    super(message);
  }
}

/** 409 `changed`: what `known` answered is true no longer; the window must be read again. */
export class KnownChanged extends DeliveryError {
  override readonly name = 'KnownChanged';
  readonly kind = 'transient';
}

/** 410: another attempt at the window has taken this one's place. Nothing is lost and nobody need be told. */
export class SetSuperseded extends DeliveryError {
  override readonly name = 'SetSuperseded';
  readonly kind = 'transient';
}

/** A document that fits no batch, and must not be split. */
export class DocumentTooLarge extends DeliveryError {
  override readonly name = 'DocumentTooLarge';
  readonly kind = 'data';
}
