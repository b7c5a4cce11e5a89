import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CompactEncrypt } from 'jose';
import { readPlatformKey } from '../../src/delivery/seal.js';
import { supersedeSets } from '../../src/store/sets.js';
import { askPublish, documentOf, invoice, payment } from '../store/documents-support.js';
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

/** A payload sealed rightly over bytes of the test's choice. */
const seal = async (plain: Buffer) => {
  const { key, kid } = await readPlatformKey(connector.files['platform_key.pem']!);
  return new CompactEncrypt(gzipSync(plain)).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid }).encrypt(key);
};

describe('a batch', () => {
  const documents = [documentOf('v1', 1, [invoice()]), documentOf('v2', 2, [payment()])];

  it('is taken, and the same batch again gets the same answer', async () => {
    const body = await batchBody(connector, documents);
    const once = await send(connector, 'batch', body);
    expect(once).toMatchObject({
      status: 202,
      body: { batch_id: body.batch_id, accepted: 2, duplicates: 0, stale: 0, rejected: 0 },
    });
    const resealed = await batchBody(connector, documents, { batch_id: body.batch_id, sync_id: body.sync_id });
    expect(resealed.payload).not.toBe(body.payload);
    expect(await send(connector, 'batch', resealed)).toMatchObject({ status: 202, body: once.body });
  });

  it('under a batch id already used for other records is a conflict', async () => {
    const body = await batchBody(connector, documents);
    await send(connector, 'batch', body);
    const others = await batchBody(connector, [documents[0]!], { batch_id: body.batch_id, sync_id: body.sync_id });
    expect(await send(connector, 'batch', others)).toEqual(problem(409, 'batch_id_reused'));
  });

  it('twice under one place in its set, or of another total, is a conflict', async () => {
    const body = await batchBody(connector, documents, { batch_seq: '1/2' });
    await send(connector, 'batch', body);
    const again = await batchBody(connector, documents, { sync_id: body.sync_id, batch_seq: '1/2' });
    expect(await send(connector, 'batch', again)).toEqual(problem(409, 'batch_seq_taken'));
    const longer = await batchBody(connector, documents, { sync_id: body.sync_id, batch_seq: '2/3' });
    expect(await send(connector, 'batch', longer)).toEqual(problem(409, 'batch_total_differs'));
  });

  it('of a superseded set is gone', async () => {
    const body = await batchBody(connector, documents);
    await supersedeSets(platform.db.pool, connector.distributorId, [body.sync_id]);
    expect(await send(connector, 'batch', body)).toEqual(problem(410, 'superseded'));
  });

  it('counts what it finds against what stands', async () => {
    const { distributorId } = connector;
    const first = await batchBody(connector, [documentOf('c1', 5, [invoice()]), documentOf('c2', 5, [invoice()])]);
    await send(connector, 'batch', first);
    await send(
      connector,
      'publish',
      askPublish(
        distributorId,
        [first.sync_id],
        [[documentOf('c1', 5, [invoice()]), documentOf('c2', 5, [invoice()])]],
      ),
    );
    const second = await batchBody(connector, [
      documentOf('c1', 5, [invoice()]),
      documentOf('c2', 4, [invoice({ amount_inr: 1 }), payment()]),
      documentOf('c3', 1, [invoice()]),
      documentOf('c1x', 9, []),
    ]);
    expect((await send(connector, 'batch', second)).body).toMatchObject({
      accepted: 1,
      duplicates: 1,
      stale: 2,
      rejected: 0,
      by_kind: {
        accepted: { invoice: 1, payment: 0 },
        duplicates: { invoice: 1, void: 1 },
        stale: { invoice: 1, payment: 1, void: 0 },
        rejected: { invoice: 0 },
      },
    });
  });

  it.each<[string, (body: Record<string, unknown>) => void, string]>([
    [
      'an unknown field',
      (body) => {
        body.note = 'x';
      },
      '',
    ],
    [
      'a missing field',
      (body) => {
        delete body.sync_id;
      },
      'sync_id',
    ],
    [
      'an impossible day',
      (body) => {
        body.sync_from = '2026-02-30';
      },
      'sync_from',
    ],
    [
      'a place beyond its total',
      (body) => {
        body.batch_seq = '3/2';
      },
      'batch_seq',
    ],
    [
      'days in the wrong order',
      (body) => {
        body.sync_to = '2026-04-01';
      },
      'sync_to',
    ],
    [
      'another schema version',
      (body) => {
        body.schema_version = 2;
      },
      'schema_version',
    ],
    [
      'an unknown quarantine code',
      (body) => {
        body.quarantine = { by_code: { NOPE: 1 } };
      },
      'quarantine.by_code',
    ],
    [
      'a wrong count',
      (body) => {
        body.counts = { invoice: 2, payment: 1, return: 0, adjustment: 0 };
      },
      'counts.invoice',
    ],
  ])('with %s names the place', async (_what, spoil, path) => {
    const body = { ...(await batchBody(connector, documents)) } as Record<string, unknown>;
    spoil(body);
    const answer = await send(connector, 'batch', body);
    expect(answer).toEqual(problem(422, 'invalid'));
    expect(answer.body.faults.map((fault: { path: string }) => fault.path)).toContain(path);
  });

  it('whose id is not the signed one is refused', async () => {
    const body = await batchBody(connector, documents);
    const answer = await send(connector, 'batch', body, { batchId: 'bat_another_id' });
    expect(answer.body).toMatchObject({ code: 'invalid', faults: [{ path: 'batch_id' }] });
  });

  it('names the place of a fault deep in the encrypted records', async () => {
    const spoilt = documentOf('deep', 1, [invoice(), invoice()]);
    Object.assign(spoilt.records[1]!, { amount_inr: 1.234, surprise: true });
    Object.assign(spoilt.records[0]!, { source_key: 'elsewhere#1', retailer_gst: null, retailer_phone: null });
    const answer = await send(connector, 'batch', await batchBody(connector, [spoilt]));
    expect(answer.status).toBe(422);
    expect(answer.body.faults).toEqual(
      expect.arrayContaining([
        { path: 'payload.documents[0].records[1].amount_inr', message: 'at most two decimals' },
        { path: 'payload.documents[0].records[1]', message: expect.stringContaining('surprise') },
      ]),
    );
    const keys = documentOf('keys', 1, [invoice()]);
    Object.assign(keys.records[0]!, {
      source_key: 'elsewhere#1',
      retailer_gst: null,
      retailer_phone: null,
      amount_inr: 1e15,
    });
    const second = await send(connector, 'batch', await batchBody(connector, [keys, keys]));
    expect(second.body.faults.map((fault: { path: string }) => fault.path)).toEqual(
      expect.arrayContaining([
        'payload.documents[0].records[0].source_key',
        'payload.documents[0].records[0].retailer_gst',
        'payload.documents[0].records[0]',
        'payload.documents[1].doc_key',
      ]),
    );
  });

  it('with a NUL character, which no database text can hold, is refused', async () => {
    const nul = documentOf('nul', 1, [invoice({ retailer_name: 'a\u0000b' })]);
    expect(await send(connector, 'batch', await batchBody(connector, [nul]))).toEqual(problem(422, 'invalid'));
  });

  it('of more than 1,000 records is too large, said or not', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => documentOf(`m${index}`, 1, [invoice()]));
    expect(await send(connector, 'batch', await batchBody(connector, many))).toEqual(problem(413, 'too_many_records'));
    const hidden = await batchBody(connector, many, { counts: { invoice: 1, payment: 0, return: 0, adjustment: 0 } });
    expect(await send(connector, 'batch', hidden)).toEqual(problem(413, 'too_many_records'));
  });

  it('of more than 8 MiB is too large', async () => {
    const body = { ...(await batchBody(connector, documents)), payload: 'x'.repeat(8 * 1024 * 1024) };
    expect(await send(connector, 'batch', body)).toEqual(problem(413, 'body_too_large'));
  });

  it('that unzips to more than 64 MiB is stopped while it unzips', async () => {
    const bomb = await seal(Buffer.alloc(200 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(await send(connector, 'batch', await batchBody(connector, documents, { payload: bomb }))).toEqual(
      problem(413, 'payload_too_large'),
    );
  });

  it('that cannot be decrypted is answered the same, whatever is wrong', async () => {
    const good = (await batchBody(connector, documents)).payload.split('.');
    const { key } = await readPlatformKey(other.files['platform_key.pem']!);
    const strange = await new CompactEncrypt(Buffer.from('x'))
      .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
      .encrypt(key);
    const answers = await Promise.all(
      [
        'nonsense',
        [...good.slice(0, 4), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.'),
        [...good.slice(0, 3), `${good[3]}AA`, good[4]].join('.'),
        strange,
      ].map(async (payload) => send(connector, 'batch', await batchBody(connector, documents, { payload }))),
    );
    for (const answer of answers) {
      expect(answer).toEqual(problem(422, 'payload_unreadable'));
      expect(answer.body).toEqual(answers[0]!.body);
    }
  });

  it('that is no JSON, or no JSON type, is refused', async () => {
    expect(await send(connector, 'batch', Buffer.from('{"distributor_id":'))).toEqual(problem(422, 'invalid'));
    expect(await send(connector, 'batch', Buffer.from('[]'))).toEqual(problem(422, 'invalid'));
    expect(await send(connector, 'batch', {}, { headers: { 'content-type': 'text/plain' } })).toEqual(
      problem(415, 'media_type'),
    );
  });
});
