import { randomBytes } from 'node:crypto';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { request } from 'undici';
import { createCa, distributorSubject, openAuthority } from '../../src/ops/certificates.js';
import { setDistributorStatus } from '../../src/store/distributors.js';
import {
  admin,
  agentOf,
  onboard,
  problem,
  send,
  startTestPlatform,
  type TestConnector,
  type TestPlatform,
} from './api-support.js';

let platform: TestPlatform;
let connector: TestConnector;
let other: TestConnector;
beforeAll(async () => {
  platform = await startTestPlatform();
  connector = await onboard(platform);
  other = await onboard(platform);
});
afterAll(async () => {
  await Promise.all([connector.agent.destroy(), other.agent.destroy()]);
  await platform.close();
});

const ping = (given: Parameters<typeof send>[3] = {}, body: unknown = { distributor_id: connector.distributorId }) =>
  send(connector, 'ping', body, given);

describe('who may speak', () => {
  it('a connector with all its credentials passes the whole chain', async () => {
    const { status, body } = await ping();
    expect(status).toBe(200);
    expect(body).toEqual({
      distributor_id: connector.distributorId,
      checked: ['certificate', 'api_key', 'clock', 'signature', 'distributor', 'schema'],
      server_time: expect.stringMatching(/Z$/),
    });
  });

  it('speaks TLS 1.3, and refuses what is older than 1.2', async () => {
    const { hostname, port } = new URL(platform.ingestUrl);
    const handshake = (options: object) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect({
          host: hostname,
          port: Number(port),
          ca: connector.files['altscore-ca.crt'],
          cert: connector.files['client.crt'],
          key: connector.files['client.key'],
          ...options,
        });
        socket.once('secureConnect', () => {
          resolve(socket.getProtocol()!);
          socket.destroy();
        });
        socket.once('error', reject);
      });
    expect(await handshake({})).toBe('TLSv1.3');
    await expect(
      handshake({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0' }),
    ).rejects.toThrow();
  });

  it('without a client certificate, or with one of another authority, nothing is answered', async () => {
    const foreign = await (await openAuthority(await createCa('Somebody else'))).issueClient(
      distributorSubject(connector.distributorId),
    );
    const without = agentOf({ 'altscore-ca.crt': connector.files['altscore-ca.crt']! });
    const wrong = agentOf({ ...connector.files, 'client.crt': foreign.certificatePem, 'client.key': foreign.keyPem });
    await expect(ping({ agent: without })).rejects.toThrow();
    await expect(ping({ agent: wrong })).rejects.toThrow();
    await Promise.all([without.destroy(), wrong.destroy()]);
  });

  it('a server certificate is no client certificate', async () => {
    const server = await platform.secrets.authority.issueServer(['localhost']);
    const agent = agentOf({ ...connector.files, 'client.crt': server.certificatePem, 'client.key': server.keyPem });
    await expect(ping({ agent })).rejects.toThrow();
    await agent.destroy();
  });

  it('a certificate of our authority that is in no book is refused', async () => {
    const stray = await platform.secrets.authority.issueClient(distributorSubject(connector.distributorId));
    const agent = agentOf({ ...connector.files, 'client.crt': stray.certificatePem, 'client.key': stray.keyPem });
    expect(await ping({ agent })).toEqual(problem(403, 'certificate_unknown'));
    await agent.destroy();
  });

  it("another distributor's certificate is refused, whatever else is right", async () => {
    expect(await ping({ agent: other.agent })).toEqual(problem(403, 'certificate_of_another'));
    expect(await send(other, 'ping', { distributor_id: connector.distributorId })).toEqual(
      problem(403, 'other_distributor'),
    );
  });

  it('a wrong API key is refused', async () => {
    expect(await ping({ apiKey: 'ak_wrong' })).toEqual(problem(401, 'api_key'));
    expect(await ping({ headers: { 'x-api-key': '' } })).toEqual(problem(401, 'header_missing'));
  });

  it.each([
    ['more than two days ago', { hours: -49 }],
    ['more than five minutes ahead', { minutes: 6 }],
  ])('a request signed %s is refused', async (_when, offset) => {
    expect(await ping({ createdAt: DateTime.utc().plus(offset).toISO() })).toEqual(problem(401, 'clock_skew'));
  });

  it('a retry 35 minutes and a day later is let in', async () => {
    expect(await ping({ createdAt: DateTime.utc().minus({ hours: 47 }).toISO() })).toMatchObject({ status: 200 });
  });

  it('a signature by another secret, or over other bytes, is refused', async () => {
    expect(await ping({ secret: randomBytes(32) })).toEqual(problem(401, 'signature'));
    expect(await ping({ signature: 'v1,AAAA' })).toEqual(problem(401, 'signature'));
    expect(await ping({ headers: { 'x-batch-id': 'bat_other' } })).toEqual(problem(401, 'signature'));
  });

  it('revoked credentials are refused at once, on a connection that is already open', async () => {
    const leaving = await onboard(platform);
    expect(await send(leaving, 'ping', { distributor_id: leaving.distributorId })).toMatchObject({ status: 200 });
    expect(
      await admin(platform, 'DELETE', `/v1/admin/distributors/${leaving.distributorId}/credentials`),
    ).toMatchObject({
      status: 200,
      body: { credentials: 1, certificates: 1 },
    });
    expect(await send(leaving, 'ping', { distributor_id: leaving.distributorId })).toEqual(
      problem(403, 'certificate_revoked'),
    );
    await leaving.agent.destroy();
  });

  it('an inactive distributor is refused', async () => {
    const sleeping = await onboard(platform);
    await setDistributorStatus(platform.db.pool, sleeping.distributorId, 'inactive');
    expect(await send(sleeping, 'ping', { distributor_id: sleeping.distributorId })).toEqual(
      problem(403, 'distributor_inactive'),
    );
    await sleeping.agent.destroy();
  });
});

describe('too many requests', () => {
  it('are answered 429 with Retry-After, per distributor', async () => {
    const narrow = await startTestPlatform({ requestsPerMinute: 2 });
    try {
      const [eager, calm] = [await onboard(narrow), await onboard(narrow)];
      const call = (who: TestConnector) => send(who, 'ping', { distributor_id: who.distributorId });
      expect([(await call(eager)).status, (await call(eager)).status]).toEqual([200, 200]);
      const refused = await call(eager);
      expect(refused).toEqual(problem(429, 'rate_limit'));
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await call(calm)).status).toBe(200);
      await Promise.all([eager.agent.destroy(), calm.agent.destroy()]);
    } finally {
      await narrow.close();
    }
  });
});

describe('the listener itself', () => {
  it('shows its certificate for the names it was made for, by our authority', async () => {
    const { statusCode, body } = await request(platform.ingestUrl, { method: 'GET', dispatcher: connector.agent });
    expect(statusCode).toBe(404);
    await body.dump();
  });
});
