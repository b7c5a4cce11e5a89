import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { type CentralSecrets, openSecrets } from '../ops/central-secrets.js';
import type { CentralSettings } from '../ops/central-settings.js';
import { createLogger } from '../ops/logging.js';
import { migrate, openPool } from '../store/database.js';
import { createAdminListener } from './admin/listener.js';
import type { UploadWorkflows } from './admin/platform.js';
import type { BridgeWorkflows } from './bridge/platform.js';
import { path as batchPath } from './ingest/batch.js';
import { createIngestListener } from './ingest/listener.js';

export interface RunningApi {
  /** `https://<first server name>:<port>` of the mTLS listener. */
  ingestUrl: string;
  adminUrl: string;
  close(): Promise<void>;
}

export type ApiSettings = Pick<CentralSettings, 'databaseUrl' | 'secretsDir' | 'ingest' | 'logLevel'> & {
  admin: Omit<CentralSettings['admin'], 'callUrl'>;
};

/**
 * Brings the schema up to date and starts both listeners; port 0 takes a free one.
 *
 * @throws SecretsMissing where the secrets folder was never made.
 */
export async function startApi(
  settings: ApiSettings,
  given: {
    secrets?: CentralSecrets;
    logger?: Logger;
    uploadWorkflows?: UploadWorkflows;
    bridgeWorkflows?: BridgeWorkflows;
  } = {},
): Promise<RunningApi> {
  const logger = given.logger ?? createLogger({ name: 'api', level: settings.logLevel });
  const secrets = given.secrets ?? (await openSecrets(settings.secretsDir));
  await migrate(settings.databaseUrl);
  const pool = openPool(settings.databaseUrl);
  const bridgeWorkflows = given.bridgeWorkflows ?? null;
  const listeners: FastifyInstance[] = [];
  const close = async () => {
    for (const listener of listeners.reverse()) await listener.close();
    await pool.end();
  };
  try {
    const ingest = await createIngestListener(
      { pool, vault: secrets.vault, platformKeys: secrets.platformKeys },
      {
        logger,
        server: await secrets.authority.issueServer(settings.ingest.serverNames),
        caPem: secrets.authority.certificatePem,
        requestsPerMinute: settings.ingest.requestsPerMinute,
        bridges: { pool, vault: secrets.vault, workflows: bridgeWorkflows },
      },
    );
    listeners.push(ingest);
    await ingest.listen({ host: settings.ingest.host, port: settings.ingest.port });
    const ingestUrl = `https://${settings.ingest.serverNames[0]}:${portOf(ingest)}`;

    let adminUrl = '';
    const admin = await createAdminListener(
      {
        pool,
        secrets,
        apiEndpoint: settings.ingest.publicUrl ?? `${ingestUrl}${batchPath}`,
        uploadWorkflows: given.uploadWorkflows ?? null,
        maxUploadBytes: settings.admin.maxUploadBytes,
        bridgeWorkflows,
        publicUrl: () => (settings.admin.publicUrl ?? adminUrl).replace(/\/$/, ''),
      },
      { logger, ingest },
    );
    listeners.push(admin);
    await admin.listen({ host: settings.admin.host, port: settings.admin.port });
    adminUrl = `http://${reachable(settings.admin.host)}:${portOf(admin)}`;
    logger.info({ ingestUrl, adminUrl }, 'API listening');
    return { ingestUrl, adminUrl, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const portOf = (app: FastifyInstance): number => (app.server.address() as AddressInfo).port;
const reachable = (host: string): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);
