import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Mutation, startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { ask, collectionRequest, nodes, objects, textOf, type Xml } from './asking.js';

const FIELDS = 'GUID,DATE,ALTERID,PARTYLEDGERNAME,ISCANCELLED,ISOPTIONAL,ALLLEDGERENTRIES.LIST';

describe('a change made in Tally', () => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 9, vouchers: 400, today: '2026-05-18' });
  });
  afterAll(() => simulator.close());

  const vouchers = async (filter: string): Promise<Xml[]> =>
    objects(
      await ask(
        simulator.url,
        collectionRequest({ type: 'Voucher', fetch: FIELDS, from: '20100401', to: '20400331', filter }),
      ),
      'VOUCHER',
    );
  const counters = async (): Promise<{ vouchers: number; masters: number }> => {
    const [company] = objects(
      await ask(simulator.url, collectionRequest({ type: 'Company', fetch: 'ALTVCHID,ALTMSTID' })),
      'COMPANY',
    );
    return { vouchers: Number(textOf(company!.ALTVCHID)), masters: Number(textOf(company!.ALTMSTID)) };
  };
  /** What a client finds above the counter it saw before. */
  const changedBy = async (mutation: Mutation) => {
    const before = await counters();
    const { guid } = simulator.mutate(mutation);
    return { guid, before, after: await counters(), rows: await vouchers(`$AlterID > ${before.vouchers}`) };
  };

  it('leaves a cancelled voucher without lines and party, and its counter moved', async () => {
    const { guid, rows } = await changedBy({ kind: 'cancel' });
    expect(rows.map((row) => textOf(row.GUID))).toEqual([guid]);
    expect(textOf(rows[0]!.ISCANCELLED)).toBe('Yes');
    expect(textOf(rows[0]!.PARTYLEDGERNAME)).toBe('');
    expect(nodes(rows[0]!['ALLLEDGERENTRIES.LIST'])).toEqual([]);
  });

  it('lets a deleted voucher vanish, and only the counter tells', async () => {
    const { guid, before, after, rows } = await changedBy({ kind: 'delete' });
    expect(rows).toEqual([]);
    expect(after.vouchers).toBe(before.vouchers + 1);
    expect(await vouchers(`$GUID = "${guid}"`)).toEqual([]);
  });

  it('keeps the lines of a voucher that became optional, and takes it out of the totals', async () => {
    const before = simulator.totals();
    const { rows } = await changedBy({ kind: 'make_optional' });
    expect(textOf(rows[0]!.ISOPTIONAL)).toBe('Yes');
    expect(nodes(rows[0]!['ALLLEDGERENTRIES.LIST']).length).toBeGreaterThan(1);
    expect(simulator.totals().ignored.optional).toBe(before.ignored.optional! + 1);
  });

  it('keeps the GUID of a voucher that moved to another day, and changes its key', async () => {
    const { guid, rows } = await changedBy({ kind: 'backdate', days: 2 });
    expect(textOf(rows[0]!.GUID)).toBe(guid);
    const keyDay = Number.parseInt(String(rows[0]!['@VCHKEY']).slice(37, 45), 16);
    expect(simulator.book.voucher(Number.parseInt(guid.slice(-8), 16))!.day).toBe(keyDay);
  });

  it('turns a sale into adjustments when its type becomes Journal', async () => {
    const before = simulator.totals().byType;
    const { rows } = await changedBy({ kind: 'change_type' });
    expect(rows[0]!['@VCHTYPE']).toBe('Journal');
    const after = simulator.totals().byType;
    expect([after.invoices.count, after.adjustments.count]).toEqual([
      before.invoices.count - 1,
      before.adjustments.count + 1,
    ]);
  });

  it('moves an amount by what was said', async () => {
    const guid = simulator.mutate({ kind: 'add_sale' }).guid;
    const before = simulator.totals().byType.invoices.paise;
    await changedBy({ kind: 'edit_amount', guid, amountPaise: 12_345 });
    expect(simulator.totals().byType.invoices.paise).toBe(before + 12_345);
  });

  it('voids a payment when its cheque bounces', async () => {
    const receipt = simulator.mutate({ kind: 'add_receipt' }).guid;
    const before = simulator.totals();
    await changedBy({ kind: 'bounce', guid: receipt });
    const after = simulator.totals();
    expect(after.voids.reversedPayments).toBe(before.voids.reversedPayments + 1);
    expect(after.byType.payments.count).toBe(before.byType.payments.count - 1);
    expect(after.byType.adjustments.count).toBe(before.byType.adjustments.count);
  });

  it('moves the counter of masters, and no voucher, when a ledger is renamed', async () => {
    const { before, after, rows } = await changedBy({ kind: 'rename_ledger' });
    expect(rows).toEqual([]);
    expect(after).toEqual({ vouchers: before.vouchers, masters: simulator.book.alterId });
    expect(after.masters).toBeGreaterThan(before.masters);
  });

  it('accepts the records of a debtor whose identity was repaired', async () => {
    const before = simulator.totals().quarantined;
    simulator.mutate({ kind: 'repair_identity' });
    expect(simulator.totals().quarantined.INVALID_GSTIN ?? 0).toBeLessThan(before.INVALID_GSTIN!);
  });

  it('does a whole day of trade, dated today', async () => {
    const { vouchers: counter } = await counters();
    const touched = simulator.dayOfTrade({ sales: 4, receipts: 3, edits: 2, cancels: 1 });
    expect(touched).toHaveLength(10);
    const rows = await vouchers(`$AlterID > ${counter}`);
    expect(new Set(rows.map((row) => textOf(row.GUID)))).toEqual(new Set(touched.map(({ guid }) => guid)));
    expect(rows.filter((row) => textOf(row.DATE) === '20260518').length).toBeGreaterThanOrEqual(7);
  });
});
