import { X509Certificate } from 'node:crypto';
import { types } from 'node:util';
import { CertificateRefused, type DeliveryError, PlatformUnavailable } from './errors.js';

/**
 * Node's names for a peer's certificate that does not verify. Everything OpenSSL itself raises, in either direction,
 * begins with ERR_SSL_ or ERR_OSSL_; Node's own TLS errors with ERR_TLS_.
 */
const VERIFICATION =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|ERR_SSL_|ERR_OSSL_|ERR_TLS_CERT_|EPROTO)/;

/** No connection came to be, handshake included: nobody has looked at our certificate yet. */
export class NoConnection extends Error {
  constructor(cause: Error) {
    super('no connection', { cause });
  }
}

/** The error for a request that got no answer. Names the cause's code and nothing of what was sent. */
export function errorOfTransport(endpoint: string, error: unknown): DeliveryError {
  const cause = innermost(error);
  const code = String(cause?.code ?? '');
  if (VERIFICATION.test(code)) {
    return new CertificateRefused(
      `TLS with the platform failed (${code}); expected a server certificate of altscore-ca.crt and a client certificate the platform accepts.`,
    );
  }
  return new PlatformUnavailable(
    `The platform could not be reached for ${endpoint} (${code || cause?.name || 'unknown cause'}).`,
  );
}

/** A connection that ended after the handshake and before any answer: a refused certificate, or a platform that died. */
export function mayBeRefusal(error: unknown): boolean {
  if (error instanceof NoConnection) return false;
  const cause = innermost(error);
  const code = cause?.code;
  if (code === 'ECONNRESET') return !cause?.message.includes('before secure TLS connection');
  return code === 'UND_ERR_SOCKET' || code === 'EPIPE';
}

/** The platform hangs up on our certificate. */
export function refusedCertificate(clientCertificate: string): CertificateRefused {
  return new CertificateRefused(
    `The platform hung up after the TLS handshake: it refuses the client certificate (valid until ${new X509Certificate(clientCertificate).validTo}); expected one that is neither expired nor revoked.`,
  );
}

// Not `instanceof`: an error of Node's own may come from another realm.
const asError = (thrown: unknown): NodeJS.ErrnoException | null => (types.isNativeError(thrown) ? thrown : null);

/** What a chain of causes began with. */
function innermost(thrown: unknown): NodeJS.ErrnoException | null {
  let current = asError(thrown);
  for (let depth = 0; depth < 5 && asError(current?.cause); depth += 1) current = asError(current?.cause);
  return current;
}
