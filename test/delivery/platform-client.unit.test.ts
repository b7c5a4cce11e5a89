import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { emptySentAccount } from '../../src/canonical/run-proof.js';
import { verifySignature } from '../../src/canonical/signature.js';
import {
  CertificateRefused,
  CredentialsRefused,
  KnownChanged,
  PlatformUnavailable,
  RateLimited,
  RequestRefused,
  SetSuperseded,
} from '../../src/delivery/errors.js';
import { type PlatformAccess, PlatformClient } from '../../src/delivery/platform-client.js';
import { newBatchId, signRequest } from '../../src/delivery/sign.js';
import { type Authority, type Identity, makeAuthority } from './certificates.js';

const HOST = '127.0.0.1';
const hmacSecret = Buffer.alloc(32, 3);
const ping = { distributor_id: 'dist_c4f9ee2a', checked: ['tls'], server_time: '2026-05-19T02:00:00Z' };
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

let authority: Authority;
let strangers: Authority;
let server: Identity;
let distributor: Identity;
const ends: Array<() => Promise<unknown>> = [];
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  authority = await makeAuthority('AltScore CA');
  strangers = await makeAuthority('Another CA');
  server = await authority.server(HOST);
  distributor = await authority.client('dist_c4f9ee2a');
});
beforeEach(() => {
  environment = { ...process.env };
  for (const name of PROXY_VARIABLES) delete process.env[name];
});
afterEach(async () => {
  process.env = environment;
  for (const end of ends.splice(0).reverse()) await end();
});

async function listening(listener: { listen(port: number, host: string): unknown; close(done: () => void): unknown }) {
  listener.listen(0, HOST);
  await once(listener as Server, 'listening');
  ends.push(async () => {
    if ('closeAllConnections' in listener) (listener as Server).closeAllConnections();
    await new Promise<void>((done) => listener.close(done));
  });
  return ((listener as Server).address() as AddressInfo).port;
}

interface PlatformOptions {
  identity?: Identity;
  ca?: string;
  maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}
const platform = (
  answer: RequestListener,
  { identity = server, ca = authority.certificate, ...rest }: PlatformOptions = {},
) =>
  listening(
    createServer(
      { cert: identity.certificate, key: identity.key, ca, requestCert: true, rejectUnauthorized: true, ...rest },
      answer,
    ),
  );

function clientOf(port: number, change: Partial<PlatformAccess> = {}): PlatformClient {
  const client = new PlatformClient({
    distributorId: 'dist_c4f9ee2a',
    apiEndpoint: `https://${HOST}:${port}/v1/ingest/batch`,
    apiKey: 'the-api-key',
    hmacSecret,
    clientCertificate: distributor.certificate,
    clientKey: distributor.key,
    authority: authority.certificate,
    ...change,
  });
  ends.push(() => client.close());
  return client;
}

const reply = (response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problem = (status: number, code: string, faults?: Array<{ path: string; message: string }>) => ({
  type: 'about:blank',
  title: 'Refused',
  status,
  code,
  detail: 'The reason, in one sentence.',
  faults,
});
const failureOf = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('expected a failure');
};

describe('a request to the platform', () => {
  it('goes to the endpoint beside the configured one, signed over its raw bytes, with the key and over TLS 1.3', async () => {
    const seen: Array<{ incoming: IncomingMessage; body: Buffer; protocol: string | null }> = [];
    const port = await platform(async (incoming, response) => {
      const socket = incoming.socket as unknown as { getProtocol(): string | null };
      seen.push({ incoming, body: await buffer(incoming), protocol: socket.getProtocol() });
      reply(response, 200, ping);
    });
    expect(await clientOf(port).ping()).toEqual(ping);
    const { incoming, body, protocol } = seen[0]!;
    const header = (name: string) => String(incoming.headers[name]);
    expect([incoming.method, incoming.url, protocol]).toEqual(['POST', '/v1/ingest/ping', 'TLSv1.3']);
    expect(JSON.parse(body.toString())).toEqual({ distributor_id: 'dist_c4f9ee2a' });
    expect(header('x-api-key')).toBe('the-api-key');
    expect(header('x-batch-id')).toMatch(/^bat_[0-9a-f]{32}$/);
    const parts = { batchId: header('x-batch-id'), createdAt: header('x-created-at'), body };
    expect(verifySignature(header('x-signature'), parts, [hmacSecret])).toBe(true);
  });

  it('carries a batch exactly as it was signed, however often it is sent', async () => {
    const seen: Array<[string, string]> = [];
    const port = await platform(async (incoming, response) => {
      seen.push([String(incoming.headers['x-signature']), (await buffer(incoming)).toString()]);
      const batch_id = String(incoming.headers['x-batch-id']);
      reply(response, 202, {
        batch_id,
        accepted: 1,
        duplicates: 0,
        stale: 0,
        rejected: 0,
        by_kind: emptySentAccount(),
      });
    });
    const client = clientOf(port);
    const batch = signRequest(newBatchId(), { some: 'body' }, hmacSecret);
    expect(await client.sendBatch(batch)).toMatchObject({ batch_id: batch.batchId, accepted: 1 });
    await client.sendBatch(batch);
    expect(seen).toEqual([
      [batch.signature, batch.body.toString()],
      [batch.signature, batch.body.toString()],
    ]);
  });

  it('settles for TLS 1.2 where the platform has no more', async () => {
    const port = await platform((_incoming, response) => void reply(response, 200, ping), { maxVersion: 'TLSv1.2' });
    expect(await clientOf(port).ping()).toEqual(ping);
  });

  it('goes through the proxy of the environment, which sees only a tunnel', async () => {
    const port = await platform((_incoming, response) => void reply(response, 200, ping));
    const tunnels: string[] = [];
    const proxy = createHttpServer();
    proxy.on('connect', (incoming: IncomingMessage, socket: Duplex) => {
      tunnels.push(incoming.url ?? '');
      const upstream = connect(port, HOST, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
      ends.push(async () => socket.destroy());
    });
    process.env.HTTPS_PROXY = `http://${HOST}:${await listening(proxy)}`;
    expect(await clientOf(port).ping()).toEqual(ping);
    expect(tunnels).toEqual([`${HOST}:${port}`]);
    const stranger = await failureOf(clientOf(port, { authority: strangers.certificate }).ping());
    expect(stranger).toBeInstanceOf(CertificateRefused);
  });
});

describe('what the platform answers', () => {
  const answering = async (status: number, body: unknown, headers?: Record<string, string>) =>
    clientOf(await platform((_incoming, response) => void reply(response, status, body, headers)));

  it.each([
    [500, 'internal', PlatformUnavailable, 'transient'],
    [503, 'busy', PlatformUnavailable, 'transient'],
    [408, 'slow', PlatformUnavailable, 'transient'],
    [401, 'clock_skew', CredentialsRefused, 'configuration'],
    [403, 'other_distributor', CredentialsRefused, 'configuration'],
    [409, 'incomplete', RequestRefused, 'configuration'],
    [409, 'changed', KnownChanged, 'transient'],
    [410, 'superseded', SetSuperseded, 'transient'],
    [413, 'too_large', RequestRefused, 'configuration'],
    [404, 'not_found', RequestRefused, 'configuration'],
  ])('%i %s is told by its class, its kind and the platform’s sentence', async (status, code, kind, errorKind) => {
    const error = await failureOf((await answering(status, problem(status, code))).ping());
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ kind: errorKind });
    expect(error.message).toBe(`The platform answered ping with ${status} ${code}: The reason, in one sentence.`);
  });

  it('422 brings the path of each fault', async () => {
    const faults = [{ path: 'counts.invoice', message: 'expected a number' }];
    const error = await failureOf((await answering(422, problem(422, 'malformed', faults))).ping());
    expect(error).toMatchObject({ name: 'RequestRefused', status: 422, code: 'malformed', faults });
  });

  it.each([
    ['in seconds', () => '7', 7_000, 7_000],
    ['as a date', () => DateTime.utc().plus({ seconds: 90 }).toHTTP()!, 80_000, 90_000],
    ['as nonsense', () => 'soon', 60_000, 60_000],
  ])('429 says when to come back, %s', async (_story, header, least, most) => {
    const error = await failureOf((await answering(429, problem(429, 'too_fast'), { 'retry-after': header() })).ping());
    expect(error).toBeInstanceOf(RateLimited);
    expect((error as RateLimited).retryAfterMs).toBeGreaterThanOrEqual(least);
    expect((error as RateLimited).retryAfterMs).toBeLessThanOrEqual(most);
  });

  it('a page of a proxy instead of a problem is a refusal by its status', async () => {
    const port = await platform((_incoming, response) => void response.writeHead(502).end('<html>Bad gateway</html>'));
    const error = await failureOf(clientOf(port).ping());
    expect(error).toBeInstanceOf(PlatformUnavailable);
    expect(error.message).toBe('The platform answered ping with 502 http_502: It gave no reason.');
  });

  it.each([
    ['not JSON', '<html>'],
    ['not the contract’s', JSON.stringify({ ...ping, extra: 1 })],
  ])('a 200 that is %s is not believed', async (_story, body) => {
    const port = await platform((_incoming, response) => void response.writeHead(200).end(body));
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(PlatformUnavailable);
  });

  it('verdicts that do not match the question are not believed', async () => {
    const client = await answering(200, { verdicts: ['new', 'new'] });
    const question = { distributor_id: 'dist_c4f9ee2a', sync_id: 'syn_0001', documents: [] };
    expect(await failureOf(client.known(question))).toBeInstanceOf(PlatformUnavailable);
  });
});

describe('TLS', () => {
  const welcome: RequestListener = (_incoming, response) => void reply(response, 200, ping);

  it('refuses a platform with a certificate of another authority', async () => {
    const port = await platform(welcome, { identity: await strangers.server(HOST) });
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(CertificateRefused);
  });

  it('refuses a platform whose certificate names another host', async () => {
    const port = await platform(welcome, { identity: await authority.server('127.0.0.2') });
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(CertificateRefused);
  });

  it('knows when the platform refuses its certificate, though TLS 1.3 tells it late', async () => {
    const port = await platform(welcome);
    const expired = await authority.client('dist_c4f9ee2a', -1);
    const foreign = await strangers.client('dist_c4f9ee2a');
    for (const { certificate, key } of [expired, foreign]) {
      const error = await failureOf(clientOf(port, { clientCertificate: certificate, clientKey: key }).ping());
      expect(error).toBeInstanceOf(CertificateRefused);
      expect(error.message).toContain('it refuses the client certificate (valid until');
    }
  });

  it('knows a server that speaks no TLS', async () => {
    const port = await listening(createHttpServer(welcome));
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(CertificateRefused);
  });

  it('does not take a platform that dies at work for one that refuses the certificate', async () => {
    const port = await platform((incoming, response) => {
      if (incoming.method === 'POST') incoming.socket.destroy();
      else response.writeHead(404).end();
    });
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(PlatformUnavailable);
  });

  it('nor one whose death takes a connection that was kept open, too', async () => {
    const open: Array<{ socket: Duplex; response: ServerResponse }> = [];
    let haveBoth = (): void => {};
    const both = new Promise<void>((resolve) => {
      haveBoth = resolve;
    });
    const port = await platform((incoming, response) => {
      if (incoming.method === 'POST') {
        if (open.push({ socket: incoming.socket, response }) === 2) haveBoth();
      } else if (open.some(({ socket }) => socket === incoming.socket)) incoming.socket.destroy();
      else response.writeHead(404).end();
    });
    const client = clientOf(port);
    const [first, second] = [client.ping(), failureOf(client.ping())];
    await both;
    reply(open[0]!.response, 200, ping);
    await first;
    open[1]!.socket.destroy();
    expect(await second).toBeInstanceOf(PlatformUnavailable);
  });
});

describe('the network', () => {
  it('nobody listens', async () => {
    const listener = createTcpServer();
    const port = await listening(listener);
    await new Promise<void>((done) => listener.close(() => done()));
    ends.pop();
    const error = await failureOf(clientOf(port).ping());
    expect(error).toBeInstanceOf(PlatformUnavailable);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('somebody accepts and hangs up before the handshake', async () => {
    const port = await listening(createTcpServer((socket) => void socket.destroy()));
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(PlatformUnavailable);
  });

  it('somebody accepts and resets in the middle of the handshake', async () => {
    const port = await listening(createTcpServer((socket) => void socket.once('data', () => socket.resetAndDestroy())));
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(PlatformUnavailable);
  });

  it('no answer within the time allowed', async () => {
    const port = await platform(() => undefined);
    const error = await failureOf(clientOf(port, { timeoutMs: 300 }).ping());
    expect(error).toBeInstanceOf(PlatformUnavailable);
    expect(error.message).toBe('The platform did not answer ping within 300 ms.');
  });

  it('an answer cut short', async () => {
    const port = await platform((incoming, response) => {
      if (incoming.method === 'HEAD') return void response.end();
      response.writeHead(200, { 'content-length': '1000' }).write('{"distributor_id":');
      setImmediate(() => response.destroy());
    });
    expect(await failureOf(clientOf(port).ping())).toBeInstanceOf(PlatformUnavailable);
  });

  it('a caller who cancels gets his own reason back', async () => {
    const port = await platform(() => undefined);
    const cancel = new AbortController();
    const failure = failureOf(clientOf(port).ping(cancel.signal));
    cancel.abort(new Error('the worker shuts down'));
    expect((await failure).message).toBe('the worker shuts down');
  });
});
