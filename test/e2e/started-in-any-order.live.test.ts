import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { openSecrets } from '../../src/ops/central-secrets.js';
import { freePort } from '../support/free-port.js';
import { VERSIONED } from '../support/namespaces.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { type Program, startProgram } from '../support/spawn.js';
import { connectTestTemporal, type TestTemporal } from '../support/temporal.js';

/** A server behind another port, which it may be a while until it listens on. */
class LateServer {
  private readonly sockets = new Set<Socket>();
  private server: Server | null = null;
  private constructor(
    readonly port: number,
    private readonly real: { host: string; port: number },
  ) {}

  static async before(real: { host: string; port: number }): Promise<LateServer> {
    return new LateServer(await freePort(), real);
  }

  async arrive(): Promise<void> {
    this.server = createServer((near) => {
      const far = connect(this.real);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      }
      near.pipe(far);
      far.pipe(near);
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server?.close();
  }
}

describe('the platform’s programs, started before PostgreSQL and Temporal', () => {
  let db: TestDatabase;
  let temporal: TestTemporal;
  let secretsDir: string;
  let program: Program;
  beforeAll(async () => {
    temporal = await connectTestTemporal(VERSIONED);
    db = await createTestDatabase();
    secretsDir = await mkdtemp(join(tmpdir(), 'altscore-secrets-'));
    await openSecrets(secretsDir, { init: true });
  });
  afterEach(async () => {
    await program.end();
  });
  afterAll(async () => {
    await temporal.close();
    await db.drop();
    await rm(secretsDir, { recursive: true });
  });

  const start = async (name: string, more: Record<string, string>): Promise<Program> => {
    const ports = { INGEST_PORT: String(await freePort()), ADMIN_PORT: String(await freePort()) };
    const env = {
      DATABASE_URL: db.url,
      TEMPORAL_NAMESPACE: temporal.namespace,
      SECRETS_DIR: secretsDir,
      INGEST_HOST: '127.0.0.1',
      ...ports,
      ...more,
    };
    program = await startProgram('client/altscore.js', [name], { env });
    return program;
  };
  const databaseAt = (port: number): string => Object.assign(new URL(db.url), { port: String(port) }).href;
  const realDatabase = (): { host: string; port: number } => {
    const { hostname, port } = new URL(db.url);
    return { host: hostname, port: Number(port) };
  };

  /** The version of the worker that a workflow is run by. */
  const ranBy = async (): Promise<string | null | undefined> => {
    const handle = await temporal.client.workflow.start('tellAlerts', {
      taskQueue: 'platform',
      workflowId: randomUUID(),
      args: [],
    });
    expect(await handle.result()).toEqual({ told: 0, failed: 0 });
    const { raw } = await handle.describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  };

  it('wait for them one after the other, say so, and then work', async () => {
    const [host = '', port] = process.env.TEST_TEMPORAL_ADDRESS!.split(':');
    const lateDatabase = await LateServer.before(realDatabase());
    const lateTemporal = await LateServer.before({ host, port: Number(port) });
    try {
      const worker = await start('worker', {
        DATABASE_URL: databaseAt(lateDatabase.port),
        TEMPORAL_ADDRESS: `127.0.0.1:${lateTemporal.port}`,
        WORKER_BUILD_ID: 'first',
      });
      await worker.waitForLine(/PostgreSQL cannot be reached; waiting for it/);
      await lateDatabase.arrive();
      await worker.waitForLine(/Temporal cannot be reached; waiting for it/, 60_000);
      await lateTemporal.arrive();
      await worker.waitForLine(/"msg":"polling"/, 60_000);
      expect(await ranBy()).toBe('first');
    } finally {
      await program.end();
      lateDatabase.close();
      lateTemporal.close();
    }
  });

  it('take over from the version before, and hand back nothing to it', async () => {
    const worker = await start('worker', {
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS!,
      WORKER_BUILD_ID: 'second',
    });
    await worker.waitForLine(/"msg":"polling"/, 60_000);
    expect(await ranBy()).toBe('second');
  });

  it('end at once with a sentence when a setting is wrong', async () => {
    const api = await start('api', { DATABASE_URL: Object.assign(new URL(db.url), { pathname: '/no_such' }).href });
    expect(await api.ended()).toBe(1);
    expect(api.lines.join('\n')).toMatch(/database "no_such" does not exist/);
  });
});
