import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerKnown } from '../../src/store/known.js';
import { publishSets } from '../../src/store/publish.js';
import { supersedeSets, sweepUnfinishedSets } from '../../src/store/sets.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { readWatermark, setWatermark } from '../../src/store/watermarks.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import {
  arrive,
  askPublish,
  bill,
  consented,
  documentOf,
  invoice,
  payment,
  stage,
  stateOf,
} from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

describe('a set becomes visible whole or not at all', () => {
  it('shows nothing of a staged set, and all of it once published', async () => {
    const id = await consented(db.pool);
    const batches = [[documentOf('v1', 1, [invoice()])], [documentOf('v2', 2, [payment({ bill: bill('v1') })])]];
    const syncId = await stage(db.pool, id, batches);
    expect((await bronzeTotals(db.pool, id, 'any')).invoices.count).toBe(0);

    const result = await publishSets(db.pool, askPublish(id, [syncId], batches));

    expect(result).toEqual({
      applied: 2,
      duplicates: 0,
      stale: 0,
      voided: 0,
      visibility: 'published',
      published_through: null,
    });
    const totals = await bronzeTotals(db.pool, id);
    expect(totals.invoices).toEqual({
      count: 1,
      paise: 4_200_000,
      byMonth: { '2026-05': { count: 1, paise: 4_200_000 } },
    });
    expect(totals.balances).toEqual({ 'party-1': 0 });
  });

  it('refuses a set with a batch missing', async () => {
    const id = await consented(db.pool);
    const batches = [[documentOf('v1', 1, [invoice()])]];
    const syncId = await stage(db.pool, id, batches, { total: 2 });
    await expect(publishSets(db.pool, askPublish(id, [syncId], batches))).rejects.toMatchObject({
      code: 'incomplete',
      message: expect.stringContaining('1 of its 2'),
    });
    expect(await stateOf(db.pool, id, 'v1')).toEqual([{ state: 'staged', sequence: 1 }]);
  });

  it('refuses counts that are not what it holds', async () => {
    const id = await consented(db.pool);
    const batches = [[documentOf('v1', 1, [invoice()])]];
    const syncId = await stage(db.pool, id, batches);
    const asked = askPublish(id, [syncId], batches);
    asked.counts.records.payment = 1;
    await expect(publishSets(db.pool, asked)).rejects.toMatchObject({ code: 'counts_differ' });
    expect(await stateOf(db.pool, id, 'v1')).toEqual([{ state: 'staged', sequence: 1 }]);
  });

  it('answers a repeated publication the same, and refuses the set in another company', async () => {
    const id = await consented(db.pool);
    const batches = [[documentOf('v1', 1, [invoice()])]];
    const first = await stage(db.pool, id, batches);
    const once = await publishSets(db.pool, askPublish(id, [first], batches));
    expect(await publishSets(db.pool, askPublish(id, [first], batches))).toEqual(once);

    const more = [[documentOf('v2', 2, [invoice()])]];
    const second = await stage(db.pool, id, more);
    await expect(publishSets(db.pool, askPublish(id, [first, second], more))).rejects.toMatchObject({
      code: 'already_published',
    });
    expect((await bronzeTotals(db.pool, id)).invoices.count).toBe(1);
  });

  it('publishes a set that found nothing new and moves the watermark', async () => {
    const id = await consented(db.pool);
    const watermark = { last_sync_at: '2026-05-18T20:30:00.000Z', counters: { vouchers: 812 } };
    const result = await publishSets(db.pool, askPublish(id, ['syn_empty_1'], [], watermark));
    expect(result).toMatchObject({ applied: 0, published_through: '2026-05-18T20:30:00.000Z' });
    expect(await readWatermark(db.pool, id)).toEqual({ ...watermark, epoch: 0 });
  });
});

describe('known documents are looked at again when the set is published', () => {
  const asked = (distributorId: string, syncId: string, documents: ReturnType<typeof documentOf>[]) => ({
    distributor_id: distributorId,
    sync_id: syncId,
    documents: documents.map(({ doc_key, version, digest, records, quarantined }) => ({
      doc_key,
      version,
      digest,
      records: records.length,
      quarantined: quarantined !== null,
    })),
  });

  it('tells new, changed, known and stale apart, in the order asked', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [
      documentOf('same', 5, [invoice()]),
      documentOf('edited', 5, [invoice()]),
      documentOf('gone', 5, [invoice()]),
    ]);
    await arrive(db.pool, id, [documentOf('gone', 6, [])]);
    const { verdicts } = await answerKnown(
      db.pool,
      asked(id, 'syn_ask_1', [
        documentOf('never', 1, [invoice()]),
        documentOf('same', 5, [invoice()]),
        documentOf('edited', 6, [invoice({ amount_inr: 1 })]),
        documentOf('same', 4, [invoice({ amount_inr: 1 })]),
        documentOf('never-void', 1, []),
        documentOf('gone', 7, []),
        documentOf('gone', 7, [invoice()]),
        documentOf('edited', 6, []),
      ]),
    );
    expect(verdicts).toEqual(['new', 'known', 'changed', 'stale', 'known', 'known', 'changed', 'changed']);
  });

  it('refuses a set one of whose known documents has changed since', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 5, [invoice()])]);
    await answerKnown(db.pool, asked(id, 'syn_ask_2', [documentOf('v', 5, [invoice()])]));
    await arrive(db.pool, id, [documentOf('v', 6, [invoice({ amount_inr: 1 })])]);
    await expect(publishSets(db.pool, askPublish(id, ['syn_ask_2'], [], null, 1))).rejects.toMatchObject({
      code: 'changed',
    });
  });

  it('refuses a set of which it no longer remembers having said so, as after a restore from a backup', async () => {
    const id = await consented(db.pool);
    await expect(publishSets(db.pool, askPublish(id, ['syn_ask_4'], [], null, 1))).rejects.toMatchObject({
      code: 'changed',
    });
  });

  it('takes over the later version at which a document was known', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v', 5, [invoice()])]);
    expect(await answerKnown(db.pool, asked(id, 'syn_ask_3', [documentOf('v', 9, [invoice()])]))).toEqual({
      verdicts: ['known'],
    });
    await publishSets(db.pool, askPublish(id, ['syn_ask_3'], [], null, 1));
    expect(await stateOf(db.pool, id, 'v')).toEqual([{ state: 'published', sequence: 9 }]);
  });
});

describe('sets given up', () => {
  it('a superseded set is emptied and refuses what still arrives, published ones stay', async () => {
    const id = await consented(db.pool);
    const batches = [[documentOf('v', 1, [invoice()])]];
    const published = await stage(db.pool, id, batches);
    await publishSets(db.pool, askPublish(id, [published], batches));
    const left = await stage(db.pool, id, [[documentOf('w', 2, [invoice()])]]);

    expect(await supersedeSets(db.pool, id, [left, published, 'syn_never_seen'])).toEqual({ documents: 1 });

    await expect(publishSets(db.pool, askPublish(id, [left], []))).rejects.toMatchObject({ name: 'SetSuperseded' });
    await expect(stage(db.pool, id, [[]], { syncId: 'syn_never_seen' })).rejects.toMatchObject({
      name: 'SetSuperseded',
    });
    expect((await bronzeTotals(db.pool, id)).invoices.count).toBe(1);
  });

  it('sweeps sets that stood open for two days, and no younger ones', async () => {
    const id = await consented(db.pool);
    const [old, young] = [
      await stage(db.pool, id, [[documentOf('a', 1, [invoice()])]]),
      await stage(db.pool, id, [[documentOf('b', 1, [invoice()])]]),
    ];
    await db.pool.query(
      `update sync_sets set opened_at = now() - interval '49 hours' where distributor_id = $1 and sync_id = $2`,
      [id, old],
    );
    expect(await sweepUnfinishedSets(db.pool, { olderThanHours: 48 })).toEqual({ sets: 1, documents: 1 });
    await expect(publishSets(db.pool, askPublish(id, [old], []))).rejects.toMatchObject({ name: 'SetSuperseded' });
    expect(await stateOf(db.pool, id, 'b')).toHaveLength(1);
    expect(young).toBeDefined();
  });
});

describe('the watermark', () => {
  const at = (last_sync_at: string) => ({ last_sync_at, counters: { vouchers: Number(last_sync_at.slice(8, 10)) } });

  it('never moves back by publishing, and does by hand, in a new epoch', async () => {
    const id = await consented(db.pool);
    await publishSets(db.pool, askPublish(id, ['syn_wm_1'], [], at('2026-05-20T00:00:00.000Z')));
    const late = await publishSets(db.pool, askPublish(id, ['syn_wm_2'], [], at('2026-05-18T00:00:00.000Z')));
    expect(late.published_through).toBe('2026-05-20T00:00:00.000Z');
    const backfill = await publishSets(db.pool, askPublish(id, ['syn_wm_3'], []));
    expect(backfill.published_through).toBe('2026-05-20T00:00:00.000Z');
    expect(await setWatermark(db.pool, id, at('2026-05-01T00:00:00.000Z'), 'ops@altscore.test')).toEqual({
      ...at('2026-05-01T00:00:00.000Z'),
      epoch: 1,
    });
  });
});
