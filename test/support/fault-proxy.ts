import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { Agent, request } from 'undici';
import type { CertificateAuthority } from '../../src/ops/certificates.js';

/** A request on its way to the API; a fault may change it, or answer in the API's place. */
export interface Exchange {
  headers: IncomingHttpHeaders;
  body: Buffer;
}
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}
export type Fault = (exchange: Exchange) => Promise<Answer | undefined> | Answer | undefined;

interface Options {
  port: number;
  /** The API's own ingest listener. */
  target: string;
  /** Of the platform: the connector trusts no other. */
  authority: CertificateAuthority;
  /** The connector's, so that the API sees who really calls. */
  client: () => Promise<{ cert: string; key: string }>;
}

/** Stands between a connector and the API, passes everything on, and makes go wrong what the API cannot by itself. */
export class FaultProxy {
  /** What went through, oldest first: the endpoint's name and the answer's status. */
  readonly calls: Array<{ endpoint: string; status: number }> = [];
  private faults: Array<{ endpoint: string; fault: Fault; left: number }> = [];
  private agent: Agent | null = null;

  private constructor(
    private readonly server: Server,
    private readonly options: Options,
  ) {}

  static async start(options: Options): Promise<FaultProxy> {
    const server = createServer({ requestCert: true, rejectUnauthorized: false });
    const proxy = new FaultProxy(server, options);
    server.on('request', async (incoming, outgoing) => {
      const endpoint = incoming.url!.split('/').at(-1)!;
      try {
        const exchange = { headers: incoming.headers, body: await buffer(incoming) };
        const answer = (await proxy.strike(endpoint, exchange)) ?? (await proxy.forward(incoming.url!, exchange));
        proxy.calls.push({ endpoint, status: answer.status });
        const body = Buffer.isBuffer(answer.body) ? answer.body : JSON.stringify(answer.body ?? {});
        outgoing.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(body);
      } catch {
        // The API hung up: so do we.
        incoming.socket.destroy();
      }
    });
    await proxy.presentCertificateOf(options.authority);
    server.listen(options.port, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  /** Has the next `times` requests to an endpoint meet this fault. */
  on(endpoint: string, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    this.faults.push({ endpoint, fault, left: times });
  }

  /** Shows another server certificate from the next connection on, and ends those there are. */
  async presentCertificateOf(authority: CertificateAuthority): Promise<void> {
    const { certificatePem, keyPem } = await authority.issueServer(['127.0.0.1']);
    this.server.setSecureContext({ cert: certificatePem, key: keyPem, ca: authority.certificatePem });
    this.server.closeAllConnections();
  }

  /** No fault any more, and nothing counted. */
  async heal(): Promise<void> {
    this.faults = [];
    this.calls.length = 0;
    await this.presentCertificateOf(this.options.authority);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.agent?.destroy();
  }

  private async strike(endpoint: string, exchange: Exchange): Promise<Answer | undefined> {
    const met = this.faults.find((one) => one.endpoint === endpoint && one.left > 0);
    if (!met) return undefined;
    met.left -= 1;
    return await met.fault(exchange);
  }

  private async forward(path: string, { headers, body }: Exchange): Promise<Answer> {
    const { authority, client, target } = this.options;
    this.agent ??= new Agent({ connect: { ...(await client()), ca: authority.certificatePem } });
    const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
    const answer = await request(new URL(path, target), {
      method: 'POST',
      dispatcher: this.agent,
      headers: passed as Record<string, string>,
      body,
    });
    const type = String(answer.headers['content-type'] ?? '');
    return {
      status: answer.statusCode,
      headers: { 'content-type': type },
      body: Buffer.from(await answer.body.arrayBuffer()),
    };
  }
}
