import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import { makeCertificate } from '../../src/simulators/sap-b1/certificate.js';
import type { ServiceLayerSimulator } from '../../src/simulators/sap-b1/index.js';
import { createSapSource } from '../../src/sources/sap-b1/index.js';
import type { SapSettingsInput } from '../../src/sources/sap-b1/settings.js';

/** `reader`: from the wire to canonical drafts. `parse`: the same bytes through bare JSON.parse. */
export type Contestant = 'reader' | 'parse';
export interface Measurement {
  bytes: number;
  seconds: number;
  peakMiB: number;
  /** Zero for the bare parser, which does not know any. */
  documents: number;
}

type Task =
  | { contestant: 'reader'; settings: Omit<SapSettingsInput, 'hashCode'> }
  | { contestant: 'parse'; folder: string };

/** A Service Layer that gives each answer again as it was given first, at once, so that its own work is not measured. */
export class RecordedServiceLayer {
  mostInFlight = 0;
  readonly #answers = new Map<string, { status: number; headers: Record<string, string | string[]>; body: string }>();
  #inFlight = 0;

  private constructor(
    private readonly simulator: ServiceLayerSimulator,
    private readonly server: Server,
    readonly settings: Omit<SapSettingsInput, 'hashCode'>,
  ) {}

  static async start(simulator: ServiceLayerSimulator): Promise<RecordedServiceLayer> {
    const { caPem, keyPem, certificatePem } = await makeCertificate();
    const server = createServer({ key: keyPem, cert: certificatePem });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { CompanyDB, UserName, Password } = simulator.credentials;
    const recorded = new RecordedServiceLayer(simulator, server, {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      companyDb: CompanyDB,
      userName: UserName,
      password: Password,
      tls: { authority: caPem, fingerprint: null },
      cashGroups: [simulator.cashGroup],
    });
    const agent = new Agent({ connect: { ca: simulator.caPem } });
    server.on('request', async (asked, response) => {
      recorded.#inFlight += 1;
      recorded.mostInFlight = Math.max(recorded.mostInFlight, recorded.#inFlight);
      response.on('close', () => {
        recorded.#inFlight -= 1;
      });
      const body = await text(asked);
      const key = `${asked.method} ${asked.url}`;
      let answer = recorded.#answers.get(key);
      if (!answer) {
        const { cookie, prefer } = asked.headers;
        const given = await request(`${simulator.url}${asked.url}`, {
          method: asked.method as 'GET' | 'POST',
          dispatcher: agent,
          headers: { ...(cookie && { cookie }), ...(prefer && { prefer: String(prefer) }) },
          ...(body && { body }),
        });
        const cookies = given.headers['set-cookie'];
        answer = {
          status: given.statusCode,
          headers: cookies ? { 'set-cookie': cookies } : {},
          body: await given.body.text(),
        };
        recorded.#answers.set(key, answer);
      }
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    return recorded;
  }

  /** Every answer that was a page, each in a file of its own. */
  write(folder: string): void {
    const pages = [...this.#answers].filter(([key]) => key.startsWith('GET'));
    for (const [index, [, { body }]] of pages.entries()) writeFileSync(join(folder, `${index}.json`), body);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.simulator.close();
  }
}

/** Measures one contestant in a process of its own. */
export async function measured(task: Task): Promise<Measurement> {
  const child = fork(fileURLToPath(import.meta.url), ['measure'], { execArgv: process.execArgv });
  const exited = once(child, 'exit');
  let measurement: Measurement | null = null;
  child.on('message', (message) => {
    measurement = message as Measurement;
  });
  child.send(task);
  const [code] = (await exited) as [number | null];
  if (code !== 0 || measurement === null) throw new Error(`measuring ${task.contestant} ended with code ${code}`);
  return measurement;
}

async function readWithReader(settings: Omit<SapSettingsInput, 'hashCode'>): Promise<Omit<Measurement, 'peakMiB'>> {
  const source = createSapSource({ ...settings, hashCode: (code) => code });
  await source.probe();
  const masters = await source.masters();
  const before = source.cost.bytes;
  let documents = 0;
  const started = performance.now();
  const everything = { from: '2018-01-01', to: '2027-12-31' };
  for await (const record of source.read(everything, new AbortController().signal)) {
    source.toCanonical(record, masters);
    documents += 1;
  }
  const seconds = (performance.now() - started) / 1000;
  await source.close();
  return { bytes: source.cost.bytes - before, seconds, documents };
}

function parseOnly(folder: string): Omit<Measurement, 'peakMiB'> {
  let bytes = 0;
  const started = performance.now();
  for (const name of readdirSync(folder)) {
    const body = readFileSync(join(folder, name), 'utf8');
    JSON.parse(body);
    bytes += Buffer.byteLength(body);
  }
  return { bytes, seconds: (performance.now() - started) / 1000, documents: 0 };
}

// The forked half: measures one contestant and ends.
const [, script, half] = process.argv;
if (script === fileURLToPath(import.meta.url) && half === 'measure') {
  const [task] = (await once(process, 'message')) as [Task];
  const measurement = task.contestant === 'reader' ? await readWithReader(task.settings) : parseOnly(task.folder);
  process.send!({ ...measurement, peakMiB: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}
