import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Fault, startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import type { TallySettingsInput } from '../../../src/sources/tally/settings.js';
import { createTallySource } from '../../../src/sources/tally/tally-source.js';
import type { Voucher } from '../../../src/sources/tally/voucher.js';
import { freePort } from '../../support/free-port.js';

const WINDOW = { from: '2026-03-01', to: '2026-03-31' };
let simulator: TallySimulator;
beforeEach(async () => {
  simulator = await startTallySimulator({ seed: 3, months: 6, vouchers: 400, today: '2026-05-18' });
});
afterEach(() => simulator.close());

const source = (settings: Partial<TallySettingsInput> = {}) =>
  createTallySource({
    host: '127.0.0.1',
    port: Number(new URL(simulator.url).port),
    companyName: simulator.book.company.name,
    ...settings,
  });
type TallySource = ReturnType<typeof source>;

async function readAll(from: TallySource, window = WINDOW, signal = new AbortController().signal): Promise<Voucher[]> {
  const vouchers: Voucher[] = [];
  for await (const voucher of from.read(window, signal)) vouchers.push(voucher);
  return vouchers;
}
const asked = () => simulator.requests.map(({ kind }) => kind);
const failure = async (work: Promise<unknown>): Promise<{ name: string; code?: string; message: string }> => {
  try {
    await work;
  } catch (error) {
    return error as { name: string; message: string };
  }
  throw new Error('expected a failure');
};

describe('looking at Tally', () => {
  it('takes one request and finds the company, its books and its counters', async () => {
    const probe = await source().probe();
    expect(probe).toMatchObject({
      company: { name: simulator.book.company.name, id: simulator.book.company.guid },
      counters: { vouchers: simulator.book.lastVoucherAlterId, masters: simulator.book.lastMasterAlterId },
      reading: 'collection',
    });
    expect(probe.company.booksFrom).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(asked()).toEqual(['company']);
  });

  it('tells a Tally that is off from one with no company, another company, or a replaced one', async () => {
    expect(await failure(source({ port: await freePort() }).probe())).toMatchObject({ name: 'SourceUnavailable' });
    expect(await failure(source({ companyName: 'Somebody Else' }).probe())).toMatchObject({
      name: 'SourceMisconfigured',
      code: 'COMPANY_NOT_OPEN',
    });
    const pinned = source({ companyGuid: simulator.book.company.guid });
    await pinned.probe();
    simulator.setFault({ kind: 'guid_changed' });
    expect(await failure(pinned.probe())).toMatchObject({ name: 'SourceMisconfigured', code: 'COMPANY_REPLACED' });
    simulator.clearFaults();
    simulator.setFault({ kind: 'company_closed' });
    expect(await failure(pinned.probe())).toMatchObject({ name: 'SourceUnavailable' });
  });

  it('asks for the GUID when two open companies have one name', async () => {
    const { name, guid } = simulator.book.company;
    await simulator.close();
    simulator = await startTallySimulator({
      seed: 3,
      months: 6,
      vouchers: 400,
      today: '2026-05-18',
      otherCompanies: [name],
    });
    expect(await failure(source().probe())).toMatchObject({ code: 'COMPANY_AMBIGUOUS' });
    expect((await source({ companyGuid: guid }).probe()).company.id).toBe(guid);
  });

  it('says which setting is wrong', () => {
    expect(() => source({ port: 0 })).toThrow(/wrong at port/);
    expect(() => source({ companyName: ' ' })).toThrow(/companyName.*expected the name/);
  });
});

describe('reading a window', () => {
  it('counts before it reads, and yields every voucher of the days once', async () => {
    const vouchers = await readAll(source());
    const expected = [...simulator.book.vouchers()].filter((voucher) => {
      const day = new Date(Date.UTC(1899, 11, 31 + voucher.day)).toISOString().slice(0, 10);
      return day >= WINDOW.from && day <= WINDOW.to;
    });
    expect(vouchers.map(({ guid }) => guid).sort()).toEqual(expected.map((each) => simulator.book.guidOf(each)).sort());
    expect(asked().slice(0, 3)).toEqual(['company', 'voucher', 'voucher']);
    expect(simulator.requests[1]!.fetch).toEqual(['GUID', 'ALTERID', 'DATE', 'ISOPTIONAL']);
  });

  it('begins with a week, takes more when Tally is quick and less when it is slow', async () => {
    const daysOf = () =>
      simulator.requests
        .filter(({ kind, fetch }) => kind === 'voucher' && fetch.length > 4)
        .map(({ body }) => /SVFROMDATE TYPE="Date">(\d+)<.*SVTODATE TYPE="Date">(\d+)</.exec(body)!)
        .map(([, from, to]) => Number(to) - Number(from) + 1);
    await readAll(source());
    expect(daysOf()).toEqual([7, 14, 10]);
    simulator.requests.length = 0;
    simulator.setFault({ kind: 'slow', amount: 150, on: ['voucher'] });
    await readAll(source({ targetRequestMs: 50 }), { from: '2026-03-01', to: '2026-03-09' });
    expect(daysOf()).toEqual([7, 1, 1]);
  });

  it('asks for nothing before the earliest day', async () => {
    const limited = source({ earliestDate: '2026-03-25' });
    const vouchers = await readAll(limited);
    expect(vouchers.every(({ date }) => date >= '20260325')).toBe(true);
    expect(limited.plan({ from: '2026-01-01', to: '2026-04-02' }, 'month')).toEqual([
      { from: '2026-03-25', to: '2026-03-31' },
      { from: '2026-04-01', to: '2026-04-02' },
    ]);
    expect(limited.plan({ from: '2026-01-01', to: '2026-02-01' }, 'whole')).toEqual([]);
  });

  it('accepts an empty window only from the right company', async () => {
    const pinned = source({ companyGuid: simulator.book.company.guid });
    await pinned.probe();
    simulator.requests.length = 0;
    expect(await readAll(pinned, { from: '2018-01-01', to: '2018-01-05' })).toEqual([]);
    expect(asked()).toEqual(['voucher', 'voucher', 'company']);
    simulator.setFault({ kind: 'company_closed' });
    expect(await failure(readAll(pinned))).toMatchObject({ name: 'SourceUnavailable' });
    simulator.clearFaults();
    simulator.setFault({ kind: 'guid_changed' });
    expect(await failure(readAll(pinned))).toMatchObject({ code: 'COMPANY_REPLACED' });
  });

  it('takes a sale that was booked between count and read', async () => {
    simulator.setFault({ kind: 'voucher_added', on: ['voucher'], after: 1, times: 1 });
    expect((await readAll(source(), { from: '2026-05-18', to: '2026-05-18' })).length).toBeGreaterThan(0);
  });

  it.each([
    ['fewer vouchers than Tally counted', { kind: 'fewer_vouchers', on: ['voucher'], after: 1 }],
    ['no vouchers after a count of some', { kind: 'zero_rows', on: ['voucher'], after: 1 }],
    ['an answer cut short', { kind: 'cut', on: ['voucher'], after: 1 }],
    ['an empty body', { kind: 'empty_body', on: ['voucher'] }],
    ['a web page', { kind: 'html', on: ['voucher'] }],
    ['an entity bomb', { kind: 'entity_bomb', on: ['voucher'] }],
    ['a RESPONSE without counters', { kind: 'counterless', on: ['voucher'] }],
  ] as [string, Fault][])('uses nothing of %s', async (_what, fault) => {
    simulator.setFault(fault);
    const yielded: Voucher[] = [];
    const reading = (async () => {
      for await (const voucher of source().read(WINDOW, new AbortController().signal)) yielded.push(voucher);
    })();
    expect(await failure(reading)).toMatchObject({ name: 'IncompleteAnswer' });
    expect(yielded).toEqual([]);
  });

  it('reads an answer in an encoding nobody asked for', async () => {
    const right = await readAll(source());
    simulator.setFault({ kind: 'wrong_encoding' });
    expect(await readAll(source())).toEqual(right);
  });

  it('finds out that named bill fields come back blank, and asks for whole lines then', async () => {
    const right = await readAll(source());
    simulator.setFault({ kind: 'curated_bills_blank' });
    const wary = source();
    expect(await readAll(wary)).toEqual(right);
    expect((await wary.probe()).reading).toBe('collection with whole ledger lines');
  });

  it('takes the Voucher Register where Tally refuses the collection, if it may', async () => {
    const right = await readAll(source());
    simulator.setFault({ kind: 'collection_refused' });
    const willing = source({ reading: 'auto' });
    const found = await readAll(willing);
    // Reports leave optional vouchers out and bill dates away.
    const guids = right.filter(({ optional }) => !optional).map(({ guid }) => guid);
    expect(
      found
        .filter(({ optional }) => !optional)
        .map(({ guid }) => guid)
        .sort(),
    ).toEqual(guids.sort());
    expect((await willing.probe()).reading).toBe('voucher register');
    expect(await failure(readAll(source({ reading: 'collection' })))).toMatchObject({ code: 'REQUEST_REFUSED' });
  });
});

describe('a Tally that works for one at a time', () => {
  it('is asked one thing at a time, by however many sources', async () => {
    let atWork = 0;
    let most = 0;
    const server = createServer((request, response) => {
      atWork += 1;
      most = Math.max(most, atWork);
      request.resume();
      setTimeout(() => {
        atWork -= 1;
        response.end('<RESPONSE>Unknown Request, cannot be processed</RESPONSE>');
      }, 30);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const refusals = await Promise.all(Array.from({ length: 5 }, () => failure(source({ port }).probe())));
    server.close();
    expect(refusals.map(({ code }) => code)).toEqual(Array(5).fill('REQUEST_REFUSED'));
    expect(most).toBe(1);
  });

  it('is not asked again after it did not answer, until it answers its status page', async () => {
    simulator.setFault({ kind: 'slow', amount: 1_200, on: ['company'], times: 1 });
    const impatient = source({ timeoutMs: 600 });
    expect(await failure(impatient.probe())).toMatchObject({
      name: 'SourceUnavailable',
      message: expect.stringContaining('600 ms'),
    });
    const patient = source();
    expect((await patient.probe()).company.id).toBe(simulator.book.company.guid);
    expect(asked()[0]).toBe('company');
    expect(asked().at(-1)).toBe('company');
    expect(asked().slice(1, -1)).toContain('status');
    expect(asked().filter((kind) => kind === 'company')).toHaveLength(2);
  });

  it('stops when it is told to, and says so to the caller', async () => {
    const controller = new AbortController();
    simulator.setFault({ kind: 'slow', amount: 500, on: ['voucher'] });
    const reading = readAll(source(), WINDOW, controller.signal);
    setTimeout(() => controller.abort(new Error('stopped')), 100);
    expect(await failure(reading)).toMatchObject({ message: 'stopped' });
  });
});

describe('masters', () => {
  it('come without dates in the request, and never half', async () => {
    const masters = await source().masters();
    expect(masters.complete).toBe(true);
    expect(masters.ledger('Cash')?.isCash).toBe(true);
    expect(
      simulator.requests.filter(({ kind }) => kind === 'ledger').every(({ body }) => !/SVFROMDATE/.test(body)),
    ).toBe(true);
    simulator.setFault({ kind: 'zero_rows', on: ['ledger'] });
    expect(await failure(source().masters())).toMatchObject({ name: 'IncompleteAnswer' });
  });
});

describe('adding up', () => {
  const SIGNAL = new AbortController().signal;

  it('makes the same sums of less: every document with the same records, parties, days and amounts', async () => {
    const tally = source();
    const masters = await tally.masters();
    const whole = await readAll(tally);
    simulator.requests.length = 0;
    const figures: Voucher[] = [];
    for await (const voucher of tally.readFigures(WINDOW, SIGNAL)) figures.push(voucher);
    expect(simulator.requests.every(({ fetch }) => !fetch.includes('VOUCHERNUMBER'))).toBe(true);
    const summed = (vouchers: Voucher[]) =>
      vouchers.map((voucher) => {
        const { docKey, version, drafts, ignored, cancelled, fault } = tally.toCanonical(voucher, masters);
        const amounts = drafts.map(({ type, party, date, amountPaise, foreign }) => ({
          type,
          party,
          date,
          amountPaise,
          foreign,
        }));
        return { docKey, version, amounts, ignored, cancelled, fault: fault?.code };
      });
    expect(figures.length).toBeGreaterThan(20);
    expect(summed(figures)).toEqual(summed(whole));
  });

  it('reads as ever where it is not known yet how the build answers named bills', async () => {
    const figures: Voucher[] = [];
    for await (const voucher of source().readFigures(WINDOW, SIGNAL)) figures.push(voucher);
    expect(figures).toEqual(await readAll(source()));
  });

  it('finds what Tally says each debtor owes, and of nobody else', async () => {
    const tally = source();
    const closing = await tally.closingBalances(await tally.masters(), SIGNAL);
    const truth = simulator.totals().debtors.map(({ guid, closingPaise }) => [guid, closingPaise] as const);
    expect(new Map([...closing!].sort())).toEqual(new Map([...truth].sort()));
    expect(await source({ adjustments: false }).closingBalances(await tally.masters(), SIGNAL)).toBeNull();
  });
});
