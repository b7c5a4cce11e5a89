import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { from } from 'pg-copy-streams';
import { pino } from 'pino';
import { discoverFiles } from '../../src/activities/files/discovering.js';
import { readFile } from '../../src/activities/files/reading.js';
import { openSecrets } from '../../src/ops/central-secrets.js';
import { FileSourceConfig } from '../../src/ops/file-source-schema.js';
import { issueCredentials } from '../../src/store/credentials.js';
import { migrate, openPool, type Pool } from '../../src/store/database.js';
import { registerDistributor } from '../../src/store/distributors.js';
import { startEmbeddedPostgres } from '../../src/store/embedded.js';
import { claimFile, heldFile } from '../../src/store/file-claims.js';
import { commitFile, type FileCounts } from '../../src/store/file-commit.js';
import { saveSource } from '../../src/store/file-sources.js';
import type { Measurement } from './csv-contestants.js';

/** One file into Bronze, and its bytes by COPY into a table of text without an index; the same PostgreSQL. */
export interface Ingested {
  ingest: Measurement;
  copy: Measurement;
}

/** As the connector's own: what is not needed any more is given back early. */
const SMALL_HEAP = ['--max-semi-space-size=4', '--max-old-space-size=128'];

/** In a process of its own, so that its peak memory is that of the ingestion. */
export async function measuredIngestion(path: string): Promise<Ingested> {
  const folder = await mkdtemp(join(tmpdir(), 'csv-ingested-'));
  // As root, PostgreSQL runs as a user of its own, who must be able to pass through.
  await chmod(folder, 0o711);
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres') });
  try {
    const child = fork(fileURLToPath(import.meta.url), [postgres.databaseUrl, path, folder], {
      execArgv: [...process.execArgv, ...SMALL_HEAP],
    });
    const exited = once(child, 'exit');
    let measured: Ingested | null = null;
    child.on('message', (message) => {
      measured = message as Ingested;
    });
    const [code] = (await exited) as [number | null];
    if (code !== 0 || measured === null) throw new Error(`measuring the ingestion ended with code ${code}`);
    return measured;
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ingest(pool: Pool, path: string, folder: string): Promise<Measurement> {
  const secrets = await openSecrets(join(folder, 'secrets'), { init: true });
  const { vault, authority, filesIdentity } = secrets;
  const { distributorId } = await registerDistributor(pool, vault, {
    onboardingId: 'onboarding/bench',
    legalName: 'Sharma FMCG Dist',
    gstin: '29AABCT1332L1Z2',
    erpType: 'csv',
    contacts: { ops: 'ops@altscore.example', distributorIt: 'it@sharma.example' },
    timeZone: 'Asia/Kolkata',
  });
  const platformKeyPem = secrets.platformKeys[0]!.publicKeyPem;
  const credentials = { vault, authority, platformKeyPem, apiEndpoint: 'https://localhost/v1/ingest/batch' };
  await issueCredentials(pool, credentials, { distributorId, requestId: 'bench' });
  const settings = FileSourceConfig.parse({
    source_id: 'bench',
    distributor_id: distributorId,
    place: { kind: 'folder', path: dirname(path) },
    streams: [{ stream: 'csv.invoices', pattern: '*.csv' }],
    min_age_seconds: 0,
  });
  await saveSource(
    pool,
    vault,
    { sourceId: 'bench', tenantId: distributorId, connectorId: 'bench', settings },
    'bench',
  );
  const desk = { pool, vault, filesIdentity, log: pino({ level: 'silent' }) };

  const started = performance.now();
  await discoverFiles(desk, 'bench');
  const { ready } = await discoverFiles(desk, 'bench');
  const { fileId } = ready[0]!;
  const claim = (await claimFile(pool, fileId, 'bench'))!;
  const read = await readFile(desk, { fileId, claim }, 1);
  const readSeconds = (performance.now() - started) / 1000;
  const held = await heldFile(pool, vault, fileId, claim);
  const { applied } = await commitFile(pool, held, held.counts as FileCounts);
  const seconds = (performance.now() - started) / 1000;
  if (applied !== read.rowsEmitted) throw new Error(`${applied} of ${read.rowsEmitted} rows stand`);
  console.error(
    `csv-ingest: ${applied} rows staged in ${Math.round(readSeconds)} s, standing after ${Math.round(seconds)} s`,
  );
  return { rows: applied, seconds, peakMiB: process.resourceUsage().maxRSS / 1024 };
}

async function copy(pool: Pool, path: string): Promise<Measurement> {
  const client = await pool.connect();
  try {
    await client.query(
      'create table copied (invoice_id text, retailer_gst text, invoice_date date, due_date date, amount_inr numeric(14,2), retailer_name text, retailer_phone text)',
    );
    const started = performance.now();
    await pipeline(createReadStream(path), client.query(from('copy copied from stdin with (format csv, header true)')));
    const seconds = (performance.now() - started) / 1000;
    const { rows } = await client.query('select count(*)::int as count from copied');
    return { rows: rows[0].count, seconds, peakMiB: 0 };
  } finally {
    client.release();
  }
}

// The forked half: measures and ends.
const [, script, url, path, folder] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined) {
  await migrate(url!);
  const pool = openPool(url!);
  const ingested = await ingest(pool, path!, folder);
  const copied = await copy(pool, path!);
  await pool.end();
  process.send!({ ingest: ingested, copy: copied } satisfies Ingested);
  process.disconnect();
}
