/** The ERP cannot be reached or is busy: worth trying again later. Messages name no party, only host and cause. */
export class SourceUnavailable extends Error {
  override readonly name = 'SourceUnavailable';
}

/** An answer was cut short or contradicts its own count: nothing of it may be used, the window is read again. */
export class IncompleteAnswer extends Error {
  override readonly name = 'IncompleteAnswer';
}

/**
 * Nothing of these bytes may be used: they are not what they should be, or not all of it. `code` is for programs, the
 * message one sentence for people that quotes nothing of the content.
 */
export class ContentRefused<Code extends string = string> extends Error {
  override readonly name: string = 'ContentRefused';
  constructor(
    readonly code: Code,
    message: string,
  ) {
    super(message);
  }
}

/** A file is no longer the one that was listed: nothing of what was read may be used, it is listed again. */
export class FileReplaced extends Error {
  override readonly name = 'FileReplaced';
}

/** Wrong company, refused request, unusable setting: no retry will help, a person must act. */
export class SourceMisconfigured extends Error {
  override readonly name = 'SourceMisconfigured';
}
