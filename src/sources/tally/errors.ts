import { ContentRefused, SourceMisconfigured } from '../errors.js';

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
  | 'TOO_LARGE';

/** The bytes are no export and no answer of Tally that may be used. */
export class AnswerRefused extends ContentRefused<RefusalCode> {
  override readonly name = 'AnswerRefused';
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
