import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, openPool, type Pool } from '../../src/store/database.js';
import { startEmbeddedPostgres } from '../../src/store/embedded.js';

export interface TestDatabase {
  url: string;
  pool: Pool;
  /** Copies the database as it stands. Returns what puts the copy in its place, any number of times; connections break. */
  dump(): Promise<() => Promise<void>>;
  /** Ends the pool, drops the database and, where this file had to start one, the cluster. */
  drop(): Promise<void>;
}

const TEMPLATE = 'altscore_test_template';

/** An empty, migrated database of its own on the run's cluster (`TEST_POSTGRES_URL`), copied from a template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = process.env.TEST_POSTGRES_URL
    ? { adminUrl: process.env.TEST_POSTGRES_URL, stop: async () => undefined }
    : await startOwnCluster();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(cluster.adminUrl, async (admin) => {
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [TEMPLATE]);
    if (rowCount === 0) {
      // Under another name until it is whole: a run that is stopped half-way leaves no broken template behind.
      const draft = `${TEMPLATE}_${randomBytes(4).toString('hex')}`;
      await admin.query(`create database ${draft}`);
      await migrate(databaseUrl(cluster.adminUrl, draft));
      await admin.query(`alter database ${draft} rename to ${TEMPLATE}`);
    }
    await admin.query(`create database ${name} template ${TEMPLATE}`);
  });
  const url = databaseUrl(cluster.adminUrl, name);
  const pool = openPool(url);
  const dumps: string[] = [];
  return {
    url,
    pool,
    dump: async () => {
      const copy = `${name}_${dumps.length}`;
      dumps.push(copy);
      await asAdmin(cluster.adminUrl, (admin) => copyAlone(admin, name, copy));
      return () =>
        asAdmin(cluster.adminUrl, async (admin) => {
          await admin.query(`drop database ${name} with (force)`);
          await admin.query(`create database ${name} template ${copy}`);
        });
    },
    drop: async () => {
      await pool.end();
      await asAdmin(cluster.adminUrl, async (admin) => {
        for (const database of [name, ...dumps]) await admin.query(`drop database ${database} with (force)`);
      });
      await cluster.stop();
    },
  };
}

/** One at a time across test files: a template cannot be copied while somebody else makes or reads it. */
async function asAdmin(adminUrl: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await admin.query(`select pg_advisory_lock(hashtext('${TEMPLATE}'))`);
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** A template must have nobody connected to it; programs connect again at once. */
async function copyAlone(admin: pg.Client, from: string, to: string): Promise<void> {
  await admin.query(`alter database ${from} allow_connections false`);
  try {
    await admin.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [from]);
    await admin.query(`create database ${to} template ${from}`);
  } finally {
    await admin.query(`alter database ${from} allow_connections true`);
  }
}

const databaseUrl = (adminUrl: string, database: string): string =>
  Object.assign(new URL(adminUrl), { pathname: `/${database}` }).toString();

async function startOwnCluster() {
  const dataDir = await mkdtemp(join(tmpdir(), 'altscore-pg-'));
  const { adminUrl, stop } = await startEmbeddedPostgres({
    dataDir,
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
  });
  return {
    adminUrl,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
