import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ServiceLayerOptions,
  type ServiceLayerSimulator,
  startServiceLayerSimulator,
} from '../../../src/simulators/sap-b1/index.js';
import { backfill, delta, EVERYTHING, never, type OpenedSource, open, Shelf, TODAY, truthOf } from './books.js';

const start = (options: ServiceLayerOptions = {}): Promise<ServiceLayerSimulator> =>
  startServiceLayerSimulator({ months: 24, documents: 400, today: TODAY, ...options });

describe.each([1, 2, 3])('a company of SAP Business One, seed %s', (seed) => {
  let simulator: ServiceLayerSimulator;
  beforeAll(async () => {
    simulator = await start({ seed });
  });
  afterAll(() => simulator.close());

  it('is read to the paisa, by type and month, balances tied, and the same by both versions of the API', async () => {
    const records = [];
    for (const apiVersion of ['v1', 'v2'] as const) {
      const source = open(simulator, { apiVersion, pageSize: 30 });
      const shelf = new Shelf();
      await backfill(source, shelf);
      await source.close();
      expect(shelf.books()).toEqual(truthOf(simulator.totals()));
      records.push(shelf.records);
    }
    expect(records[0]!.length).toBeGreaterThan(300);
    expect(records[0]).toEqual(records[1]);
    expect(simulator.requests.some(({ version }) => version === 'v1')).toBe(true);
  });
});

describe('what the Service Layer’s patches differ in', () => {
  it.each<[string, ServiceLayerOptions, string]>([
    ['a release without v2', { versions: ['v1'] }, 'Service Layer v1'],
    ['a release with both', {}, 'Service Layer v2'],
    ['v2 that takes bare dates only', { dateLiterals: ['bare'] }, 'Service Layer v2'],
    ['v2 that takes points in time only', { dateLiterals: ['utc'], nextLink: 'relative' }, 'Service Layer v2'],
    ['v1 that writes dates as days', { versions: ['v1'], v1Dates: 'day', nextLink: 'relative' }, 'Service Layer v1'],
    ['v1 that writes dates in UTC', { versions: ['v1'], v1Dates: 'midnight_utc' }, 'Service Layer v1'],
  ])('%s is found out and read', async (_story, options, reading) => {
    const simulator = await start({ documents: 200, ...options });
    const source = open(simulator);
    const shelf = new Shelf();
    await backfill(source, shelf);
    expect((await source.probe()).reading).toBe(reading);
    await source.close();
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
    await simulator.close();
  });
});

describe('a delta', () => {
  let simulator: ServiceLayerSimulator;
  let source: OpenedSource;
  const shelf = new Shelf();
  let counters: Record<string, number>;
  const oldest = <Row extends { entry: number }>(rows: readonly Row[], suits: (row: Row) => boolean): Row =>
    rows.find(suits)!;
  const follow = async (): Promise<void> => {
    counters = await delta(source, shelf, counters);
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
  };
  beforeAll(async () => {
    simulator = await start({ seed: 4, documents: 600 });
    source = open(simulator);
    counters = await backfill(source, shelf);
  });
  afterAll(async () => {
    await source.close();
    await simulator.close();
  });

  it('finds counters that stand still where nothing happened, by a handful of small questions', async () => {
    simulator.requests.length = 0;
    expect((await source.probe()).counters).toEqual(counters);
    expect(simulator.requests).toHaveLength(9);
    expect(simulator.requests.every(({ rows }) => rows === 1)).toBe(true);
  });

  it('follows a day of trade: new, edited, cancelled and bounced', async () => {
    simulator.dayOfTrade({ sales: 6, receipts: 4, credits: 2, edits: 4, cancels: 2, bounces: 1 });
    for (const kind of ['add_journal', 'add_partner', 'cancel_credit_note'] as const) simulator.mutate({ kind });
    await follow();
  });

  it('finds what changed in old documents, by their stamps, and payments that were taken back', async () => {
    const { invoices, payments } = simulator.book;
    const isOld = ({ day }: { day: number }): boolean => day < simulator.book.today - 500;
    const invoice = oldest(
      invoices.rows,
      (row) => isOld(row) && row.cancel === 'csNo' && row.paidPaise === 0 && row.partner.kind === 'debtor',
    );
    simulator.mutate({ kind: 'cancel_invoice', entry: invoice.entry });
    const payment = oldest(
      payments.rows,
      (row) => isOld(row) && !row.cancelled && row.partner?.kind === 'debtor' && row.allocations.length > 0,
    );
    simulator.mutate({ kind: 'cancel_payment', entry: payment.entry });
    const before = counters;
    await follow();
    expect(counters.journals).toBeGreaterThan(before.journals!);
  });

  it('lets old records of a partner through once his GSTIN is mended, and moves nothing else', async () => {
    const before = shelf.books().quarantined.INVALID_GSTIN ?? 0;
    simulator.mutate({ kind: 'repair_identity' });
    await follow();
    expect(shelf.books().quarantined.INVALID_GSTIN ?? 0).toBeLessThan(before);
  });

  it('clears a post-dated cheque when its day has come, though it was received long before', async () => {
    const pending = shelf.books().pendingPayments.count;
    const cheque = simulator.book.payments.rows.find(
      ({ checks, cancelled }) => !cancelled && checks.some(({ dueDay }) => dueDay > simulator.book.today + 30),
    )!;
    expect(cheque).toBeDefined();
    const found: string[] = [];
    const later = { from: '2020-04-01', to: '2026-06-20' };
    const masters = await source.masters();
    for await (const record of source.readChanged(later, counters, masters, never))
      found.push(source.toCanonical(record, masters).docKey);
    expect(pending).toBeGreaterThan(0);
    expect(found).toContain(`sap/SBODEMOIN/24-${cheque.entry}`);
  });

  it('reads the whole book anew where nothing is known of its counters', async () => {
    const masters = await source.masters();
    const keys = new Set<string>();
    for await (const record of source.readChanged({ from: '2018-01-01', to: TODAY }, {}, masters, never))
      keys.add(source.toCanonical(record, masters).docKey);
    const dated = [...shelf.documents.values()].filter(({ draft }) => draft.drafts.every(({ date }) => date! <= TODAY));
    expect(dated.filter(({ draft }) => !keys.has(draft.docKey))).toEqual([]);
    expect(keys.size).toBeGreaterThan(500);
  });

  it('of figures hands on each document once, in the window from which its money counts', async () => {
    const masters = await source.masters();
    const windows = [
      { from: '2018-01-01', to: '2026-04-30' },
      { from: '2026-05-01', to: '2026-05-25' },
      { from: '2026-05-26', to: '2027-05-19' },
    ];
    const keys: string[] = [];
    for (const { from, to } of windows)
      for await (const record of source.readFigures({ from, to }, never)) {
        const { docKey, drafts } = source.toCanonical(record, masters);
        keys.push(docKey);
        for (const one of drafts) if (one.type === 'payment') expect(one.date! >= from && one.date! <= to).toBe(true);
      }
    expect(new Set(keys).size).toBe(keys.length);
    const openings = new Set([...source.openingDocuments(masters)].map(({ docKey }) => docKey));
    expect(openings.size).toBeGreaterThan(5);
    expect(keys.filter((key) => openings.has(key))).toEqual([]);
    expect([...shelf.documents.keys()].filter((key) => !openings.has(key)).sort()).toEqual(keys.sort());
    expect(await source.closingBalances(masters, never)).toBeNull();
  });

  it('sees by its counters that books were restored from a backup', async () => {
    simulator.setFault({ kind: 'entries_fallen' });
    const fallen = (await source.probe()).counters;
    simulator.clearFaults();
    const fell = Object.keys(counters).filter((name) => fallen[name]! < counters[name]!);
    expect(fell).toEqual(expect.arrayContaining(['journals', 'invoices', 'creditNotes', 'incomingPayments']));
    expect(fell.filter((name) => source.mayFall!.includes(name) && name.startsWith('masters'))).toEqual([]);
  });

  it('reads again by key what was quarantined, and finds a document by the number people know', async () => {
    const masters = await source.masters();
    const quarantined = [...shelf.documents.values()].filter(
      ({ draft, records }) => draft.drafts.length > records.length && !draft.docKey.includes('/30-'),
    );
    expect(quarantined.length).toBeGreaterThan(10);
    const documents = quarantined.map(({ draft: { docKey } }) => ({ docKey, codes: [], day: null }));
    const again: string[] = [];
    for await (const record of source.readAgain(documents, masters, never))
      again.push(source.toCanonical(record, masters).docKey);
    expect(again.sort()).toEqual(documents.map(({ docKey }) => docKey).sort());

    const { draft } = quarantined[0]!;
    for (const id of [draft.docKey, draft.drafts[0]!.number]) {
      const found: string[] = [];
      for await (const record of source.find(id, masters, never))
        found.push(source.toCanonical(record, masters).docKey);
      expect(found).toContain(draft.docKey);
    }
  });
});

describe('while people are working', () => {
  let simulator: ServiceLayerSimulator;
  afterEach(() => simulator.close());

  it('rows that are added and cancelled between pages are neither lost nor doubled', async () => {
    simulator = await start({ seed: 5, documents: 500 });
    const source = open(simulator, { pageSize: 10 });
    const shelf = new Shelf();
    for (const kind of ['row_inserted', 'row_cancelled'] as const)
      for (const after of [3, 7, 12, 20]) simulator.setFault({ kind, on: ['Invoices'], after: after + 4, times: 1 });
    const before = simulator.book.invoices.rows.length;
    await backfill(source, shelf);
    expect(simulator.book.invoices.rows.length).toBeGreaterThanOrEqual(before + 8);
    await source.close();
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
  });

  it('an invoice that is cancelled after it was read does not stand beside its cancellation', async () => {
    simulator = await start({ seed: 9, documents: 300 });
    const source = open(simulator, { pageSize: 10 });
    const shelf = new Shelf();
    await source.probe();
    const masters = await source.masters();
    for (const draft of source.openingDocuments(masters)) shelf.put(draft);
    let read = 0;
    for await (const record of source.read(EVERYTHING, never)) {
      shelf.put(source.toCanonical(record, masters));
      read += 1;
      if (read !== 60) continue;
      const { entry } = simulator.book.invoices.rows.find(
        ({ cancel, paidPaise, partner }) => cancel === 'csNo' && paidPaise === 0 && partner.kind === 'debtor',
      )!;
      expect(shelf.documents.get(`sap/SBODEMOIN/13-${entry}`)!.draft.cancelled).toBe(false);
      simulator.mutate({ kind: 'cancel_invoice', entry });
    }
    await source.close();
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
  });

  it('a session that ends in the middle of a walk is renewed, and the walk goes on', async () => {
    simulator = await start({ seed: 6, documents: 300 });
    const source = open(simulator, { pageSize: 10 });
    const shelf = new Shelf();
    for (const after of [4, 9, 17]) simulator.setFault({ kind: 'session_dies', on: ['Invoices'], after, times: 1 });
    await backfill(source, shelf);
    await source.close();
    expect(shelf.books()).toEqual(truthOf(simulator.totals()));
    expect(simulator.requests.filter(({ target }) => target === 'Login')).toHaveLength(4);
  });

  it('never more than two requests are under way', async () => {
    simulator = await start({ seed: 7, documents: 300 });
    const source = open(simulator, { pageSize: 20 });
    simulator.setFault({ kind: 'slow', amount: 3 });
    const read = async (): Promise<void> => {
      for await (const _ of source.read(EVERYTHING, never));
    };
    await Promise.all([source.probe(), read(), read(), source.masters()]);
    await source.close();
    expect(Math.max(...simulator.requests.map(({ inFlight }) => inFlight))).toBe(2);
  });
});

describe('what stays unread', () => {
  let simulator: ServiceLayerSimulator;
  beforeAll(async () => {
    simulator = await start({ seed: 8, documents: 300 });
  });
  afterAll(() => simulator.close());

  it('is everything before the distributor’s earliest date, whoever asks, and what a later payment settles of it', async () => {
    const source = open(simulator, { earliestDate: '2026-01-01' });
    const masters = await source.masters();
    const days: string[] = [];
    for await (const record of source.read(EVERYTHING, never))
      days.push('DocDate' in record.row ? record.row.DocDate! : record.row.ReferenceDate!);
    for await (const record of source.readChanged({ from: '2018-01-01', to: TODAY }, {}, masters, never))
      days.push('DocDate' in record.row ? record.row.DocDate! : record.row.ReferenceDate!);
    await source.close();
    expect(days.length).toBeGreaterThan(50);
    expect(days.sort()[0]! >= '2026-01-01').toBe(true);
    expect(source.plan({ from: '2025-11-15', to: '2026-02-10' }, 'month')).toEqual([
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-02-01', to: '2026-02-10' },
    ]);
    expect(source.plan({ from: '2025-01-01', to: '2025-12-31' }, 'month')).toEqual([]);
  });

  it('is what moves balances only, where adjustments are off', async () => {
    simulator.requests.length = 0;
    const source = open(simulator, { adjustments: false });
    const shelf = new Shelf();
    await backfill(source, shelf);
    await source.close();
    const { byType } = simulator.totals();
    expect(shelf.books().byType).toEqual({ ...byType, adjustments: { count: 0, paise: 0, byMonth: {} } });
    const asked = simulator.requests.filter(({ options }) => !('$top' in options));
    expect(asked.some(({ target }) => target === 'VendorPayments')).toBe(false);
    expect(asked.some(({ options }) => options.$filter?.includes('ttJournalEntry'))).toBe(false);
  });
});
