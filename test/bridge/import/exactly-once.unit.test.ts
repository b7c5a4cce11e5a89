import { afterEach, describe, expect, it } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import { writeRows } from '../../../src/bridge/import/write-rows.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import type { FaultKind, TallySimulator, TallySimulatorOptions } from '../../../src/simulators/tally/index.js';
import { companyOf, freshDesk, saleInput, startImportTally } from './import-world.js';
import { type Death, MemoryJob } from './memory-job.js';

const STRETCH = { rows: 10, ms: 60_000 };
/** How a Tally may take what is sent again. */
const TALLIES: [string, NonNullable<TallySimulatorOptions['imports']>, BridgeCompany['numbering']][] = [
  ['upserts', { upsert: true, numbering: 'manual' }, 'manual'],
  ['keeps doubles', { upsert: false, numbering: 'manual' }, 'manual'],
  ['numbers by itself', { upsert: false, numbering: 'automatic' }, 'automatic'],
];
/** What becomes of the import, and of its answer. */
const FAULTS: FaultKind[] = [
  'refuse',
  'committed_no_answer',
  'committed_hang_up',
  'not_committed_no_answer',
  'late_commit',
  'cut',
  'empty_body',
  'html',
  'wrong_encoding',
];
const DEATHS: Death[] = ['after begin', 'before settle', 'after settle'];

describe.each(TALLIES)('a voucher written into a Tally that %s', (_how, imports, numbering) => {
  let tally: TallySimulator;
  afterEach(() => tally.close());

  /** Writes a job to its end as programs would that start again after each death. */
  async function write(
    vouchers: VoucherInput[],
    before: (job: MemoryJob) => void = () => undefined,
  ): Promise<MemoryJob> {
    const job = new MemoryJob(vouchers);
    before(job);
    let reason: unknown;
    for (let starts = 0; starts < 20; starts += 1) {
      const desk = freshDesk(tally, companyOf(tally, { numbering }));
      try {
        await writeRows(desk, job, { createLedgers: false, stretch: STRETCH, stop: new AbortController().signal });
        if (job.outcomes.every((outcome) => outcome !== null)) return job;
      } catch (error) {
        // The program is started again.
        reason = error;
      }
    }
    throw new Error(`the job came to no end: ${JSON.stringify(job.outcomes)}`, { cause: reason });
  }
  const timesInTally = (number: string): number =>
    tally.imported().filter(({ givenNumber }) => givenNumber === number).length;

  it('is there once', async () => {
    tally = await startImportTally({ imports });
    const job = await write([saleInput(1), saleInput(2)]);
    expect(job.outcomes).toMatchObject([{ state: 'created' }, { state: 'created' }]);
    expect([timesInTally('INV/1'), timesInTally('INV/2')]).toEqual([1, 1]);
  });

  it('would be there twice if it were sent again blindly, wherever Tally does not upsert', async () => {
    tally = await startImportTally({ imports });
    const job = await write([saleInput(1)]);
    const [sent] = job.rowsKept[0]!.exchanges.filter(({ purpose }) => purpose === 'send');
    await freshDesk(tally, companyOf(tally)).tally.send(sent!.request, 'send', new AbortController().signal);
    expect(timesInTally('INV/1')).toBe(imports.upsert ? 1 : 2);
  });

  it.each(FAULTS)('is there once when its import meets %s', async (kind) => {
    tally = await startImportTally({ imports });
    tally.setFault({ kind, on: ['import'], times: 1 });
    const job = await write([saleInput(1), saleInput(2)]);
    expect(job.outcomes).toMatchObject([{ state: 'created' }, { state: 'created' }]);
    expect([timesInTally('INV/1'), timesInTally('INV/2')]).toEqual([1, 1]);
  });

  it.each(DEATHS.flatMap((death) => (['none', ...FAULTS] as const).map((kind) => [death, kind] as const)))(
    'is there once when the program dies %s and the import met %s',
    async (death, kind) => {
      tally = await startImportTally({ imports });
      if (kind !== 'none') tally.setFault({ kind, on: ['import'], times: 1 });
      const job = await write([saleInput(1), saleInput(2)], (fresh) => {
        fresh.death = death;
      });
      expect(job.outcomes).toMatchObject([{ state: 'created' }, { state: 'created' }]);
      expect([timesInTally('INV/1'), timesInTally('INV/2')]).toEqual([1, 1]);
    },
  );

  it('waits for a Tally that a dialog holds, and is then there once', async () => {
    tally = await startImportTally({ imports });
    tally.setFault({ kind: 'modal', on: ['import'], times: 1 });
    setTimeout(() => tally.clearFaults('modal'), 1_500);
    const job = await write([saleInput(1)]);
    expect(job.outcomes).toMatchObject([{ state: 'created' }]);
    expect(timesInTally('INV/1')).toBe(1);
  });
});
