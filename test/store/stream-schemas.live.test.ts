import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StreamSchema } from '../../src/canonical/stream-schema.js';
import {
  acceptedSchema,
  acceptSchema,
  type FoundSchema,
  listSchemas,
  recordFoundSchema,
} from '../../src/store/stream-schemas.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

const STREAM = 'file.folder.csv.invoices';
const schemaOf = (...names: string[]): StreamSchema => ({
  form: 'csv',
  columns: names.map((name) => ({ name, type: 'text', nullable: false })),
});
const found = (sourceId: string, schema: StreamSchema, more: Partial<FoundSchema> = {}): FoundSchema => ({
  sourceId,
  streamId: STREAM,
  schema,
  verdict: 'first',
  changes: [],
  foundIn: 7,
  acceptedBy: 'policy evolve',
  ...more,
});
const states = async (sourceId: string) =>
  (await listSchemas(db.pool, sourceId)).map(({ version, state }) => [version, state]);

describe('the schema registry', () => {
  it('keeps versions of a stream: what a policy takes, what waits for a person, what was before', async () => {
    expect(await acceptedSchema(db.pool, 'till', STREAM)).toBeNull();
    const first = await recordFoundSchema(db.pool, found('till', schemaOf('a', 'b')));
    expect(first).toMatchObject({ version: 1, state: 'accepted', acceptedBy: 'policy evolve', foundIn: 7 });

    const changes = [{ column: 'b', change: 'removed', from: 'text', weight: 'incompatible' }] as const;
    const proposal = found('till', schemaOf('a'), { verdict: 'incompatible', changes, foundIn: 8, acceptedBy: null });
    const proposed = await recordFoundSchema(db.pool, proposal);
    expect(proposed).toMatchObject({ version: 2, state: 'proposed', acceptedBy: null, changes });
    expect(await recordFoundSchema(db.pool, { ...proposal, foundIn: 9 })).toEqual(proposed);
    expect(await acceptedSchema(db.pool, 'till', STREAM)).toEqual(first);

    const accepted = await acceptSchema(db.pool, 'till', STREAM, 2, 'asha@altscore.test');
    expect(accepted).toMatchObject({ version: 2, state: 'accepted', acceptedBy: 'asha@altscore.test' });
    expect(await acceptSchema(db.pool, 'till', STREAM, 2, 'somebody else')).toEqual(accepted);
    expect(await acceptSchema(db.pool, 'till', STREAM, 3, 'asha@altscore.test')).toBeNull();
    expect(await acceptedSchema(db.pool, 'till', STREAM)).toEqual(accepted);
    expect(await states('till')).toEqual([
      [2, 'accepted'],
      [1, 'superseded'],
    ]);
    // What a person goes back to is accepted again; what a file shows again is a version of its own.
    await acceptSchema(db.pool, 'till', STREAM, 1, 'asha@altscore.test');
    expect((await recordFoundSchema(db.pool, proposal)).version).toBe(3);
    expect(await states('till')).toEqual([
      [3, 'proposed'],
      [2, 'superseded'],
      [1, 'accepted'],
    ]);
    // A policy that takes what was proposed accepts that very version.
    expect(await recordFoundSchema(db.pool, { ...proposal, acceptedBy: 'policy evolve' })).toMatchObject({
      version: 3,
      state: 'accepted',
    });
  });

  it('makes one version of what two files show at the same moment, and keeps streams apart', async () => {
    const [one, other] = [schemaOf('a'), schemaOf('a', 'b')];
    const twice = await Promise.all(
      [one, one, other, other].map((schema) => recordFoundSchema(db.pool, found('two', schema, { acceptedBy: null }))),
    );
    expect(twice.map(({ version }) => version).sort()).toEqual([1, 1, 2, 2]);
    await Promise.all([1, 2].map((version) => acceptSchema(db.pool, 'two', STREAM, version, 'asha@altscore.test')));
    expect((await states('two')).map(([, state]) => state).sort()).toEqual(['accepted', 'superseded']);
    expect(await recordFoundSchema(db.pool, found('three', other))).toMatchObject({ version: 1 });
    const elsewhere = { ...found('two', one), streamId: 'file.folder.csv.returns' };
    expect(await recordFoundSchema(db.pool, elsewhere)).toMatchObject({ version: 1, state: 'accepted' });
    expect(await listSchemas(db.pool, 'two', 'file.folder.csv.returns')).toHaveLength(1);
  });
});
