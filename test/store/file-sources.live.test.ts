import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileAudit } from '../../src/store/file-audit.js';
import { keepContent, openContent } from '../../src/store/file-contents.js';
import { mastersContent } from '../../src/store/file-masters.js';
import { registerSights } from '../../src/store/file-registry.js';
import { listSources, readSource, removeSources, saveSource } from '../../src/store/file-sources.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { newDistributor, unique, vault } from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** A source with one file, whose masters are kept. */
async function sourceWithMasters(tenantId: string) {
  const source = { sourceId: unique('src'), tenantId, connectorId: 'tally_file_dump', settings: { place: 'secret' } };
  await saveSource(db.pool, vault, source, 'Asha');
  const file = { path: 'a.xml', streamId: 'file.folder.tally', sizeBytes: 1, mark: '1', listed: {}, waitsFor: null };
  await registerSights(db.pool, vault, source.sourceId, [file]);
  const { rows } = await db.pool.query('select file_id from source_files where source_id = $1', [source.sourceId]);
  const content = mastersContent(rows[0].file_id);
  await keepContent(
    db.pool,
    vault,
    content,
    (async function* () {
      yield Buffer.from('<LEDGER NAME="Gupta"/>');
    })(),
  );
  return { ...source, content };
}
const kept = async (content: string) => (await openContent(db.pool, vault, content).toArray()).join('');

describe('the sources of a distributor whose onboarding was given up', () => {
  it('are no longer read, and what was kept of their files is gone; those of others stay', async () => {
    const [given, other] = [await newDistributor(db.pool), await newDistributor(db.pool)];
    const [one, two] = [await sourceWithMasters(given), await sourceWithMasters(other)];
    expect(await kept(one.content)).toContain('Gupta');

    expect(await removeSources(db.pool, given, 'Asha')).toEqual([one.sourceId]);
    expect(await removeSources(db.pool, given, 'Asha')).toEqual([]);
    await expect(readSource(db.pool, vault, one.sourceId)).rejects.toThrow(one.sourceId);
    expect(await kept(one.content)).toBe('');
    expect((await listSources(db.pool, vault)).map(({ sourceId }) => sourceId)).toEqual([two.sourceId]);
    expect(await kept(two.content)).toContain('Gupta');
    const actions = (await readFileAudit(db.pool, one.sourceId, 10)).map(({ action }) => action);
    expect(actions).toEqual(['source.added', 'file.discovered', 'source.removed']);
  });
});
