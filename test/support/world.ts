import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { parseDocument } from 'yaml';
import type { ConnectionReport } from '../../src/activities/connector/tasks.js';
import type { HumanEvent } from '../../src/canonical/onboarding.js';
import { Onboarding } from '../../src/client/onboarding.js';
import { openSecrets } from '../../src/ops/central-secrets.js';
import type { TallySimulator, TallySimulatorOptions } from '../../src/simulators/tally/index.js';
import type { SyncState } from '../../src/workflows/sync-state.js';
import { type SimulatedErp, simulatedTally } from './erps.js';
import { freePort } from './free-port.js';
import { createTestDatabase, type TestDatabase } from './postgres.js';
import { type Program, startProgram } from './spawn.js';
import { connectTestTemporal, type TestTemporal } from './temporal.js';
import { waitFor } from './wait-for.js';

export const DONE = { by: 'Asha', reference: 'DOC-1' };

interface Limits {
  /** Null leaves the connector's own. */
  maxDocumentsInMemory?: number | null;
  /** Of the platform's programs, beside what they need anyway. */
  environment?: Record<string, string>;
}

/** What asks a workflow costs its worker, the server and this machine some work each time. */
const ASK_EVERY_MS = 200;

/** Times short enough for a test; the policies themselves are the product's. */
const PATIENCE = { pickupMs: 3_000, owedEveryMs: 1_000 };

/**
 * The whole product as it runs: API, platform worker and connector as programs of their own, from dist/, with a database
 * of their own, on the live tests' PostgreSQL and Temporal; and a simulated ERP in this process.
 */
export class World<Simulator extends { url: string; close(): Promise<void> } = TallySimulator> {
  readonly programs: Record<string, Program> = {};
  private readonly neighbours: Array<World<{ url: string; close(): Promise<void> }>> = [];
  private constructor(
    readonly temporal: TestTemporal,
    readonly database: TestDatabase,
    private readonly erp: SimulatedErp<Simulator>,
    readonly folder: string,
    private readonly environment: Record<string, string>,
    private readonly maxDocumentsInMemory: number | null,
  ) {}

  /** With a Tally. */
  static start(options: TallySimulatorOptions = {}, limits: Limits = {}): Promise<World> {
    return World.around(() => simulatedTally(options), limits);
  }

  static async around<Simulator extends { url: string; close(): Promise<void> }>(
    startErp: () => Promise<SimulatedErp<Simulator>>,
    { maxDocumentsInMemory = null, environment = {} }: Limits = {},
  ): Promise<World<Simulator>> {
    const folder = await mkdtemp(join(tmpdir(), 'world-'));
    const [temporal, database, erp] = await Promise.all([connectTestTemporal(), createTestDatabase(), startErp()]);
    const adminPort = String(await freePort());
    const world = new World(
      temporal,
      database,
      erp,
      folder,
      {
        DATABASE_URL: database.url,
        TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS!,
        TEMPORAL_NAMESPACE: temporal.namespace,
        SECRETS_DIR: join(folder, 'secrets'),
        INGEST_HOST: '127.0.0.1',
        INGEST_PORT: String(await freePort()),
        SERVER_NAMES: '127.0.0.1,localhost',
        ADMIN_PORT: adminPort,
        ADMIN_URL: `http://127.0.0.1:${adminPort}`,
        ...environment,
      },
      maxDocumentsInMemory,
    );
    // As `altscore secrets init` does, without a program's start.
    await openSecrets(world.secretsDir, { init: true });
    await Promise.all([world.startApi(), world.startWorker()]);
    return world;
  }

  /** Another distributor of the same platform, with an ERP and a connector of its own, which end when this world does. */
  async beside<Other extends { url: string; close(): Promise<void> }>(
    startErp: () => Promise<SimulatedErp<Other>>,
    { maxDocumentsInMemory = null }: Pick<Limits, 'maxDocumentsInMemory'> = {},
  ): Promise<World<Other>> {
    const folder = await mkdtemp(join(this.folder, 'beside-'));
    const { temporal, database, environment } = this;
    const neighbour = new World(temporal, database, await startErp(), folder, environment, maxDocumentsInMemory);
    this.neighbours.push(neighbour);
    return neighbour;
  }

  get simulator(): Simulator {
    return this.erp.simulator;
  }
  get client() {
    return this.temporal.client;
  }
  get adminUrl(): string {
    return this.environment.ADMIN_URL!;
  }
  get secretsDir(): string {
    return this.environment.SECRETS_DIR!;
  }
  /** Of the API itself, whatever connectors are told to call. */
  get ingestUrl(): string {
    return `https://127.0.0.1:${this.environment.INGEST_PORT}`;
  }
  /** Of the distributor whose connector was installed last. */
  connectorFolder = '';

  /** Runs one of `altscore`'s commands to its end. @throws with its words when it fails */
  async run(name: string, args: string[]): Promise<Program> {
    const program = await startProgram('client/altscore.js', args, { env: this.environment });
    this.programs[name] = program;
    if ((await program.ended()) !== 0) throw new Error(`${name} failed: ${program.lines.join('\n')}`);
    return program;
  }

  async startApi(): Promise<void> {
    this.programs.api = await startProgram('client/altscore.js', ['api'], { env: this.environment });
    await waitFor('the API answering', async () => (await fetch(`${this.adminUrl}/healthz`)).ok);
  }

  async startWorker(): Promise<void> {
    this.programs.worker = await startProgram('client/altscore.js', ['worker'], { env: this.environment });
  }

  async startConnector(): Promise<void> {
    const config = join(this.connectorFolder, 'altscore-connector.yaml');
    this.programs.connector = await startProgram('client/connector.js', ['run', '--config', config]);
  }

  onboardingInput(more: Record<string, unknown> = {}) {
    return {
      legalName: 'Sharma FMCG Dist',
      gstin: '29AABCT1332L1Z2',
      erpType: this.erp.erpType,
      contacts: { ops: 'ops@altscore.example', distributorIt: 'it@sharma.example' },
      backfillMonths: 24,
      patience: PATIENCE,
      ...more,
    };
  }

  /** The distributor's IT fetches the one-time bundle and installs from it. */
  async installConnector(distributorId: string, more: string[] = []): Promise<void> {
    this.connectorFolder = join(this.folder, `connector-${distributorId}`);
    const { url } = await this.admin<{ url: string }>('POST', `/v1/admin/distributors/${distributorId}/bundle-link`);
    const { hostname, port } = new URL(this.simulator.url);
    const install = await startProgram('client/connector.js', [
      ...['install', '--bundle', url, '--dir', this.connectorFolder, '--company', this.erp.company],
      ...['--erp-host', hostname, '--erp-port', port, '--gateway', process.env.TEST_TEMPORAL_ADDRESS!],
      ...(await this.erp.install(this.folder)),
      ...more,
    ]);
    this.programs.install = install;
    if ((await install.ended()) !== 0) throw new Error(`install failed: ${install.lines.join('\n')}`);
    await this.setInYaml(['gateway', 'namespace'], this.temporal.namespace);
    if (this.maxDocumentsInMemory !== null)
      await this.setInYaml(['sync', 'max_documents_in_memory'], this.maxDocumentsInMemory);
  }

  private async setInYaml(path: string[], value: unknown): Promise<void> {
    const file = join(this.connectorFolder, 'altscore-connector.yaml');
    const yaml = parseDocument(await readFile(file, 'utf8'));
    yaml.setIn(path, value);
    await writeFile(file, yaml.toString());
  }

  /** `altscore-connector test`, as the distributor's IT runs it. */
  async testConnector(): Promise<ConnectionReport> {
    const config = join(this.connectorFolder, 'altscore-connector.yaml');
    const program = await startProgram('client/connector.js', ['test', '--json', '--config', config]);
    await program.ended();
    const [report] = program.log();
    if (!report) throw new Error(`the connector's test gave no report: ${program.lines.join('\n')}`);
    return report as unknown as ConnectionReport;
  }

  async admin<T>(method: string, path: string, body?: unknown): Promise<T> {
    const token = await readFile(join(this.environment.SECRETS_DIR!, 'admin_token'), 'utf8');
    const response = await fetch(`${this.adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token.trim()}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Plays the human steps up to and with `last`, installing and starting the connector on the way. */
  async onboard(last: HumanEvent = 'consentCompleted', more: Record<string, unknown> = {}): Promise<Onboarding> {
    const onboarding = await Onboarding.start(this.client, `onboarding/${randomUUID()}`, this.onboardingInput(more));
    const events: HumanEvent[] = [
      'agreementSigned',
      'secretsAcknowledged',
      'disclosureConfirmed',
      'qualityApproved',
      'consentCompleted',
    ];
    const steps: Partial<Record<HumanEvent, number>> = {
      agreementSigned: 1,
      secretsAcknowledged: 4,
      disclosureConfirmed: 5,
      qualityApproved: 8,
      consentCompleted: 9,
    };
    for (const event of events.slice(0, events.indexOf(last) + 1)) {
      await this.untilStep(onboarding, steps[event]!);
      if (event === 'secretsAcknowledged') await this.installConnector((await onboarding.progress()).distributorId!);
      if (event === 'disclosureConfirmed') await this.startConnector();
      await onboarding.tell(event, DONE);
    }
    return onboarding;
  }

  /** Until the onboarding waits at a step. @throws what a failed step says */
  async untilStep(onboarding: Onboarding, number: number, timeoutMs = 120_000): Promise<void> {
    const step = await waitFor(
      `step ${number}`,
      async () => {
        const { steps } = await onboarding.progress();
        return (
          steps.find(({ status }) => status === 'failed') ??
          steps.find((one) => one.number === number && one.status !== 'pending')
        );
      },
      { timeoutMs, everyMs: ASK_EVERY_MS },
    );
    if (step.status === 'failed') throw new Error(`step ${step.number} failed: ${step.note}`);
  }

  /** Triggers the Schedule as Ops would and waits for the run it wakes. */
  async delta(distributorId: string): Promise<NonNullable<SyncState['last']>> {
    const before = (await this.syncState(distributorId)).last?.runId;
    await this.client.schedule.getHandle(`sync/${distributorId}`).trigger();
    return await waitFor(
      'a delta',
      async () => {
        const { last } = await this.syncState(distributorId);
        return last && last.runId !== before ? last : null;
      },
      { timeoutMs: 120_000, everyMs: ASK_EVERY_MS },
    );
  }

  /** Reads the whole history again, as `altscore sync backfill` asks. Answers how it ended. */
  async backfill(distributorId: string): Promise<string> {
    const before = (await this.syncState(distributorId)).last?.runId;
    const today = DateTime.now().setZone('Asia/Kolkata');
    const [from, to] = [today.minus({ months: 24 }).toISODate(), today.toISODate()];
    await this.client.workflow.getHandle(`sync/${distributorId}`).signal('backfill', { by: 'test', from, to });
    const last = await waitFor(
      'a backfill',
      async () => {
        const { last, backfills } = await this.syncState(distributorId);
        return backfills.length === 0 && last && last.runId !== before ? last : null;
      },
      { timeoutMs: 120_000, everyMs: ASK_EVERY_MS },
    );
    return last.outcome;
  }

  /** History events of the run of `distributorSync` that last continued as new. */
  async eventsOfLastRun(distributorId: string): Promise<number> {
    const query = `WorkflowId="sync/${distributorId}" AND ExecutionStatus="ContinuedAsNew"`;
    const lengths: number[] = [];
    for await (const { runId, closeTime } of this.client.workflow.list({ query })) {
      const { events } = await this.client.workflow.getHandle(`sync/${distributorId}`, runId).fetchHistory();
      if (closeTime) lengths.push(events?.length ?? 0);
    }
    if (lengths.length === 0) throw new Error(`no run of ${distributorId} has ended`);
    return lengths[0]!;
  }

  /** How the runs recorded so far ended. */
  async runOutcomes(): Promise<string[]> {
    const { rows } = await this.database.pool.query('select outcome from sync_runs order by started_at');
    return rows.map(({ outcome }) => outcome);
  }

  async distributors(): Promise<string[]> {
    const { rows } = await this.database.pool.query('select distributor_id from distributors order by created_at');
    return rows.map(({ distributor_id }) => distributor_id);
  }

  syncState(distributorId: string): Promise<SyncState> {
    return this.client.workflow.getHandle(`sync/${distributorId}`).query<SyncState>('syncState');
  }

  async close(): Promise<void> {
    for (const neighbour of this.neighbours) await neighbour.leave();
    await this.leave();
    await this.endWorkflows();
    await this.temporal.close();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** How programs end in good order is other tests' business; here nobody waits for what they still hold. */
  private async leave(): Promise<void> {
    await Promise.all(Object.values(this.programs).map((program) => program.end('SIGKILL')));
    await this.simulator.close();
  }

  /** What this world left running would be taken up by the next one's worker. */
  private async endWorkflows(): Promise<void> {
    for await (const { workflowId } of this.client.workflow.list({ query: 'ExecutionStatus="Running"' })) {
      await this.client.workflow
        .getHandle(workflowId)
        .terminate('the test is over')
        .catch(() => undefined);
    }
    for await (const { scheduleId } of this.client.schedule.list()) {
      await this.client.schedule
        .getHandle(scheduleId)
        .delete()
        .catch(() => undefined);
    }
  }
}
