import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import { AdminApi } from '../../src/activities/platform/admin-api.js';
import { PlatformActivityInterceptor } from '../../src/activities/platform/interceptor.js';
import { platformTasks } from '../../src/activities/platform/platform-tasks.js';
import { PLATFORM_QUEUE } from '../../src/activities/platform/sync-control.js';
import type { PlatformTasks } from '../../src/activities/platform/tasks.js';
import type { IngestionResult, StreamState } from '../../src/canonical/file-ingestion.js';
import { type CentralSecrets, openSecrets } from '../../src/ops/central-secrets.js';
import { uriOfPlace } from '../../src/ops/file-places.js';
import { FileSourceConfig, streamIdOf } from '../../src/ops/file-source-schema.js';
import { issueCredentials } from '../../src/store/credentials.js';
import { registerDistributor } from '../../src/store/distributors.js';
import { readSource, saveSource } from '../../src/store/file-sources.js';
import { streamStates } from '../../src/store/file-state.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { recordHistory } from './record-history.js';
import { connectTestTemporal, skippingTime, type TestTemporal } from './temporal.js';
import { workflowBundle } from './workflow-bundle.js';

/** What an API starts workflows with. */
interface Host {
  db: TestDatabase;
  secrets: CentralSecrets;
  temporal: TestTemporal;
  log: Logger;
}

/** A platform that ingests files: real store, real Temporal, a worker, and folders to drop files into. */
export class FileWorld {
  private workers: { worker: Worker; running: Promise<void> }[] = [];

  private constructor(
    readonly db: TestDatabase,
    readonly temporal: TestTemporal,
    readonly secrets: CentralSecrets,
    readonly folder: string,
    readonly tasks: PlatformTasks,
    readonly taskQueue: string,
    private readonly isGuest: boolean,
  ) {}

  /** With a store and secrets of its own, or those of an API that the test started and ends. */
  static async open(host?: Host): Promise<FileWorld> {
    const [db, temporal, folder] = await Promise.all([
      host?.db ?? createTestDatabase(),
      host?.temporal ?? connectTestTemporal(),
      mkdtemp(join(tmpdir(), 'files-')),
    ]);
    const secrets = host?.secrets ?? (await openSecrets(join(folder, 'secrets'), { init: true }));
    const tasks = platformTasks({
      pool: db.pool,
      client: temporal.client,
      adminApi: new AdminApi('http://127.0.0.1:9', 'unused'),
      log: host?.log ?? pino({ level: 'silent' }),
      secrets,
    });
    const taskQueue = host === undefined ? `files-${randomUUID().slice(0, 8)}` : PLATFORM_QUEUE;
    const world = new FileWorld(db, temporal, secrets, folder, tasks, taskQueue, host !== undefined);
    await world.startWorker();
    return world;
  }

  /** Tasks given here stand in the place of the real ones. */
  async startWorker(instead: Partial<PlatformTasks> = {}, taskQueue = this.taskQueue): Promise<Worker> {
    const worker = await Worker.create({
      connection: this.temporal.nativeConnection,
      namespace: this.temporal.namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities: { ...this.tasks, ...instead },
      interceptors: { activity: [(context) => ({ inbound: new PlatformActivityInterceptor(context) })] },
    });
    this.workers.push({ worker, running: worker.run() });
    return worker;
  }

  async stopWorkers(): Promise<void> {
    for (const { worker } of this.workers) worker.shutdown();
    await Promise.all(this.workers.map(({ running }) => running));
    this.workers = [];
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await rm(this.folder, { recursive: true });
    if (this.isGuest) return;
    await this.temporal.close();
    await this.db.drop();
  }

  /** A distributor who was issued credentials; `consent` makes what stands published rather than held. */
  async newDistributor({ consent = true } = {}): Promise<string> {
    const { pool } = this.db;
    const { distributorId } = await registerDistributor(pool, this.secrets.vault, {
      onboardingId: `onboarding/${randomUUID()}`,
      legalName: 'Gupta Traders',
      gstin: '29AABCT1332L1Z2',
      erpType: 'csv',
      contacts: { ops: 'ops@altscore.example', distributorIt: 'it@gupta.example' },
      timeZone: 'Asia/Kolkata',
    });
    await issueCredentials(
      pool,
      {
        vault: this.secrets.vault,
        authority: this.secrets.authority,
        platformKeyPem: this.secrets.platformKeys[0]!.publicKeyPem,
        apiEndpoint: 'https://localhost/v1/ingest/batch',
      },
      { distributorId, requestId: 'test' },
    );
    if (consent)
      await pool.query('update distributors set consent_at = now() where distributor_id = $1', [distributorId]);
    return distributorId;
  }

  /** Registers a folder of its own as a source, of which files need not be old. */
  async newSource(
    distributorId: string,
    settings: Partial<FileSourceConfig> = {},
  ): Promise<{ sourceId: string; root: string }> {
    const sourceId = settings.source_id ?? `src_${randomUUID().slice(0, 8)}`;
    const root = join(this.folder, sourceId);
    await mkdir(root, { recursive: true });
    const config = FileSourceConfig.parse({
      source_id: sourceId,
      distributor_id: distributorId,
      place: { kind: 'folder', path: root },
      streams: [
        { stream: 'csv.invoices', pattern: '**/invoices*' },
        { stream: 'csv.payments', pattern: '**/payments*' },
        { stream: 'csv.returns', pattern: '**/returns*' },
      ],
      min_age_seconds: 0,
      ...settings,
    });
    await saveSource(
      this.db.pool,
      this.secrets.vault,
      { sourceId, tenantId: distributorId, connectorId: config.connector_id ?? sourceId, settings: config },
      'test',
    );
    return { sourceId, root };
  }

  /** Runs the ingestion of a source to its end; what is tried again is tried at once. `situation` names its history. */
  async run(
    sourceId: string,
    { taskQueue = this.taskQueue, situation }: { taskQueue?: string; situation?: string } = {},
  ): Promise<IngestionResult> {
    const handle = await skippingTime(this.temporal).workflow.start('fileIngestion', {
      workflowId: `files/${sourceId}/${randomUUID()}`,
      taskQueue,
      args: [{ sourceId, settleMs: 50 }],
    });
    const result = (await handle.result()) as IngestionResult;
    if (situation) await recordHistory(situation, handle);
    return result;
  }

  /** Where each stream has come to: no part of a run's answer, since that stands in a history. */
  async checkpoints(sourceId: string): Promise<StreamState[]> {
    const { pool } = this.db;
    const { settings, ...source } = await readSource(pool, this.secrets.vault, sourceId);
    const config = FileSourceConfig.parse(settings);
    const streamIds = config.streams.map(({ stream }) => streamIdOf(config, stream));
    return await streamStates(pool, this.secrets.vault, { ...source, streamIds, uri: uriOfPlace(config.place) });
  }

  async states(sourceId: string): Promise<Record<string, number>> {
    const { rows } = await this.db.pool.query(
      'select state, count(*)::int as count from source_files where source_id = $1 group by 1',
      [sourceId],
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  async openAlerts(distributorId: string): Promise<string[]> {
    const { rows } = await this.db.pool.query(
      'select rule from alerts where distributor_id = $1 and resolved_at is null order by rule',
      [distributorId],
    );
    return rows.map(({ rule }) => rule);
  }

  /** Count and paise of what is published, by type. */
  async bronze(distributorId: string): Promise<Record<string, { count: number; paise: number }>> {
    const { rows } = await this.db.pool.query(
      `select 'invoices' as type, count(*)::int as count, coalesce(sum(amount_inr) * 100, 0)::bigint as paise
       from current_invoices where distributor_id = $1
       union all select 'payments', count(*)::int, coalesce(sum(amount_paid_inr) * 100, 0)::bigint
       from current_payments where distributor_id = $1
       union all select 'returns', count(*)::int, coalesce(sum(amount_inr) * 100, 0)::bigint
       from current_returns where distributor_id = $1`,
      [distributorId],
    );
    return Object.fromEntries(rows.map(({ type, count, paise }) => [type, { count, paise }]));
  }
}

/** Drops a file as an export does; `at` is what the place shows as its time. */
export async function drop(root: string, path: string, content: string | Buffer, at: Date = new Date()): Promise<void> {
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  await utimes(target, at, at);
}

const GSTIN = ['29AABCT1332L1Z2', '27AAPFU0939F1ZV', '24AAACC1206D1ZM'];
/** Invoices of a template, `first` numbers them on. */
export function invoicesCsv(rows: number, { first = 1, amount = 100 } = {}): string {
  const lines = Array.from({ length: rows }, (_, index) => {
    const number = first + index;
    const day = String((number % 28) + 1).padStart(2, '0');
    return `INV-${number},${GSTIN[number % 3]},2026-05-${day},2026-06-${day},${amount + number}.50`;
  });
  return `invoice_id,retailer_gst,invoice_date,due_date,amount_inr\n${lines.join('\n')}\n`;
}
