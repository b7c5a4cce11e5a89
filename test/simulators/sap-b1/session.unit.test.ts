import { request as httpsRequest } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { Asker, errorOf, type Row } from './asking.js';

const TODAY = '2026-05-18';
const GONE = 'Invalid session or session already timeout.';

let simulator: ServiceLayerSimulator;
let asker: Asker;
beforeAll(async () => {
  simulator = await startServiceLayerSimulator({ seed: 3, documents: 600, today: TODAY, lockAfter: 3 });
  asker = new Asker(simulator);
  await asker.login();
});
afterAll(async () => {
  await asker.close();
  await simulator.close();
});

describe('the certificate', () => {
  it('is signed by an authority of its own, and is the one whose fingerprint is told', async () => {
    const { hostname, port } = new URL(simulator.url);
    const socket = connect({ host: hostname, port: Number(port), ca: simulator.caPem, servername: 'localhost' });
    await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase()).toBe(simulator.fingerprint);
    socket.destroy();
  });

  it('is believed by nobody who does not know that authority', async () => {
    const stranger = new Asker({ ...simulator, caPem: '' });
    await expect(stranger.ask('/ping/')).rejects.toThrow(/certificate/);
    await stranger.close();
  });
});

describe('a session', () => {
  it('begins with two cookies, one of them without a path and with a last semicolon', async () => {
    const guest = new Asker(simulator);
    const answer = await guest.login();
    const { SessionId } = JSON.parse(answer.text) as Row;
    expect(answer.headers['set-cookie']).toEqual([
      `B1SESSION=${SessionId};HttpOnly;`,
      expect.stringMatching(/^ROUTEID=\.node[12]; path=\/b1s$/),
    ]);
    expect(JSON.parse(answer.text)).toEqual({
      'odata.metadata': `${simulator.url}/b1s/v1/$metadata#B1Sessions/@Element`,
      SessionId,
      Version: '1000110',
      SessionTimeout: 30,
    });
    expect(Object.keys(JSON.parse((await guest.login('v2')).text) as Row)[0]).toBe('@odata.context');
    await guest.close();
  });

  it('needs both cookies: without the route, another worker is asked, who does not know it', async () => {
    const [session, route] = asker.cookie.split('; ');
    for (const cookie of ['', session!, route!, `${session}; ROUTEID=.node9`, 'B1SESSION=nobody; ROUTEID=.node1']) {
      const answer = await asker.ask('/b1s/v1/PaymentTermsTypes', { cookie });
      expect([cookie, answer.status, errorOf(answer)]).toEqual([
        cookie,
        401,
        { code: 301, message: { lang: 'en-us', value: GONE } },
      ]);
    }
    expect((await asker.ask('/b1s/v1/PaymentTermsTypes')).status).toBe(200);
  });

  it('ends with Logout, without a body', async () => {
    const guest = new Asker(simulator);
    await guest.login();
    const before = simulator.openSessions();
    const answer = await guest.ask('/b1s/v2/Logout', { method: 'POST' });
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(simulator.openSessions()).toBe(before - 1);
    const after = await guest.ask('/b1s/v2/Invoices');
    expect([after.status, errorOf(after)]).toEqual([401, { code: '301', message: GONE }]);
    await guest.close();
  });

  it('is refused to a path in the wrong case as if it had ended', async () => {
    const answer = await asker.ask('/b1s/v1/login', { method: 'POST', body: simulator.credentials, cookie: '' });
    expect([answer.status, errorOf(answer).code]).toEqual([401, 301]);
  });

  it('ends when nobody used it for its minutes', async () => {
    const hasty = await startServiceLayerSimulator({ documents: 200, today: TODAY, sessionTimeoutMinutes: 0 });
    const guest = new Asker(hasty);
    await guest.login();
    expect(errorOf(await guest.ask('/b1s/v1/Invoices')).code).toBe(301);
    await guest.close();
    await hasty.close();
  });

  it('is not given to another company, which SAP calls a failed switch', async () => {
    const answer = await asker.login('v1', { ...simulator.credentials, CompanyDB: 'OTHER' });
    expect([answer.status, errorOf(answer)]).toEqual([
      500,
      { code: 305, message: { lang: 'en-us', value: 'Switch company error: -5027' } },
    ]);
  });

  it('is refused for a wrong password, and after too many of them to the right one too', async () => {
    const wrong = { ...simulator.credentials, Password: 'guess' };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(simulator.locked()).toBe(false);
      const answer = await asker.login('v2', wrong);
      expect([answer.status, errorOf(answer).code]).toEqual([401, '-304']);
    }
    expect(simulator.locked()).toBe(true);
    expect((await asker.login()).status).toBe(401);
    simulator.unlock();
    expect((await asker.login()).status).toBe(200);
  });
});

describe('a client', () => {
  it('that writes, or asks for what no reader needs, is refused and noted', async () => {
    simulator.requests.length = 0;
    const { entry } = simulator.book.invoices.rows[0]!;
    expect((await asker.ask('/b1s/v1/Invoices', { method: 'POST', body: {} })).status).toBe(403);
    expect((await asker.ask(`/b1s/v1/Invoices(${entry})`, { method: 'PATCH', body: {} })).status).toBe(403);
    const unknown = await asker.ask('/b1s/v1/Items?$top=1');
    expect([unknown.status, errorOf(unknown)]).toEqual([
      400,
      { code: 200, message: { lang: 'en-us', value: 'Unrecognized resource path.' } },
    ]);
    await asker.ask('/b1s/v2/IncomingPayments?$select=DocEntry&$filter=DocEntry gt 5', {
      prefer: 'odata.maxpagesize=3',
    });
    expect(simulator.requests.map(({ method, target, forbidden }) => [method, target, forbidden])).toEqual([
      ['POST', 'Invoices', true],
      ['PATCH', 'Invoices', true],
      ['GET', 'unknown', true],
      ['GET', 'IncomingPayments', false],
    ]);
    expect(simulator.requests[3]).toMatchObject({
      version: 'v2',
      options: { $select: 'DocEntry', $filter: 'DocEntry gt 5' },
      prefer: 'odata.maxpagesize=3',
      status: 200,
      rows: 3,
    });
    expect(JSON.stringify(simulator.requests)).not.toContain(asker.cookie.split('; ')[0]);
  });

  it('may knock without a session', async () => {
    for (const path of ['/ping/', '/ping/load-balancer', '/ping/node/1'])
      expect([path, (await asker.ask(path, { cookie: '' })).status]).toEqual([path, 200]);
  });

  it('that wants to be asked for its body gets an empty 500', async () => {
    const { hostname, port } = new URL(simulator.url);
    const answer = await new Promise<{ status?: number; text: string }>((resolve, reject) => {
      const call = httpsRequest(
        {
          hostname,
          port,
          path: '/b1s/v1/Login',
          method: 'POST',
          ca: simulator.caPem,
          headers: { expect: '100-continue' },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => {
            text += chunk.toString();
          });
          response.on('end', () => resolve({ status: response.statusCode, text }));
        },
      );
      call.on('error', reject);
      call.flushHeaders();
    });
    expect(answer).toEqual({ status: 500, text: '' });
  });

  it('finds no v2 where there is none', async () => {
    const old = await startServiceLayerSimulator({ documents: 200, today: TODAY, versions: ['v1'] });
    const guest = new Asker(old);
    const answer = await guest.login('v2');
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html; charset=iso-8859-1']);
    expect((await guest.login('v1')).status).toBe(200);
    await guest.close();
    await old.close();
  });
});
