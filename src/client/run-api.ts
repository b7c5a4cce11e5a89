import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import { uploadWorkflows } from '../activities/files/upload-control.js';
import { bridgeWorkflows } from '../activities/platform/import-control.js';
import { startApi } from '../api/server.js';
import { readCentralSettings } from '../ops/central-settings.js';
import { createLogger } from '../ops/logging.js';
import { awaitDatabase } from '../store/database.js';

const toldToStop = (): Promise<unknown> => Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);

/** `altscore api`. */
export async function runApi(): Promise<void> {
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
}
