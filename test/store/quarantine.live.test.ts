import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CanonicalDocument } from '../../src/canonical/records.js';
import { answerKnown } from '../../src/store/known.js';
import { purgeDistributor } from '../../src/store/purge.js';
import { hasPendingDue, quarantinedByCode, standingDocuments } from '../../src/store/standing.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import {
  adjustment,
  arrive,
  bill,
  consented,
  documentOf,
  invoice,
  newDistributor,
  payment,
  stateOf,
  unique,
} from './documents-support.js';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());

/** An invoice that broke a rule, with the bill it would have made. */
const refused = (
  docKey: string,
  sequence: number,
  given: { party?: string; code?: 'AMOUNT_OUTLIER' | 'INVALID_DATE'; day?: string; date?: string | null } = {},
): CanonicalDocument => {
  const { party = 'party-1', code = 'AMOUNT_OUTLIER', day = '2026-05-03', date = '2026-05-03' } = given;
  return documentOf(docKey, sequence, [], { codes: [code], day, bills: [{ party_key: party, name: docKey, date }] });
};
const paying = (docKey: string, sequence: number, of: string, date: string | null = '2026-05-03') =>
  documentOf(docKey, sequence, [payment({ bill: bill(of, date) })]);
const verdictsOn = async (id: string, documents: CanonicalDocument[]) => {
  const question = documents.map(({ doc_key, version, digest, records, quarantined }) => ({
    ...{ doc_key, version, digest },
    records: records.length,
    quarantined: quarantined !== null,
  }));
  const { verdicts } = await answerKnown(db.pool, {
    distributor_id: id,
    sync_id: unique('syn_ask'),
    documents: question,
  });
  return verdicts;
};
const listed = async (id: string, quarantined = true) => {
  const question = { distributor_id: id, prefix: 'v', after: '', quarantined };
  const { documents } = await standingDocuments(db.pool, question);
  return documents.map((document) => [document.doc_key, document.quarantined, document.day]);
};
const seen = async (id: string) => {
  const { invoices, payments, balances } = await bronzeTotals(db.pool, id);
  return { invoices: invoices.count, payments: payments.count, owed: balances['party-1'] ?? 0 };
};

describe('a quarantined document', () => {
  it('withdraws what stood, says why, and is known from then on until it changes', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v1', 5, [invoice()]), documentOf('v2', 5, [invoice()])]);
    expect(await verdictsOn(id, [refused('v1', 6), refused('v9', 6)])).toEqual(['changed', 'new']);
    expect(await arrive(db.pool, id, [refused('v1', 6), refused('v9', 6)])).toMatchObject({ voided: 2, duplicates: 0 });
    expect(await stateOf(db.pool, id, 'v1')).toEqual([
      { state: 'superseded', sequence: 5 },
      { state: 'voided', sequence: 6 },
    ]);
    expect(await seen(id)).toMatchObject({ invoices: 1 });
    expect(await listed(id)).toEqual([
      ['v1', ['AMOUNT_OUTLIER'], '2026-05-03'],
      ['v9', ['AMOUNT_OUTLIER'], '2026-05-03'],
    ]);
    // Those of which records stand are listed with them: both may be deleted in the ERP.
    expect((await listed(id, false)).map(([key]) => key)).toEqual(['v1', 'v2', 'v9']);

    expect(
      await verdictsOn(id, [
        refused('v1', 6),
        refused('v1', 7, { code: 'INVALID_DATE' }),
        documentOf('v1', 7, [invoice()]),
        documentOf('v1', 7, []),
        refused('v1', 5),
      ]),
    ).toEqual(['known', 'changed', 'changed', 'changed', 'stale']);
    expect(await arrive(db.pool, id, [refused('v1', 6)])).toMatchObject({ duplicates: 1, voided: 0 });
    // Deleted in the ERP: nothing is quarantined any more.
    expect(await arrive(db.pool, id, [documentOf('v9', 8, [])])).toMatchObject({ voided: 1 });
    expect(await arrive(db.pool, id, [documentOf('v1', 7, [invoice()])])).toMatchObject({ applied: 1 });
    expect(await listed(id)).toEqual([]);
    expect(await seen(id)).toMatchObject({ invoices: 2 });
  });

  it('may be so in part: the rest of it stands', async () => {
    const id = await consented(db.pool);
    const mark = { codes: ['CURRENCY_UNSUPPORTED' as const], day: null, bills: [] };
    await arrive(db.pool, id, [documentOf('v', 1, [adjustment()], mark)]);
    expect(await stateOf(db.pool, id, 'v')).toEqual([{ state: 'published', sequence: 1 }]);
    expect(await listed(id)).toEqual([['v', ['CURRENCY_UNSUPPORTED'], null]]);
  });

  it('dated ahead is due on its day, and once only', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [refused('v', 1, { code: 'INVALID_DATE', day: '2999-01-01' })]);
    expect(await hasPendingDue(db.pool, id)).toBe(false);
    const days = (arrived: string, day: string) =>
      db.pool.query('update documents set arrived_at = $2, quarantined_day = $3 where distributor_id = $1', [
        ...[id, arrived, day],
      ]);
    await days('2026-05-01', '2026-05-03');
    expect(await hasPendingDue(db.pool, id)).toBe(true);
    await days('2026-05-01', '2017-05-03');
    expect(await hasPendingDue(db.pool, id)).toBe(false);
  });

  it('is forgotten with the rest when an onboarding is cancelled', async () => {
    const id = await newDistributor(db.pool);
    await arrive(db.pool, id, [refused('v', 1)]);
    await purgeDistributor(db.pool, id);
    expect(await listed(id)).toEqual([]);
  });
});

describe('a payment whose invoice is quarantined', () => {
  it('waits with it, whichever comes first, and is there again when the invoice is', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [paying('v-paid-before', 1, 'v1')]);
    expect(await seen(id)).toEqual({ invoices: 0, payments: 1, owed: -42_000_00 });
    await arrive(db.pool, id, [refused('v1', 2)]);
    await arrive(db.pool, id, [paying('v-paid-later', 3, 'v1')]);
    expect(await seen(id)).toEqual({ invoices: 0, payments: 0, owed: 0 });
    expect(await quarantinedByCode(db.pool, id)).toEqual({ AMOUNT_OUTLIER: 1, INVOICE_QUARANTINED: 2 });
    expect(await listed(id)).toContainEqual(['v-paid-later', ['INVOICE_QUARANTINED'], '2026-05-15']);

    await arrive(db.pool, id, [documentOf('v1', 4, [invoice()])]);
    expect(await seen(id)).toEqual({ invoices: 1, payments: 2, owed: -42_000_00 });
    const { rows } = await db.pool.query('select count(*)::int from settlements where distributor_id = $1', [id]);
    expect(rows[0].count).toBe(2);

    // Edited so that it breaks a rule again.
    await arrive(db.pool, id, [refused('v1', 5)]);
    expect(await seen(id)).toEqual({ invoices: 0, payments: 0, owed: 0 });
    await arrive(db.pool, id, [documentOf('v1', 6, [])]);
    expect(await seen(id)).toMatchObject({ payments: 2 });
  });

  it('is of the same party, bill and bill date, where both are known', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [
      refused('v1', 1),
      refused('v2', 1, { date: null }),
      refused('v3', 1, { party: 'party-2' }),
    ]);
    await arrive(db.pool, id, [
      paying('v-year-before', 2, 'v1', '2025-05-03'),
      paying('v-undated', 2, 'v1', null),
      paying('v-of-undated', 2, 'v2'),
      paying('v-other-party', 2, 'v3'),
      documentOf('v-on-account', 2, [payment()]),
      documentOf('v-two-bills', 2, [payment({ bill: bill('v1') }), payment({ bill: bill('v7') })]),
    ]);
    const { rows } = await db.pool.query(
      'select source_key from waiting_payments where distributor_id = $1 order by 1',
      [id],
    );
    expect(rows.map(({ source_key }) => source_key)).toEqual(['v-of-undated#1', 'v-two-bills#1', 'v-undated#1']);
    expect(await seen(id)).toMatchObject({ payments: 4 });
  });

  it('does not wait where another invoice that stands has that very bill', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [documentOf('v-other', 1, [invoice({ bills: [bill('v1')] })])]);
    await arrive(db.pool, id, [refused('v1', 2), paying('v-paid', 2, 'v1')]);
    expect(await seen(id)).toMatchObject({ payments: 1 });
  });

  it('and that was taken back is no payment, waiting or not', async () => {
    const id = await consented(db.pool);
    await arrive(db.pool, id, [
      refused('v1', 1),
      paying('v-paid', 2, 'v1'),
      documentOf('v-bounced', 3, [adjustment({ bill: bill('v1') })]),
    ]);
    expect(await quarantinedByCode(db.pool, id)).toEqual({ AMOUNT_OUTLIER: 1 });
    expect(await seen(id)).toMatchObject({ payments: 0, owed: 0 });
  });
});
