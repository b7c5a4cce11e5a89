import { FileReplaced, SourceMisconfigured, SourceUnavailable } from '../errors.js';
import { replaced } from './reading.js';

/** By the codes that S3 and stores like it answer with. */
const EXPECTED = new Map(
  Object.entries({
    NoSuchBucket: 'a bucket that is there',
    InvalidAccessKeyId: 'an access key that it knows',
    SignatureDoesNotMatch: 'the secret of this access key',
    ExpiredToken: 'credentials that have not ended',
    InvalidToken: 'credentials that it knows',
    CredentialsProviderError: 'access_key_id and secret_access_key_file, or credentials of this machine',
    AccessDenied: 'the right to list, read, write and delete',
    AllAccessDisabled: 'the right to list, read, write and delete',
    KMSAccessDeniedException: 'the right to use its key',
    PermanentRedirect: 'the region the bucket lies in',
    AuthorizationHeaderMalformed: 'the region the bucket lies in',
    IllegalLocationConstraintException: 'the region the bucket lies in',
    RequestTimeTooSkewed: 'this machine’s clock to be right',
    NotImplemented: 'it to know what is asked (server_side_encryption: none helps with some stores)',
    ServerSideEncryptionConfigurationNotFoundError: 'server_side_encryption that it knows',
  }),
);
/** TLS: a certificate that is not believed, or no TLS at all. */
const TLS = /^(UNABLE_TO_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|ERR_SSL_|ERR_TLS_|EPROTO$)/;

interface Fault {
  name?: string;
  code?: unknown;
  $metadata?: { httpStatusCode?: number };
}

/** No object has this key any more. */
export class ObjectGone extends FileReplaced {}

/** Says in our words what S3 refused: its own may quote the keys of objects. */
export class S3Faults {
  /** @param place as it begins a sentence */
  constructor(private readonly place: string) {}

  async named<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw this.#named(error as Fault);
    }
  }

  cutShort(): SourceUnavailable {
    return new SourceUnavailable(`${this.place} sent a file cut short: expected all of it.`);
  }

  #named(fault: Fault): Error {
    const { name = '', $metadata } = fault;
    const status = $metadata?.httpStatusCode ?? 0;
    const code = typeof fault.code === 'string' ? fault.code : '';
    if (fault instanceof FileReplaced) return fault;
    if (name === 'PreconditionFailed' || name === 'InvalidRange' || status === 412) return replaced();
    if (name === 'NoSuchKey' || name === 'NotFound') return new ObjectGone(replaced().message);
    const expectation = EXPECTED.get(name);
    if (expectation !== undefined) {
      return new SourceMisconfigured(`${this.place} refuses us (${name}): expected ${expectation}.`);
    }
    if (TLS.test(code)) {
      return new SourceMisconfigured(
        `${this.place} is not believed (${code}): expected a certificate that is trusted.`,
      );
    }
    // Its own words where they are no more than a code.
    const why = [code, name].find((word) => /^(?!Error$)[A-Z][A-Za-z_]{2,50}$/.test(word)) ?? 'no answer';
    if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
      return new SourceMisconfigured(`${this.place} refuses us (${status}, ${why}): expected it to take the request.`);
    }
    return new SourceUnavailable(`${this.place} cannot be used now (${why}): expected it to answer.`);
  }
}
