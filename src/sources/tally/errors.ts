import { SourceMisconfigured } from '../errors.js';

/** What can be wrong with bytes that should be an export or an answer of Tally. */
export type RefusalCode =
  | 'EMPTY'
  | 'HTML'
  | 'NOT_TALLY_XML'
  | 'SCREEN_LAYOUT'
  | 'NOT_AN_EXPORT'
  | 'UNKNOWN_REQUEST'
  | 'COMPANY_NOT_OPEN'
  | 'REQUEST_FAILED'
  | 'TRUNCATED'
  | 'MALFORMED'
  | 'DOCTYPE_REFUSED'
  | 'TOO_LARGE'
  | 'UNREADABLE_ENCODING';

/** Nothing of these bytes may be used. The message is one sentence and quotes nothing of the content. */
export class AnswerRefused extends Error {
  override readonly name = 'AnswerRefused';
  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

export type MisconfigurationCode =
  | 'COMPANY_NOT_OPEN'
  | 'COMPANY_REPLACED'
  | 'COMPANY_REWOUND'
  | 'COMPANY_AMBIGUOUS'
  | 'REQUEST_REFUSED'
  | 'NOT_TALLY'
  | 'SETTINGS_INVALID';

/** A SourceMisconfigured that says which of Tally's usual misconfigurations it is. */
export class TallyMisconfigured extends SourceMisconfigured {
  constructor(
    readonly code: MisconfigurationCode,
    message: string,
  ) {
    super(message);
  }
}
