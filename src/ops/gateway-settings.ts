import { z } from 'zod';
import { expected, path, section, text } from './schema-parts.js';

/** How a program on the premises reaches Temporal: the section `gateway` of its YAML. */
export interface GatewaySettings {
  /** `host:port`. */
  address: string;
  namespace: string;
  /** Null without TLS, which is for this machine alone. */
  tls: { caPath: string; certPath: string; keyPath: string; serverName: string | null } | null;
}

const ADDRESS = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]):/;

export const gatewaySection = section({
  address: text('host:port').regex(ADDRESS, expected('host:port')),
  namespace: text('the name of a Temporal namespace').default('default'),
  /** Absent: with the certificate, key and CA of the section altscore. */
  tls: z
    .union(
      [
        z.literal('off'),
        section({
          ca_path: path('the CA certificate of the gateway').optional(),
          cert_path: path('a client certificate').optional(),
          key_path: path("the client certificate's private key").optional(),
          server_name: text('the host name in the certificate of the gateway').optional(),
        }),
      ],
      expected('off, or the keys ca_path, cert_path, key_path, server_name'),
    )
    .default({}),
}).refine(({ address, tls }) => tls !== 'off' || LOOPBACK.test(address), {
  path: ['tls'],
  error: 'is off for another machine; expected TLS for everything but this machine itself',
});

/** With every path absolute; without TLS files of its own, those of the section altscore. */
export function gatewayOf(
  { address, namespace, tls }: z.infer<typeof gatewaySection>,
  at: (path: string) => string,
  altscore: { caPath: string; certPath: string; keyPath: string },
): GatewaySettings {
  if (tls === 'off') return { address, namespace, tls: null };
  return {
    address,
    namespace,
    tls: {
      caPath: tls.ca_path ? at(tls.ca_path) : altscore.caPath,
      certPath: tls.cert_path ? at(tls.cert_path) : altscore.certPath,
      keyPath: tls.key_path ? at(tls.key_path) : altscore.keyPath,
      serverName: tls.server_name ?? null,
    },
  };
}
