import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

/** Names under which identity or secrets could reach a log line, at the top or one or two levels down. */
const CENSORED = [
  'retailer_gst',
  'retailer_name',
  'retailer_phone',
  'gstin',
  'phone',
  'legal_name',
  'identity',
  'contacts',
  'payload',
  'body',
  'password',
  'token',
  'authorization',
  'api_key',
  'apiKey',
  'hmac_secret',
  'hmacSecret',
  'digest_key',
  'digestKey',
  'keyPem',
  'privateKey',
];

/** What is told of a request: who asked for what, never its body or headers. One-time tokens in paths are cut off. */
export const requestSummary = (request: { method?: string; url?: string; id?: unknown }) => ({
  id: request.id,
  method: request.method,
  path: request.url?.replace(/\?.*$/, '').replace(/^(\/v1\/bundles\/).+$/, '$1…'),
});

/**
 * An error without what drivers and validators hang on it: PostgreSQL's `detail` quotes the row, and other extra
 * properties may quote input.
 */
export function errorSummary(error: Error): Record<string, unknown> {
  const { type, message, stack } = stdSerializers.err(error);
  return { type, message, stack, code: (error as { code?: unknown }).code };
}

/** JSON lines on standard output (or `destination`), with identity and secrets struck out. */
export function createLogger(options: { name: string; level?: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      name: options.name,
      level: options.level ?? 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { req: requestSummary, err: errorSummary },
      redact: { paths: CENSORED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    },
    options.destination ?? pino.destination(1),
  );
}
