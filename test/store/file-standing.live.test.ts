import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { registerSights } from '../../src/store/file-registry.js';
import { saveSource } from '../../src/store/file-sources.js';
import { filesStanding } from '../../src/store/file-standing.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { newDistributor, unique, vault } from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('how the files of a distributor stand', () => {
  it('tells of each path by its newest content, and of troubles until they are replaced, gone or set aside', async () => {
    const tenantId = await newDistributor(db.pool);
    const sourceId = unique('src');
    await saveSource(db.pool, vault, { sourceId, tenantId, connectorId: 'files', settings: {} }, 'Asha');
    const file = { streamId: 'csv', sizeBytes: 1, listed: {}, waitsFor: null };
    const see = (mark: string, ...paths: string[]) =>
      registerSights(
        db.pool,
        vault,
        sourceId,
        paths.map((path) => ({ ...file, path, mark })),
      );
    /** The newest files first. */
    const settle = (state: string, last: number, more = '') =>
      db.pool.query(
        `update source_files set state = $2, message = 'why', changed_at = now() ${more}
         where file_id in (select file_id from source_files where source_id = $1 order by file_id desc limit $3)`,
        [sourceId, state, last],
      );
    const troubles = async (since: string | null = null) =>
      (await filesStanding(db.pool, tenantId, since)).troubles.map(({ message }) => message);

    await see('1', 'good', 'replaced', 'gone', 'aside', 'bad');
    await settle('quarantined', 5);
    expect(await troubles()).toHaveLength(5);
    await see('2', 'good', 'replaced');
    const counts = `, counts = '{"rowsRead": 5, "rowsEmitted": 3, "refusedByCode": {"INVALID_DATE": 2}}'`;
    await settle('committed', 2, counts);
    await db.pool.query(
      `update source_files set state = 'failed', code = 'FILE_GONE' where source_id = $1 and file_id =
         (select file_id from source_files where source_id = $1 order by file_id offset 2 limit 1)`,
      [sourceId],
    );
    await db.pool.query(
      `update source_files set moved_to = 'sealed' where source_id = $1 and file_id =
         (select file_id from source_files where source_id = $1 order by file_id offset 3 limit 1)`,
      [sourceId],
    );
    await see('1', 'new');

    expect(await filesStanding(db.pool, tenantId)).toMatchObject({
      accepted: 2,
      underWay: 1,
      rowsRead: 10,
      rowsTaken: 6,
      refusedByCode: { INVALID_DATE: 4 },
    });
    expect(await troubles()).toHaveLength(2);
    // What was set aside before is no longer in the way; what lies there still is.
    expect(await troubles(new Date(Date.now() + 60_000).toISOString())).toHaveLength(1);
    expect(await filesStanding(db.pool, await newDistributor(db.pool))).toMatchObject({ accepted: 0, troubles: [] });
  });
});
