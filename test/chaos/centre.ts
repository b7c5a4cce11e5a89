import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { connectClient } from '../../src/client/connect.js';
import { openPool, type Pool } from '../../src/store/database.js';
import { freePort } from '../support/free-port.js';
import { SEARCH_ATTRIBUTES } from '../support/search-attributes.js';
import { Part, type PartOptions } from './part.js';

export interface CentreSetting {
  folder: string;
  /** Built programs. */
  dist: string;
  temporalCli: string;
}
export type CentralPart = 'worker' | 'api' | 'postgres' | 'temporal';

/** What stands at the centre, each part a process of its own that keeps its data on disk. */
export class Centre {
  readonly parts = {} as Record<CentralPart, Part>;
  client!: Client & { close(): Promise<void> };
  pool!: Pool;
  temporalPort = '';
  ingestPort = '';
  environment: Record<string, string> = {};

  constructor(private readonly setting: CentreSetting) {
    mkdirSync(join(setting.folder, 'logs'), { recursive: true });
    // As root, PostgreSQL runs as a user of its own, who must be able to pass through.
    chmodSync(setting.folder, 0o711);
  }

  /** @param more Of the environment, once the ports are known. */
  async start(more: () => Promise<Record<string, string>> = async () => ({})): Promise<void> {
    const { folder } = this.setting;
    const ports = await Promise.all(Array.from({ length: 4 }, freePort));
    const [databasePort, temporalPort, ingestPort, adminPort] = ports.map(String);
    Object.assign(this, { temporalPort, ingestPort });
    const databaseUrl = `postgres://postgres:postgres@127.0.0.1:${databasePort}/altscore`;
    this.environment = {
      DATABASE_URL: databaseUrl,
      TEMPORAL_ADDRESS: `127.0.0.1:${temporalPort}`,
      SECRETS_DIR: join(folder, 'secrets'),
      INGEST_HOST: '127.0.0.1',
      INGEST_PORT: ingestPort!,
      SERVER_NAMES: '127.0.0.1,localhost',
      ADMIN_PORT: adminPort!,
      ADMIN_URL: `http://127.0.0.1:${adminPort}`,
      ...(await more()),
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
        const probe = await this.connect();
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

    this.run('client/altscore.js', ['secrets', 'init']);
    await Promise.all([this.parts.postgres.start(), this.parts.temporal.start()]);
    this.client = await this.connect();
    await Promise.all([this.parts.api.start(), this.parts.worker.start()]);
  }

  async end(): Promise<void> {
    await this.client?.close();
    await this.pool?.end();
    const { worker, api, postgres, temporal } = this.parts;
    for (const part of [worker, api, temporal, postgres]) await part?.end();
  }

  /** Asks the Admin API. */
  async admin<T>(method: string, path: string, body?: unknown): Promise<T> {
    const token = readFileSync(join(this.setting.folder, 'secrets/admin_token'), 'utf8').trim();
    const response = await fetch(`${this.environment.ADMIN_URL}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** One of the product's programs, or of the simulators'. */
  program(name: string, path: string, args: string[], readyLine: RegExp): Part {
    return this.part(name, process.execPath, {
      args: ['--enable-source-maps', join(this.setting.dist, path), ...args],
      isReady: (lines) => readyLine.test(lines.join('')),
    });
  }

  /** Runs a command to its end, and answers what it printed. @throws what it said when it fails */
  run(path: string, args: string[]): string {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(this.setting.dist, path), ...args], {
      env: { ...process.env, ...this.environment },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${path} ${args[0]} ended with code ${status}: ${stderr}`);
    return stdout;
  }

  private connect(): Promise<Client & { close(): Promise<void> }> {
    return connectClient({ address: this.environment.TEMPORAL_ADDRESS!, namespace: 'default' });
  }

  private part(name: string, program: string, options: Pick<PartOptions, 'args' | 'isReady' | 'alsoKilled'>): Part {
    const logFile = join(this.setting.folder, 'logs', `${name}.log`);
    return new Part({ name, program, logFile, env: this.environment, ...options });
  }
}

/** The first line of its own file (PostgreSQL manual, "pg_ctl"). */
function postmasterOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
}
