import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../../src/canonical/bridge.js';
import type { TallySimulator } from '../../../src/simulators/tally/index.js';
import { companyOf, endsOf, freshDesk, saleInput, startImportTally, writeNext } from './import-world.js';
import { MemoryJob } from './memory-job.js';

let tally: TallySimulator;
beforeEach(async () => {
  tally = await startImportTally({ vouchers: 40, months: 3, imports: { upsert: false } });
});
afterEach(() => tally.close());

const deskOf = () => freshDesk(tally, companyOf(tally));
const sendings = (job: MemoryJob): Exchange[] => job.rowsKept[0]!.exchanges.filter(({ purpose }) => purpose === 'send');
const expectWrittenOnce = (job: MemoryJob): void => {
  expect(endsOf(job)).toEqual([expect.stringMatching(/^created CREATED: /)]);
  expect(tally.imported()).toHaveLength(1);
};

describe('connection error scenarios of specification §5', () => {
  it('Tally not running: it is said so, nothing is sent, and the row is written once Tally runs', async () => {
    const job = new MemoryJob([saleInput(1)]);
    await tally.goOffline();
    await expect(writeNext(deskOf(), job)).rejects.toMatchObject({
      name: 'SourceUnavailable',
      message: expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    });
    expect(job.rowsKept).toMatchObject([{ state: 'pending', attempt: 0 }]);
    await tally.goOnline();
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
  });

  it('Tally not running any more when the row was begun: the row stays begun, and Tally is asked first', async () => {
    const job = new MemoryJob([saleInput(1)]);
    job.whenBegun = () => tally.goOffline();
    await expect(writeNext(deskOf(), job)).rejects.toMatchObject({ name: 'SourceUnavailable' });
    expect(job.rowsKept).toMatchObject([{ state: 'sending' }]);
    await tally.goOnline();
    job.whenBegun = () => undefined;
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
    expect(job.rowsKept[0]!.exchanges.map(({ purpose }) => purpose)).toEqual(expect.arrayContaining(['ask', 'send']));
  });

  it('Tally busy: the timeout is in the journal, and what Tally did meanwhile is found', async () => {
    const job = new MemoryJob([saleInput(1)]);
    tally.setFault({ kind: 'slow', on: ['import'], times: 1, amount: 1_000 });
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
    expect(sendings(job)).toMatchObject([
      { answer: null, note: expect.stringContaining('did not finish answering within 400 ms') },
    ]);
  });

  it('invalid XML sent: the row is refused by that name, with what Tally answered', async () => {
    const job = new MemoryJob([saleInput(1)]);
    const desk = deskOf();
    const send = desk.tally.send.bind(desk.tally);
    desk.tally.send = (xml, ...more) => send(xml.slice(0, -9), ...more);
    await writeNext(desk, job);
    expect(endsOf(job)[0]).toMatch(/^refused REQUEST_NOT_UNDERSTOOD: .*Tell AltScore/);
    expect(sendings(job)).toMatchObject([{ answer: expect.stringContaining('<RESPONSE>') }]);
    expect(tally.imported()).toEqual([]);
  });

  it('network error: what did not arrive is sent again, once it is certain that it did not', async () => {
    const job = new MemoryJob([saleInput(1)]);
    tally.setFault({ kind: 'refuse', on: ['import'], times: 1 });
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
    expect(sendings(job)).toMatchObject([
      { answer: null, note: expect.stringContaining('cannot be reached') },
      { answer: expect.stringContaining('<CREATED>1</CREATED>') },
    ]);
  });

  it('malformed response: the raw answer is in the journal, and Tally is asked what became of the voucher', async () => {
    const job = new MemoryJob([saleInput(1)]);
    tally.setFault({ kind: 'cut', on: ['import'], times: 1 });
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
    expect(sendings(job)).toMatchObject([
      { answer: expect.stringMatching(/^<RESPONSE>/), note: 'The answer is empty or cut short.' },
    ]);
    expect(sendings(job)[0]!.answer).not.toContain('</RESPONSE>');
  });
});

describe('the company that is written to', () => {
  const GOES: [string, () => void, object][] = [
    ['closed', () => tally.setFault({ kind: 'company_closed' }), { name: 'SourceUnavailable' }],
    ['replaced by another of its name', () => tally.setFault({ kind: 'guid_changed' }), { code: 'COMPANY_REPLACED' }],
    [
      'replaced by one of another name',
      () => {
        tally.book.company.name = 'Other Traders';
      },
      { code: 'COMPANY_NOT_OPEN' },
    ],
  ];
  const comeBack = (): void => {
    tally.clearFaults();
    tally.book.company.name = 'Import Traders';
  };

  it.each(GOES)('is %s: nothing is sent, and the row is written when it is back', async (_how, go, error) => {
    const job = new MemoryJob([saleInput(1)]);
    go();
    await expect(writeNext(deskOf(), job)).rejects.toMatchObject(error);
    expect(tally.importRequests().received).toBe(0);
    expect(job.rowsKept).toMatchObject([{ state: 'pending' }]);
    comeBack();
    await writeNext(deskOf(), job);
    expectWrittenOnce(job);
  });

  it.each([GOES[0]!, GOES[2]!])(
    'is %s after the row was begun: the same, and the row stays begun',
    async (_how, go) => {
      const job = new MemoryJob([saleInput(1)]);
      job.whenBegun = go;
      await expect(writeNext(deskOf(), job)).rejects.toMatchObject({ code: 'COMPANY_NOT_OPEN' });
      expect(job.rowsKept).toMatchObject([{ state: 'sending', outcome: null }]);
      expect(tally.imported()).toEqual([]);
      comeBack();
      job.whenBegun = () => undefined;
      await writeNext(deskOf(), job);
      expectWrittenOnce(job);
    },
  );
});
