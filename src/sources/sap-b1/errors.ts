import { SourceMisconfigured, SourceUnavailable } from '../errors.js';

export type MisconfigurationCode =
  | 'LOGIN_REFUSED'
  | 'COMPANY_UNKNOWN'
  | 'PERMISSION_MISSING'
  | 'REQUEST_REFUSED'
  | 'NOT_SERVICE_LAYER'
  | 'TLS_REFUSED'
  | 'SETTINGS_INVALID';

/** A SourceMisconfigured that says which of SAP's usual misconfigurations it is. */
export class SapMisconfigured extends SourceMisconfigured {
  constructor(
    readonly code: MisconfigurationCode,
    message: string,
  ) {
    super(message);
  }
}

/** Answered by nobody or by a fault that passes: asked again a moment later it may be well. */
export class SapBusy extends SourceUnavailable {}
