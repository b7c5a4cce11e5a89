import { ApplicationFailure } from '@temporalio/activity';
import { type FormData, fetch } from 'undici';
import { Problem } from '../../canonical/contract.js';

/** The Admin Service as the platform's own workflows call it: bearer token, JSON in, JSON out. */
export class AdminApi {
  constructor(
    private readonly baseUrl: string,
    private readonly token: string,
  ) {}

  /** A 4xx is a fault no retry can help; anything else is thrown to be retried. */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return await this.#ask(method, path, 60_000, {
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Sends a form with a file, which is read while it is sent. */
  async send<T>(path: string, form: FormData): Promise<T> {
    return await this.#ask('POST', path, 6 * 3_600_000, { headers: {}, body: form });
  }

  async #ask<T>(
    method: string,
    path: string,
    timeoutMs: number,
    { headers, body }: { headers: Record<string, string>; body: string | FormData | undefined },
  ): Promise<T> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...headers },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
    const problem = Problem.safeParse(await response.json().catch(() => null));
    const sentence = problem.success
      ? problem.data.detail
      : `The Admin API answered ${response.status} to ${method} ${path}.`;
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      throw ApplicationFailure.nonRetryable(sentence, 'InvalidInput');
    }
    throw new Error(sentence);
  }
}
