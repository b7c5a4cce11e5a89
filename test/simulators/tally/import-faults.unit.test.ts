import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { waitFor } from '../../support/wait-for.js';
import { ask, askBytes } from './asking.js';
import { fieldsOf, importRequest, send, voucherXml } from './importing.js';

describe('an import that goes wrong', () => {
  let simulator: TallySimulator;
  beforeEach(async () => {
    simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18', imports: {} });
  });
  afterEach(() => simulator.close());

  const request = importRequest(voucherXml({ remoteId: 'k' }));
  const done = () => simulator.imported().length;
  const impatient = (timeoutMs = 80) =>
    askBytes(simulator.url, request, 'text/xml; charset=utf-8', AbortSignal.timeout(timeoutMs));
  /** Asks without waiting for an end, and tells how to go away. */
  const waiting = () => {
    const going = new AbortController();
    const failed = expect(askBytes(simulator.url, request, 'text/xml', going.signal)).rejects.toThrow();
    return async () => {
      going.abort();
      await failed;
    };
  };
  const arrived = () => waitFor('the import', () => simulator.importRequests().received === 1);

  it.each([
    ['refuse', 0],
    ['committed_hang_up', 1],
  ] as const)('%s: the connection is closed, and %i vouchers are there', async (kind, vouchers) => {
    simulator.setFault({ kind, times: 1 });
    await expect(ask(simulator.url, request)).rejects.toThrow();
    expect(done()).toBe(vouchers);
    expect(simulator.importRequests().received).toBe(1);
    expect(await send(simulator.url, { remoteId: 'k' })).toMatchObject(vouchers ? { ALTERED: '1' } : { CREATED: '1' });
  });

  it.each([
    ['html', 0, /^<!DOCTYPE html>/],
    ['counterless', 0, /^<RESPONSE>\s*<\/RESPONSE>\s*$/],
    ['empty_body', 1, /^$/],
    ['cut', 1, /^<RESPONSE>\s*<CREATED>1<\/CREATED>[\s\S]*<[^>]*$/],
    ['wrong_encoding', 1, /^<\0R\0E\0S\0P\0O\0N\0S\0E\0>/],
  ] as const)('%s: the answer is of no use, and %i vouchers are there', async (kind, vouchers, pattern) => {
    simulator.setFault({ kind, on: ['import'], times: 1 });
    const answer = await ask(simulator.url, request);
    expect(answer).toMatch(pattern);
    expect(done()).toBe(vouchers);
  });

  it('exception: counted without a text, and nothing is done', async () => {
    simulator.setFault({ kind: 'exception', times: 1 });
    const answer = await send(simulator.url, { remoteId: 'k' });
    expect(answer).toMatchObject({ CREATED: '0', ERRORS: '0', EXCEPTIONS: '1' });
    expect(answer).not.toHaveProperty('LINEERROR');
    expect(done()).toBe(0);
  });

  it('slow and modal: done after the client has given up', async () => {
    simulator.setFault({ kind: 'slow', amount: 200, times: 1 });
    await expect(impatient()).rejects.toThrow();
    expect(done()).toBe(0);
    await fetch(simulator.url);
    expect(done()).toBe(1);
    simulator.setFault({ kind: 'modal', times: 1 });
    const leave = waiting();
    await waitFor('the dialog', () => simulator.importRequests().received === 2);
    await leave();
    expect(simulator.importRequests().altered).toBe(0);
    simulator.clearFaults('modal');
    await fetch(simulator.url);
    expect(simulator.importRequests().altered).toBe(1);
  });

  it.each([
    ['committed_no_answer', 1],
    ['not_committed_no_answer', 0],
  ] as const)('%s: hangs until the client goes, with %i vouchers', async (kind, vouchers) => {
    simulator.setFault({ kind, times: 1 });
    const leave = waiting();
    await arrived();
    await waitFor('the voucher', () => done() === vouchers);
    let others = 0;
    const status = fetch(simulator.url).then(() => (others += 1));
    await sleep(50);
    expect([done(), others]).toEqual([vouchers, 0]);
    await leave();
    await status;
    expect(done()).toBe(vouchers);
  });

  it('late_commit: done when the client has gone, and before anybody else is answered', async () => {
    simulator.setFault({ kind: 'late_commit', times: 1 });
    const leave = waiting();
    await arrived();
    await sleep(50);
    expect(done()).toBe(0);
    const status = fetch(simulator.url).then(() => done());
    await leave();
    expect(await status).toBe(1);
    expect(simulator.requests[0]).toMatchObject({ kind: 'import', aborted: true });
  });

  it('lets every other request pass', async () => {
    simulator.setFault({ kind: 'committed_hang_up', times: 1 });
    await fetch(simulator.url);
    expect(simulator.faults()).toHaveLength(1);
    await expect(ask(simulator.url, request)).rejects.toThrow();
    expect(simulator.faults()).toEqual([]);
  });

  it('closes while a client still waits', async () => {
    simulator.setFault({ kind: 'committed_no_answer' });
    const failed = expect(ask(simulator.url, request)).rejects.toThrow();
    await arrived();
    await simulator.close();
    await failed;
  });

  it('is told over the remote control, as is what a person does', async () => {
    const control = async (method: string, path: string, body?: unknown) => {
      const init = { method, body: body === undefined ? undefined : JSON.stringify(body) };
      return (await (await fetch(simulator.controlUrl + path, init)).json()) as unknown;
    };
    await control('POST', '/faults', { kind: 'committed_hang_up', on: ['import'], times: 1 });
    await expect(ask(simulator.url, request)).rejects.toThrow();
    expect(await control('GET', '/imported')).toEqual(simulator.imported());
    expect(await control('GET', '/import-requests')).toEqual({ received: 1, created: 1, altered: 0, refused: 0 });
    const entries = [
      { ledger: 'Sales', paise: 5 },
      { ledger: 'Purchase', paise: -5 },
    ];
    const typed = { type: 'Journal', number: 'J', date: '2026-05-02', entries };
    const { masterId } = (await control('POST', '/enter', typed)) as { masterId: number };
    expect(simulator.book.voucher(masterId)?.number).toBe('J');
    await control('POST', '/delete', { masterId });
    expect(simulator.book.voucher(masterId)).toBeUndefined();
  });

  it('is refused when no company is open', async () => {
    simulator.setFault({ kind: 'company_closed', times: 1 });
    expect(fieldsOf(await ask(simulator.url, request)).LINEERROR).toContain("Could not set 'SVCurrentCompany'");
    expect(done()).toBe(0);
  });
});
