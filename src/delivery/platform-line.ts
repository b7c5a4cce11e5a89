import { buildConnector, EnvHttpProxyAgent, request } from 'undici';
import type { z } from 'zod';
import { errorOfAnswer } from './answer-errors.js';
import { PlatformUnavailable } from './errors.js';
import { errorOfTransport, mayBeRefusal, NoConnection, refusedCertificate } from './transport-errors.js';

/** Who asks, and whom it trusts. Certificates and keys as PEM. */
export interface LineAccess {
  clientCertificate: string;
  clientKey: string;
  /** The only authority whose certificates are believed (`altscore-ca.crt`). */
  authority: string;
  /** No answer within it counts as a timeout; 120 s by the specification. */
  timeoutMs?: number;
}

/** `name` is how errors call it. */
export interface Asked {
  name: string;
  url: URL;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

const TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 10_000;

/**
 * The way from the premises to the platform: mutual TLS, every answer checked against the contract. HTTP_PROXY, HTTPS_PROXY
 * and NO_PROXY are respected. Errors are those of `errors.ts`, and nothing is retried here: when to try again is the
 * workflow's business.
 */
export class PlatformLine {
  readonly #access: LineAccess;
  readonly #newAgent: () => EnvHttpProxyAgent;
  readonly #agent: EnvHttpProxyAgent;
  readonly #timeoutMs: number;

  constructor(access: LineAccess, maxAnswerBytes: number) {
    this.#access = access;
    this.#timeoutMs = access.timeoutMs ?? TIMEOUT_MS;
    const tls = {
      cert: access.clientCertificate,
      key: access.clientKey,
      ca: access.authority,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      // Explicit, so that no environment variable can switch it off.
      rejectUnauthorized: true,
      // A resumed session would not show the certificate again, and so outlive its revocation.
      maxCachedSessions: 0,
      timeout: this.#timeoutMs,
    } as const;
    const connector = buildConnector(tls);
    const connect: buildConnector.connector = (options, done) =>
      connector(options, (error, socket) => (error ? done(new NoConnection(error), null) : done(null, socket)));
    this.#newAgent = () =>
      new EnvHttpProxyAgent({
        // Straight to the platform, and through a proxy's tunnel.
        connect,
        requestTls: tls,
        connections: 2,
        maxResponseSize: maxAnswerBytes,
      });
    this.#agent = this.#newAgent();
  }

  async ask<Answer>(asked: Asked, schema: z.ZodType<Answer>, cancelled?: AbortSignal): Promise<Answer> {
    const { name } = asked;
    const { status, retryAfter, text } = await this.#exchange(asked, cancelled);
    if (status < 200 || status > 299) throw errorOfAnswer(name, status, retryAfter, text);
    const answer = schema.safeParse(parseJson(text));
    if (answer.success) return answer.data;
    const fault = answer.error.issues[0];
    throw new PlatformUnavailable(
      `The platform's answer to ${name} is not the contract's at "${fault?.path.join('.') ?? ''}": ${fault?.message ?? 'not JSON'}.`,
    );
  }

  /** Ends the connections; requests under way are given up. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  async #exchange({ name, url, method, headers: sent, body: payload }: Asked, cancelled: AbortSignal | undefined) {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const { statusCode, headers, body } = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: sent,
        body: payload,
        signal: cancelled ? AbortSignal.any([timeout, cancelled]) : timeout,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
      });
      return { status: statusCode, retryAfter: headers['retry-after'], text: await body.text() };
    } catch (error) {
      if (cancelled?.aborted) throw cancelled.reason;
      if (timeout.aborted) {
        throw new PlatformUnavailable(`The platform did not answer ${name} within ${this.#timeoutMs} ms.`);
      }
      if (mayBeRefusal(error) && (await this.#hangsUpUnasked(url)))
        throw refusedCertificate(this.#access.clientCertificate);
      throw errorOfTransport(name, error);
    }
  }

  /**
   * In TLS 1.3 a server that refuses our certificate hangs up after the handshake, which looks like a server that
   * died at work. One that refuses does so again, to a new connection that asks for nothing; one that is kept open may just
   * have died with the server.
   */
  async #hangsUpUnasked(url: URL): Promise<boolean> {
    const fresh = this.#newAgent();
    try {
      const { body } = await request(new URL('/', url), {
        method: 'HEAD',
        dispatcher: fresh,
        signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
      });
      await body.dump();
      return false;
    } catch (error) {
      return mayBeRefusal(error);
    } finally {
      await fresh.destroy();
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
