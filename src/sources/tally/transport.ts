import { setTimeout as wait } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { IncompleteAnswer, SourceUnavailable } from '../errors.js';
import { TallyMisconfigured } from './errors.js';
import { holdingHost } from './host-lock.js';
import type { TallyRequest } from './requests.js';

export interface TransportSettings {
  host: string;
  port: number;
  encoding: 'utf-8' | 'utf-16le';
  timeoutMs: number;
}

/** The bytes of one answer, as they come. */
export interface AnswerBytes {
  /** When the question was posted, by performance.now(). */
  askedAtMs: number;
  declaredCharset: string | null;
  chunks: AsyncIterable<Uint8Array>;
}

const STATUS_TIMEOUT_MS = 5_000;
const FIRST_STATUS_WAIT_MS = 200;

/**
 * What this process says to one Tally. Tally does one thing at a time and goes on with a request its client gave up,
 * so there is one conversation a host and port, shared by every source that reads from it.
 */
class Conversation {
  #last: Promise<unknown> = Promise.resolve();
  /** A request was given up and may still be at work. */
  abandoned = false;
  readonly agent = new Agent({ connections: 1, keepAliveTimeout: 1_000, connect: { timeout: 10_000 } });

  /** Runs `work` when all before it has ended. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

const conversations = new Map<string, Conversation>();

export class Transport {
  readonly #origin: string;
  readonly #conversation: Conversation;

  constructor(private readonly settings: TransportSettings) {
    const host = settings.host.includes(':') && !settings.host.startsWith('[') ? `[${settings.host}]` : settings.host;
    this.#origin = `http://${host}:${settings.port}`;
    let conversation = conversations.get(this.#origin);
    if (!conversation) {
      conversation = new Conversation();
      conversations.set(this.#origin, conversation);
    }
    this.#conversation = conversation;
  }

  /**
   * Posts a request and hands its answer to `read` to the last byte before anybody else may ask. Throws
   * SourceUnavailable when Tally cannot be reached or does not answer in time, IncompleteAnswer when the connection
   * ends within the answer, and what `read` throws.
   */
  ask<T>(
    question: TallyRequest,
    signal: AbortSignal | undefined,
    read: (answer: AnswerBytes) => Promise<T>,
  ): Promise<T> {
    return this.#inTurn(async () => {
      signal?.throwIfAborted();
      if (this.#conversation.abandoned) await this.#untilIdle(signal);
      const deadline = AbortSignal.timeout(this.settings.timeoutMs);
      const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
      let answered = false;
      let reading = false;
      const askedAtMs = performance.now();
      try {
        const response = await this.#post(question, stop);
        answered = true;
        const answer = {
          askedAtMs,
          declaredCharset: charsetOf(response.headers['content-type']),
          chunks: response.body,
        };
        if (response.statusCode !== 200) {
          await response.body.dump();
          throw new TallyMisconfigured(
            'NOT_TALLY',
            `${this.#origin} answered with HTTP status ${response.statusCode}: expected Tally, which always answers 200.`,
          );
        }
        reading = true;
        return await read(answer);
      } catch (error) {
        if (signal?.aborted) {
          this.#conversation.abandoned = true;
          throw signal.reason;
        }
        if (deadline.aborted) {
          this.#conversation.abandoned = true;
          throw new SourceUnavailable(
            `Tally at ${this.#origin} did not finish answering within ${this.settings.timeoutMs} ms (${question.name}): expected an answer; a dialog may be open on its screen.`,
          );
        }
        if (!isNetworkError(error)) {
          // What is left of an answer that was refused is still being written by Tally.
          if (reading) this.#conversation.abandoned = true;
          throw error;
        }
        if (answered) {
          throw new IncompleteAnswer(
            `The connection to Tally at ${this.#origin} ended within an answer (${question.name}): expected it to its last byte.`,
          );
        }
        throw new SourceUnavailable(
          `Tally at ${this.#origin} cannot be reached (${networkCode(error)}): expected its HTTP server on this port.`,
        );
      }
    });
  }

  /** After whatever this process and others on this machine say to the same Tally. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { host, port } = this.settings;
    return this.#conversation.inTurn(() => holdingHost(host, port, work));
  }

  #post(question: TallyRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const utf16 = this.settings.encoding === 'utf-16le';
    return request(this.#origin, {
      method: 'POST',
      dispatcher: this.#conversation.agent,
      signal,
      // Tally's keeping of connections is undocumented: a fresh one costs nothing beside the request.
      reset: true,
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: { 'content-type': `text/xml; charset=${utf16 ? 'utf-16' : 'utf-8'}` },
      body: utf16 ? Buffer.from(`\ufeff${question.xml}`, 'utf16le') : Buffer.from(question.xml, 'utf8'),
    });
  }

  /** Waits, asking `GET /` now and then, until Tally answers it: only then is it free for another request. */
  async #untilIdle(signal: AbortSignal | undefined): Promise<void> {
    const deadline = AbortSignal.timeout(this.settings.timeoutMs);
    for (let pauseMs = FIRST_STATUS_WAIT_MS; ; pauseMs = Math.min(pauseMs * 2, STATUS_TIMEOUT_MS)) {
      signal?.throwIfAborted();
      try {
        const stop = AbortSignal.any([AbortSignal.timeout(STATUS_TIMEOUT_MS), ...(signal ? [signal] : [])]);
        const response = await request(this.#origin, {
          dispatcher: this.#conversation.agent,
          reset: true,
          signal: stop,
        });
        await response.body.dump();
        this.#conversation.abandoned = false;
        return;
      } catch (error) {
        signal?.throwIfAborted();
        if (isNetworkError(error)) {
          // Nobody listens: whatever was at work is gone.
          this.#conversation.abandoned = false;
          throw new SourceUnavailable(
            `Tally at ${this.#origin} cannot be reached (${networkCode(error)}): expected its HTTP server on this port.`,
          );
        }
      }
      if (deadline.aborted) {
        throw new SourceUnavailable(
          `Tally at ${this.#origin} is still at work on an earlier request, or shows a dialog: expected it to answer its status page.`,
        );
      }
      await wait(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

const charsetOf = (contentType: string | string[] | undefined): string | null =>
  /charset\s*=\s*"?([\w-]+)/i.exec(String(contentType ?? ''))?.[1] ?? null;

/** Codes of Node's sockets and of undici's own; anything else is not about the network. */
function networkCode(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}
const isNetworkError = (error: unknown): boolean => /^(E[A-Z_]{3,}|UND_ERR_(?!ABORTED))/.test(networkCode(error));
