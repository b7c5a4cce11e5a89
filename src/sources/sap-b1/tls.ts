import type { TLSSocket } from 'node:tls';
import { buildConnector } from 'undici';
import type { SapSettings } from './settings.js';

/** The certificate is not the pinned one. */
export class FingerprintDiffers extends Error {
  override readonly name = 'FingerprintDiffers';
  readonly code = 'CERT_FINGERPRINT_DIFFERS';
}

const CONNECT_TIMEOUT_MS = 10_000;
const COMMON = {
  timeout: CONNECT_TIMEOUT_MS,
  minVersion: 'TLSv1.2',
  // A resumed session would not show its certificate again.
  maxCachedSessions: 0,
} as const;

/** How connections are made; whose certificate is believed is decided here and nowhere else. */
export function connectorOf(tls: SapSettings['tls']): buildConnector.connector {
  if (tls.fingerprint !== null) return pinned(tls.fingerprint);
  return buildConnector({ ...COMMON, rejectUnauthorized: true, ...(tls.authority && { ca: tls.authority }) });
}

/**
 * A self-signed certificate has no chain to verify: it is compared itself, before a byte is sent, and the connection is
 * given up when it is another one.
 */
function pinned(fingerprint: string): buildConnector.connector {
  const connect = buildConnector({ ...COMMON, rejectUnauthorized: false });
  return (options, callback) =>
    connect(options, (error, socket) => {
      if (error) return callback(error, null);
      const shown = (socket as TLSSocket).getPeerX509Certificate?.()?.fingerprint256.replaceAll(':', '');
      if (shown === fingerprint) return callback(null, socket);
      socket.destroy();
      callback(new FingerprintDiffers('The certificate is another one than the pinned.'), null);
    });
}
