import { buildConnector, EnvHttpProxyAgent, request } from 'undici';
import type { z } from 'zod';
import {
  BatchResult,
  FiguresRequest,
  FiguresResponse,
  KnownRequest,
  KnownResponse,
  PingRequest,
  PingResult,
  PublishRequest,
  PublishResult,
  SIGNED_HEADERS,
  StandingRequest,
  StandingResponse,
} from '../canonical/contract.js';
import { errorOfAnswer } from './answer-errors.js';
import { PlatformUnavailable } from './errors.js';
import { newBatchId, type SignedBatch, type SignedRequest, signedHeaders, signRequest } from './sign.js';
import { errorOfTransport, mayBeRefusal, NoConnection, refusedCertificate } from './transport-errors.js';

/** Who the connector is, and whom it trusts. Certificates and keys as PEM. */
export interface PlatformAccess {
  distributorId: string;
  /** `https://…/v1/ingest/batch`; the other endpoints stand beside it. */
  apiEndpoint: string;
  apiKey: string;
  hmacSecret: Uint8Array;
  clientCertificate: string;
  clientKey: string;
  /** The only authority whose certificates are believed (`altscore-ca.crt`). */
  authority: string;
  /** No answer within it counts as a timeout; 120 s by the specification. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const PROBE_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * The platform's ingestion API as a connector sees it: mutual TLS, every request signed, every answer checked against
 * the contract. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are respected. Errors are those of `errors.ts`, and nothing is
 * retried here: when to try again is the workflow's business.
 */
export class PlatformClient {
  readonly #access: PlatformAccess;
  readonly #newAgent: () => EnvHttpProxyAgent;
  readonly #agent: EnvHttpProxyAgent;
  readonly #timeoutMs: number;

  constructor(access: PlatformAccess) {
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
        maxResponseSize: MAX_ANSWER_BYTES,
      });
    this.#agent = this.#newAgent();
  }

  /** Runs the platform's whole chain of checks on no data. */
  ping(signal?: AbortSignal): Promise<PingResult> {
    const body = PingRequest.parse({ distributor_id: this.#access.distributorId });
    return this.#post('ping', this.#sign(body), PingResult, signal);
  }

  /** One verdict a document, in the order asked. */
  async known(question: KnownRequest, signal?: AbortSignal): Promise<KnownResponse> {
    const answer = await this.#post('known', this.#sign(KnownRequest.parse(question)), KnownResponse, signal);
    if (answer.verdicts.length !== question.documents.length) {
      throw new PlatformUnavailable(
        `The platform gave ${answer.verdicts.length} verdicts on ${question.documents.length} documents; expected one each.`,
      );
    }
    return answer;
  }

  /** One page of what the platform holds: keys and versions. */
  standing(question: StandingRequest, signal?: AbortSignal): Promise<StandingResponse> {
    return this.#post('standing', this.#sign(StandingRequest.parse(question)), StandingResponse, signal);
  }

  /** What the platform holds of some months, added up. */
  figures(question: FiguresRequest, signal?: AbortSignal): Promise<FiguresResponse> {
    return this.#post('figures', this.#sign(FiguresRequest.parse(question)), FiguresResponse, signal);
  }

  async sendBatch(batch: SignedBatch, signal?: AbortSignal): Promise<BatchResult> {
    const result = await this.#post('batch', batch, BatchResult, signal);
    if (result.batch_id !== batch.batchId) {
      throw new PlatformUnavailable(`The platform answered for batch ${result.batch_id}; expected ${batch.batchId}.`);
    }
    return result;
  }

  publish(sets: PublishRequest, signal?: AbortSignal): Promise<PublishResult> {
    return this.#post('publish', this.#sign(PublishRequest.parse(sets)), PublishResult, signal);
  }

  /** Ends the connections; requests under way are given up. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #sign(body: object): SignedRequest {
    return signRequest(newBatchId(), body, this.#access.hmacSecret);
  }

  async #post<Answer>(
    endpoint: string,
    signed: SignedRequest,
    schema: z.ZodType<Answer>,
    cancelled: AbortSignal | undefined,
  ): Promise<Answer> {
    const { status, retryAfter, text } = await this.#exchange(endpoint, signed, cancelled);
    if (status < 200 || status > 299) throw errorOfAnswer(endpoint, status, retryAfter, text);
    const answer = schema.safeParse(parseJson(text));
    if (answer.success) return answer.data;
    const fault = answer.error.issues[0];
    throw new PlatformUnavailable(
      `The platform's answer to ${endpoint} is not the contract's at "${fault?.path.join('.') ?? ''}": ${fault?.message ?? 'not JSON'}.`,
    );
  }

  async #exchange(endpoint: string, signed: SignedRequest, cancelled: AbortSignal | undefined) {
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    try {
      const { statusCode, headers, body } = await request(new URL(endpoint, this.#access.apiEndpoint), {
        method: 'POST',
        dispatcher: this.#agent,
        headers: {
          'content-type': 'application/json',
          [SIGNED_HEADERS.apiKey]: this.#access.apiKey,
          ...signedHeaders(signed),
        },
        body: signed.body,
        signal: cancelled ? AbortSignal.any([timeout, cancelled]) : timeout,
        headersTimeout: this.#timeoutMs,
        bodyTimeout: this.#timeoutMs,
      });
      return { status: statusCode, retryAfter: headers['retry-after'], text: await body.text() };
    } catch (error) {
      if (cancelled?.aborted) throw cancelled.reason;
      if (timeout.aborted) {
        throw new PlatformUnavailable(`The platform did not answer ${endpoint} within ${this.#timeoutMs} ms.`);
      }
      if (mayBeRefusal(error) && (await this.#hangsUpUnasked()))
        throw refusedCertificate(this.#access.clientCertificate);
      throw errorOfTransport(endpoint, error);
    }
  }

  /**
   * In TLS 1.3 a server that refuses our certificate hangs up after the handshake, which looks like a server that
   * died at work. One that refuses does so again, to a new connection that asks for nothing; one that is kept open may just
   * have died with the server.
   */
  async #hangsUpUnasked(): Promise<boolean> {
    const fresh = this.#newAgent();
    try {
      const { body } = await request(new URL('/', this.#access.apiEndpoint), {
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
