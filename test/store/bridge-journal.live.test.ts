import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exchangesOfNumber, exchangesOfRow } from '../../src/store/bridge-exchanges.js';
import { readJob, reportOf } from '../../src/store/bridge-jobs.js';
import { beginRow, endRows, settleRow } from '../../src/store/bridge-journal.js';
import type { JobRef } from '../../src/store/bridge-rows.js';
import { reopenRow, rowEnd, skipRow } from '../../src/store/bridge-steering.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { created, exchange, newCompany, newJob, PARTY, refused, rowOf, unknown } from './bridge-support.js';
import { vault } from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const begin = (job: JobRef, row = 1, request = '<ENVELOPE/>') => beginRow(db.pool, vault, job, { row, request });
const settle = (job: JobRef, attempt: number, outcome: Parameters<typeof settleRow>[3]['outcome'], row = 1) =>
  settleRow(db.pool, vault, job, { row, attempt, outcome, exchanges: [exchange()] });
const oneVoucher = async (companyId?: string) =>
  newJob(db.pool, companyId ?? (await newCompany(db.pool)), [rowOf('INV-1')]);
const stateOf = async (job: JobRef, row = 1) => (await rowEnd(db.pool, { ...job, row })).state;

describe('a voucher that is written', () => {
  it('is begun, sent and settled once; who begins it again learns how it ended', async () => {
    const job = await oneVoucher();
    expect(await begin(job)).toEqual({ do: 'send', attempt: 1 });
    expect(await stateOf(job)).toBe('sending');
    expect((await readJob(db.pool, job)).settled_at).toBeNull();
    expect(await settle(job, 1, created(7))).toEqual({ stored: true, master_taken: false });
    expect(await begin(job)).toEqual({ do: 'settled', outcome: created(7) });
    // As a request that is repeated because its answer was lost.
    expect(await settle(job, 1, created(7))).toEqual({ stored: true, master_taken: false });
    await expect(settle(job, 1, refused())).rejects.toMatchObject({ code: 'attempt_superseded' });
    expect(await readJob(db.pool, job)).toMatchObject({ settled_at: expect.any(String), counts: { created: 1 } });
    expect(await exchangesOfRow(db.pool, vault, job, 1)).toHaveLength(1);
  });

  it('is asked for, not sent, by who finds it begun, and the earlier attempt may say nothing more', async () => {
    const job = await oneVoucher();
    await begin(job);
    expect(await begin(job)).toEqual({ do: 'ask', attempt: 2, because: 'outcome_unknown', in_tally: null });
    await expect(settle(job, 1, created())).rejects.toMatchObject({ code: 'attempt_superseded' });
    expect(await settle(job, 2, null)).toEqual({ stored: true, master_taken: false });
    expect(await stateOf(job)).toBe('sending');
    expect(await settle(job, 2, created())).toMatchObject({ stored: true });
    const said = await exchangesOfNumber(db.pool, vault, job.companyId, ' inv-1 ');
    // What the first attempt would have sent is kept, although nobody told of it.
    expect(said[0]).toMatchObject({ attempt: 1, request: '<ENVELOPE/>', answer: null });
    expect(said).toHaveLength(3);
  });

  it('is sent by one of two that begin it at once, in one job or in two', async () => {
    const companyId = await newCompany(db.pool);
    const [first, second] = [await oneVoucher(companyId), await oneVoucher(companyId)];
    const inOne = await Promise.all([begin(first), begin(first)]);
    expect(inOne.map((begun) => begun.do).sort()).toEqual(['ask', 'send']);
    const inTwo = await Promise.all([begin(first), begin(second)]);
    expect(inTwo.map((begun) => begun.do)).toEqual(['ask', 'ask']);
    const { rows } = await db.pool.query('select attempt from bridge_vouchers where company_id = $1', [companyId]);
    expect(rows).toEqual([{ attempt: 4 }]);
  });

  it('and was refused leaves its number free for other content', async () => {
    const companyId = await newCompany(db.pool);
    const job = await oneVoucher(companyId);
    await begin(job);
    await settle(job, 1, refused());
    const corrected = await oneVoucher(companyId);
    expect(await begin(corrected, 1, '<OTHER/>')).toEqual({ do: 'send', attempt: 2 });
  });

  it('that was begun is asked for, also after another job was refused with it', async () => {
    const companyId = await newCompany(db.pool);
    const [first, second] = [await oneVoucher(companyId), await oneVoucher(companyId)];
    await begin(first);
    expect(await begin(second)).toMatchObject({ do: 'ask', attempt: 2 });
    await settle(second, 2, refused());
    expect(await begin(first)).toMatchObject({ do: 'ask', because: 'outcome_unknown', attempt: 3 });
  });

  it('in an earlier job is asked for in a later one, and stays written whatever is found', async () => {
    const companyId = await newCompany(db.pool);
    const [first, second, third] = [
      await oneVoucher(companyId),
      await oneVoucher(companyId),
      await oneVoucher(companyId),
    ];
    await begin(first);
    await settle(first, 1, created(7));
    const asked = { do: 'ask', because: 'created_before', in_tally: { master_id: 7, guid: 'guid-7', number: 'INV-1' } };
    expect(await begin(second)).toEqual({ ...asked, attempt: 2 });
    expect(await begin(second)).toEqual({ ...asked, attempt: 3 });
    await settle(second, 3, refused('WRITTEN_AND_GONE'));
    expect(await begin(third)).toMatchObject({ ...asked, attempt: 4 });
  });

  it.each([
    ['was written', created(7), 'was written as row 1 of job'],
    ['may have been written', null, 'what came of that is not known'],
    ['may have been written, says a person', unknown, 'what came of that is not known'],
  ])('with other content %s is refused, and says where', async (_what, outcome, sentence) => {
    const companyId = await newCompany(db.pool);
    const [first, second] = [await oneVoucher(companyId), await oneVoucher(companyId)];
    await begin(first);
    await settle(first, 1, outcome);
    const begun = await begin(second, 1, '<OTHER/>');
    expect(begun).toMatchObject({ do: 'settled', outcome: { state: 'refused', code: 'CONTENT_DIFFERS' } });
    const { message } = (begun as { outcome: { message: string } }).outcome;
    expect(message).toContain(sentence);
    expect(message).toContain(first.jobId);
    expect((await readJob(db.pool, second)).settled_at).not.toBeNull();
  });

  it('may be built otherwise than it was begun, by its own row, which asks', async () => {
    const job = await oneVoucher();
    await begin(job);
    expect(await begin(job, 1, '<OTHER/>')).toMatchObject({ do: 'ask', because: 'outcome_unknown' });
  });

  it('of another company is none of this one', async () => {
    const [mine, other] = [await oneVoucher(), await oneVoucher()];
    await begin(other);
    expect(await begin(mine, 1, '<OTHER/>')).toEqual({ do: 'send', attempt: 1 });
    await expect(begin({ ...mine, jobId: other.jobId })).rejects.toMatchObject({ name: 'UnknownJob' });
    expect(await settle(other, 1, created(7))).toMatchObject({ stored: true });
    expect(await settle(mine, 1, created(7))).toMatchObject({ stored: true });
  });
});

describe('one voucher of Tally', () => {
  it('is only one row’s, also where two say so at once', async () => {
    const job = await newJob(db.pool, await newCompany(db.pool), [rowOf('INV-1'), rowOf('INV-2'), rowOf('INV-3')]);
    await Promise.all([begin(job, 1), begin(job, 2, '<TWO/>')]);
    const settled = await Promise.all([settle(job, 1, created(9)), settle(job, 1, created(9), 2)]);
    expect(settled.map(({ stored }) => stored).sort()).toEqual([false, true]);
    const loser = settled[0]!.stored ? 2 : 1;
    expect(settled[loser - 1]).toEqual({ stored: false, master_taken: true });
    expect(await stateOf(job, loser)).toBe('sending');
    expect(await exchangesOfRow(db.pool, vault, job, loser)).toHaveLength(1);
    // Found there by another row: a person has to look.
    const found = { ...created(9), state: 'already_there' as const, code: 'ALREADY_THERE' as const };
    await endRows(db.pool, vault, job, { rows: [{ row: 3, outcome: found }] });
    expect(await rowEnd(db.pool, { ...job, row: 3 })).toEqual({ state: 'unknown', code: 'AMBIGUOUS' });
  });
});

describe('rows that end without being sent', () => {
  it('do so while they are pending; what was found there is asked for by later jobs', async () => {
    const companyId = await newCompany(db.pool);
    const job = await newJob(db.pool, companyId, [rowOf('INV-1'), rowOf('INV-2'), rowOf('INV-3')]);
    await begin(job, 3, '<THREE/>');
    const there = { ...created(5), state: 'already_there' as const, code: 'ALREADY_THERE' as const };
    const rows = [there, refused(), refused()].map((outcome, index) => ({ row: index + 1, outcome }));
    expect(await endRows(db.pool, vault, job, { rows })).toBe(2);
    expect(await endRows(db.pool, vault, job, { rows })).toBe(0);
    expect((await readJob(db.pool, job)).counts).toMatchObject({ already_there: 1, refused: 1, sending: 1 });
    // One that was begun may be in Tally: it can only be given up.
    expect(await endRows(db.pool, vault, job, { rows: [{ row: 3, outcome: unknown }] })).toBe(1);
    expect((await readJob(db.pool, job)).settled_at).not.toBeNull();
    expect(await begin(await oneVoucher(companyId), 1, '<WHATEVER/>')).toMatchObject({
      because: 'created_before',
      in_tally: { master_id: 5 },
    });
  });
});

describe('what a person decides of a row', () => {
  const skip = (job: JobRef, row = 1) => skipRow(db.pool, vault, { ...job, row, by: 'Asha', reason: 'cancelled' });
  const reopen = (job: JobRef, row = 1) => reopenRow(db.pool, { ...job, row, by: 'Asha' });

  it('skips one that was not sent, and has it written after all', async () => {
    const job = await oneVoucher();
    expect(await skip(job)).toEqual({ done: true, answer: 'Row 1 is skipped.' });
    expect(await begin(job)).toMatchObject({ do: 'settled', outcome: { state: 'skipped', code: 'SKIPPED' } });
    expect((await readJob(db.pool, job)).settled_at).not.toBeNull();
    expect(await reopen(job)).toMatchObject({ done: true });
    expect((await readJob(db.pool, job)).settled_at).toBeNull();
    expect(await begin(job)).toEqual({ do: 'send', attempt: 1 });
    const { rows } = await db.pool.query(
      `select actor, action, details from admin_audit where details->>'jobId' = $1 order by audit_id`,
      [job.jobId],
    );
    expect(rows).toMatchObject([
      { actor: 'Asha', action: 'bridge.row.skipped', details: { row: 1, was: 'pending', reason: 'cancelled' } },
      { actor: 'Asha', action: 'bridge.row.reopened', details: { row: 1, was: 'skipped' } },
    ]);
  });

  it('never forgets that one was begun: skipped twice and reopened, it is asked for', async () => {
    const job = await oneVoucher();
    await begin(job);
    expect(await skip(job)).toMatchObject({ done: true });
    expect(await rowEnd(db.pool, { ...job, row: 1 })).toEqual({ state: 'unknown', code: 'OUTCOME_UNKNOWN' });
    await skip(job);
    expect(await stateOf(job)).toBe('skipped');
    await reopen(job);
    expect(await stateOf(job)).toBe('sending');
    expect(await begin(job)).toMatchObject({ do: 'ask', because: 'outcome_unknown', attempt: 2 });
    // Whoever sent it tells after all, given up or not.
    await skip(job);
    expect(await settle(job, 2, created())).toMatchObject({ stored: true });
    expect(await stateOf(job)).toBe('created');
    expect(await skip(job)).toMatchObject({ done: false });
    expect(await reopen(job)).toMatchObject({ done: false });
  });

  it('sends anew what was refused, asks anew for what is unknown', async () => {
    const job = await newJob(db.pool, await newCompany(db.pool), [
      rowOf('INV-1'),
      rowOf('INV-2'),
      rowOf('INV-3', { key: null, refused: refused() }),
    ]);
    for (const [row, outcome] of [
      [1, refused()],
      [2, unknown],
    ] as const) {
      await begin(job, row);
      await settle(job, 1, outcome, row);
      await reopen(job, row);
    }
    expect(await begin(job, 1)).toEqual({ do: 'send', attempt: 2 });
    expect(await begin(job, 2)).toMatchObject({ do: 'ask', because: 'outcome_unknown', attempt: 2 });
    expect(await reopen(job, 3)).toMatchObject({ done: false, answer: expect.stringContaining('submit it anew') });
    expect(await skip(job, 3)).toMatchObject({ done: true });
  });

  it('sends anew what was written and deleted in Tally since, once', async () => {
    const companyId = await newCompany(db.pool);
    const [first, second, third] = [
      await oneVoucher(companyId),
      await oneVoucher(companyId),
      await oneVoucher(companyId),
    ];
    await begin(first);
    await settle(first, 1, created(7));
    for (const [job, attempt] of [
      [second, 2],
      [third, 3],
    ] as const) {
      await begin(job);
      await settle(job, attempt, refused('WRITTEN_AND_GONE'));
    }
    // The second one's knowledge is older than the third one's question.
    await reopen(second);
    expect(await begin(second)).toMatchObject({ because: 'created_before', attempt: 4 });
    await settle(second, 4, refused('WRITTEN_AND_GONE'));
    await reopen(second);
    expect(await begin(second, 1, '<OTHER/>')).toEqual({ do: 'send', attempt: 5 });
    await settle(second, 5, created(8));
    await reopen(third);
    expect(await begin(third, 1, '<OTHER/>')).toMatchObject({ because: 'created_before', in_tally: { master_id: 8 } });
  });
});

describe('what is kept of vouchers', () => {
  it('is sealed wherever it may name people, is read back as it was, and takes no change', async () => {
    const job = await oneVoucher();
    await begin(job, 1, `<LEDGERNAME>${PARTY}</LEDGERNAME>`);
    await begin(job, 1, `<LEDGERNAME>${PARTY}</LEDGERNAME>`);
    await settle(job, 2, created(7, 'Krishna/7'));
    const dumped = [];
    for (const table of ['bridge_rows', 'bridge_vouchers', 'bridge_exchanges', 'admin_audit']) {
      const { rows } = await db.pool.query(`select t::text as line from ${table} t`);
      dumped.push(...rows.map(({ line }) => line as string));
    }
    const hex = Buffer.from('Krishna').toString('hex');
    expect(dumped.length).toBeGreaterThan(3);
    expect(dumped.filter((line) => line.includes('Krishna') || line.includes(hex) || line.includes('INV-1'))).toEqual(
      [],
    );
    expect(await reportOf(db.pool, vault, job.jobId)).toEqual([
      {
        row: 1,
        kind: 'sales',
        number: 'INV-1',
        date: '2026-05-14',
        state: 'created',
        code: 'CREATED',
        message: `Created for ${PARTY}.`,
        attempts: 2,
        tally_number: 'Krishna/7',
        tally_master_id: 7,
        identity: [PARTY, '29AABCT1332L1Z2'],
      },
    ]);
    await expect(db.pool.query('delete from bridge_exchanges')).rejects.toThrow('append-only');
  });
});
