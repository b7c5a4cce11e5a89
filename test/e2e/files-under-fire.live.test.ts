import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PLATFORM_QUEUE } from '../../src/activities/platform/sync-control.js';
import type { FileState } from '../../src/canonical/file-ingestion.js';
import { Random } from '../../src/simulators/random.js';
import { drop, FileWorld, invoicesCsv } from '../support/file-world.js';
import { type Program, startProgram } from '../support/spawn.js';
import { waitFor } from '../support/wait-for.js';

const SOURCES = 4;
const FILES = 4;
const ROWS = 1_500;
/** What a file of some source is at when the worker is killed. */
const STATES: FileState[] = ['claimed', 'parsed', 'committed'];

let world: FileWorld;
let worker: Program;
beforeAll(async () => {
  world = await FileWorld.open();
  await world.stopWorkers();
  await startWorker();
});
afterAll(async () => {
  await worker.end();
  await world.close();
});

/** The real program, which a power cut can end. */
async function startWorker(): Promise<void> {
  worker = await startProgram('client/altscore.js', ['worker'], {
    env: {
      DATABASE_URL: world.db.url,
      TEMPORAL_ADDRESS: process.env.TEST_TEMPORAL_ADDRESS!,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
      SECRETS_DIR: join(world.folder, 'secrets'),
    },
  });
  await worker.waitForLine(/"msg":"polling"/);
}

describe('a worker killed while files of several sources are read, stand unseen and are being put away', () => {
  it('leaves nothing out and nothing twice', async () => {
    const random = new Random(6);
    const sources = [];
    for (let source = 0; source < SOURCES; source += 1) {
      const distributorId = await world.newDistributor();
      const { sourceId, root } = await world.newSource(distributorId, { after: 'delete' });
      for (let file = 0; file < FILES; file += 1) {
        const content = invoicesCsv(ROWS + random.int(0, ROWS), { first: file * 2 * ROWS + 1 });
        await drop(root, `invoices-${file}.csv`, content, new Date(Date.now() - (FILES - file) * 60_000));
      }
      sources.push({ distributorId, sourceId, root });
    }
    const runs = Promise.all(sources.map(({ sourceId }) => world.run(sourceId, { taskQueue: PLATFORM_QUEUE })));

    for (const state of STATES) {
      await waitFor(`a file that is ${state}`, () => isAny(state), { timeoutMs: 120_000, everyMs: 5 });
      await worker.end('SIGKILL');
      await startWorker();
    }
    await runs;

    for (const { distributorId, sourceId } of sources) {
      expect(await world.states(sourceId)).toEqual({ committed: FILES });
      const { rows } = await world.db.pool.query(
        `select (select sum((counts->>'rowsEmitted')::int)::int from source_files where source_id = $2) as emitted,
                (select count(distinct doc_key)::int from documents where distributor_id = $1 and state = 'published') as standing,
                (select count(*)::int from current_invoices where distributor_id = $1) as invoices,
                (select count(*)::int from documents where distributor_id = $1 and state <> 'published') as others,
                (select count(*)::int from file_audit where source_id = $2 and action = 'file.committed') as commits`,
        [distributorId, sourceId],
      );
      const { emitted } = rows[0];
      expect(emitted).toBeGreaterThanOrEqual(FILES * ROWS);
      expect(rows).toEqual([{ emitted, standing: emitted, invoices: emitted, others: 0, commits: FILES }]);
    }
  }, 300_000);
});

/** `committed` alone would be true for ever: one that still lies at its place is being put away. */
async function isAny(state: FileState): Promise<boolean> {
  const { rowCount } = await world.db.pool.query(
    'select from source_files where state = $1 and removed_at is null limit 1',
    [state],
  );
  return rowCount === 1;
}
