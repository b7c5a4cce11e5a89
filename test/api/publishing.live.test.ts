import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publishHeld } from '../../src/store/consent.js';
import { askPublish, documentOf, invoice, payment, unique } from '../store/documents-support.js';
import {
  batchBody,
  onboard,
  problem,
  send,
  startTestPlatform,
  type TestConnector,
  type TestPlatform,
} from './api-support.js';

let platform: TestPlatform;
let connector: TestConnector;
let other: TestConnector;
beforeAll(async () => {
  platform = await startTestPlatform();
  connector = await onboard(platform);
  other = await onboard(platform);
});
afterAll(async () => {
  await Promise.all([connector.agent.destroy(), other.agent.destroy()]);
  await platform.close();
});

describe('publishing over the wire', () => {
  it('goes from batches to visible records, refusing parts', async () => {
    const { distributorId } = connector;
    await publishHeld(platform.db.pool, distributorId, { by: 'ops@altscore.test', reference: 'campaign' });
    const batches = [[documentOf('p1', 1, [invoice()])], [documentOf('p2', 1, [payment()])]];
    const sync_id = unique('syn');
    await send(connector, 'batch', await batchBody(connector, batches[0]!, { sync_id, batch_seq: '1/2' }));
    const asked = askPublish(distributorId, [sync_id], batches, {
      last_sync_at: '2026-05-19T02:00:00.000Z',
      counters: { vouchers: 7 },
    });
    expect(await send(connector, 'publish', asked)).toEqual(problem(409, 'incomplete'));
    await send(connector, 'batch', await batchBody(connector, batches[1]!, { sync_id, batch_seq: '2/2' }));
    expect(await send(connector, 'publish', { ...asked, counts: { ...asked.counts, documents: 3 } })).toEqual(
      problem(409, 'counts_differ'),
    );
    const published = await send(connector, 'publish', asked);
    expect(published).toMatchObject({
      status: 200,
      body: {
        applied: 2,
        duplicates: 0,
        stale: 0,
        voided: 0,
        visibility: 'published',
        published_through: '2026-05-19T02:00:00.000Z',
      },
    });
    expect((await send(connector, 'publish', asked)).body).toEqual(published.body);
    const late = await batchBody(connector, batches[0]!, { sync_id, batch_seq: '2/2' });
    expect(await send(connector, 'batch', late)).toEqual(problem(409, 'already_published'));
  });

  it('answers known, and 409 changed where that no longer holds', async () => {
    const { distributorId } = connector;
    const [before, after] = [documentOf('k1', 1, [invoice()]), documentOf('k1', 2, [invoice({ amount_inr: 5 })])];
    const publish = async (document: typeof before) => {
      const body = await batchBody(connector, [document]);
      await send(connector, 'batch', body);
      return send(connector, 'publish', askPublish(distributorId, [body.sync_id], [[document]]));
    };
    await publish(before);
    const sync_id = unique('syn');
    const { doc_key, version, digest } = before;
    const question = { distributor_id: distributorId, sync_id, documents: [{ doc_key, version, digest, records: 1 }] };
    expect(await send(connector, 'known', question)).toMatchObject({ status: 200, body: { verdicts: ['known'] } });
    await publish(after);
    expect(await send(connector, 'publish', askPublish(distributorId, [sync_id], [], null, 1))).toEqual(
      problem(409, 'changed'),
    );
    expect(await send(connector, 'known', { ...question, extra: 1 })).toEqual(problem(422, 'invalid'));
  });

  it("does not see another distributor's documents under the same keys", async () => {
    const body = await batchBody(other, [documentOf('p1', 1, [invoice()])]);
    expect((await send(other, 'batch', body)).body).toMatchObject({ accepted: 1, duplicates: 0 });
    const question = { distributor_id: connector.distributorId, sync_id: unique('syn'), documents: [] };
    expect(await send(other, 'known', question)).toEqual(problem(403, 'other_distributor'));
  });

  it('tells which documents of its own a distributor has standing, and nobody else', async () => {
    const { distributorId } = connector;
    const body = await batchBody(connector, [documentOf('held/1', 3, [invoice()])]);
    await send(connector, 'batch', body);
    await send(
      connector,
      'publish',
      askPublish(distributorId, [body.sync_id], [[documentOf('held/1', 3, [invoice()])]]),
    );
    const question = { distributor_id: distributorId, prefix: 'held/', after: '' };
    expect(await send(connector, 'standing', question)).toMatchObject({
      status: 200,
      body: {
        documents: [{ doc_key: 'held/1', version: { epoch: 0, sequence: 3 }, quarantined: [], day: null }],
        next: null,
      },
    });
    expect(await send(other, 'standing', question)).toEqual(problem(403, 'other_distributor'));
    expect(await send(connector, 'standing', { ...question, prefix: '' })).toEqual(problem(422, 'invalid'));
  });

  it('answers an unknown address as a problem', async () => {
    expect(await send(connector, 'nowhere', {})).toEqual(problem(404, 'not_found'));
  });
});

describe('identity', () => {
  it('stands nowhere in plain: not in the tables, not in the log', async () => {
    const canary = {
      retailer_gst: '27CANRY1234Z1ZQ',
      retailer_name: 'Canary General Stores',
      retailer_phone: '9876512345',
    };
    const document = documentOf('canary', 1, [invoice(canary), payment(canary)]);
    const body = await batchBody(connector, [document]);
    expect((await send(connector, 'batch', body)).status).toBe(202);
    await send(connector, 'publish', askPublish(connector.distributorId, [body.sync_id], [[document]]));
    const spoilt = documentOf('spoilt', 1, [invoice({ ...canary, invoice_date: 'Canary General Stores' })]);
    await send(connector, 'batch', await batchBody(connector, [spoilt]));

    const { rows: tables } = await platform.db.pool.query(
      `select table_name from information_schema.tables where table_schema = 'public'`,
    );
    const dump: string[] = [];
    for (const { table_name } of tables) {
      const { rows } = await platform.db.pool.query(`select t::text as line from ${table_name} t`);
      for (const { line } of rows)
        dump.push(
          line,
          line.replace(/\\x([0-9a-f]+)/g, (_: string, hex: string) => Buffer.from(hex, 'hex').toString('latin1')),
        );
    }
    expect(dump.join('\n')).toContain('canary#1');
    for (const secret of [
      ...Object.values(canary),
      'it@sharma.test',
      connector.files.altscore_api_key!,
      platform.secrets.adminToken,
    ])
      for (const form of [
        secret,
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        Buffer.from(secret).toString('hex'),
      ]) {
        expect(dump.join('\n')).not.toContain(form);
        expect(platform.logged.join('\n')).not.toContain(form);
      }
  });
});
