import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { SourceUnavailable } from '../../../src/sources/errors.js';
import { SapMisconfigured } from '../../../src/sources/sap-b1/errors.js';
import { FIELDS } from '../../../src/sources/sap-b1/fields.js';
import { ServiceLayer } from '../../../src/sources/sap-b1/service-layer.js';
import { Session } from '../../../src/sources/sap-b1/session.js';
import { SapSettings, type SapSettingsInput } from '../../../src/sources/sap-b1/settings.js';
import type { ServiceWire } from '../../../src/sources/sap-b1/wire.js';
import { waitFor } from '../../support/wait-for.js';
import { backfill, open, Shelf, settingsOf, TODAY } from './books.js';

let simulator: ServiceLayerSimulator;
const opened: ServiceLayer[] = [];
const layerWith = (more: Partial<SapSettingsInput> = {}): ServiceLayer => {
  const layer = new ServiceLayer(SapSettings.parse(settingsOf(simulator, more)));
  opened.push(layer);
  return layer;
};
const invoices = (layer: ServiceLayer) => layer.page('Invoices', { select: ['DocEntry'], top: 1 });
const logins = (): number => simulator.requests.filter(({ target }) => target === 'Login').length;

beforeEach(async () => {
  simulator = await startServiceLayerSimulator({ months: 24, documents: 200, today: TODAY });
});
afterEach(async () => {
  for (const layer of opened.splice(0)) await layer.close();
  await simulator.close();
});

describe('the session with a company', () => {
  it('is one, whoever asks first, and stays with the node that knows it', async () => {
    const layer = layerWith();
    await Promise.all(Array.from({ length: 10 }, () => invoices(layer)));
    for (let round = 0; round < 5; round += 1) await invoices(layer);
    expect(logins()).toBe(1);
    expect(simulator.requests.every(({ status }) => status === 200)).toBe(true);
  });

  it('is renewed once for ten who see it end at the same time', async () => {
    const layer = layerWith();
    await invoices(layer);
    simulator.endSessions();
    simulator.setFault({ kind: 'slow', amount: 20, on: ['Login'] });
    await Promise.all(Array.from({ length: 10 }, () => invoices(layer)));
    expect(simulator.requests.filter(({ status }) => status === 401).length).toBeGreaterThan(1);
    expect(logins()).toBe(2);
  });

  it('that ends as soon as it has begun is given up after one renewal', async () => {
    const layer = layerWith();
    await invoices(layer);
    simulator.setFault({ kind: 'never_authorised' });
    await expect(invoices(layer)).rejects.toThrow(SourceUnavailable);
    expect(logins()).toBe(2);
  });

  it('that rested too long for SAP is opened anew without asking', async () => {
    let opened = 0;
    const cookies: string[] = [];
    const answer = (text: string, set: string[] = []) => Promise.resolve({ status: 200, cookies: set, text });
    const wire: ServiceWire = {
      login: () => {
        opened += 1;
        return answer('{"SessionTimeout": 0.0001}', [`B1SESSION=${opened}`, `ROUTEID=.node${opened}`]);
      },
      get: () => answer('{}'),
      logout: () => answer(''),
    };
    const session = new Session(SapSettings.parse(settingsOf(simulator)), wire);
    const ask = () =>
      session.within((_base, cookie) => {
        cookies.push(cookie);
        return wire.get('', {});
      });
    await ask();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await ask();
    await session.close();
    expect(cookies).toEqual(['B1SESSION=1; ROUTEID=.node1', 'B1SESSION=2; ROUTEID=.node2']);
  });

  it('is given back when nobody uses it, and at the end, so that its licence is free', async () => {
    const layer = layerWith({ idleLogoutMs: 30 });
    await invoices(layer);
    expect(simulator.openSessions()).toBe(1);
    await waitFor('the session being given back', async () => simulator.openSessions() === 0);
    await invoices(layer);
    expect(simulator.openSessions()).toBe(1);
    await layer.close();
    expect(simulator.openSessions()).toBe(0);
  });
});

describe('a refused login', () => {
  it('with a wrong password is tried once and never again, and says what to do', async () => {
    const layer = layerWith({ password: 'guess' });
    const asked = await Promise.allSettled(Array.from({ length: 5 }, () => invoices(layer)));
    await expect(invoices(layer)).rejects.toThrow(/refused the login of the service user \(401 \/ -304\)/);
    for (const outcome of asked) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LOGIN_REFUSED' } });
    }
    expect(logins()).toBe(1);
    expect(simulator.locked()).toBe(false);
  });

  it('in the middle, when the password was changed, is tried once too', async () => {
    const layer = layerWith();
    await invoices(layer);
    simulator.setFault({ kind: 'login_refused', on: ['Login'] });
    simulator.endSessions();
    await expect(invoices(layer)).rejects.toThrow(SapMisconfigured);
    await expect(invoices(layer)).rejects.toThrow(/erp\.password_path/);
    expect(logins()).toBe(2);
  });

  it('for want of the company names it as it is configured', async () => {
    await expect(invoices(layerWith({ companyDb: 'SBO_GONE' }))).rejects.toMatchObject({
      code: 'COMPANY_UNKNOWN',
      message: expect.stringContaining('"SBO_GONE"'),
    });
    expect(logins()).toBe(1);
  });
});

describe('what can be said to SAP', () => {
  it('is GET, and POST for a session, by the type of all that speaks to it', () => {
    const verbs: Record<keyof ServiceWire, true> = { get: true, login: true, logout: true };
    expect(Object.keys(verbs).sort()).toEqual(['get', 'login', 'logout']);
    const wire = {} as ServiceWire;
    // @ts-expect-error A POST goes to the login, or it is none.
    const post = (): unknown => wire.login('/b1s/v1/Invoices', { CompanyDB: '', UserName: '', Password: '' });
    // @ts-expect-error There is no other verb.
    const patch = (): unknown => wire.patch('/b1s/v1/Invoices(1)');
    expect([post, patch]).toHaveLength(2);
  });

  it('is nothing else in a whole reading: no other verb, no other entity set, no field that is not in the list', async () => {
    const source = open(simulator);
    await backfill(source, new Shelf());
    await source.close();
    const { requests } = simulator;
    expect(requests.filter(({ forbidden }) => forbidden)).toEqual([]);
    expect(new Set(requests.map(({ method, target }) => `${method} ${target}`))).toEqual(
      new Set(['POST Login', 'POST Logout', ...Object.keys(FIELDS).map((entity) => `GET ${entity}`)]),
    );
    for (const { target, options } of requests) {
      if (target === 'Login' || target === 'Logout') continue;
      const allowed = FIELDS[target as keyof typeof FIELDS].map((field) => field.split('.')[0]);
      const asked = options.$select!.split(',');
      expect(asked.filter((field) => !allowed.includes(field))).toEqual([]);
      expect(options).not.toHaveProperty('$expand');
      expect(options).not.toHaveProperty('$skip');
    }
  });
});
