import type { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { apiJob } from '../activities/bridge/api-job.js';
import { type BridgeDesk, bridgeTasks } from '../activities/bridge/bridge-tasks.js';
import { BridgeActivityInterceptor } from '../activities/bridge/interceptor.js';
import { Lookups } from '../bridge/import/lookups.js';
import { TallyBooks } from '../bridge/tally/tally-books.js';
import { bridgeQueue } from '../canonical/bridge.js';
import { BridgeClient } from '../delivery/bridge-client.js';
import type { BridgeSecrets, BridgeSettings } from '../ops/bridge-settings.js';
import { GatewayMissing, gatewayTls } from './gateway.js';
import { beTheOnlyBridge } from './only-bridge.js';
import { connectWorker } from './temporal-connection.js';

/** The row under way when the bridge is told to stop comes to its end first; a Tally that does not answer is not waited for longer. */
const STOP_WITHIN = '10 minutes';
/** How soon a pause is heard. */
const HEARD_WITHIN = '2 seconds';

/** The company's Tally, alone: what needs no credentials. */
export function openBooks({ tally, company }: BridgeSettings) {
  const books = new TallyBooks(tally);
  return { company, tally: books, lookups: new Lookups(books, company) };
}

export const openClient = ({ company, altscore }: BridgeSettings, secrets: BridgeSecrets): BridgeClient =>
  new BridgeClient({
    companyId: company.companyId,
    apiEndpoint: altscore.apiEndpoint,
    apiKey: secrets.apiKey,
    clientCertificate: secrets.clientCertificate,
    clientKey: secrets.clientKey,
    authority: secrets.authority,
  });

export interface RunningBridge {
  /** Resolves when the bridge has stopped; rejects when its worker failed. */
  stopped: Promise<void>;
  stop(): void;
}

/** Activity-only, one task at a time: a Tally does one thing at a time, and vouchers come in their order. */
export async function startBridge(
  settings: BridgeSettings,
  secrets: BridgeSecrets,
  log: Logger,
): Promise<RunningBridge> {
  const { gateway, company } = settings;
  if (gateway === null) throw new GatewayMissing();
  const leave = await beTheOnlyBridge(company.companyId, () => {
    log.error('another bridge of this company took over, while this machine slept; this one stops');
    worker.shutdown();
  });
  const connection = await connectWorker({ address: gateway.address, tls: gatewayTls(gateway, secrets.gateway) }, log);
  const client = openClient(settings, secrets);
  const desk: BridgeDesk = { ...openBooks(settings), job: (jobId) => apiJob(client, jobId) };
  const worker = await Worker.create({
    connection,
    namespace: gateway.namespace,
    taskQueue: bridgeQueue(company.companyId),
    activities: { ...bridgeTasks(desk) },
    interceptors: { activity: [(context: Context) => ({ inbound: new BridgeActivityInterceptor(context, log) })] },
    activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 1, maximum: 2 },
    maxConcurrentActivityTaskExecutions: 1,
    defaultHeartbeatThrottleInterval: HEARD_WITHIN,
    maxHeartbeatThrottleInterval: HEARD_WITHIN,
    shutdownGraceTime: 0,
    shutdownForceTime: STOP_WITHIN,
  });
  log.info({ company: company.companyId }, 'bridge polls for work');
  const stopped = (async () => {
    try {
      await worker.run();
    } finally {
      await client.close();
      await connection.close();
      await leave();
    }
  })();
  return { stopped, stop: () => worker.shutdown() };
}
