import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../faults.js';
import type { Book } from './book.js';
import type { ServerCertificate } from './certificate.js';
import { ENTITY_SETS } from './entities.js';
import { errorBody, invalidSession, loginRefused, notPermitted, SapError, unrecognized } from './errors.js';
import type { FaultKind, Target } from './faults.js';
import { edmx } from './metadata.js';
import { answerQuery, type QueryOptions } from './query.js';
import { parseRequest, type SapRequest, type Version } from './request.js';
import { cookiesOf, type SessionOptions, Sessions } from './sessions.js';

export interface ServerOptions extends SessionOptions, Omit<QueryOptions, 'origin'> {
  /** The versions of the service that this installation has. */
  versions: readonly Version[];
}

/** One request as it was asked and answered, for tests. Neither cookies nor bodies are kept. */
export interface RequestRecord {
  method: string;
  /** Path and query as they came. */
  url: string;
  version: Version | null;
  target: Target;
  /** Decoded query options by name. */
  options: Record<string, string>;
  prefer: string | null;
  status: number;
  rows: number;
  bytes: number;
  ms: number;
  /** Requests under way when this one came, itself included. */
  inFlight: number;
  faults: FaultKind[];
  /** A verb or a resource that a reader has no business with. */
  forbidden: boolean;
}

interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
  rows: number;
}

const HTML = (status: number): string =>
  `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} Proxy Error</title>\n</head><body>\n<h1>Proxy Error</h1>\n<p>The proxy server received an invalid response from an upstream server.</p>\n</body></html>\n`;

const CONTENT_TYPE: Record<Version, Record<string, string>> = {
  v1: { 'content-type': 'application/json;odata=minimalmetadata;charset=utf-8', dataserviceversion: '3.0' },
  v2: { 'content-type': 'application/json;odata.metadata=minimal;charset=utf-8', 'odata-version': '4.0' },
};

/** Speaks the Service Layer's protocol for one company, as it is behind its balancer. */
export class ServiceLayerServer {
  readonly requests: RequestRecord[] = [];
  readonly sessions: Sessions;
  #server: Server;
  #port = 0;
  #inFlight = 0;

  constructor(
    readonly book: Book,
    readonly options: ServerOptions,
    readonly certificate: ServerCertificate,
    readonly faults: Faults<FaultKind, Target>,
    readonly meanwhile: { insertRow: () => void; cancelRow: () => void },
  ) {
    this.sessions = new Sessions(options);
    this.#server = this.#create();
  }

  get origin(): string {
    return `https://127.0.0.1:${this.#port}`;
  }

  /** Listens on the loopback; port 0 takes a free one. Resolves with the port. */
  async listen(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  /** The service is stopped: connections are refused until `goOnline`, and no session survives. */
  async goOffline(): Promise<void> {
    const server = this.#server;
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    this.sessions.endAll();
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
  }

  #create(): Server {
    const server = createServer(
      { key: this.certificate.keyPem, cert: this.certificate.certificatePem },
      (request, response) => {
        this.#inFlight += 1;
        response.on('close', () => {
          this.#inFlight -= 1;
        });
        this.#serve(request, response).catch(() => response.destroy());
      },
    );
    // What Apache makes of a client that wants to be asked for its body.
    server.on('checkContinue', (_request, response: ServerResponse) => {
      response.writeHead(500, { 'content-length': '0', connection: 'close' }).end();
    });
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const parsed = parseRequest(request.url ?? '/');
    const target = parsed?.target ?? 'unknown';
    const method = request.method ?? 'GET';
    const faults = this.faults.strike(target);
    const prefer = request.headers.prefer;
    const record: RequestRecord = {
      method,
      url: request.url ?? '/',
      version: parsed?.version ?? null,
      target,
      options: Object.fromEntries(parsed?.options ?? []),
      prefer: typeof prefer === 'string' ? prefer : null,
      status: 0,
      rows: 0,
      bytes: 0,
      ms: 0,
      inFlight: this.#inFlight,
      faults: [...faults.keys()],
      forbidden: target === 'unknown' || method !== (target === 'Login' || target === 'Logout' ? 'POST' : 'GET'),
    };
    this.requests.push(record);
    const body = await text(request);
    if (faults.has('refuse')) return void response.destroy();
    if (faults.has('hang')) await this.faults.untilCleared();
    if (faults.has('slow')) await sleep(faults.get('slow') ?? 1_000);
    if (faults.has('row_inserted')) this.meanwhile.insertRow();
    if (faults.has('row_cancelled')) this.meanwhile.cancelRow();
    const answer = this.#answer(request, parsed, body, faults);
    record.status = answer.status;
    record.rows = answer.rows;
    let bytes = Buffer.from(answer.body);
    if (faults.has('cut')) bytes = bytes.subarray(0, faults.get('cut') ?? 200);
    record.bytes = bytes.length;
    if (!response.destroyed) {
      response.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length });
      if (faults.has('broken')) {
        response.write(bytes.subarray(0, Math.min(faults.get('broken') ?? 200, bytes.length - 1)));
        setImmediate(() => response.destroy());
      } else response.end(bytes);
    }
    record.ms = performance.now() - started;
  }

  #answer(
    request: IncomingMessage,
    parsed: SapRequest | null,
    body: string,
    faults: ReadonlyMap<FaultKind, number | undefined>,
  ): Answer {
    if (faults.has('html')) return html(faults.get('html') ?? 502);
    if (faults.has('empty_body')) return { status: faults.get('empty_body') ?? 503, headers: {}, body: '', rows: 0 };
    if (faults.has('too_many_requests'))
      return { ...html(429), headers: { 'content-type': 'text/html', 'retry-after': '1' } };
    if (parsed === null && !/^\/b1s\/v[12]\//.test(request.url ?? '')) return html(404);
    const version = parsed?.version ?? 'v1';
    if (parsed?.target !== 'ping' && !this.options.versions.includes(version)) return html(404);
    try {
      if (faults.has('switch_company')) throw new SapError(500, 305, 'Switch company error: -1102');
      if (faults.has('server_error')) throw new SapError(500, -5002, 'Internal error (-5002) occurred');
      return this.#serviceAnswer(request, parsed, body, faults);
    } catch (error) {
      if (!(error instanceof SapError)) throw error;
      return { status: error.status, headers: CONTENT_TYPE[version], body: errorBody(error, version), rows: 0 };
    }
  }

  #serviceAnswer(
    request: IncomingMessage,
    parsed: SapRequest | null,
    body: string,
    faults: ReadonlyMap<FaultKind, number | undefined>,
  ): Answer {
    const method = request.method ?? 'GET';
    if (parsed?.target === 'ping')
      return { status: 200, headers: { 'content-type': 'application/json' }, body: PONG, rows: 0 };
    if (faults.has('never_authorised') && parsed?.target !== 'Login') throw invalidSession();
    if (parsed?.target === 'Login' && method === 'POST') return this.#login(parsed.version, body, faults);
    if (faults.has('session_dies')) this.sessions.endAll();
    const session = this.sessions.find(cookiesOf(request.headers.cookie));
    if (parsed === null || parsed.target === 'unknown' || parsed.target === 'Login') throw unrecognized();
    if (parsed.target === 'Logout' && method === 'POST') {
      this.sessions.logout(session);
      return { status: 204, headers: {}, body: '', rows: 0 };
    }
    if (method !== 'GET' || faults.has('not_permitted')) throw notPermitted();
    if (parsed.target === '$metadata')
      return { status: 200, headers: { 'content-type': 'application/xml;charset=utf-8' }, body: edmx(), rows: 0 };
    const entity = ENTITY_SETS[parsed.target];
    if (!entity) throw unrecognized();
    const prefer = request.headers.prefer;
    const page = answerQuery(
      entity,
      parsed,
      typeof prefer === 'string' ? prefer : undefined,
      this.book,
      { ...this.options, origin: () => this.origin },
      {
        dropRows: faults.has('fewer_rows') ? (faults.get('fewer_rows') ?? 1) : 0,
        countTooHigh: faults.has('count_lies') ? (faults.get('count_lies') ?? 1) : 0,
        fallenEntries: faults.has('entries_fallen') ? (faults.get('entries_fallen') ?? 10) : 0,
        noMatch: faults.has('no_matching_records'),
      },
    );
    const headers = parsed.countOnly ? { 'content-type': 'text/plain' } : CONTENT_TYPE[parsed.version];
    return {
      status: 200,
      headers: page.preference === null ? headers : { ...headers, 'preference-applied': page.preference },
      body: page.body,
      rows: page.rows,
    };
  }

  #login(version: Version, body: string, faults: ReadonlyMap<FaultKind, number | undefined>): Answer {
    if (faults.has('login_refused')) throw loginRefused();
    let given: unknown;
    try {
      given = JSON.parse(body);
    } catch {
      throw new SapError(400, -1000, 'Invalid JSON in the body of the request');
    }
    const session = this.sessions.login(given);
    const metadata = `${this.origin}/b1s/${version}/$metadata#B1Sessions`;
    const answer = { SessionId: session.id, Version: '1000110', SessionTimeout: this.options.sessionTimeoutMinutes };
    return {
      status: 200,
      headers: {
        ...CONTENT_TYPE[version],
        'set-cookie': [`B1SESSION=${session.id};HttpOnly;`, `ROUTEID=${session.route}; path=/b1s`],
      },
      body: JSON.stringify(
        version === 'v1'
          ? { 'odata.metadata': `${metadata}/@Element`, ...answer }
          : { '@odata.context': `${metadata}/$entity`, ...answer },
      ),
      rows: 0,
    };
  }
}

const PONG = JSON.stringify({ message: 'pong', sender: 'load balancer' });
const html = (status: number): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=iso-8859-1' },
  body: HTML(status),
  rows: 0,
});
