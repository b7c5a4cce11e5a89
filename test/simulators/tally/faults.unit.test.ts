import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { waitFor } from '../../support/wait-for.js';
import { ask, askBytes, collectionRequest, nodes, objects, reportRequest, textOf } from './asking.js';

const VOUCHERS = collectionRequest({
  type: 'Voucher',
  fetch: 'GUID,ALLLEDGERENTRIES.BILLALLOCATIONS.NAME,ALLLEDGERENTRIES.BILLALLOCATIONS.BILLTYPE',
  from: '20100401',
  to: '20400331',
});
const COMPANIES = collectionRequest({ type: 'Company', fetch: 'NAME,GUID,ALTVCHID,ALTMSTID' });
const LEDGERS = collectionRequest({ type: 'Ledger', fetch: 'NAME' });

describe('a Tally that is made to fail', () => {
  let simulator: TallySimulator;
  beforeEach(async () => {
    simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18' });
  });
  afterEach(() => simulator.close());
  const vouchers = async () => objects(await ask(simulator.url, VOUCHERS), 'VOUCHER');

  it('closes the connection once, and then answers', async () => {
    simulator.setFault({ kind: 'refuse', times: 1 });
    await expect(vouchers()).rejects.toThrow();
    expect(await vouchers()).toHaveLength(200);
  });

  it('strikes only the requests it is meant for, after those it lets pass', async () => {
    simulator.setFault({ kind: 'zero_rows', on: ['voucher'], after: 1, times: 1 });
    expect(objects(await ask(simulator.url, LEDGERS), 'LEDGER')).not.toHaveLength(0);
    expect((await vouchers()).length).toBe(200);
    expect((await vouchers()).length).toBe(0);
    expect((await vouchers()).length).toBe(200);
  });

  it('hangs behind a dialog, and everyone else behind it, until somebody dismisses it', async () => {
    simulator.setFault({ kind: 'modal', times: 1 });
    let answered = 0;
    const both = Promise.all([
      vouchers().then(() => (answered += 1)),
      fetch(simulator.url).then(() => (answered += 1)),
    ]);
    await sleep(100);
    expect(answered).toBe(0);
    simulator.clearFaults('modal');
    await both;
    expect(answered).toBe(2);
  });

  it('freezes when a ledger collection is given dates', async () => {
    const frozen = ask(simulator.url, collectionRequest({ type: 'Ledger', fetch: 'NAME', from: '20250401' }));
    await waitFor('the question', () => simulator.requests.at(-1)?.note?.includes('SVFROMDATE') === true);
    simulator.clearFaults();
    expect(await frozen).toContain('Unknown Request');
  });

  it('sends fewer vouchers than there are, well-formed and with STATUS 1', async () => {
    simulator.setFault({ kind: 'fewer_vouchers', amount: 30, times: 1 });
    const text = await ask(simulator.url, VOUCHERS);
    expect(objects(text, 'VOUCHER')).toHaveLength(170);
    expect(text.trimEnd().endsWith('</ENVELOPE>')).toBe(true);
  });

  it('stops in the middle of a tag', async () => {
    simulator.setFault({ kind: 'cut', amount: 5_000, times: 1 });
    const text = await ask(simulator.url, VOUCHERS);
    expect(text.length).toBeGreaterThan(4_000);
    expect(text).toMatch(/<[A-Z/]*$/);
  });

  it.each([
    ['html', '<!DOCTYPE html>'],
    ['counterless', '<RESPONSE>'],
    ['entity_bomb', '<!DOCTYPE ENVELOPE ['],
  ] as const)('answers %s', async (kind, beginning) => {
    simulator.setFault({ kind, times: 1 });
    expect(await ask(simulator.url, VOUCHERS)).toContain(beginning);
  });

  it('answers nothing at all', async () => {
    simulator.setFault({ kind: 'empty_body', times: 1 });
    expect(await ask(simulator.url, VOUCHERS)).toBe('');
  });

  it('answers in another encoding than was asked for', async () => {
    simulator.setFault({ kind: 'wrong_encoding', times: 1 });
    expect((await askBytes(simulator.url, LEDGERS)).subarray(0, 20).toString('utf16le')).toBe('<ENVELOPE>');
  });

  it('blanks bill fields that are named, and only those', async () => {
    simulator.setFault({ kind: 'curated_bills_blank' });
    const types = async (request: string): Promise<string[]> =>
      objects(await ask(simulator.url, request), 'VOUCHER')
        .flatMap((voucher) => nodes(voucher['ALLLEDGERENTRIES.LIST']))
        .flatMap((line) => nodes(line['BILLALLOCATIONS.LIST']))
        .map((bill) => `${textOf(bill.BILLTYPE)} ${textOf(bill.NAME)}`.trim());
    expect(new Set(await types(VOUCHERS))).toEqual(new Set(['On Account']));
    const right = await types(VOUCHERS.replace(/<FETCH>.*<\/FETCH>/, '<FETCH>GUID,ALLLEDGERENTRIES.LIST</FETCH>'));
    expect(right.some((type) => type.startsWith('New Ref '))).toBe(true);
  });

  it('shows another company, or fallen counters, or none', async () => {
    const counters = async () =>
      objects(await ask(simulator.url, COMPANIES), 'COMPANY').map(
        (each) => [textOf(each.GUID), Number(textOf(each.ALTVCHID))] as const,
      );
    const [[guid, counter]] = (await counters()) as [readonly [string, number]];
    expect([guid, counter]).toEqual([simulator.book.company.guid, simulator.book.lastVoucherAlterId]);
    simulator.setFault({ kind: 'guid_changed', times: 1 });
    expect((await counters())[0]![0]).not.toBe(guid);
    simulator.setFault({ kind: 'counters_fallen', times: 1, amount: 40 });
    expect((await counters())[0]![1]).toBe(counter - 40);
    simulator.setFault({ kind: 'company_closed' });
    expect(await counters()).toEqual([]);
    expect(await vouchers()).toEqual([]);
    expect(await ask(simulator.url, reportRequest('Day Book'))).toContain('<STATUS>0</STATUS>');
  });

  it('refuses voucher collections but not reports', async () => {
    simulator.setFault({ kind: 'collection_refused' });
    expect(await ask(simulator.url, VOUCHERS)).toContain('Unknown Request');
    expect(await ask(simulator.url, reportRequest('Day Book'))).toContain('<VOUCHER ');
  });

  it('books a sale between two requests', async () => {
    simulator.setFault({ kind: 'voucher_added', on: ['voucher'], times: 1 });
    expect(await vouchers()).toHaveLength(201);
    expect(simulator.totals().byType.invoices.count).toBeGreaterThan(0);
  });

  it('answers one request at a time, and works on when the client has gone', async () => {
    const slow = await startTallySimulator({ seed: 2, vouchers: 400, today: '2026-05-18', msPerVoucher: 1 });
    try {
      const impatient = askBytes(slow.url, VOUCHERS, 'text/xml; charset=utf-8', AbortSignal.timeout(60));
      await expect(impatient).rejects.toThrow();
      const started = performance.now();
      await fetch(slow.url);
      expect(performance.now() - started).toBeGreaterThan(100);
      expect(slow.requests.map(({ kind, rows, aborted }) => [kind, rows, aborted])).toEqual([
        ['voucher', 400, true],
        ['status', 0, false],
      ]);
    } finally {
      await slow.close();
    }
  });

  it('can be shut and opened again on the same port', async () => {
    await simulator.goOffline();
    await expect(fetch(simulator.url)).rejects.toThrow();
    await simulator.goOnline();
    expect(await vouchers()).toHaveLength(200);
  });
});

describe('the remote control', () => {
  it('does over HTTP what the simulator does in the process', async () => {
    const simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18' });
    try {
      const send = async (method: string, path: string, body?: unknown) => {
        const response = await fetch(simulator.controlUrl + path, {
          method,
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        return { status: response.status, value: (await response.json()) as Record<string, unknown> };
      };
      const before = simulator.totals();
      expect((await send('GET', '/totals')).value).toEqual(before);
      const mutated = (await send('POST', '/mutate', { kind: 'add_sale', amountPaise: 100_000 })).value;
      expect(mutated.alterId).toBe(simulator.book.lastVoucherAlterId);
      expect(simulator.totals().byType.invoices.count).toBe(before.byType.invoices.count + 1);
      await send('POST', '/day-of-trade', { sales: 3, receipts: 2 });
      expect(simulator.book.voucherCount).toBe(206);
      await send('POST', '/faults', { kind: 'zero_rows', on: ['voucher'] });
      expect(simulator.faults()).toEqual([{ kind: 'zero_rows', on: ['voucher'] }]);
      await send('DELETE', '/faults');
      expect(simulator.faults()).toEqual([]);
      await ask(simulator.url, LEDGERS);
      const requests = (await send('GET', '/requests')).value as unknown as { kind: string; body: string }[];
      expect(requests.map(({ kind, body }) => [kind, body])).toEqual([['ledger', LEDGERS]]);
      expect((await send('POST', '/faults', { kind: 'earthquake' })).status).toBe(400);
      expect((await send('GET', '/nowhere')).status).toBe(404);
    } finally {
      await simulator.close();
    }
  });
});
