import type { TLSConfig } from '@temporalio/worker';
import type { GatewaySettings } from '../ops/gateway-settings.js';

/** The YAML names no gateway: the program can be tested, but not run. */
export class GatewayMissing extends Error {
  override readonly name = 'GatewayMissing';
  constructor() {
    super('gateway.address is missing in the YAML; expected host:port of the gateway that AltScore Ops named.');
  }
}

/** Mutual TLS to the gateway; undefined where it is off, which only this machine itself allows. */
export function gatewayTls(
  { tls }: GatewaySettings,
  secrets: { authority: string; clientCertificate: string; clientKey: string } | null,
): TLSConfig | undefined {
  if (tls === null || secrets === null) return undefined;
  return {
    serverNameOverride: tls.serverName ?? undefined,
    serverRootCACertificate: Buffer.from(secrets.authority),
    clientCertPair: { crt: Buffer.from(secrets.clientCertificate), key: Buffer.from(secrets.clientKey) },
  };
}
