import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { BridgeJob, StateCounts } from '../../../src/canonical/bridge.js';
import { importedText, isComplete, submissionOf } from '../../../src/client/bridge/import-vouchers.js';
import { type Clock, follow, openScreen, type Screen } from '../../../src/client/bridge/progress.js';
import { saleInput } from '../../bridge/import/import-world.js';

const NONE = { pending: 0, sending: 0, created: 0, already_there: 0, refused: 0, unknown: 0, skipped: 0 };
const job = (counts: Partial<StateCounts>, faulty: BridgeJob['faulty'] = 'refuse_all'): BridgeJob => ({
  job_id: 'job_0123456789abcdef',
  company_id: 'import-traders',
  by: 'Asha',
  faulty,
  create_ledgers: false,
  created_at: '2026-05-04T00:00:00.000Z',
  settled_at: null,
  counts: { ...NONE, ...counts },
});
/** Answers the jobs one after the other, the last one for two minutes. */
const followed = async (...jobs: BridgeJob[]) => {
  const said: string[] = [];
  const screen: Screen = { say: (line) => said.push(line), show: () => undefined, end: () => undefined };
  const read = async () => (jobs.length > 1 ? jobs.shift()! : jobs[0]!);
  const stop = new AbortController();
  let passedMs = 0;
  const clock: Clock = {
    nowMs: () => passedMs,
    async pass(ms) {
      passedMs += ms;
      if (passedMs > 120_000) throw new Error('still followed');
    },
  };
  const end = await follow(read, screen, stop.signal, clock).catch(() => null);
  return { end, said };
};

describe('an import that is followed', () => {
  it('ends when every voucher has its end', async () => {
    const { end, said } = await followed(job({ pending: 2 }), job({ sending: 1, created: 1 }), job({ created: 2 }));
    expect(end).toMatchObject({ held: false, job: { counts: { created: 2 } } });
    expect(said).toEqual([]);
  });

  it('ends when one that cannot be written holds up the others', async () => {
    expect((await followed(job({ pending: 2, refused: 1 }))).end).toMatchObject({ held: true });
  });

  it('says where to look when nothing moves, once', async () => {
    const { end, said } = await followed(job({ pending: 2 }));
    expect(end).toBeNull();
    expect(said).toEqual([expect.stringMatching(/Nothing has moved for a minute.*altscore-bridge test/)]);
    expect((await followed(job({ pending: 2, refused: 1 }, 'refuse_rows'))).end).toBeNull();
  });
});

describe('what is handed in', () => {
  const asked = { companyId: 'import-traders', by: 'Asha', onlyValid: false, createLedgers: false, again: false };

  it('is the same request for the same content, whoever sends it, until it is asked for again', () => {
    const idOf = (more: object) => submissionOf({ ...asked, vouchers: [saleInput(1)], ...more }).request_id;
    expect(idOf({ by: 'Ravi' })).toBe(idOf({}));
    expect(idOf({ vouchers: [saleInput(2)] })).not.toBe(idOf({}));
    expect(idOf({ onlyValid: true })).not.toBe(idOf({}));
    expect(idOf({ again: true })).not.toBe(idOf({ again: true }));
  });
});

describe('what is said at the end', () => {
  it('counts, names every row that somebody has to see to, and says how', () => {
    const troubled = {
      row: 2,
      kind: 'sales',
      number: 'INV/2',
      date: '2026-05-04',
      state: 'refused',
      code: 'MASTER_MISSING',
      message: 'There is no ledger "Asha".',
      attempts: 1,
      tally_number: null,
      tally_master_id: null,
    } as const;
    const partly = job({ created: 1, refused: 1 });
    const text = importedText({ job: partly, held: false, troubled: [troubled] });
    expect(text).toMatch(/2 vouchers: created 1, already there 0, refused 1, unknown 0\n/);
    expect(text).toMatch(/row 2: There is no ledger "Asha"\.\nReport: altscore bridge report job_0123456789abcdef\n/);
    expect(isComplete(partly)).toBe(false);
    expect(isComplete(job({ created: 1, already_there: 1 }))).toBe(true);
    expect(importedText({ job: job({ created: 1 }), held: false, troubled: [] })).not.toMatch(/retry/);
  });

  it('is plain lines where nobody watches a terminal', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream;
    const screen = openScreen(2, stream);
    screen.show(job({ created: 1, pending: 1 }).counts);
    screen.show(job({ created: 2 }).counts);
    screen.end();
    expect(String(stream.read())).toBe('1 of 2 vouchers: created 1, already there 0, refused 0, unknown 0\n');
  });
});
