import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Mutation, startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import type { HeldDocument } from '../../../src/sources/source.js';
import { createTallySource } from '../../../src/sources/tally/tally-source.js';
import { mayBeDeleted, type Presence, withdrawnDocuments } from '../../../src/sources/tally/withdrawn.js';
import { aVoucher, books } from './books.js';

const { signal } = new AbortController();
const WINDOW = { from: '2026-05-11', to: '2027-05-19' };
/** Read for changes in `delta`. */
const DAYS = [{ from: '2024-04-01', to: '2026-05-10' }, WINDOW];

describe('what a Tally no longer has', () => {
  let simulator: TallySimulator;
  let tally: ReturnType<typeof createTallySource>;
  /** As the platform held it before the books changed. */
  let held: HeldDocument[];
  let since: Record<string, number>;
  let asked: number;
  beforeEach(async () => {
    simulator = await startTallySimulator({ seed: 3, months: 6, vouchers: 400, today: '2026-05-18' });
    tally = createTallySource({
      host: '127.0.0.1',
      port: Number(new URL(simulator.url).port),
      companyName: simulator.book.company.name,
    });
    since = (await tally.probe()).counters;
    const masters = await tally.masters();
    held = [];
    const rows = [];
    for await (const row of tally.read({ from: '2024-04-01', to: '2027-05-19' }, signal)) rows.push(row);
    for (const { docKey, version, drafts } of [
      ...rows.map((row) => tally.toCanonical(row, masters)),
      ...tally.openingDocuments(masters),
    ])
      if (drafts.length > 0) held.push({ docKey, version });
    asked = 0;
  });
  afterEach(() => simulator.close());

  /** A delta as the connector reads it; answers the keys of what is withdrawn. */
  async function delta(epoch = 0): Promise<string[]> {
    const { counters: until } = await tally.probe();
    const masters = await tally.masters();
    const read = [];
    for await (const row of tally.readChanged({ from: '2024-04-01', to: '2026-05-10' }, since, masters, signal))
      read.push(row);
    for await (const row of tally.read(WINDOW, signal)) read.push(row);
    const standing = async function* () {
      asked += 1;
      yield* held;
    };
    const found = await tally.withdrawn(read, { since, until, epoch }, masters, standing, signal, DAYS);
    for (const { drafts, ignored, version } of found) {
      expect({ drafts, ignored }).toEqual({ drafts: [], ignored: 'deleted' });
      expect([until.vouchers, until.masters]).toContain(version.sequence);
    }
    return found.map(({ docKey }) => docKey);
  }
  const keyOf = (guid: string): string => `tally/${simulator.book.company.guid}/${guid}`;
  const anOld = (kind: string): string =>
    simulator.book.guidOf(
      [...simulator.book.vouchers()].find(
        ({ type, state, legs }) => type.class === kind && state === 'regular' && legs[0]?.ledger.kind === 'debtor',
      )!,
    );

  it('is not even asked for when only vouchers were added and edited once', async () => {
    for (const kind of ['add_sale', 'add_receipt', 'edit_amount'] as Mutation['kind'][]) simulator.mutate({ kind });
    expect(await delta()).toEqual([]);
    expect(asked).toBe(0);
  });

  it('is exactly what was deleted, whatever its date', async () => {
    const deleted = [anOld('sales'), anOld('receipt')];
    for (const guid of deleted) simulator.mutate({ kind: 'delete', guid });
    simulator.mutate({ kind: 'add_sale' });
    simulator.mutate({ kind: 'backdate', days: 60 });
    expect((await delta()).sort()).toEqual(deleted.map(keyOf).sort());
  });

  it('is nothing when an edit of an edit left a number over', async () => {
    const { guid } = simulator.mutate({ kind: 'edit_amount' });
    simulator.mutate({ kind: 'edit_amount', guid });
    expect(await delta()).toEqual([]);
    expect(asked).toBe(1);
  });

  it('is not what a count that was cut short left out', async () => {
    const guid = anOld('sales');
    simulator.mutate({ kind: 'delete', guid });
    const { counters: until } = await tally.probe();
    const masters = await tally.masters();
    const standing = async function* () {
      yield* held;
    };
    simulator.setFault({ kind: 'fewer_vouchers', on: ['voucher'], times: 5, amount: 4 });
    const found = await tally.withdrawn([], { since, until, epoch: 0 }, masters, standing, signal, DAYS);
    expect(found.map(({ docKey }) => docKey)).toEqual([keyOf(guid)]);
  });

  it('is an opening balance that was taken away, or whose ledger is no debtor any more', async () => {
    const [emptied, moved] = simulator.book.ledgers.filter(
      ({ kind, openingPaise }) => kind === 'debtor' && openingPaise,
    );
    Object.assign(emptied!, { openingPaise: 0, openingBills: [] });
    simulator.book.touchMaster(emptied!);
    moved!.parent = 'Sundry Creditors';
    simulator.book.touchMaster(moved!);
    const openings = [emptied!, moved!].map((ledger) => `${keyOf(simulator.book.guidOf(ledger))}/opening`);
    expect((await delta()).sort()).toEqual(openings.sort());
  });
});

describe('a voucher', () => {
  const masters = books();
  const held = ['a', 'b'].map((guid, index) => ({
    docKey: `tally/company/${guid}`,
    version: { epoch: 0, sequence: 5 + index },
  }));
  const standing = async function* () {
    yield* held;
  };
  const moved = { since: { vouchers: 6, masters: 1 }, until: { vouchers: 9, masters: 1 }, epoch: 0 };
  const presence = (counted: Record<string, number>, there: string[]): Presence => ({
    async *count() {
      yield new Map(Object.entries(counted));
    },
    having: async () => new Set(there),
  });
  const keys = async (found: Presence, more: Partial<typeof moved> = {}): Promise<string[]> =>
    (await withdrawnDocuments([], { ...moved, ...more }, masters, standing, found)).map(({ docKey }) => docKey);

  it('that moved to another day while it was counted is found by its GUID, and stays', async () => {
    expect(await keys(presence({ a: 5 }, ['a', 'b']))).toEqual([]);
    expect(await keys(presence({ a: 5 }, ['a']))).toEqual(['tally/company/b']);
  });

  it('is never withdrawn by an answer that does not find even what was counted, or by an empty count', async () => {
    await expect(keys(presence({ a: 5 }, []))).rejects.toMatchObject({ name: 'IncompleteAnswer' });
    expect(await keys(presence({}, []))).toEqual([]);
  });

  it('that the platform holds in a newer version than the counter is left alone', async () => {
    expect(
      await keys(presence({ a: 5 }, ['a']), { until: { vouchers: 5, masters: 1 }, since: { vouchers: 1, masters: 1 } }),
    ).toEqual([]);
  });

  it('in an older version than was read before shows that the books were rewound', async () => {
    await expect(keys(presence({ a: 4 }, ['a']))).rejects.toMatchObject({ code: 'COMPANY_REWOUND' });
    expect(await keys(presence({ a: 4 }, ['a']), { epoch: 1 })).toEqual(['tally/company/b']);
  });

  it('can have been deleted only where a number of the counter is borne by none that was read', () => {
    const read = [7, 8, 9].map((alterId) => aVoucher('Sales', [], { alterId }));
    expect(mayBeDeleted(read, moved)).toBe(false);
    expect(mayBeDeleted(read.slice(1), moved)).toBe(true);
  });
});
