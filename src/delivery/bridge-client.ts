import type { z } from 'zod';
import { AttemptSuperseded } from '../canonical/attempt-superseded.js';
import {
  type BeginRow,
  BegunRow,
  BridgeJob,
  BridgePing,
  EndedRows,
  type EndRows,
  JobReport,
  type RowsRequest,
  RowsResponse,
  SettledRow,
  type SettleRow,
  Submitted,
  type SubmitVouchers,
} from '../canonical/bridge.js';
import { SIGNED_HEADERS } from '../canonical/contract.js';
import { RequestRefused } from './errors.js';
import { type LineAccess, PlatformLine } from './platform-line.js';

/** Whose bridge asks, and whom it trusts. */
export interface BridgeAccess extends LineAccess {
  companyId: string;
  /** `https://…`, the address of the API. */
  apiEndpoint: string;
  apiKey: string;
}

/** Reports of ten thousand vouchers, and pages of long ones. */
const MAX_ANSWER_BYTES = 64 * 1024 ** 2;

/** The platform as a bridge sees it: the jobs of its own company and their journal. Errors are those of `errors.ts`. */
export class BridgeClient {
  readonly #access: BridgeAccess;
  readonly #line: PlatformLine;

  constructor(access: BridgeAccess) {
    this.#access = access;
    this.#line = new PlatformLine(access, MAX_ANSWER_BYTES);
  }

  /** Whether the certificate and the key are let in, and whose they are. */
  ping(signal?: AbortSignal): Promise<BridgePing> {
    return this.#ask('GET', 'ping', undefined, BridgePing, signal);
  }

  /** For the company of the access. The same `request_id` answers the same job. */
  submit(job: Omit<z.input<typeof SubmitVouchers>, 'company_id'>, signal?: AbortSignal): Promise<Submitted> {
    return this.#post('vouchers', { ...job, company_id: this.#access.companyId }, Submitted, signal);
  }

  job(jobId: string, signal?: AbortSignal): Promise<BridgeJob> {
    return this.#ask('GET', `jobs/${jobId}`, undefined, BridgeJob, signal);
  }

  report(jobId: string, signal?: AbortSignal): Promise<JobReport> {
    return this.#ask('GET', `jobs/${jobId}/report`, undefined, JobReport, signal);
  }

  rows(jobId: string, page: RowsRequest, signal?: AbortSignal): Promise<RowsResponse> {
    return this.#post(`jobs/${jobId}/rows`, page, RowsResponse, signal);
  }

  begin(jobId: string, begin: BeginRow, signal?: AbortSignal): Promise<BegunRow> {
    return this.#post(`jobs/${jobId}/begin`, begin, BegunRow, signal);
  }

  /** @throws AttemptSuperseded besides `errors.ts` */
  async settle(jobId: string, settle: SettleRow, signal?: AbortSignal): Promise<SettledRow> {
    try {
      return await this.#post(`jobs/${jobId}/settle`, settle, SettledRow, signal);
    } catch (error) {
      if (error instanceof RequestRefused && error.code === 'attempt_superseded')
        throw new AttemptSuperseded(settle.row);
      throw error;
    }
  }

  end(jobId: string, end: EndRows, signal?: AbortSignal): Promise<EndedRows> {
    return this.#post(`jobs/${jobId}/end`, end, EndedRows, signal);
  }

  /** Ends the connections; requests under way are given up. */
  close(): Promise<void> {
    return this.#line.close();
  }

  #post<Answer>(path: string, body: object, schema: z.ZodType<Answer>, signal?: AbortSignal): Promise<Answer> {
    return this.#ask('POST', path, JSON.stringify(body), schema, signal);
  }

  #ask<Answer>(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    schema: z.ZodType<Answer>,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { apiEndpoint, apiKey } = this.#access;
    const asked = {
      name: path,
      url: new URL(`${apiEndpoint.replace(/\/$/, '')}/v1/bridge/${path}`),
      method,
      headers: {
        [SIGNED_HEADERS.apiKey]: apiKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
    };
    return this.#line.ask(asked, schema, signal);
  }
}
