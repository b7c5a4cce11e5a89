import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { connectClient } from '../../src/client/connect.js';
import type { DayOfTrade, Totals } from '../../src/simulators/tally/index.js';
import { openPool, type Pool } from '../../src/store/database.js';
import { freePort } from '../support/free-port.js';
import { waitFor } from '../support/wait-for.js';
import { Part, type PartOptions } from './part.js';
import { SlowLine } from './slow-line.js';

export const PARTS = ['connector', 'worker', 'api', 'postgres', 'temporal'] as const;
export type PartName = (typeof PARTS)[number];

export interface Setting {
  folder: string;
  /** Built programs. */
  dist: string;
  temporalCli: string;
  seed: number;
  vouchers: number;
  msPerVoucher: number;
  /** How long a byte is under way between the distributor's server and the centre; 0 is no line at all. */
  lineMs: number;
}

const SEARCH_ATTRIBUTES = {
  DistributorId: 'Keyword',
  ErpType: 'Keyword',
  OnboardingStage: 'Keyword',
  WaitingOn: 'Keyword',
  SyncOutcome: 'Keyword',
  SyncedThrough: 'Datetime',
};
const COMPANY = 'Chaos Traders';
/** So few that a window, and a day of trade, take several batches. */
const RECORDS_PER_BATCH = 20;

/** The whole product, each part a process of its own that keeps its data on disk; a Tally and a line, which are never killed. */
export class Product {
  readonly parts = {} as Record<PartName, Part>;
  client!: Client & { close(): Promise<void> };
  pool!: Pool;
  private simulator!: Part;
  private simulatorPort = 0;
  private controlUrl = '';
  private temporalAddress = '';
  /** Where the connector finds Temporal. */
  private gateway = '';
  private readonly lines: SlowLine[] = [];
  private environment: Record<string, string> = {};

  constructor(private readonly setting: Setting) {
    mkdirSync(join(setting.folder, 'logs'), { recursive: true });
    // As root, PostgreSQL runs as a user of its own, who must be able to pass through.
    chmodSync(setting.folder, 0o711);
  }

  async start(): Promise<void> {
    const { folder } = this.setting;
    const ports = await Promise.all(Array.from({ length: 6 }, freePort));
    const [databasePort, temporalPort, ingestPort, adminPort, simulatorPort, controlPort] = ports.map(String);
    const databaseUrl = `postgres://postgres:postgres@127.0.0.1:${databasePort}/altscore`;
    this.temporalAddress = `127.0.0.1:${temporalPort}`;
    this.gateway = await this.fromAfar(temporalPort!);
    this.simulatorPort = Number(simulatorPort);
    this.controlUrl = `http://127.0.0.1:${controlPort}`;
    this.environment = {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: this.temporalAddress,
      SECRETS_DIR: join(folder, 'secrets'),
      INGEST_HOST: '127.0.0.1',
      INGEST_PORT: ingestPort!,
      SERVER_NAMES: '127.0.0.1,localhost',
      PUBLIC_INGEST_URL: `https://${await this.fromAfar(ingestPort!)}/v1/ingest/batch`,
      ADMIN_PORT: adminPort!,
      ADMIN_URL: `http://127.0.0.1:${adminPort}`,
    };
    this.pool = openPool(databaseUrl, { connections: 2 });

    const dataDir = join(folder, 'postgres');
    this.parts.postgres = this.part('postgres', process.execPath, {
      args: [join(import.meta.dirname, 'database.js'), dataDir, databasePort!],
      isReady: async () => (await this.pool.query('select 1')).rowCount === 1,
      alsoKilled: () => [postmasterOf(dataDir)],
    });
    this.parts.temporal = this.part('temporal', this.setting.temporalCli, {
      args: [
        ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', temporalPort!, '--log-level', 'warn'],
        ...['--db-filename', join(folder, 'temporal.db')],
        ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
      ],
      isReady: async () => {
        const probe = await connectClient({ address: this.temporalAddress, namespace: 'default' });
        try {
          await probe.workflowService.describeNamespace({ namespace: 'default' });
          return true;
        } finally {
          await probe.close();
        }
      },
    });
    this.parts.api = this.program('api', 'client/altscore.js', ['api'], /API listening/);
    this.parts.worker = this.program('worker', 'client/altscore.js', ['worker'], /"msg":"polling"/);
    this.simulator = this.program(
      'simulator',
      'simulators/tally/main.js',
      [
        ...['--port', simulatorPort!, '--control-port', controlPort!, '--company', COMPANY, '--months', '24'],
        ...['--vouchers', String(this.setting.vouchers), '--seed', String(this.setting.seed)],
        ...['--ms-per-voucher', String(this.setting.msPerVoucher)],
      ],
      /"ready":true/,
    );

    this.run('client/altscore.js', ['secrets', 'init']);
    await Promise.all([this.parts.postgres.start(), this.parts.temporal.start(), this.simulator.start()]);
    this.client = await connectClient({ address: this.temporalAddress, namespace: 'default' });
    await Promise.all([this.parts.api.start(), this.parts.worker.start()]);
  }

  /** Ops hands over a one-time link; the distributor's IT installs from it and starts the connector. */
  async installConnector(distributorId: string): Promise<void> {
    const token = readFileSync(join(this.setting.folder, 'secrets/admin_token'), 'utf8').trim();
    const response = await fetch(`${this.environment.ADMIN_URL}/v1/admin/distributors/${distributorId}/bundle-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`The Admin API gave no bundle link: ${await response.text()}`);
    const { url } = (await response.json()) as { url: string };
    const dir = join(this.setting.folder, 'connector');
    this.run('client/connector.js', [
      ...['install', '--bundle', url, '--dir', dir, '--company', COMPANY, '--gateway', this.gateway],
      ...['--erp-host', '127.0.0.1', '--erp-port', String(this.simulatorPort)],
      ...['--set', `sync.max_records_per_batch=${RECORDS_PER_BATCH}`],
    ]);
    const args = ['run', '--config', join(dir, 'altscore-connector.yaml')];
    this.parts.connector = this.program('connector', 'client/connector.js', args, /connector polls for work/);
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
    await this.client?.close();
    await this.pool?.end();
    const { connector, worker, api, postgres, temporal } = this.parts;
    for (const part of [connector, worker, api, this.simulator, temporal, postgres]) await part?.end();
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

  private program(name: string, path: string, args: string[], readyLine: RegExp): Part {
    return this.part(name, process.execPath, {
      args: ['--enable-source-maps', join(this.setting.dist, path), ...args],
      isReady: (lines) => readyLine.test(lines.join('')),
    });
  }

  private part(name: string, program: string, options: Pick<PartOptions, 'args' | 'isReady' | 'alsoKilled'>): Part {
    const logFile = join(this.setting.folder, 'logs', `${name}.log`);
    return new Part({ name, program, logFile, env: this.environment, ...options });
  }

  private run(path: string, args: string[]): void {
    const { status, stderr } = spawnSync(process.execPath, [join(this.setting.dist, path), ...args], {
      env: { ...process.env, ...this.environment },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${path} ${args[0]} ended with code ${status}: ${stderr}`);
  }
}

/** The first line of its own file (PostgreSQL manual, "pg_ctl"). */
function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}
