import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { paiseFromRupees } from '../../../src/canonical/money.js';
import type { CanonicalRecord } from '../../../src/canonical/records.js';
import {
  type CsvOptions,
  type Totals,
  totalsOf,
  writeDayOfTrade,
  writeHistory,
  writeInvoices,
} from '../../../src/simulators/csv/index.js';
import { CsvReader } from '../../../src/sources/csv/csv-reader.js';
import { CsvDocuments, type Documents, type KnownInvoice } from '../../../src/sources/csv/documents.js';
import { judgeRows } from '../../../src/sources/csv/judged-rows.js';
import { dataFilesOf } from '../../../src/sources/files/data-files.js';
import { fileOnDisk } from '../../../src/sources/files/given-file.js';
import { settings } from '../../canonical/draft-examples.js';

const OPTIONS: CsvOptions = { seed: 3, months: 9, invoices: 400, today: '2026-05-18' };
const RULES = { ...settings, today: '2026-05-18' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'csv-simulator-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What the product's reader and rules make of files in their order: the newest of each document stands. */
class Taken {
  readonly #standing = new Map<string, CanonicalRecord[]>();
  readonly #invoices = new Map<string, KnownInvoice>();
  readonly refused: Record<string, number> = {};
  duplicates = 0;
  rows = 0;

  async file(path: string): Promise<void> {
    const reader = new CsvReader();
    let documents: CsvDocuments | null = null;
    const [data] = await dataFilesOf(fileOnDisk(path));
    for await (const rows of reader.rows(data!.open())) {
      this.rows += rows.length;
      if (rows.length === 0) continue;
      documents ??= new CsvDocuments(reader.header.template, {
        digestKey: RULES.digestKey,
        version: 1,
        ownPhones: [],
        invoiceOf: (id) => this.#invoices.get(id) ?? null,
      });
      this.#take(documents.take(rows), reader);
    }
    if (documents !== null) this.#take(documents.end(), reader);
  }

  #take({ documents, faults, duplicates }: Documents, reader: CsvReader): void {
    this.duplicates += duplicates;
    for (const { code } of faults) this.#refuse(code);
    for (const made of documents) {
      const { document, faults: broken } = judgeRows(made, reader.header.template, RULES);
      for (const { code } of broken) this.#refuse(code);
      if (document.records.length === 0) continue;
      this.#standing.set(document.doc_key, document.records);
      const [draft] = made.draft.drafts;
      if (draft!.type === 'invoice') this.#invoices.set(draft!.number, { party: draft!.party, date: draft!.date });
    }
  }

  #refuse(code: string): void {
    this.refused[code] = (this.refused[code] ?? 0) + 1;
  }

  summed(): Pick<Totals, 'byType'> & { balances: number[] } {
    const empty = () => ({ count: 0, paise: 0, byMonth: {} as Record<string, { count: number; paise: number }> });
    const byType = { invoices: empty(), payments: empty(), returns: empty() };
    const balances = new Map<string, number>();
    for (const record of [...this.#standing.values()].flat()) {
      if (record.type === 'adjustment') throw new Error('files hold no adjustments');
      const of = byType[`${record.type}s`];
      const [day, amount] =
        record.type === 'payment'
          ? [record.paid_date, record.amount_paid_inr]
          : [record.invoice_date, record.amount_inr];
      const paise = paiseFromRupees(amount);
      of.byMonth[day.slice(0, 7)] ??= { count: 0, paise: 0 };
      for (const sum of [of, of.byMonth[day.slice(0, 7)]!]) {
        sum.count += 1;
        sum.paise += paise;
      }
      const owed = record.type === 'invoice' ? paise : -paise;
      balances.set(record.party_key, (balances.get(record.party_key) ?? 0) + owed);
    }
    return { byType, balances: ascending([...balances.values()]) };
  }
}
const ascending = (numbers: number[]) => numbers.sort((one, other) => one - other);
const expectTruth = (taken: Taken, { byType, retailers, quarantined, duplicates, rows }: Totals) => {
  expect(taken.summed()).toEqual({ byType, balances: ascending(retailers.map(({ balancePaise }) => balancePaise)) });
  expect(taken.refused).toEqual(quarantined);
  expect([taken.duplicates, taken.rows]).toEqual([duplicates, rows]);
};

describe('what the CSV simulator says is true', () => {
  it.each<[string, CsvOptions]>([
    ['of a small history', { ...OPTIONS, invoices: 60, months: 24 }],
    ['of a larger one, in UTF-16 and packed', { ...OPTIONS, encoding: 'utf-16le', gzip: true }],
    ['of another seed, in Windows-1252', { ...OPTIONS, seed: 4, encoding: 'windows-1252' }],
  ])('%s is what reader and rules find, and after two days of trade', async (_what, options) => {
    const taken = new Taken();
    const { paths, totals } = await writeHistory(folder, options);
    for (const path of paths) await taken.file(path);
    expectTruth(taken, totals);
    expect(totals).toEqual(totalsOf(options));
    for (const turn of [1, 2]) {
      const day = await writeDayOfTrade(folder, turn, options);
      for (const path of day.paths) await taken.file(path);
      expectTruth(taken, day.totals);
      expect(day.totals).toEqual(totalsOf(options, turn));
    }
  });

  it('holds every case: each kind of fault, corrections, payments over several files and several invoices', async () => {
    const { paths, totals } = await writeHistory(folder, { ...OPTIONS, months: 6 });
    expect(Object.keys(totals.quarantined).sort()).toEqual([
      ...['AMOUNT_OUTLIER', 'FORMULA_CELL', 'IDENTITY_UNRESOLVABLE', 'ID_REPEATED', 'ID_REUSED', 'INVALID_DATE'],
      ...['INVALID_GSTIN', 'INVALID_ID', 'INVALID_PAYMENT_DATE', 'INVOICE_UNKNOWN', 'LINE_BREAK', 'ROW_RAGGED'],
    ]);
    expect(totals.corrections).toBeGreaterThan(5);
    expect(totals.duplicates).toBeGreaterThan(5);
    expect(totals.retailers.length).toBeGreaterThan(20);

    const written = new Map(await Promise.all(paths.map(async (path) => [basename(path), await idsIn(path)] as const)));
    const may = written.get('invoices-2026-05.csv')!;
    expect(may.some(([id]) => written.get('invoices-2026-04.csv')!.some(([earlier]) => earlier === id))).toBe(true);
    const paid = written.get('payments-2026-05.csv')!;
    expect(paid.some(([, invoice]) => written.get('invoices-2026-03.csv')!.some(([id]) => id === invoice))).toBe(true);
    expect(paid.some(([id], at) => paid[at + 1]?.[0] === id && paid[at + 2]?.[0] === id)).toBe(true);
  });

  it('is the same for the same seed, another for another; files come in the order of their times', async () => {
    const one = await writeHistory(join(folder, 'one'), OPTIONS);
    const same = await writeHistory(join(folder, 'same'), OPTIONS);
    for (const [place, path] of one.paths.entries()) {
      expect(await readFile(path)).toEqual(await readFile(same.paths[place]!));
    }
    const times = await Promise.all(one.paths.map(async (path) => (await stat(path)).mtimeMs));
    expect(times).toEqual(ascending([...new Set(times)]));
    expect(totalsOf({ ...OPTIONS, seed: 5 }).byType).not.toEqual(one.totals.byType);
  });

  it('of one large file of nothing peculiar is its rows', async () => {
    const path = join(folder, 'invoices.csv');
    const totals = await writeInvoices(path, 5_000, { today: '2026-05-18', months: 30 });
    const taken = new Taken();
    await taken.file(path);
    expectTruth(taken, totals);
    expect(totals).toMatchObject({ rows: 5_000, quarantined: {}, byType: { invoices: { count: 5_000 } } });
  });
});

/** First two fields of each line. */
async function idsIn(path: string): Promise<string[][]> {
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk as Buffer);
  const lines = Buffer.concat(chunks).toString('utf8').split('\r\n').slice(1, -1);
  return lines.map((line) => line.split(',').slice(0, 2));
}
