import { randomUUID } from 'node:crypto';
import type { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import type { ConnectorDesk } from '../activities/connector/desk.js';
import { HeldWindows } from '../activities/connector/held-windows.js';
import { ConnectorActivityInterceptor } from '../activities/connector/interceptor.js';
import { sharedTasks } from '../activities/connector/shared-tasks.js';
import { windowTasks } from '../activities/connector/window-tasks.js';
import { rulesMark } from '../canonical/rules-mark.js';
import { PlatformClient } from '../delivery/platform-client.js';
import { QuarantineLog } from '../delivery/quarantine-log.js';
import { readPlatformKey } from '../delivery/seal.js';
import { StateFile } from '../delivery/state-file.js';
import type { ConnectorSecrets, ConnectorSettings } from '../ops/connector-settings.js';
import { openSource } from '../sources/open-source.js';
import { GatewayMissing, gatewayTls } from './gateway.js';
import { ProcessQueue } from './process-queue.js';
import { connectWorker } from './temporal-connection.js';

/** What a connector holds may be finished for this long after it was told to stop. */
const DRAIN = '10 minutes';

/** One poller each: a distributor's work is one conversation with one ERP, and thousands of connectors poll. */
const POLLING = {
  activityTaskPollerBehavior: { type: 'autoscaling', minimum: 1, initial: 1, maximum: 2 },
  maxConcurrentActivityTaskExecutions: 4,
} as const;

/** Everything a connector's activities need, from its settings and secrets. Opens no connection yet. */
export async function setUpDesk(
  settings: ConnectorSettings,
  secrets: ConnectorSecrets,
  log: Logger,
  held: HeldWindows,
): Promise<ConnectorDesk> {
  return {
    settings,
    secrets,
    log,
    held,
    source: openSource(settings, secrets),
    platform: new PlatformClient({
      distributorId: settings.distributorId,
      apiEndpoint: settings.altscore.apiEndpoint,
      apiKey: secrets.apiKey,
      hmacSecret: secrets.hmacSecret,
      clientCertificate: secrets.clientCertificate,
      clientKey: secrets.clientKey,
      authority: secrets.authority,
    }),
    platformKey: await readPlatformKey(secrets.platformKeyPem),
    quarantineLog: new QuarantineLog(settings.quarantineDir, secrets.digestKey),
    stateFile: new StateFile(settings.statePath, settings.distributorId),
    processQueue: `connector-${settings.distributorId}/${randomUUID()}`,
    rules: () => ({
      distributorId: settings.distributorId,
      today: DateTime.now().setZone(settings.erp.timeZone).toISODate()!,
      maxInvoicePaise: settings.sync.maxInvoicePaise,
      gstinForms: settings.sync.gstinForms,
      digestKey: secrets.digestKey,
    }),
    rulesMark: rulesMark(
      { erp: settings.erp, maxInvoicePaise: settings.sync.maxInvoicePaise, gstinForms: settings.sync.gstinForms },
      secrets.digestKey,
    ),
    lastBatchId: null,
  };
}

export interface RunningConnector {
  /** Resolves when the connector has stopped and drained; rejects when a worker failed. */
  stopped: Promise<void>;
  stop(): void;
}

/** Activity-only: it can never break a workflow's determinism, and opens no port. */
export async function startConnector(
  settings: ConnectorSettings,
  secrets: ConnectorSecrets,
  log: Logger,
): Promise<RunningConnector> {
  const { gateway } = settings;
  if (gateway === null) throw new GatewayMissing();
  const connection = await connectWorker({ address: gateway.address, tls: gatewayTls(gateway, secrets.gateway) }, log);
  const held = new HeldWindows((count) => processQueue.follow(count));
  const desk = await setUpDesk(settings, secrets, log, held);
  const common = {
    connection,
    namespace: gateway.namespace,
    interceptors: { activity: [(context: Context) => ({ inbound: new ConnectorActivityInterceptor(context, log) })] },
    shutdownGraceTime: DRAIN,
    ...POLLING,
  };
  const processQueue = new ProcessQueue(
    () => Worker.create({ ...common, taskQueue: desk.processQueue, activities: { ...windowTasks(desk) } }),
    log,
  );
  const shared = await Worker.create({
    ...common,
    taskQueue: `connector-${settings.distributorId}`,
    activities: { ...sharedTasks(desk) },
  });
  log.info({ distributor: settings.distributorId }, 'connector polls for work');

  const stopped = (async () => {
    try {
      await shared.run();
      await processQueue.drain();
    } finally {
      await desk.source.close?.();
      await desk.platform.close();
      await connection.close();
    }
  })();
  return { stopped, stop: () => shared.shutdown() };
}
