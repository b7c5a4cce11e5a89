import { ensureOpsSchedules } from '../activities/platform/ops-schedules.js';
import { platformTasks } from '../activities/platform/platform-tasks.js';
import { openNotifiers } from '../ops/alerts/open-notifiers.js';
import { openSecrets } from '../ops/central-secrets.js';
import { readCentralSettings } from '../ops/central-settings.js';
import { createLogger } from '../ops/logging.js';
import { awaitDatabase, openPool } from '../store/database.js';
import { makeCurrent } from '../workers/deployment.js';
import { createPlatformWorker } from '../workers/platform.js';
import { logThrough } from '../workers/sdk-log.js';
import { connectWorker, whenTemporalAnswers } from '../workers/temporal-connection.js';
import { openAdminApi } from './admin-api.js';
import { connectClient } from './connect.js';

/** `altscore worker`. */
export async function runWorker(): Promise<void> {
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
