import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import type { Logger } from 'pino';
import { untilReachable } from '../ops/until-reachable.js';

/** A server that does not answer a connection in this time is away. */
const CONNECT_WITHIN_MS = 10_000;

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

const { builtins } = pg.types;
/** Dates stay ISO text (a JS Date would move them across time zones); our bigints (ids, counters, counts) stay below 2^53. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.DATE, (text) => text],
  [builtins.INT8, Number],
]);
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    (format !== 'binary' && PARSERS.get(oid as number)) || pg.types.getTypeParser(oid, format as 'text'),
};

export type Pool = pg.Pool;
export type Connection = pg.PoolClient;
/** What a single statement can be sent to. */
export type Queryable = Pick<pg.Pool, 'query'>;

export function openPool(databaseUrl: string, options: { connections?: number } = {}): Pool {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: options.connections ?? 10, types });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Brings the schema to its newest state; safe to call from several processes at once. */
export async function migrate(databaseUrl: string): Promise<void> {
  const quiet = () => undefined;
  await runner({
    databaseUrl,
    dir: MIGRATIONS,
    direction: 'up',
    migrationsTable: 'schema_migrations',
    advisoryLockMode: 'wait',
    logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
}

/** Node's names for a server that does not answer, PostgreSQL's for one that starts, stops or is full. */
const AWAY = /^(ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|08|57P0|53300)/;

/** Waits for PostgreSQL. @throws what it says when it is there and refuses us: a wrong password, no such database */
export async function awaitDatabase(databaseUrl: string, log: Pick<Logger, 'warn' | 'info'>): Promise<void> {
  const isAway = (error: unknown): boolean => {
    const { code, message } = error as NodeJS.ErrnoException;
    return AWAY.test(String(code ?? '')) || message.startsWith('Connection terminated');
  };
  const ask = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: CONNECT_WITHIN_MS });
    try {
      await client.connect();
      await client.query('select 1');
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  await untilReachable('PostgreSQL', ask, { log, isAway });
}

/** Commits what `work` did, or rolls all of it back. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  // One that breaks between two statements says so to nobody else; the next statement fails.
  const onBroken = (error: Error): void => {
    broken = error;
  };
  connection.on('error', onBroken);
  try {
    await connection.query('begin');
    const result = await work(connection);
    await connection.query('commit');
    return result;
  } catch (error) {
    await connection.query('rollback').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    connection.off('error', onBroken);
    connection.release(broken);
  }
}

/**
 * For the rest of the transaction the planner looks rows up by their keys rather than scan a table of every version
 * ever published: it knows nothing of rows that came a moment ago, and takes the disk for a slower one than it is.
 */
export async function preferKeys(connection: Connection): Promise<void> {
  await connection.query('set local random_page_cost = 1.1');
}
