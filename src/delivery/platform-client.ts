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
import { PlatformUnavailable } from './errors.js';
import { type LineAccess, PlatformLine } from './platform-line.js';
import { newBatchId, type SignedBatch, type SignedRequest, signedHeaders, signRequest } from './sign.js';

/** Who the connector is, and whom it trusts. */
export interface PlatformAccess extends LineAccess {
  distributorId: string;
  /** `https://…/v1/ingest/batch`; the other endpoints stand beside it. */
  apiEndpoint: string;
  apiKey: string;
  hmacSecret: Uint8Array;
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/**
 * The platform's ingestion API as a connector sees it: every request signed. Errors are those of `errors.ts`.
 */
export class PlatformClient {
  readonly #access: PlatformAccess;
  readonly #line: PlatformLine;

  constructor(access: PlatformAccess) {
    this.#access = access;
    this.#line = new PlatformLine(access, MAX_ANSWER_BYTES);
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
    return this.#line.close();
  }

  #sign(body: object): SignedRequest {
    return signRequest(newBatchId(), body, this.#access.hmacSecret);
  }

  #post<Answer>(
    endpoint: string,
    signed: SignedRequest,
    schema: z.ZodType<Answer>,
    cancelled: AbortSignal | undefined,
  ): Promise<Answer> {
    const asked = {
      name: endpoint,
      url: new URL(endpoint, this.#access.apiEndpoint),
      method: 'POST' as const,
      headers: {
        'content-type': 'application/json',
        [SIGNED_HEADERS.apiKey]: this.#access.apiKey,
        ...signedHeaders(signed),
      },
      body: signed.body,
    };
    return this.#line.ask(asked, schema, cancelled);
  }
}
