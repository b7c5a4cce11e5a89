import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listCompanies, registerCompany } from '../../src/store/bridge-companies.js';
import { closeJob, createJob, listJobs, pageOfRows, readJob, reportOf } from '../../src/store/bridge-jobs.js';
import { beginRow, settleRow } from '../../src/store/bridge-journal.js';
import { reopenRow, rowEnd } from '../../src/store/bridge-steering.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { created, newCompany, newJob, refused, rowOf, voucherInput } from './bridge-support.js';
import { unique, vault } from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('a job of vouchers', () => {
  it('is made once for a request, also by two at once; other content under its id is refused', async () => {
    const companyId = await newCompany(db.pool);
    const [rows, requestId] = [[rowOf('INV-1'), rowOf('INV-2')], unique('req')];
    const [first, second] = await Promise.all([
      newJob(db.pool, companyId, rows, requestId),
      newJob(db.pool, companyId, rows, requestId),
    ]);
    expect(first).toEqual(second);
    const other = [rowOf('INV-1'), rowOf('INV-2', { input: voucherInput('INV-2', { narration: 'other' }) })];
    await expect(newJob(db.pool, companyId, other, requestId)).rejects.toMatchObject({ code: 'request_id_reused' });
    // The id is the company's own.
    expect(await newJob(db.pool, await newCompany(db.pool), rows, requestId)).not.toEqual(first);
    await expect(newJob(db.pool, 'nobody-known', rows)).rejects.toMatchObject({ name: 'UnknownCompany' });
    expect(await listJobs(db.pool, companyId)).toMatchObject([{ ...{ job_id: first.jobId }, counts: { pending: 2 } }]);
  });

  it('hands its rows out in order, page by page, and is nobody else’s', async () => {
    const companyId = await newCompany(db.pool);
    const job = await newJob(
      db.pool,
      companyId,
      ['A', 'B', 'C', 'D'].map((number) => rowOf(number, number === 'B' ? { refused: refused() } : {})),
    );
    const page = (after: number) => pageOfRows(db.pool, vault, job, { states: ['pending'], after, limit: 2 });
    expect((await page(0)).map(({ row, voucher }) => [row, voucher])).toEqual([
      [1, voucherInput('A')],
      [3, voucherInput('C')],
    ]);
    expect((await page(3)).map(({ row }) => row)).toEqual([4]);
    const other = { ...job, companyId: await newCompany(db.pool) };
    await expect(pageOfRows(db.pool, vault, other, { states: ['pending'], after: 0, limit: 2 })).rejects.toMatchObject({
      name: 'UnknownJob',
    });
  });

  it('that is closed writes nothing more: pending rows are skipped, what was begun is unknown and may still be told', async () => {
    const job = await newJob(db.pool, await newCompany(db.pool), [rowOf('A'), rowOf('B'), rowOf('C')]);
    const begin = (row: number) => beginRow(db.pool, vault, job, { row, request: '<ENVELOPE/>' });
    await begin(1);
    await settleRow(db.pool, vault, job, { row: 1, attempt: 1, outcome: created(), exchanges: [] });
    await begin(2);
    const counts = expect.objectContaining({ created: 1, unknown: 1, skipped: 1, pending: 0, sending: 0 });
    expect(await closeJob(db.pool, vault, job)).toEqual(counts);
    expect(await closeJob(db.pool, vault, job)).toEqual(counts);
    expect((await readJob(db.pool, job)).settled_at).not.toBeNull();
    expect((await reportOf(db.pool, vault, job.jobId)).map(({ message }) => message)).toEqual([
      expect.stringContaining('Created'),
      expect.stringContaining('may be in Tally'),
      'The job ended before this voucher was sent.',
    ]);
    expect(await reopenRow(db.pool, { ...job, row: 3, by: 'Asha' })).toMatchObject({ done: false });
    await settleRow(db.pool, vault, job, { row: 2, attempt: 1, outcome: created(), exchanges: [] });
    expect(await rowEnd(db.pool, { ...job, row: 2 })).toEqual({ state: 'created', code: 'CREATED' });
    await expect(rowEnd(db.pool, { ...job, row: 4 })).rejects.toThrow(`Job ${job.jobId} has no row 4.`);
  });

  it('of nothing but refused vouchers is settled when it is made', async () => {
    const job = await newJob(db.pool, await newCompany(db.pool), [rowOf('A', { key: null, refused: refused() })]);
    expect(await readJob(db.pool, job)).toMatchObject({ settled_at: expect.any(String), counts: { refused: 1 } });
    await closeJob(db.pool, vault, job);
    expect((await readJob(db.pool, job)).counts).toMatchObject({ refused: 1, skipped: 0 });
  });
});

describe('a company', () => {
  it('is registered once, and takes another label', async () => {
    const companyId = await newCompany(db.pool);
    expect(await registerCompany(db.pool, { companyId, label: 'Sharma and Sons', actor: 'test' })).toEqual({
      created: false,
    });
    await newJob(db.pool, companyId, [rowOf('A')]);
    expect((await listCompanies(db.pool)).find((company) => company.companyId === companyId)).toMatchObject({
      label: 'Sharma and Sons',
      certificateNotAfter: null,
      openJobs: 1,
    });
  });

  it('takes ten thousand vouchers at once', async () => {
    const vouchers = Array.from({ length: 10_000 }, (_, index) => rowOf(`INV-${index}`));
    const asked = { by: 'Asha', requestId: 'many', faulty: 'refuse_all' as const, createLedgers: true, vouchers };
    const job = await createJob(db.pool, vault, { companyId: await newCompany(db.pool), ...asked });
    expect((await readJob(db.pool, { companyId: null, jobId: job.jobId })).counts.pending).toBe(10_000);
  });
});
