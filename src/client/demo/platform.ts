import { join } from 'node:path';
import { connectClient } from '../connect.js';
import { freePort, type Stage, until } from './stage.js';

export interface DemoPlatform {
  client: Awaited<ReturnType<typeof connectClient>>;
  databaseUrl: string;
  temporalAddress: string;
  temporalUi: string;
  adminUrl: string;
  ingestUrl: string;
  secretsDir: string;
  /** What the `altscore` command needs to steer it. */
  environment: Record<string, string>;
}

const SEARCH_ATTRIBUTES = [
  'DistributorId=Keyword',
  'ErpType=Keyword',
  'OnboardingStage=Keyword',
  'WaitingOn=Keyword',
  'SyncOutcome=Keyword',
  'SyncedThrough=Datetime',
];

export async function startDatabase(stage: Stage): Promise<string> {
  const { databaseUrl } = await stage.startAndHear<{ databaseUrl: string }>('postgres', 'client/demo/database.js', [
    join(stage.folder, 'postgres'),
  ]);
  return databaseUrl;
}

/** A real Temporal server, with its UI, that keeps its data for as long as it runs. */
export async function startTemporal(stage: Stage): Promise<{ address: string; ui: string }> {
  const cli = process.env.TEMPORAL_CLI;
  if (!cli) throw new Error('TEMPORAL_CLI is not set; start the demo with npm run demo, which finds one.');
  const [port, uiPort] = [await freePort(), await freePort()];
  stage.start('temporal', cli, [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--port',
      String(port),
      '--ui-port',
      String(uiPort),
      '--log-level',
      'warn',
    ],
    ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
  ]);
  const address = `127.0.0.1:${port}`;
  const ready = await until('Temporal answering', () => connectClient({ address, namespace: 'default' }));
  await ready.close();
  return { address, ui: `http://127.0.0.1:${uiPort}` };
}

export async function startPlatform(
  stage: Stage,
  databaseUrl: string,
  temporal: { address: string; ui: string },
): Promise<DemoPlatform> {
  const [ingestPort, adminPort] = [await freePort(), await freePort()];
  const secretsDir = join(stage.folder, 'secrets');
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal.address,
    SECRETS_DIR: secretsDir,
    INGEST_HOST: '127.0.0.1',
    INGEST_PORT: String(ingestPort),
    ADMIN_PORT: String(adminPort),
    ADMIN_URL: adminUrl,
  };
  await stage.run('secrets', 'client/altscore.js', ['secrets', 'init'], environment);
  await stage.run('migrate', 'client/altscore.js', ['migrate'], environment);
  stage.start('api', 'client/altscore.js', ['api'], environment);
  stage.start('worker', 'client/altscore.js', ['worker'], environment);
  await until('the API answering', async () => ((await fetch(`${adminUrl}/healthz`)).ok ? true : null));
  const client = await connectClient({ address: temporal.address, namespace: 'default' });
  stage.onStrike(() => client.close());
  return {
    client,
    databaseUrl,
    temporalAddress: temporal.address,
    temporalUi: temporal.ui,
    adminUrl,
    ingestUrl: `https://127.0.0.1:${ingestPort}`,
    secretsDir,
    environment,
  };
}
