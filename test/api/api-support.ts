import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { DateTime } from 'luxon';
import { Agent, request } from 'undici';
import type { UploadWorkflows } from '../../src/api/admin/platform.js';
import type { BridgeWorkflows } from '../../src/api/bridge/platform.js';
import { type RunningApi, startApi } from '../../src/api/server.js';
import type { BatchBody } from '../../src/canonical/contract.js';
import type { CanonicalDocument } from '../../src/canonical/records.js';
import { signatureOf } from '../../src/canonical/signature.js';
import { readPlatformKey, sealPayload } from '../../src/delivery/seal.js';
import { type CentralSecrets, openSecrets } from '../../src/ops/central-secrets.js';
import { createLogger } from '../../src/ops/logging.js';
import { countsOf, unique } from '../store/documents-support.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

export interface TestPlatform extends RunningApi {
  db: TestDatabase;
  secrets: CentralSecrets;
  secretsDir: string;
  /** Every line the API logged. */
  logged: string[];
}

/** The real API on free ports, over a database and secrets of its own. */
export async function startTestPlatform(
  options: {
    requestsPerMinute?: number;
    maxUploadBytes?: number;
    uploadWorkflows?: UploadWorkflows;
    bridgeWorkflows?: BridgeWorkflows;
  } = {},
): Promise<TestPlatform> {
  const db = await createTestDatabase();
  const secretsDir = await mkdtemp(join(tmpdir(), 'altscore-secrets-'));
  const secrets = await openSecrets(secretsDir, { init: true });
  const logged: string[] = [];
  const logger = createLogger({
    name: 'api',
    level: 'trace',
    destination: { write: (line) => void logged.push(line) },
  });
  const api = await startApi(
    {
      databaseUrl: db.url,
      secretsDir,
      ingest: {
        host: '127.0.0.1',
        port: 0,
        serverNames: ['127.0.0.1', 'localhost'],
        publicUrl: null,
        requestsPerMinute: options.requestsPerMinute ?? 100_000,
      },
      admin: {
        host: '127.0.0.1',
        port: 0,
        publicUrl: null,
        maxUploadBytes: options.maxUploadBytes ?? 1024 ** 2,
      },
      logLevel: 'trace',
    },
    { logger, uploadWorkflows: options.uploadWorkflows, bridgeWorkflows: options.bridgeWorkflows },
  );
  return {
    ...api,
    db,
    secrets,
    secretsDir,
    logged,
    close: async () => {
      await api.close();
      await db.drop();
      await rm(secretsDir, { recursive: true });
    },
  };
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  body: any;
  headers: Record<string, string | string[] | undefined>;
}

/** A request to the admin listener, with the admin token unless another is given. */
export async function admin(
  platform: TestPlatform,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  token: string | null = platform.secrets.adminToken,
): Promise<Answer> {
  const answer = await request(new URL(path, platform.adminUrl), {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.body.text();
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
}

export const registration = (onboardingId = `onboarding/${randomBytes(6).toString('hex')}`) => ({
  onboarding_id: onboardingId,
  legal_name: 'Sharma FMCG Dist',
  gstin: '29AABCT1332L1Z2',
  erp_type: 'tally_prime',
  contacts: { ops: 'ops@altscore.test', distributorIt: 'it@sharma.test' },
  time_zone: 'Asia/Kolkata',
});

/** A distributor as its connector knows itself, made and handed over through the admin API alone. */
export interface TestConnector {
  distributorId: string;
  apiEndpoint: string;
  files: Record<string, string>;
  agent: Agent;
}

export async function onboard(platform: TestPlatform): Promise<TestConnector> {
  const { body: registered } = await admin(platform, 'POST', '/v1/admin/distributors', registration());
  const path = `/v1/admin/distributors/${registered.distributor_id}`;
  await admin(platform, 'POST', `${path}/credentials`, { request_id: 'first' });
  const { body: link } = await admin(platform, 'POST', `${path}/bundle-link`);
  const { body: bundle } = await admin(platform, 'GET', new URL(link.url).pathname, undefined, null);
  return {
    distributorId: registered.distributor_id,
    apiEndpoint: bundle.api_endpoint,
    files: bundle.files,
    agent: agentOf(bundle.files),
  };
}

export const agentOf = (files: Record<string, string>): Agent =>
  new Agent({
    connect: {
      cert: files['client.crt'],
      key: files['client.key'],
      ca: files['altscore-ca.crt'],
      maxCachedSessions: 0,
    },
  });

export interface Sending {
  apiKey?: string;
  createdAt?: string;
  batchId?: string;
  signature?: string;
  secret?: Buffer;
  agent?: Agent;
  headers?: Record<string, string>;
}

/** Signs and sends a body; `given` spoils what a test wants spoiled. */
export async function send(
  connector: TestConnector,
  endpoint: 'batch' | 'known' | 'publish' | 'ping' | string,
  body: unknown,
  given: Sending = {},
): Promise<Answer> {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const batchId = given.batchId ?? (body as { batch_id?: string })?.batch_id ?? unique('bat');
  const createdAt = given.createdAt ?? DateTime.utc().toISO();
  const secret = given.secret ?? Buffer.from(connector.files.hmac_secret!, 'base64');
  const answer = await request(new URL(endpoint, connector.apiEndpoint), {
    method: 'POST',
    dispatcher: given.agent ?? connector.agent,
    headers: {
      'content-type': 'application/json',
      'x-api-key': given.apiKey ?? connector.files.altscore_api_key!,
      'x-batch-id': batchId,
      'x-created-at': createdAt,
      'x-signature': given.signature ?? signatureOf({ batchId, createdAt, body: raw }, secret),
      ...given.headers,
    },
    body: raw,
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, body: text === '' ? null : JSON.parse(text), headers: answer.headers };
}

export async function batchBody(
  connector: TestConnector,
  documents: CanonicalDocument[],
  given: Partial<BatchBody> = {},
): Promise<BatchBody> {
  return {
    distributor_id: connector.distributorId,
    sync_id: unique('syn'),
    batch_id: unique('bat'),
    batch_seq: '1/1',
    schema_version: 1,
    sync_from: '2026-05-01',
    sync_to: '2026-05-31',
    counts: countsOf(documents),
    quarantine: { by_code: {} },
    payload: await sealPayload({ documents }, await readPlatformKey(connector.files['platform_key.pem']!)),
    ...given,
  };
}

/** What an answer must equal to be this refusal. */
export const problem = (status: number, code: string) => ({
  status,
  body: expect.objectContaining({ status, code, type: 'about:blank', detail: expect.any(String) }),
  headers: expect.objectContaining({ 'content-type': expect.stringContaining('application/problem+json') }),
});
