import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { loadConnectorSecrets, parseConnectorSettings } from '../../src/ops/connector-settings.js';
import { arrive, documentOf, invoice, payment } from '../store/documents-support.js';
import { admin, onboard, problem, registration, send, startTestPlatform, type TestPlatform } from './api-support.js';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform.close());

const register = async () =>
  (await admin(platform, 'POST', '/v1/admin/distributors', registration())).body.distributor_id;

describe('the admin token', () => {
  it('is asked for, and compared whole', async () => {
    for (const token of [null, 'wrong', `${platform.secrets.adminToken}x`, platform.secrets.adminToken.slice(0, -1)])
      expect(await admin(platform, 'GET', '/v1/admin/distributors/dist_00000000', undefined, token)).toEqual(
        problem(401, 'admin_token'),
      );
    expect(await admin(platform, 'GET', '/v1/admin/distributors/dist_00000000')).toEqual(
      problem(404, 'unknown_distributor'),
    );
  });
});

describe('registering a distributor', () => {
  it('gives an id once per onboarding', async () => {
    const body = registration();
    const first = await admin(platform, 'POST', '/v1/admin/distributors', body);
    expect(first).toMatchObject({ status: 201, body: { distributor_id: expect.stringMatching(/^dist_[0-9a-f]{8}$/) } });
    expect(await admin(platform, 'POST', '/v1/admin/distributors', body)).toMatchObject({
      status: 200,
      body: first.body,
    });
    expect(await admin(platform, 'POST', '/v1/admin/distributors', { ...body, gstin: '27AABCT1332L1Z2' })).toEqual(
      problem(409, 'registration_differs'),
    );
  });

  it('gives one id to requests that come at the same time', async () => {
    const body = registration();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => admin(platform, 'POST', '/v1/admin/distributors', body)),
    );
    expect(new Set(answers.map((answer) => answer.body.distributor_id)).size).toBe(1);
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
  });

  it('names the place of every fault, and repeats no value', async () => {
    const answer = await admin(platform, 'POST', '/v1/admin/distributors', {
      ...registration(),
      gstin: '29CANARY',
      time_zone: 'Mars/Olympus',
      contacts: { ops: 'nobody', distributorIt: 'it@sharma.test' },
      extra: 1,
    });
    expect(answer).toEqual(problem(422, 'invalid'));
    expect(answer.body.faults.map((fault: { path: string }) => fault.path).sort()).toEqual([
      '',
      'contacts.ops',
      'gstin',
      'time_zone',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('CANARY');
  });

  it('answers what is no JSON, or an unknown address, as a problem', async () => {
    expect(await admin(platform, 'GET', '/v1/admin/nothing')).toEqual(problem(404, 'not_found'));
    expect(await admin(platform, 'GET', '/v1/admin/distributors/../../etc')).toEqual(problem(404, 'not_found'));
    expect(await admin(platform, 'GET', '/v1/admin/distributors/nonsense')).toEqual(problem(422, 'invalid'));
  });
});

describe('credentials and their bundle', () => {
  it('are made once per request, and differ from request to request but for the digest key', async () => {
    const path = `/v1/admin/distributors/${await register()}`;
    const first = await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r1' });
    expect(first.status).toBe(201);
    expect(await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r1' })).toMatchObject({
      status: 200,
      body: first.body,
    });
    const days = DateTime.fromISO(first.body.certificate_expires_at).diffNow('days').days;
    expect(days).toBeGreaterThan(89.9);
    expect(days).toBeLessThanOrEqual(90);

    const fetchFiles = async () => {
      const { body: link } = await admin(platform, 'POST', `${path}/bundle-link`);
      return (await admin(platform, 'GET', new URL(link.url).pathname, undefined, null)).body.files;
    };
    const filesOfFirst = await fetchFiles();
    expect((await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r2' })).status).toBe(201);
    const filesOfSecond = await fetchFiles();
    const same = Object.keys(filesOfFirst).filter((name) => filesOfFirst[name] === filesOfSecond[name]);
    expect(same.sort()).toEqual(['altscore-ca.crt', 'altscore-connector.yaml', 'digest_key', 'platform_key.pem']);
  });

  it('are given to nobody unknown', async () => {
    expect(
      await admin(platform, 'POST', '/v1/admin/distributors/dist_ffffffff/credentials', { request_id: 'r' }),
    ).toEqual(problem(404, 'unknown_distributor'));
    expect(await admin(platform, 'POST', '/v1/admin/distributors/dist_ffffffff/bundle-link')).toEqual(
      problem(404, 'unknown_distributor'),
    );
  });

  it('are handed over once: the link works one time, and only the newest', async () => {
    const path = `/v1/admin/distributors/${await register()}`;
    expect(await admin(platform, 'POST', `${path}/bundle-link`)).toEqual(problem(409, 'no_bundle'));
    await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r1' });
    const [older, newer] = [
      await admin(platform, 'POST', `${path}/bundle-link`),
      await admin(platform, 'POST', `${path}/bundle-link`),
    ];
    const open = (answer: typeof older) => admin(platform, 'GET', new URL(answer.body.url).pathname, undefined, null);
    expect(await open(older)).toEqual(problem(404, 'not_found'));
    expect(await open(newer)).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(await open(newer)).toEqual(problem(410, 'bundle_gone'));
    expect(await admin(platform, 'POST', `${path}/bundle-link`)).toEqual(problem(409, 'no_bundle'));
    expect(platform.logged.join('')).not.toContain(newer.body.url.split('/').at(-1));
  });

  it('hand a bundle to only one of two that fetch it together', async () => {
    const path = `/v1/admin/distributors/${await register()}`;
    await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r1' });
    const { body } = await admin(platform, 'POST', `${path}/bundle-link`);
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => admin(platform, 'GET', new URL(body.url).pathname, undefined, null)),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410, 410, 410, 410, 410]);
  });

  it('are gone when the link is 72 hours old, or they are revoked', async () => {
    const path = `/v1/admin/distributors/${await register()}`;
    await admin(platform, 'POST', `${path}/credentials`, { request_id: 'r1' });
    const { body: expiring } = await admin(platform, 'POST', `${path}/bundle-link`);
    expect(Math.round(DateTime.fromISO(expiring.expires_at).diffNow('hours').hours)).toBe(72);
    await platform.db.pool.query(
      `update credential_bundles set expires_at = now() - interval '1 second' where distributor_id = $1`,
      [path.split('/').at(-1)],
    );
    expect(await admin(platform, 'GET', new URL(expiring.url).pathname, undefined, null)).toEqual(
      problem(410, 'bundle_gone'),
    );
    const { body: fresh } = await admin(platform, 'POST', `${path}/bundle-link`);
    await admin(platform, 'DELETE', `${path}/credentials`);
    expect(await admin(platform, 'GET', new URL(fresh.url).pathname, undefined, null)).toEqual(
      problem(410, 'bundle_gone'),
    );
  });

  it('hold what a connector needs, as it reads it', async () => {
    const connector = await onboard(platform);
    const certificate = new X509Certificate(connector.files['client.crt']!);
    expect(certificate.subject).toBe(`CN=${connector.distributorId}`);
    expect(certificate.subjectAltName).toBe(`URI:altscore:distributor:${connector.distributorId}`);
    expect(certificate.verify(new X509Certificate(connector.files['altscore-ca.crt']!).publicKey)).toBe(true);
    const folder = await mkdtemp(join(tmpdir(), 'altscore-bundle-'));
    try {
      for (const [name, content] of Object.entries(connector.files))
        await writeFile(join(folder, name), content, { mode: 0o600 });
      const yaml = connector.files['altscore-connector.yaml']!.replaceAll('/secrets/', `${folder}/`);
      const settings = parseConnectorSettings(yaml, join(folder, 'altscore-connector.yaml'));
      expect(settings).toMatchObject({
        distributorId: connector.distributorId,
        altscore: { apiEndpoint: `${platform.ingestUrl}/v1/ingest/batch` },
      });
      const secrets = await loadConnectorSecrets(settings);
      expect(secrets.hmacSecret.toString('base64')).toBe(connector.files.hmac_secret);
    } finally {
      await rm(folder, { recursive: true });
      await connector.agent.destroy();
    }
  });
});

describe('the state of a distributor', () => {
  it('is counts and sums, and no identity', async () => {
    const connector = await onboard(platform);
    await arrive(platform.db.pool, connector.distributorId, [
      documentOf('v1', 1, [invoice()]),
      documentOf('v2', 2, [payment({ bill: { name: 'v1', date: '2026-05-03' } })]),
    ]);
    const { status, body } = await admin(platform, 'GET', `/v1/admin/distributors/${connector.distributorId}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      distributor_id: connector.distributorId,
      onboarding_id: expect.any(String),
      legal_name: 'Sharma FMCG Dist',
      erp_type: 'tally_prime',
      time_zone: 'Asia/Kolkata',
      status: 'registered',
      consent_at: null,
      certificate_expires_at: expect.stringMatching(/Z$/),
      published_through: null,
      data_completeness_score: 85,
      records: {
        invoices: { count: 1, paise: 4_200_000 },
        payments: { count: 1, paise: 4_200_000 },
        returns: { count: 0, paise: 0 },
        adjustments: { count: 0, paise: 0 },
      },
      quarantined: {},
      visibility: 'held',
    });
    await connector.agent.destroy();
  });
});

describe('operations', () => {
  it('healthz answers while the database does', async () => {
    expect(await admin(platform, 'GET', '/healthz', undefined, null)).toMatchObject({
      status: 200,
      body: { status: 'ok' },
    });
  });

  it('describes both listeners in one OpenAPI document, shown at /docs', async () => {
    const { body } = await admin(platform, 'GET', '/docs/json', undefined, null);
    expect(body.openapi).toMatch(/^3\./);
    expect(Object.keys(body.paths).sort()).toEqual([
      '/healthz',
      '/metrics',
      '/v1/admin/bridge-jobs/{id}',
      '/v1/admin/bridge-jobs/{id}/report',
      '/v1/admin/bridges',
      '/v1/admin/bridges/{company}/credentials',
      '/v1/admin/bridges/{company}/exchanges',
      '/v1/admin/bridges/{company}/jobs',
      '/v1/admin/distributors',
      '/v1/admin/distributors/{id}',
      '/v1/admin/distributors/{id}/bundle-link',
      '/v1/admin/distributors/{id}/credentials',
      '/v1/admin/file-sources',
      '/v1/admin/file-sources/{source}/audit',
      '/v1/admin/file-sources/{source}/files',
      '/v1/admin/file-sources/{source}/schemas',
      '/v1/admin/file-sources/{source}/schemas/accept',
      '/v1/admin/file-sources/{source}/state',
      '/v1/bridge/jobs/{id}',
      '/v1/bridge/jobs/{id}/begin',
      '/v1/bridge/jobs/{id}/end',
      '/v1/bridge/jobs/{id}/report',
      '/v1/bridge/jobs/{id}/rows',
      '/v1/bridge/jobs/{id}/settle',
      '/v1/bridge/ping',
      '/v1/bridge/vouchers',
      '/v1/bundles/{token}',
      '/v1/ingest/batch',
      '/v1/ingest/figures',
      '/v1/ingest/known',
      '/v1/ingest/ping',
      '/v1/ingest/publish',
      '/v1/ingest/standing',
      '/v1/uploads',
      '/v1/uploads/{id}',
      '/v1/uploads/{id}/commit',
    ]);
    const batch = body.paths['/v1/ingest/batch'].post.requestBody.content['application/json'].schema;
    expect(batch.required).toEqual(expect.arrayContaining(['distributor_id', 'payload', 'batch_seq']));
    expect((await admin(platform, 'GET', '/docs', undefined, null)).status).toBe(200);
  });

  it('keeps a book of who did what', async () => {
    const connector = await onboard(platform);
    await send(connector, 'ping', { distributor_id: connector.distributorId });
    await admin(platform, 'DELETE', `/v1/admin/distributors/${connector.distributorId}/credentials`);
    const { rows } = await platform.db.pool.query(
      'select action from admin_audit where distributor_id = $1 order by audit_id',
      [connector.distributorId],
    );
    expect(rows.map((row) => row.action)).toEqual([
      'distributor.registered',
      'credentials.issued',
      'bundle.linked',
      'bundle.fetched',
      'credentials.revoked',
    ]);
    await connector.agent.destroy();
  });
});
