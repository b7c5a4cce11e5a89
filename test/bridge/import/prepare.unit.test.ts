import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import type { ImportDesk } from '../../../src/bridge/import/job.js';
import { prepareRows } from '../../../src/bridge/import/prepare.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import type { TallySimulator, TallySimulatorOptions } from '../../../src/simulators/tally/index.js';
import { companyOf, endsOf, freshDesk, GOODS_LINE, saleInput, startImportTally, writeNext } from './import-world.js';
import { Died, MemoryJob } from './memory-job.js';

let tally: TallySimulator;
const start = async (imports: TallySimulatorOptions['imports'] = {}): Promise<void> => {
  await tally?.close();
  tally = await startImportTally({ vouchers: 40, months: 3, imports });
};
beforeEach(() => start({ upsert: false }));
afterEach(() => tally.close());

const { signal } = new AbortController();
const deskOf = (company: Partial<BridgeCompany> = {}): ImportDesk => freshDesk(tally, companyOf(tally, company));
const NEW_LEDGERS = { newLedgers: { customers: 'Sundry Debtors', suppliers: 'Sundry Creditors' } };

const order = (nth: number, reference: string): VoucherInput =>
  saleInput(nth, {
    kind: 'sales_order',
    number: `SO/${nth}`,
    reference,
    lines: [GOODS_LINE],
  });

describe('rows that are prepared', () => {
  it('end where they cannot be written or are there already, and nothing is sent', async () => {
    const desk = deskOf();
    await writeNext(desk, new MemoryJob([saleInput(2), saleInput(3)]));
    const job = new MemoryJob([
      saleInput(1),
      saleInput(2),
      saleInput(3, { date: '2026-05-05' }),
      saleInput(4, { party_name: 'Nobody Knows' }),
      saleInput(5, { invoice_value: '119.00' }),
      saleInput(6, { date: '2019-01-01' }),
      saleInput(7, { place_of_supply: '27' }),
    ]);
    const before = tally.importRequests().received;
    expect(await prepareRows(desk, job, false, signal)).toEqual({ refused: 5, alreadyThere: 1, newLedgers: 0 });
    expect(endsOf(job)).toEqual([
      'no end',
      expect.stringMatching(/^already_there ALREADY_THERE: /),
      expect.stringMatching(/^refused NUMBER_TAKEN: .*its date is 2026-05-04 instead of 2026-05-05/),
      expect.stringMatching(/^refused MASTER_MISSING: .*There is no ledger "Nobody Knows"\. /),
      expect.stringMatching(/^refused INPUT_INVALID: /),
      expect.stringMatching(/^refused DATE_OUTSIDE_BOOKS: /),
      expect.stringMatching(/^refused TAX_CONTRADICTS_STATES: /),
    ]);
    expect(tally.importRequests().received).toBe(before);
    // Questions about rows that ended so are in no row's journal, and in none that comes after.
    expect(desk.tally.takeExchanges()).toEqual([]);
  });

  it('are looked at a month at a time: as many questions for fifty as for one', async () => {
    const desk = deskOf();
    const questions = async (vouchers: VoucherInput[]): Promise<number> => {
      const before = tally.requests.length;
      await prepareRows(desk, new MemoryJob(vouchers), false, signal);
      return tally.requests.length - before;
    };
    await questions([saleInput(1)]);
    expect(await questions(Array.from({ length: 50 }, (_, nth) => saleInput(nth + 1)))).toBe(
      await questions([saleInput(1)]),
    );
  });

  it('that were begun are left to be asked for one by one', async () => {
    const job = new MemoryJob([saleInput(1)]);
    job.death = 'after begin';
    await expect(writeNext(deskOf(), job)).rejects.toThrow(Died);
    expect(await prepareRows(deskOf(), job, false, signal)).toEqual({ refused: 0, alreadyThere: 0, newLedgers: 0 });
    expect(job.rowsKept).toMatchObject([{ state: 'sending' }]);
  });

  it('and that can no longer be built after they were begun, are for a person', async () => {
    const job = new MemoryJob([saleInput(1)]);
    job.death = 'after begin';
    await expect(writeNext(deskOf(), job)).rejects.toThrow(Died);
    await writeNext(deskOf({ booksTo: '2026-03-31' }), job);
    expect(endsOf(job)[0]).toMatch(/^unknown OUTCOME_UNKNOWN: .*2026-03-31/);
    expect(tally.imported()).toEqual([]);
  });
});

describe('a ledger that is missing', () => {
  const newcomers = [
    saleInput(1, { party_name: 'Ganesh Stores', party_gstin: '29AAAAA0000A1Z5' }),
    saleInput(2, { party_name: 'GANESH-STORES' }),
    saleInput(3, {
      kind: 'purchase',
      party_name: 'Tumkur Mills',
      invoice_value: '100.00',
      lines: [{ taxable_value: '100.00' }],
    }),
  ];

  it('is created on the way where job and settings say so, once, under the group of its kind', async () => {
    const desk = deskOf(NEW_LEDGERS);
    const job = new MemoryJob(newcomers);
    await prepareRows(desk, job, true, signal);
    expect(tally.importRequests().received).toBe(0);
    await writeNext(desk, job, true);
    expect(endsOf(job)).toEqual(newcomers.map(() => expect.stringMatching(/^created CREATED: /)));
    expect(tally.book.ledgers.filter(({ name }) => /ganesh|tumkur/i.test(name))).toMatchObject([
      { name: 'Ganesh Stores', parent: 'Sundry Debtors', partyGstin: '29AAAAA0000A1Z5' },
      { name: 'Tumkur Mills', parent: 'Sundry Creditors' },
    ]);
    const purposes = job.rowsKept.map(({ exchanges }) => exchanges.map(({ purpose }) => purpose));
    expect(purposes.map((all) => all.includes('create_master'))).toEqual([true, false, true]);
  });

  it.each([
    ['the job does not ask for it', false, NEW_LEDGERS],
    ['the settings name no group', true, {}],
  ])('is not created where %s', async (_why, createLedgers, company) => {
    const job = new MemoryJob([newcomers[0]!]);
    await writeNext(deskOf(company), job, createLedgers);
    expect(endsOf(job)[0]).toMatch(/^refused MASTER_MISSING: /);
    expect(tally.importRequests().received).toBe(0);
  });

  it("is never one of the settings' own: only a party's is", async () => {
    const { ledgers } = companyOf(tally);
    const job = new MemoryJob([newcomers[0]!]);
    await writeNext(deskOf({ ...NEW_LEDGERS, ledgers: { ...ledgers, sales: 'Exported Goods' } }), job, true);
    expect(endsOf(job)[0]).toMatch(/^refused MASTER_MISSING: .*There is no ledger "Exported Goods"/);
    expect(tally.importRequests().received).toBe(0);
  });

  it('is refused in the words with which Tally refused it', async () => {
    const company = { newLedgers: { customers: 'Sundry Debtorz', suppliers: 'Sundry Creditors' } };
    const job = new MemoryJob([newcomers[0]!]);
    await writeNext(deskOf(company), job, true);
    expect(endsOf(job)[0]).toMatch(/^refused MASTER_MISSING: .*Group 'Sundry Debtorz' does not exist!/);
    expect(tally.imported()).toEqual([]);
  });

  it.each(['refuse', 'committed_hang_up', 'not_committed_no_answer'] as const)(
    'is there once, and its voucher too, when its own import meets %s',
    async (kind) => {
      tally.setFault({ kind, on: ['import'], times: 1 });
      const job = new MemoryJob([newcomers[0]!]);
      for (let tries = 0; tries < 3 && job.outcomes[0] === null; tries += 1)
        await writeNext(deskOf(NEW_LEDGERS), job, true).catch(() => undefined);
      expect(endsOf(job)[0]).toMatch(/^created CREATED: /);
      expect(tally.book.ledgers.filter(({ name }) => name === 'Ganesh Stores')).toHaveLength(1);
      expect(tally.imported()).toHaveLength(1);
    },
  );

  it('is created too when the program died before it was', async () => {
    const job = new MemoryJob([newcomers[0]!]);
    job.death = 'after begin';
    await expect(writeNext(deskOf(NEW_LEDGERS), job, true)).rejects.toThrow(Died);
    await writeNext(deskOf(NEW_LEDGERS), job, true);
    expect(endsOf(job)[0]).toMatch(/^created CREATED: /);
  });
});

describe('two orders of equal amounts under one reference of their customer', () => {
  it.each(['none', 'committed_hang_up', 'not_committed_no_answer'] as const)(
    'are both written, once each, by a Tally that numbers by itself (%s)',
    async (kind) => {
      await start({ upsert: false, numbering: 'automatic' });
      const desk = deskOf({ numbering: 'automatic' });
      const job = new MemoryJob([order(1, 'PO 17'), order(2, 'PO 17')]);
      await prepareRows(desk, job, false, signal);
      if (kind !== 'none') tally.setFault({ kind, on: ['import'], times: 1, after: 1 });
      await writeNext(desk, job);
      expect(job.outcomes).toMatchObject([{ state: 'created' }, { state: 'created' }]);
      expect(tally.imported().map(({ givenNumber }) => givenNumber)).toEqual(['SO/1', 'SO/2']);
      const masters = job.outcomes.map((outcome) => outcome!.in_tally!.master_id);
      expect(masters).toEqual(tally.imported().map(({ masterId }) => masterId));
    },
  );
});
