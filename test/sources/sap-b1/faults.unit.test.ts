import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type Fault,
  type ServiceLayerSimulator,
  startServiceLayerSimulator,
} from '../../../src/simulators/sap-b1/index.js';
import { IncompleteAnswer, SourceMisconfigured, SourceUnavailable } from '../../../src/sources/errors.js';
import type { SapSettingsInput } from '../../../src/sources/sap-b1/settings.js';
import { backfill, EVERYTHING, never, open, Shelf, TODAY, truthOf } from './books.js';

let simulator: ServiceLayerSimulator;
beforeAll(async () => {
  simulator = await startServiceLayerSimulator({ months: 24, documents: 200, today: TODAY });
});
afterEach(() => simulator.clearFaults());
afterAll(() => simulator.close());

/** How a whole reading of the books ends. */
async function reading(fault: Fault | null, more: Partial<SapSettingsInput> = {}): Promise<unknown> {
  const source = open(simulator, { pageSize: 20, ...more });
  try {
    if (fault) simulator.setFault(fault);
    const shelf = new Shelf();
    await backfill(source, shelf);
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
    return 'read to the paisa';
  } catch (error) {
    return error;
  } finally {
    simulator.clearFaults();
    await source.close();
  }
}
const on = ['Invoices' as const];

describe('a fault that passes', () => {
  it.each<[string, Fault]>([
    ['a company that is being switched to: 500 / 305', { kind: 'switch_company', on, times: 2, after: 4 }],
    ['the same, at the login', { kind: 'switch_company', on: ['Login'], times: 2 }],
    ['an error of SAP’s own: 500', { kind: 'server_error', on, times: 2, after: 4 }],
    ['a page of the balancer: 502', { kind: 'html', on, times: 2, after: 4 }],
    ['a page of the balancer that claims to be an answer: 200', { kind: 'html', amount: 200, on, times: 1, after: 4 }],
    ['nothing at all: 503', { kind: 'empty_body', on, times: 2, after: 4 }],
    ['nothing at all, as an answer: 200', { kind: 'empty_body', amount: 200, on, times: 1, after: 4 }],
    ['too many requests: 429', { kind: 'too_many_requests', on, times: 2, after: 4 }],
    ['a connection that is closed unanswered', { kind: 'refuse', on, times: 2, after: 4 }],
    ['404 / -2028 in place of an empty list', { kind: 'no_matching_records' }],
    ['rows that a page in the middle left out', { kind: 'fewer_rows', on, after: 4, times: 1 }],
    ['a session that dies: 401 / 301', { kind: 'session_dies', on, times: 1, after: 5 }],
  ])('%s is asked about again, and the books are whole', async (_story, fault) => {
    expect(await reading(fault)).toBe('read to the paisa');
  });
});

describe('a fault that stays', () => {
  it.each<[string, Fault, new (...args: never[]) => Error, RegExp]>([
    ['500 / 305', { kind: 'switch_company', on }, SourceUnavailable, /on Invoices with 500 \/ 305, 3 times/],
    ['the balancer’s page', { kind: 'html', on: ['Login'] }, SourceUnavailable, /the login with 502/],
    ['nothing at all', { kind: 'empty_body', on }, SourceUnavailable, /with 503, 3 times/],
    ['no connection', { kind: 'refuse' }, SourceUnavailable, /cannot be reached/],
    ['JSON that stops as if it were whole', { kind: 'cut', on, after: 4, times: 1 }, IncompleteAnswer, /no whole JSON/],
    [
      'an answer that breaks off',
      { kind: 'broken', on, after: 4, times: 1 },
      IncompleteAnswer,
      /ended within an answer/,
    ],
    ['rows that are missing', { kind: 'fewer_rows', on }, IncompleteAnswer, /with \d+ of \d+ rows/],
    ['a count that is too high', { kind: 'count_lies', on, after: 4 }, IncompleteAnswer, /with \d+ of \d+ rows/],
    ['a role that may not read', { kind: 'not_permitted', on }, SourceMisconfigured, /AltScore_ReadOnly to allow it/],
  ])('%s ends the reading by its name, and says what was expected', async (_story, fault, kind, sentence) => {
    const error = await reading(fault);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(sentence);
  });

  it('an answer that does not come in time', async () => {
    const error = await reading({ kind: 'hang', on }, { timeoutMs: 100 });
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect((error as Error).message).toMatch(/did not finish answering .*Invoices within 100 ms/);
  });

  it('nobody there', async () => {
    await simulator.goOffline();
    const error = await reading(null);
    await simulator.goOnline();
    expect(error).toBeInstanceOf(SourceUnavailable);
    expect((error as Error).message).toMatch(/cannot be reached \(ECONNREFUSED\)/);
  });

  it('another address', async () => {
    const error = await reading({ kind: 'html', amount: 404 });
    expect(error).toMatchObject({ code: 'NOT_SERVICE_LAYER' });
  });

  it('a reading that is given up', async () => {
    const source = open(simulator);
    const giveUp = new AbortController();
    const read = (async () => {
      for await (const _ of source.read(EVERYTHING, giveUp.signal)) giveUp.abort(new Error('enough'));
    })();
    await expect(read).rejects.toThrow('enough');
    for await (const _ of source.read({ from: TODAY, to: TODAY }, never));
    await source.close();
  });
});

describe('the certificate', () => {
  const fingerprint = () => ({ authority: null, fingerprint: simulator.fingerprint });
  it('is believed by its authority, or by its own fingerprint however that is written', async () => {
    expect(await reading(null)).toBe('read to the paisa');
    expect(await reading(null, { tls: fingerprint() })).toBe('read to the paisa');
    const written = simulator.fingerprint.toUpperCase().match(/../g)!.join(':');
    expect(await reading(null, { tls: { authority: null, fingerprint: written } })).toBe('read to the paisa');
  });

  it.each<[string, SapSettingsInput['tls']]>([
    ['the system’s authorities', { authority: null, fingerprint: null }],
    ['another fingerprint', { authority: null, fingerprint: 'ab'.repeat(32) }],
  ])('is refused for %s, before a word was said', async (_story, tls) => {
    simulator.requests.length = 0;
    const error = await reading(null, { tls });
    expect(error).toMatchObject({ code: 'TLS_REFUSED', message: expect.stringContaining('erp.tls') });
    expect(simulator.requests).toEqual([]);
  });
});

describe('settings', () => {
  it.each<[Partial<SapSettingsInput>, RegExp]>([
    [{ companyDb: ' ' }, /wrong at companyDb: expected the name of the company database/],
    [{ password: '' }, /wrong at password: expected the password/],
    [{ tls: { authority: null, fingerprint: 'ab' } }, /wrong at tls.fingerprint: expected a SHA-256 fingerprint/],
  ])('%o are told in a sentence', (more, sentence) => {
    expect(() => open(simulator, more)).toThrow(sentence);
  });
});
