import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { Asker, errorOf, type Row } from './asking.js';

const TODAY = '2026-05-18';
const ROWS = '/b1s/v1/Invoices?$select=DocEntry&$orderby=DocEntry';

let simulator: ServiceLayerSimulator;
let asker: Asker;
beforeAll(async () => {
  simulator = await startServiceLayerSimulator({ seed: 5, documents: 400, today: TODAY });
  asker = new Asker(simulator);
});
afterAll(async () => {
  await asker.close();
  await simulator.close();
});
afterEach(() => simulator.clearFaults());

const loggedIn = async (): Promise<void> => {
  simulator.clearFaults();
  expect((await asker.login()).status).toBe(200);
};
const entries = (page: Row): number[] => (page.value as { DocEntry: number }[]).map(({ DocEntry }) => DocEntry);

describe('a Service Layer that is made to fail', () => {
  it.each([
    ['switch_company', undefined, 500, 305],
    ['server_error', undefined, 500, -5002],
    ['never_authorised', undefined, 401, 301],
    ['session_dies', undefined, 401, 301],
    ['not_permitted', undefined, 403, -5006],
  ] as const)("answers in SAP's own words: %s", async (kind, amount, status, code) => {
    await loggedIn();
    simulator.setFault({ kind, amount, on: ['Invoices'], times: 1 });
    const answer = await asker.ask(ROWS);
    expect([answer.status, errorOf(answer).code]).toEqual([status, code]);
    expect(simulator.requests.at(-1)).toMatchObject({ faults: [kind], status });
  });

  it.each([
    ['html', undefined, 502, /^<!DOCTYPE HTML/],
    ['html', 504, 504, /^<!DOCTYPE HTML/],
    ['empty_body', undefined, 503, /^$/],
    ['empty_body', 200, 200, /^$/],
    ['too_many_requests', undefined, 429, /^<!DOCTYPE HTML/],
  ] as const)("answers in the balancer's: %s %s", async (kind, amount, status, body) => {
    await loggedIn();
    simulator.setFault({ kind, amount, times: 1 });
    const answer = await asker.ask(ROWS);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(body);
    expect((await asker.ask(ROWS)).status).toBe(200);
  });

  it('cuts JSON short as if it were whole, or breaks off in its middle, or does not answer at all', async () => {
    await loggedIn();
    simulator.setFault({ kind: 'cut', amount: 90, times: 1 });
    const cut = await asker.ask(ROWS);
    expect([cut.status, cut.text.length]).toEqual([200, 90]);
    simulator.setFault({ kind: 'broken', times: 1 });
    await expect(asker.ask(ROWS)).rejects.toThrow();
    simulator.setFault({ kind: 'refuse', times: 1 });
    await expect(asker.ask(ROWS)).rejects.toThrow();
  });

  it('ends a session in the middle of a walk, and gives another', async () => {
    await loggedIn();
    const stale = asker.cookie;
    simulator.setFault({ kind: 'session_dies', after: 1, times: 1 });
    expect((await asker.ask(ROWS)).status).toBe(200);
    expect((await asker.ask(ROWS)).status).toBe(401);
    expect((await asker.ask(ROWS, { cookie: stale })).status).toBe(401);
    await asker.login();
    expect((await asker.ask(ROWS)).status).toBe(200);
  });

  it('refuses logins only, when that is what is asked for', async () => {
    await loggedIn();
    simulator.setFault({ kind: 'login_refused' });
    expect(errorOf(await new Asker(simulator).login('v1')).code).toBe(-304);
    expect((await asker.ask(ROWS)).status).toBe(200);
  });

  it('hangs until the fault is cleared', async () => {
    await loggedIn();
    simulator.setFault({ kind: 'hang', on: ['Invoices'] });
    let answered = false;
    const waiting = asker.ask(ROWS).then(({ status }) => {
      answered = true;
      return status;
    });
    expect((await asker.ask('/b1s/v1/PaymentTermsTypes')).status).toBe(200);
    expect(answered).toBe(false);
    simulator.clearFaults('hang');
    expect(await waiting).toBe(200);
    simulator.setFault({ kind: 'slow', amount: 20, times: 1 });
    expect((await asker.ask(ROWS)).status).toBe(200);
    expect(simulator.requests.at(-1)!.ms).toBeGreaterThanOrEqual(19);
  });

  it('lies about counts, loses rows, and answers nothing with an error', async () => {
    await loggedIn();
    const honest = await asker.json(`${ROWS}&$inlinecount=allpages`);
    simulator.setFault({ kind: 'count_lies', amount: 3, times: 1 });
    const lying = await asker.json(`${ROWS}&$inlinecount=allpages`);
    expect(Number(lying['odata.count'])).toBe(Number(honest['odata.count']) + 3);
    simulator.setFault({ kind: 'fewer_rows', amount: 2, times: 1 });
    expect(entries(await asker.json(ROWS))).toEqual(entries(honest).slice(0, -2));
    simulator.setFault({ kind: 'no_matching_records' });
    expect((await asker.ask(ROWS)).status).toBe(200);
    const none = await asker.ask(`${ROWS}&$filter=DocEntry gt 999999`);
    expect([none.status, errorOf(none).code]).toEqual([404, -2028]);
  });

  it('has lost its newest documents, as after a backup was restored', async () => {
    await loggedIn();
    const newest = '/b1s/v1/Invoices?$select=DocEntry&$orderby=DocEntry desc&$top=1';
    const [before] = entries(await asker.json(newest));
    simulator.setFault({ kind: 'entries_fallen', amount: 30 });
    const [after] = entries(await asker.json(newest));
    expect(after).toBeLessThanOrEqual(before! - 30);
  });

  it('doubles rows for who reads by date and skips, when one is inserted meanwhile', async () => {
    await loggedIn();
    simulator.setFault({ kind: 'row_inserted', on: ['Invoices'], after: 1, times: 1 });
    const path = "/b1s/v1/Invoices?$select=DocEntry&$orderby=DocDate&$filter=DocDate ge '2026-04-08'";
    const first = await asker.json(path, { prefer: 'odata.maxpagesize=3' });
    const second = await asker.json(first['odata.nextLink'] as string, { prefer: 'odata.maxpagesize=3' });
    const seen = [...entries(first), ...entries(second)];
    expect(new Set(seen).size).toBeLessThan(seen.length);
  });

  it('loses rows for who leaves out the cancelled and skips, when one is cancelled meanwhile', async () => {
    await loggedIn();
    const path = "/b1s/v1/Invoices?$select=DocEntry&$orderby=DocEntry desc&$filter=Cancelled eq 'tNO'";
    const whole = entries(await asker.json(path, { prefer: 'odata.maxpagesize=0' }));
    simulator.setFault({ kind: 'row_cancelled', on: ['Invoices'], after: 1, times: 1 });
    const first = await asker.json(path);
    const second = await asker.json(first['odata.nextLink'] as string);
    const seen = new Set([...entries(first), ...entries(second)]);
    expect(whole.slice(0, 40).filter((entry) => !seen.has(entry))).toHaveLength(1);
  });

  it('can be stopped and started again on the same port, and remembers no session', async () => {
    await loggedIn();
    await simulator.goOffline();
    await expect(asker.ask('/ping/')).rejects.toThrow();
    await simulator.goOnline();
    expect((await asker.ask(ROWS)).status).toBe(401);
    await loggedIn();
    expect((await asker.ask(ROWS)).status).toBe(200);
  });
});

describe('the remote control', () => {
  const control = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator.controlUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, json: (await response.json()) as Row };
  };

  it('does over HTTP what the simulator does in the process', async () => {
    await loggedIn();
    expect((await control('GET', '/totals')).json).toEqual(JSON.parse(JSON.stringify(simulator.totals())));
    const { json } = await control('POST', '/mutate', { kind: 'add_invoice', amountPaise: 123_45 });
    expect(simulator.book.invoices.get(json.key as number)).toMatchObject({ paise: 123_45 });
    expect((await control('POST', '/day-of-trade', { sales: 2, receipts: 1 })).json).toHaveLength(3);
    await control('POST', '/faults', { kind: 'html', on: ['Invoices'], times: 1 });
    expect((await asker.ask(ROWS)).status).toBe(502);
    await control('DELETE', '/requests');
    await control('DELETE', '/sessions');
    expect((await asker.ask(ROWS)).status).toBe(401);
    expect((await control('GET', '/requests')).json).toHaveLength(1);
    expect(await control('POST', '/faults', { kind: 'nonsense' })).toMatchObject({ status: 400 });
    expect(await control('GET', '/nothing')).toMatchObject({ status: 404 });
  });
});
