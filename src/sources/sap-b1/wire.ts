import { Agent, type Dispatcher, request } from 'undici';
import { IncompleteAnswer, SourceUnavailable } from '../errors.js';
import type { Answer } from './answer.js';
import { SapBusy, SapMisconfigured } from './errors.js';
import type { SapSettings } from './settings.js';
import { connectorOf } from './tls.js';

/**
 * All that can be said to a Service Layer: GET, and POST to its two addresses for a session. There is no other verb and
 * no other POST, so nothing in this program can write to SAP.
 */
export interface ServiceWire {
  /** @param path Below the host, such as `/b1s/v1/Invoices?$top=1`. */
  get(path: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer>;
  login(path: `${string}/Login`, credentials: Credentials, signal?: AbortSignal): Promise<Answer>;
  logout(path: `${string}/Logout`, headers: Record<string, string>): Promise<Answer>;
}
export interface Credentials {
  CompanyDB: string;
  UserName: string;
  Password: string;
}

/** Requests under way at once: the Service Layer's nodes are few, and people are working on them. */
const IN_FLIGHT = 2;
/** A page of 5,000 documents with all their lines stays far below it. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
const LOGOUT_TIMEOUT_MS = 5_000;

/** Node's names for a certificate that does not verify; OpenSSL's own begin with ERR_SSL_ or ERR_OSSL_. */
const TLS_FAULT =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|ERR_SSL_|ERR_OSSL_|ERR_TLS_CERT_|EPROTO)/;

type WireSettings = Pick<SapSettings, 'host' | 'port' | 'tls' | 'timeoutMs'>;

/**
 * Throws SourceUnavailable when SAP cannot be reached or does not answer in time, IncompleteAnswer when the connection
 * ends within an answer, SapMisconfigured TLS_REFUSED; answers of any status are answers.
 */
export function openWire({ host, port, tls, timeoutMs }: WireSettings): ServiceWire {
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  const origin = `https://${name}:${port}`;
  const agent = new Agent({
    connect: connectorOf(tls),
    connections: IN_FLIGHT,
    pipelining: 1,
    // An idle connection ends by itself, and keeps no process alive.
    keepAliveTimeout: 4_000,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_ANSWER_BYTES,
  });

  async function exchange(
    path: string,
    options: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string },
    patienceMs: number,
    cancelled: AbortSignal | undefined,
  ): Promise<Answer> {
    const timeout = AbortSignal.timeout(patienceMs);
    const signal = cancelled ? AbortSignal.any([timeout, cancelled]) : timeout;
    let answered = false;
    try {
      const response = await request(`${origin}${path}`, { ...options, dispatcher: agent, signal });
      answered = true;
      return { status: response.statusCode, cookies: cookiesOf(response), text: await response.body.text() };
    } catch (error) {
      if (cancelled?.aborted) throw cancelled.reason;
      const what = path.replace(/\?.*$/s, '');
      if (timeout.aborted) {
        throw new SourceUnavailable(
          `SAP Business One at ${origin} did not finish answering ${what} within ${patienceMs} ms: expected an answer.`,
        );
      }
      const code = codeOf(error);
      if (TLS_FAULT.test(code)) {
        throw new SapMisconfigured(
          'TLS_REFUSED',
          `The certificate of SAP Business One at ${origin} is not believed (${code}): expected one of the authority, or with the fingerprint, that erp.tls names.`,
        );
      }
      if (answered) {
        throw new IncompleteAnswer(
          `The connection to SAP Business One at ${origin} ended within an answer (${what}): expected it to its last byte.`,
        );
      }
      throw new SapBusy(
        `SAP Business One at ${origin} cannot be reached (${code || 'unknown cause'}): expected its Service Layer on this port.`,
      );
    }
  }

  return {
    get: (path, headers, signal) => exchange(path, { method: 'GET', headers }, timeoutMs, signal),
    login: (path, credentials, signal) =>
      exchange(
        path,
        { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(credentials) },
        timeoutMs,
        signal,
      ),
    logout: (path, headers) =>
      exchange(path, { method: 'POST', headers }, Math.min(timeoutMs, LOGOUT_TIMEOUT_MS), undefined),
  };
}

/** The text before the first `;`, raw: B1SESSION comes without a path and with a trailing `;`, at which cookie jars choke. */
function cookiesOf({ headers }: Dispatcher.ResponseData): string[] {
  const set = headers['set-cookie'] ?? [];
  return (Array.isArray(set) ? set : [set]).map((cookie) => cookie.split(';', 1)[0]!.trim());
}

/** Of the innermost cause: undici wraps what a socket said. */
function codeOf(thrown: unknown): string {
  let code = '';
  let error = thrown as { code?: unknown; cause?: unknown } | undefined;
  for (let depth = 0; depth < 5 && error; depth += 1) {
    if (typeof error.code === 'string') code = error.code;
    error = error.cause as typeof error;
  }
  return code;
}
