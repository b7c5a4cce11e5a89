import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import type { ImportDesk } from '../../../src/bridge/import/job.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import type { FaultKind, TallySimulator, TallySimulatorOptions } from '../../../src/simulators/tally/index.js';
import { companyOf, endsOf, freshDesk, saleInput, startImportTally, writeNext } from './import-world.js';
import { Died, MemoryJob } from './memory-job.js';

let tally: TallySimulator;
const start = async (imports: TallySimulatorOptions['imports'] = {}): Promise<void> => {
  await tally?.close();
  tally = await startImportTally({ vouchers: 40, months: 3, imports });
};
beforeEach(() => start({ upsert: false }));
afterEach(() => tally.close());

const deskOf = (company: Partial<BridgeCompany> = {}): ImportDesk => freshDesk(tally, companyOf(tally, company));
const sent = (): number => tally.importRequests().received;
const inTally = (number: string): number => [...tally.book.find('VOUCHERNUMBER', number)].length;
/** The voucher of `saleInput(nth)` as somebody types it. */
const byHand = (nth: number, { taxablePaise = 10_000, date = '2026-05-04', number = `INV/${nth}` } = {}) =>
  tally.person.enterVoucher({
    type: 'Sales',
    number,
    date,
    party: 'Bengaluru Kirana Mart',
    reference: number,
    entries: [
      { ledger: 'Bengaluru Kirana Mart', paise: -taxablePaise - 1_800 },
      { ledger: 'Sales', paise: taxablePaise },
      { ledger: 'CGST', paise: 900 },
      { ledger: 'SGST', paise: 900 },
    ],
  });
const written = async (vouchers: VoucherInput[], prepare: (job: MemoryJob) => void = () => undefined) => {
  const job = new MemoryJob(vouchers);
  prepare(job);
  await writeNext(deskOf(), job);
  return endsOf(job);
};
/** The program dies when the first row was begun, and whatever happens happens before it is started again. */
async function diedAndStarted(vouchers: VoucherInput[], meanwhile: () => void, moment: MemoryJob['death']) {
  const job = new MemoryJob(vouchers);
  job.death = moment;
  await expect(writeNext(deskOf(), job)).rejects.toThrow(Died);
  meanwhile();
  await writeNext(deskOf(), job);
  return endsOf(job);
}

describe('a number that is taken', () => {
  it('by the same voucher: it is there already, and nothing is sent', async () => {
    byHand(1);
    expect(await written([saleInput(1)])).toEqual([
      'already_there ALREADY_THERE: Tally held this voucher before, with the same content.',
    ]);
    expect(sent()).toBe(0);
  });

  it('by another voucher: it is refused with what differs, and nothing is sent', async () => {
    byHand(1, { taxablePaise: 20_000 });
    const [end] = await written([saleInput(1)]);
    expect(end).toMatch(/^refused NUMBER_TAKEN: .*ledger "Sales" has 200.00 instead of 100.00/);
    expect(sent()).toBe(0);
  });

  it.each([
    ['the same voucher', 10_000, /^already_there ALREADY_THERE: /],
    ['another voucher', 20_000, /^refused NUMBER_TAKEN: .*Voucher number INV\/1 already exists/],
  ])('after the lookup by %s: Tally, which prevents duplicates, says so', async (_what, taxablePaise, expected) => {
    await start({ numbering: 'prevent_duplicates' });
    const [end] = await written([saleInput(1)], (job) => {
      job.whenBegun = () => void byHand(1, { taxablePaise });
    });
    expect(end).toMatch(expected);
    expect([inTally('INV/1'), tally.imported()]).toEqual([1, []]);
  });
});

describe('a voucher of an earlier job', () => {
  const createdBefore = (job: MemoryJob): void => {
    job.createdBefore = true;
  };

  it('is there already', async () => {
    const job = new MemoryJob([saleInput(1)]);
    createdBefore(job);
    job.whenBegun = () => void byHand(1);
    await writeNext(deskOf(), job);
    expect(endsOf(job)[0]).toMatch(/^already_there ALREADY_THERE: /);
    expect(sent()).toBe(0);
  });

  it('that somebody deleted is not written anew unless a person says so', async () => {
    await written([saleInput(1)]);
    tally.person.deleteVoucher(tally.imported()[0]!.masterId);
    const [end] = await written([saleInput(1)], createdBefore);
    expect(end).toMatch(/^refused WRITTEN_AND_GONE: .*somebody deleted it. Leave it, or retry the row/);
    expect(inTally('INV/1')).toBe(0);
    // Retried, it is free to be sent.
    expect((await written([saleInput(1)]))[0]).toMatch(/^created CREATED: /);
  });

  it('that Tally knows by our own id, under a number somebody gave it, is altered, and shown to a person', async () => {
    await start({ upsert: true });
    await written([saleInput(1)]);
    const { masterId } = tally.imported()[0]!;
    tally.book.change(tally.book.voucher(masterId)!, { number: 'INV/1-A' });
    const [end] = await written([saleInput(1)]);
    expect(end).toMatch(/^unknown ALTERED_ANOTHER: .*edit log/);
  });
});

describe('people at the same Tally', () => {
  const LOST: FaultKind[] = ['committed_no_answer', 'committed_hang_up', 'not_committed_no_answer', 'late_commit'];

  it.each(LOST)('book other vouchers, and one whose import met %s is there once', async (kind) => {
    tally.setFault({ kind, times: 1 });
    const ends = await written([saleInput(1), saleInput(2)], (job) => {
      job.whenBegun = (row) => void byHand(0, { number: `HAND/${row}` });
    });
    expect(ends).toEqual([expect.stringMatching(/^created CREATED: /), expect.stringMatching(/^created CREATED: /)]);
    expect([inTally('INV/1'), inTally('INV/2')]).toEqual([1, 1]);
  });

  it('enter the very voucher after the program died: it is found, and not sent again', async () => {
    const ends = await diedAndStarted([saleInput(1)], () => byHand(1), 'after begin');
    expect(ends[0]).toMatch(/^created CREATED: /);
    expect([inTally('INV/1'), sent()]).toEqual([1, 0]);
  });

  it('enter its number with other content meanwhile: a person has to look', async () => {
    const ends = await diedAndStarted([saleInput(1)], () => byHand(1, { taxablePaise: 20_000 }), 'after begin');
    expect(ends[0]).toMatch(/^unknown READ_BACK_DIFFERS: .*"Sales" has 200.00/);
    expect(inTally('INV/1')).toBe(1);
  });

  it('enter it twice: a person has to look', async () => {
    const twice = (): void => {
      byHand(1);
      byHand(1);
    };
    const ends = await diedAndStarted([saleInput(1)], twice, 'after begin');
    expect(ends[0]).toMatch(/^unknown AMBIGUOUS: .*There are 2/);
  });

  it('open a ledger while an answer is lost: nobody can tell whose change it is, and nothing is sent again', async () => {
    tally.setFault({ kind: 'not_committed_no_answer', times: 1 });
    const [end] = await written([saleInput(1)], (job) => {
      job.whenBegun = () => tally.book.touchMaster(tally.book.ledgers[0]!);
    });
    expect(end).toMatch(/^unknown OUTCOME_UNKNOWN: .*retry the row: Tally is asked before anything is sent/);
    expect(sent()).toBe(1);
  });
});

describe('a Tally that does not show what it holds', () => {
  const LOST = { kind: 'committed_hang_up', times: 1 } as const;

  it.each([
    ['in the same program', null],
    ['in a program that died', 'before settle'],
  ] as const)('because it answers "no rows" after a lost answer, %s: nothing is sent again', async (_where, death) => {
    const job = new MemoryJob([saleInput(1)]);
    const desk = deskOf();
    await desk.lookups.refresh(new AbortController().signal);
    job.death = death;
    tally.setFault({ ...LOST });
    job.whenBegun = () => tally.setFault({ kind: 'zero_rows', on: ['voucher'] });
    await writeNext(desk, job).catch(() => undefined);
    if (death) await writeNext(deskOf(), job);
    expect(endsOf(job)[0]).toMatch(/^unknown OUTCOME_UNKNOWN: /);
    expect(tally.imported()).toHaveLength(1);
  });

  it('because no company is open any more: it waits, and then finds it', async () => {
    const job = new MemoryJob([saleInput(1)]);
    tally.setFault({ ...LOST });
    job.whenBegun = () => tally.setFault({ kind: 'company_closed', on: ['voucher', 'company'] });
    await expect(writeNext(deskOf(), job)).rejects.toMatchObject({ name: 'SourceUnavailable' });
    tally.clearFaults();
    job.whenBegun = () => undefined;
    await writeNext(deskOf(), job);
    expect(endsOf(job)[0]).toMatch(/^created CREATED: /);
    expect(tally.imported()).toHaveLength(1);
  });

  it.each([
    ['in the same program', null],
    ['in a program that died', 'before settle'],
  ] as const)('because it lies outside the period, %s: nothing is sent again', async (_where, death) => {
    await start({ upsert: false, period: { from: '2026-04-01', to: '2026-04-30' } });
    const job = new MemoryJob([saleInput(1)]);
    job.death = death;
    tally.setFault({ ...LOST });
    await writeNext(deskOf(), job).catch(() => undefined);
    if (death) await writeNext(deskOf(), job);
    expect(endsOf(job)[0]).toMatch(/^unknown OUTCOME_UNKNOWN: /);
    expect(tally.imported()).toHaveLength(1);
  });

  it.each([
    ['in the same program', null],
    ['in a program that died', 'before settle'],
  ] as const)('under its number, since it gave one of its own against the settings, %s', async (_where, death) => {
    await start({ upsert: false, numbering: 'automatic' });
    const job = new MemoryJob([saleInput(1)]);
    job.death = death;
    tally.setFault({ ...LOST });
    await writeNext(deskOf(), job).catch(() => undefined);
    if (death) await writeNext(deskOf(), job);
    expect(endsOf(job)[0]).toMatch(/^unknown READ_BACK_DIFFERS: .*its number is ".+" instead of "INV\/1"/);
    expect(tally.imported()).toHaveLength(1);
  });
});
