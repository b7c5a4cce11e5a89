import { join } from 'node:path';
import type { DayOfTrade, Totals } from '../../src/simulators/tally/index.js';
import { freePort } from '../support/free-port.js';
import { waitFor } from '../support/wait-for.js';
import { type CentralPart, Centre, type CentreSetting } from './centre.js';
import type { Part } from './part.js';
import { SlowLine } from './slow-line.js';

export const PARTS = ['connector', 'worker', 'api', 'postgres', 'temporal'] as const;
export type PartName = (typeof PARTS)[number];

export interface Setting extends CentreSetting {
  seed: number;
  vouchers: number;
  msPerVoucher: number;
  /** How long a byte is under way between the distributor's server and the centre; 0 is no line at all. */
  lineMs: number;
}

const COMPANY = 'Chaos Traders';
/** So few that a window, and a day of trade, take several batches. */
const RECORDS_PER_BATCH = 20;

/** The whole product, each part a process of its own that keeps its data on disk; a Tally and a line, which are never killed. */
export class Product {
  readonly parts = {} as Record<PartName, Part>;
  private readonly centre: Centre;
  private simulator!: Part;
  private simulatorPort = 0;
  private controlUrl = '';
  /** Where the connector finds Temporal. */
  private gateway = '';
  private readonly lines: SlowLine[] = [];

  constructor(private readonly setting: Setting) {
    this.centre = new Centre(setting);
  }

  get client() {
    return this.centre.client;
  }
  get pool() {
    return this.centre.pool;
  }

  async start(): Promise<void> {
    const [simulatorPort, controlPort] = (await Promise.all([freePort(), freePort()])).map(String);
    this.simulatorPort = Number(simulatorPort);
    this.controlUrl = `http://127.0.0.1:${controlPort}`;
    const centre = this.centre.start(async () => ({
      PUBLIC_INGEST_URL: `https://${await this.fromAfar(this.centre.ingestPort)}/v1/ingest/batch`,
    }));
    this.simulator = this.centre.program(
      'simulator',
      'simulators/tally/main.js',
      [
        ...['--port', simulatorPort!, '--control-port', controlPort!, '--company', COMPANY, '--months', '24'],
        ...['--vouchers', String(this.setting.vouchers), '--seed', String(this.setting.seed)],
        ...['--ms-per-voucher', String(this.setting.msPerVoucher)],
      ],
      /"ready":true/,
    );
    await Promise.all([centre, this.simulator.start()]);
    this.gateway = await this.fromAfar(this.centre.temporalPort);
    for (const name of Object.keys(this.centre.parts) as CentralPart[]) this.parts[name] = this.centre.parts[name];
  }

  /** Ops hands over a one-time link; the distributor's IT installs from it and starts the connector. */
  async installConnector(distributorId: string): Promise<void> {
    const { url } = await this.centre.admin<{ url: string }>(
      'POST',
      `/v1/admin/distributors/${distributorId}/bundle-link`,
    );
    const dir = join(this.setting.folder, 'connector');
    this.centre.run('client/connector.js', [
      ...['install', '--bundle', url, '--dir', dir, '--company', COMPANY, '--gateway', this.gateway],
      ...['--erp-host', '127.0.0.1', '--erp-port', String(this.simulatorPort)],
      ...['--set', `sync.max_records_per_batch=${RECORDS_PER_BATCH}`],
    ]);
    const args = ['run', '--config', join(dir, 'altscore-connector.yaml')];
    this.parts.connector = this.centre.program('connector', 'client/connector.js', args, /connector polls for work/);
    await this.parts.connector.start();
  }

  /** What is true of the simulator's books now. */
  truth(): Promise<Totals> {
    return this.control<Totals>('GET', '/totals');
  }

  async trade(day: DayOfTrade): Promise<void> {
    await this.control('POST', '/day-of-trade', day);
  }

  /** Asks again until it is answered: what is asked, or what answers it, may just be dead. */
  async asking<T>(what: string, ask: () => Promise<T>, timeoutMs = 120_000): Promise<T> {
    const { answer } = await waitFor(what, async () => ({ answer: await ask() }), { timeoutMs, everyMs: 200 });
    return answer;
  }

  async end(): Promise<void> {
    for (const part of [this.parts.connector, this.simulator]) await part?.end();
    await this.centre.end();
    for (const line of this.lines) line.close();
  }

  /** The address at which the distributor's server finds a port of the centre. */
  private async fromAfar(port: string): Promise<string> {
    const { lineMs } = this.setting;
    if (lineMs === 0) return `127.0.0.1:${port}`;
    const line = await SlowLine.start(Number(port), lineMs);
    this.lines.push(line);
    return `127.0.0.1:${line.port}`;
  }

  private async control<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.controlUrl}${path}`, { method, body: body && JSON.stringify(body) });
    if (!response.ok) throw new Error(`The simulator answered ${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
