import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep, setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Faults } from '../faults.js';
import { type Answer, type AnswerOptions, Freeze } from './answer-parts.js';
import { answer } from './answers.js';
import type { Book } from './book.js';
import { answerEncoding, contentTypeOf, decodeRequest, type Encoding, encode } from './encoding.js';
import { RUNNING, UNKNOWN_REQUEST } from './envelope.js';
import type { FaultKind } from './faults.js';
import { UnknownFormula } from './formula.js';
import { serveImport } from './import-serve.js';
import type { Imports } from './imports.js';
import { parseRequest, type RequestKind, type TallyRequest } from './request.js';

const LARGEST_REQUEST_BYTES = 16 * 1024 * 1024;
const CHUNK_CHARACTERS = 64 * 1024;

export interface ServerOptions extends AnswerOptions {
  /** Time Tally takes for each voucher it writes; 0 answers at once. */
  msPerVoucher: number;
  /** Answers of a Tally that writes Windows-1252 whatever was asked, UTF-16 excepted. */
  encoding: 'windows-1252' | undefined;
}

/** One request as it was asked and answered, for tests. */
export interface RequestRecord {
  kind: RequestKind;
  company: string | null;
  fetch: string[];
  filters: string[];
  encoding: Encoding;
  body: string;
  bytes: number;
  rows: number;
  ms: number;
  /** The client had gone before the answer was whole; Tally worked on all the same. */
  aborted: boolean;
  faults: FaultKind[];
  /** Why a request was refused or froze Tally, in words. */
  note: string | null;
}

/** Speaks Tally's protocol for one book: one request at a time, in the order they came. */
export class TallyServer {
  readonly requests: RequestRecord[] = [];
  #server: Server;
  #port = 0;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    readonly book: Book,
    readonly options: ServerOptions,
    readonly faults: Faults<FaultKind, RequestKind>,
    /** What people do in Tally while it is asked. */
    readonly people: { bookSale(): void; moveVoucher(): void },
    readonly imports: Imports,
  ) {
    this.#server = this.#create();
  }

  /** Listens on the loopback; port 0 takes a free one. Resolves with the port. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** Tally is shut: connections are refused until `goOnline`. */
  async goOffline(): Promise<void> {
    const server = this.#server;
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async goOnline(): Promise<void> {
    if (this.#server.listening) return;
    this.#server = this.#create();
    await this.listen(this.#port);
  }

  async close(): Promise<void> {
    this.faults.clear();
    await this.goOffline();
    await this.#turn;
  }

  #create(): Server {
    return createServer((request, response) => {
      readBody(request).then(
        (body) => {
          // A dialog or a long answer holds up everyone who comes later, even a plain GET.
          this.#turn = this.#turn
            .then(() => this.#serve(request, body, response))
            .catch(() => {
              response.destroy();
            });
        },
        () => response.destroy(),
      );
    });
  }

  async #serve(request: IncomingMessage, body: Buffer | null, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const encoding = answerEncoding(request.headers['content-type'], this.options.encoding);
    const text = body === null ? null : decodeRequest(body, encoding);
    const isStatus = request.method === 'GET' || body?.length === 0;
    const parsed = isStatus || text === null ? null : parseRequest(text);
    const kind: RequestKind = isStatus ? 'status' : (parsed?.kind ?? 'unknown');
    const faults = this.faults.strike(kind);
    const record: RequestRecord = {
      kind,
      company: parsed?.company ?? null,
      fetch: parsed?.fetchList ?? [],
      filters: parsed?.filters ?? [],
      encoding,
      body: text ?? '',
      bytes: 0,
      rows: 0,
      ms: 0,
      aborted: false,
      faults: [...faults.keys()],
      note: null,
    };
    this.requests.push(record);
    if (kind === 'import') this.imports.arrived(parsed?.objects ?? null);
    if (faults.has('refuse')) {
      response.destroy();
      record.ms = performance.now() - started;
      return;
    }
    if (faults.has('modal')) await this.faults.untilCleared();
    if (faults.has('slow')) await sleep(faults.get('slow') ?? 1_000);
    if (faults.has('voucher_added')) this.people.bookSale();
    if (faults.has('voucher_moved')) this.people.moveVoucher();
    const answered = isStatus
      ? { pieces: [RUNNING], rows: () => 0 }
      : kind === 'import'
        ? await this.#import(parsed!, faults, response)
        : await this.#answer(parsed, faults, record);
    if (!answered) {
      response.destroy();
      record.aborted = true;
      record.ms = performance.now() - started;
      return;
    }
    await this.#write(response, answered, this.#answerEncoding(encoding, faults), faults, record);
    record.rows = answered.rows();
    record.ms = performance.now() - started;
  }

  #answerEncoding(asked: Encoding, faults: ReadonlyMap<FaultKind, number | undefined>): Encoding {
    if (!faults.has('wrong_encoding')) return asked;
    return asked === 'utf-16le' ? 'windows-1252' : 'utf-16le';
  }

  async #answer(
    request: TallyRequest | null,
    faults: ReadonlyMap<FaultKind, number | undefined>,
    record: RequestRecord,
  ): Promise<Answer> {
    try {
      return answer(this.book, request, this.options, faults);
    } catch (error) {
      if (error instanceof Freeze) {
        record.note = `a dialog waits: ${error.message}`;
        await this.faults.untilCleared();
      } else if (error instanceof UnknownFormula) record.note = error.message;
      else throw error;
      return { pieces: [UNKNOWN_REQUEST], rows: () => 0 };
    }
  }

  /** Null: the client gets no answer. */
  async #import(
    request: TallyRequest,
    faults: ReadonlyMap<FaultKind, number | undefined>,
    response: ServerResponse,
  ): Promise<Answer | null> {
    const { company } = request;
    const books = [this.book, ...this.options.otherBooks];
    const book = company === null ? this.book : (books.find((each) => each.company.name === company) ?? null);
    const text = await serveImport(request, book, this.imports, faults, () => goneFrom(response));
    return text === null ? null : { pieces: [text], rows: () => 0 };
  }

  /** Writes with back-pressure; a client that went away changes nothing for Tally, which works on to the end. */
  async #write(
    response: ServerResponse,
    answered: Answer,
    encoding: Encoding,
    faults: ReadonlyMap<FaultKind, number | undefined>,
    record: RequestRecord,
  ): Promise<void> {
    response.on('error', () => undefined);
    // One connection a request, as HTTP/1.0 had it: nothing is ever sent into a connection that is being closed.
    response.writeHead(200, { 'content-type': contentTypeOf(encoding), connection: 'close' });
    const whole = record.kind === 'import' ? 100 : 2_000;
    const limit = faults.has('cut') ? (faults.get('cut') ?? whole) : Number.POSITIVE_INFINITY;
    const started = performance.now();
    let pending = '';
    let written = 0;
    let chunks = 0;
    const flush = async (): Promise<void> => {
      const bytes = encode(pending, encoding);
      pending = '';
      record.bytes += bytes.length;
      chunks += 1;
      if (this.options.msPerVoucher > 0) {
        const aheadMs = answered.rows() * this.options.msPerVoucher - (performance.now() - started);
        if (aheadMs > 1) await sleep(aheadMs);
      }
      if (response.destroyed) record.aborted = true;
      else if (!response.write(bytes)) await drained(response);
      if (chunks % 8 === 0) await yieldToOthers();
    };
    for (const piece of answered.pieces) {
      if (written + piece.length > limit) {
        pending += piece.slice(0, Math.max(piece.lastIndexOf('<', limit - written), 0) + 4);
        break;
      }
      pending += piece;
      written += piece.length;
      if (pending.length >= CHUNK_CHARACTERS) await flush();
    }
    if (pending) await flush();
    if (response.destroyed) record.aborted = true;
    else response.end();
  }
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

/** Resolves when the client has closed the connection. */
const goneFrom = async (response: ServerResponse): Promise<void> => {
  if (!response.closed && !response.destroyed) await once(response, 'close');
};

/** Null for a body beyond what Tally reads; the rest of it is still swallowed. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_REQUEST_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_REQUEST_BYTES ? null : Buffer.concat(chunks);
}
