import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishSets } from '../../src/store/publish.js';
import { hasPendingDue, standingDocuments } from '../../src/store/standing.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import {
  arrive,
  askPublish,
  consented,
  documentOf,
  invoice,
  newDistributor,
  payment,
  stage,
} from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('what a distributor’s documents stand as', () => {
  it('comes in pages, in the order of keys: what has records and is the latest, of this company and distributor', async () => {
    const [id, other] = [await consented(db.pool), await newDistributor(db.pool)];
    const keys = ['tally/a/3', 'tally/a/1', 'tally/a/2', 'tally/b/1'];
    await arrive(
      db.pool,
      id,
      keys.map((key) => documentOf(key, 4, [invoice()])),
    );
    await arrive(db.pool, other, [documentOf('tally/a/9', 1, [invoice()])]);
    await arrive(db.pool, id, [documentOf('tally/a/2', 6, [])]);
    await stage(db.pool, id, [[documentOf('tally/a/4', 1, [invoice()])]]);

    const ask = (after: string) =>
      standingDocuments(db.pool, { distributor_id: id, prefix: 'tally/a/', after, quarantined: false }, 1);
    const first = await ask('');
    expect(first).toEqual({
      documents: [{ doc_key: 'tally/a/1', version: { epoch: 0, sequence: 4 }, quarantined: [], day: null }],
      next: 'tally/a/1',
    });
    expect(await ask(first.next!)).toEqual({
      documents: [{ doc_key: 'tally/a/3', version: { epoch: 0, sequence: 4 }, quarantined: [], day: null }],
      next: null,
    });
  });

  it('shows a void at the very counter its version had, and none at a lower one', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 5, [invoice()])]);
    for (const [sequence, verdict] of [
      [4, { stale: 1, voided: 0 }],
      [5, { stale: 0, voided: 1 }],
    ] as const) {
      const batches = [[documentOf('v', sequence, [])]];
      const syncId = await stage(db.pool, id, batches);
      expect(await publishSets(db.pool, askPublish(id, [syncId], batches))).toMatchObject(verdict);
    }
  });

  it('tells of a pending payment once its day has come', async () => {
    const id = await consented(db.pool);
    const due = async (paid_date: string, status: 'pending' | 'cleared', sequence: number) => {
      await arrive(db.pool, id, [documentOf('r', sequence, [payment({ paid_date, status })])]);
      return hasPendingDue(db.pool, id);
    };
    expect(await due('2999-01-01', 'pending', 1)).toBe(false);
    expect(await due('2026-01-01', 'pending', 2)).toBe(true);
    expect(await due('2026-01-01', 'cleared', 3)).toBe(false);
  });
});
