import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import type { Command } from 'commander';
import { uploadWorkflows } from '../../activities/files/upload-control.js';
import { bridgeWorkflows } from '../../activities/platform/import-control.js';
import { ensureOpsSchedules } from '../../activities/platform/ops-schedules.js';
import { platformTasks } from '../../activities/platform/platform-tasks.js';
import { startApi } from '../../api/server.js';
import { openNotifiers } from '../../ops/alerts/open-notifiers.js';
import { openSecrets } from '../../ops/central-secrets.js';
import { readCentralSettings, readSecretsSettings } from '../../ops/central-settings.js';
import { createLogger } from '../../ops/logging.js';
import { awaitDatabase, migrate, openPool } from '../../store/database.js';
import { makeCurrent } from '../../workers/deployment.js';
import { createPlatformWorker } from '../../workers/platform.js';
import { logThrough } from '../../workers/sdk-log.js';
import { connectWorker, whenTemporalAnswers } from '../../workers/temporal-connection.js';
import { openAdminApi } from '../admin-api.js';
import { connectClient } from '../connect.js';

const toldToStop = (): Promise<unknown> => Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);

/** `altscore api | worker | migrate | secrets init | bundle`: the platform's own processes and their preparation. */
export function platformCommands(program: Command): void {
  program
    .command('api')
    .description('the two listeners: mTLS for connectors, HTTP for the Admin Service')
    .action(async () => {
      const settings = readCentralSettings(process.env);
      const log = createLogger({ name: 'api', level: settings.logLevel });
      await awaitDatabase(settings.databaseUrl, log);
      // It connects when an upload needs it: connectors are served while Temporal is away.
      const connection = Connection.lazy({ address: settings.temporal.address });
      const client = new Client({ connection, namespace: settings.temporal.namespace });
      const api = await startApi(settings, {
        logger: log,
        uploadWorkflows: uploadWorkflows(client),
        bridgeWorkflows: bridgeWorkflows(client),
      });
      await toldToStop();
      await api.close();
      await connection.close();
    });

  program.command('worker').description('runs all workflow code and the central activities').action(runWorker);

  program
    .command('migrate')
    .description('bring the database to this version')
    .action(async () => migrate(readCentralSettings(process.env).databaseUrl));

  program
    .command('secrets')
    .description('the folder of keys that SECRETS_DIR names')
    .command('init')
    .description('make what is missing: authority, server certificate, platform keys, admin token')
    .action(async () => {
      const { secretsDir } = readSecretsSettings(process.env);
      await openSecrets(secretsDir, { init: true });
      console.log(`secrets are in ${secretsDir}; the admin token is in admin_token`);
    });

  program
    .command('bundle <distributor>')
    .description('mint the one-time link by which the distributor fetches its secrets')
    .action(async (distributor: string) => {
      const { url, expires_at } = await (await openAdminApi()).call<{ url: string; expires_at: string }>(
        'POST',
        `/v1/admin/distributors/${distributor}/bundle-link`,
      );
      console.log(`${url}\nworks once, until ${expires_at}`);
    });
}

async function runWorker(): Promise<void> {
  const settings = readCentralSettings(process.env);
  const log = createLogger({ name: 'worker', level: settings.logLevel });
  logThrough(log);
  const { address, namespace } = settings.temporal;
  await awaitDatabase(settings.databaseUrl, log);
  const connection = await connectWorker({ address }, log);
  const client = await whenTemporalAnswers(log, () => connectClient(settings.temporal));
  const pool = openPool(settings.databaseUrl);
  const secrets = await openSecrets(settings.secretsDir);
  const { alerts, workerVersion } = settings;
  try {
    const worker = await createPlatformWorker({
      connection,
      namespace,
      buildId: workerVersion?.buildId,
      tasks: platformTasks({
        pool,
        client,
        adminApi: await openAdminApi(),
        log,
        secrets,
        alertWays: { notifiers: openNotifiers(alerts), opsEmail: alerts.opsEmail, vault: secrets.vault },
      }),
    });
    await whenTemporalAnswers(log, () => ensureOpsSchedules(client));
    if (workerVersion?.promotesItself) await whenTemporalAnswers(log, () => makeCurrent(client, workerVersion.buildId));
    log.info({ address, namespace, buildId: workerVersion?.buildId }, 'polling');
    // The SDK's own runtime stops the worker on SIGTERM and SIGINT.
    await worker.run();
  } finally {
    await pool.end();
    await client.close();
    await connection.close();
  }
}
