import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FileTasks } from '../../src/activities/files/tasks.js';
import { drop, FileWorld, invoicesCsv } from '../support/file-world.js';
import { waitFor } from '../support/wait-for.js';

let world: FileWorld;
beforeAll(async () => {
  world = await FileWorld.open();
});
afterAll(() => world.close());
beforeEach(() => world.stopWorkers());

const FILES = 3;
const ROWS = 1_200;

async function someFiles(): Promise<{ distributorId: string; sourceId: string }> {
  const distributorId = await world.newDistributor();
  const { sourceId, root } = await world.newSource(distributorId, { after: 'delete' });
  for (let file = 0; file < FILES; file += 1)
    await drop(
      root,
      `invoices-${file}.csv`,
      invoicesCsv(ROWS, { first: file * ROWS + 1 }),
      new Date(Date.now() - (9 - file) * 60_000),
    );
  return { distributorId, sourceId };
}

/** Every row stands once, nothing is left half done, and each file was committed by one holder. */
async function expectEachOnce(distributorId: string, sourceId: string): Promise<void> {
  const rows = FILES * ROWS;
  const paise = ((rows * (rows + 1)) / 2) * 100 + rows * 150_50 - rows * 50_00;
  expect((await world.bronze(distributorId)).invoices).toEqual({ count: rows, paise });
  expect(await world.states(sourceId)).toEqual({ committed: FILES });
  const { rows: found } = await world.db.pool.query(
    `select (select count(*)::int from documents where distributor_id = $1 and state not in ('published')) as others,
            (select count(*)::int from file_audit where source_id = $2 and action = 'file.committed') as commits,
            (select count(*)::int from file_envelopes where tenant_id = $1) as envelopes`,
    [distributorId, sourceId],
  );
  expect(found).toEqual([{ others: 0, commits: FILES, envelopes: rows }]);
}

describe('a worker that dies', () => {
  const STEPS = ['discoverFiles', 'claimFile', 'readFile', 'commitFile', 'retainFile', 'recordFileRun'] as const;

  it.each(STEPS)('before %s, and again after it without having said so, loses and doubles nothing', async (step) => {
    const { distributorId, sourceId } = await someFiles();
    let calls = 0;
    const real = world.tasks[step] as (task: never) => Promise<unknown>;
    await world.startWorker({
      [step]: async (task: never) => {
        calls += 1;
        if (calls === 1) throw new Error('killed before it began');
        const answer = await real(task);
        if (calls === 2) throw new Error('killed before it could answer');
        return answer;
      },
    } as Partial<FileTasks>);
    const situation = step === 'readFile' ? 'a-file-is-read-again' : undefined;
    const { metrics } = await world.run(sourceId, { situation });
    expect(metrics.files_processed).toBe(FILES);
    await expectEachOnce(distributorId, sourceId);
  });

  it('in the middle of reading, when the store cuts it off, begins that file again', async () => {
    const { distributorId, sourceId } = await someFiles();
    await world.startWorker();
    const running = world.run(sourceId);
    const staged = async (): Promise<boolean> => {
      const { rows } = await world.db.pool.query(
        `select count(*)::int as count from documents where distributor_id = $1 and state = 'staged'`,
        [distributorId],
      );
      return rows[0].count > 0;
    };
    await waitFor('rows being staged', staged, { timeoutMs: 30_000, everyMs: 5 });
    await world.db.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await running;
    await expectEachOnce(distributorId, sourceId);
  });
});

describe('two workers on one source', () => {
  it('share its files, each of which is taken once', async () => {
    const { distributorId, sourceId } = await someFiles();
    const other = `${world.taskQueue}-other`;
    await world.startWorker();
    await world.startWorker({}, other);
    const runs = await Promise.all([
      world.run(sourceId),
      world.run(sourceId, { taskQueue: other }),
      world.run(sourceId),
    ]);
    const processed = runs.reduce((sum, { metrics }) => sum + metrics.files_processed, 0);
    expect(processed).toBe(FILES);
    await expectEachOnce(distributorId, sourceId);
  });
});
