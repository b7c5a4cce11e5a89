import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isoOf } from '../calendar.js';
import { Account, type Kind, type Totals } from './account.js';
import { dayRows } from './day-of-trade.js';
import { type Month, monthsOf, rowsOf } from './history.js';
import { HEADERS } from './rows.js';
import { Trade, type TradeOptions } from './trade.js';
import { type WritingOptions, writeCsv } from './write.js';

export type { Totals } from './account.js';

/**
 * A distributor whose ERP nobody can reach: its staff export invoices, payments and returns by the templates, a file a month.
 * Later files correct earlier ones, payments settle invoices of earlier files, one payment settles several, and some rows
 * have to be refused.
 */
export interface CsvOptions extends TradeOptions, WritingOptions {}
export interface Written {
  /** In the order in which they have to be taken. */
  paths: string[];
  /** What is true once all that was written is taken, the history and the days up to this one. */
  totals: Totals;
}

/** Invoices before what settles them. */
const KINDS: readonly Kind[] = ['invoices', 'payments', 'returns'];

/** Writes the whole history into a folder. Memory does not grow with it. */
export async function writeHistory(folder: string, options: CsvOptions = {}): Promise<Written> {
  const trade = new Trade(options);
  const account = new Account();
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const month of monthsOf(trade)) {
    for (const [place, kind] of KINDS.entries()) {
      const path = join(folder, `${kind}-${month.name}.csv${options.gzip ? '.gz' : ''}`);
      await writeCsv(path, withHeader(kind, rowsOf(kind, trade, month, account)), options, writtenAt(month, place));
      paths.push(path);
    }
  }
  return { paths, totals: account.totals(trade.retailers) };
}

/** Writes the files of one more day, the first after the history being 1. */
export async function writeDayOfTrade(folder: string, turn: number, options: CsvOptions = {}): Promise<Written> {
  const trade = new Trade(options);
  const account = historyOf(trade);
  for (let earlier = 1; earlier < turn; earlier += 1) dayRows(trade, earlier, account);
  const rows = dayRows(trade, turn, account);
  const paths: string[] = [];
  for (const kind of KINDS) {
    const path = join(folder, `${kind}-${isoOf(trade.today)}-${turn}.csv${options.gzip ? '.gz' : ''}`);
    await writeCsv(path, withHeader(kind, rows[kind]), options);
    paths.push(path);
  }
  return { paths, totals: account.totals(trade.retailers) };
}

/** Writes one file of that many invoices, none of them peculiar. */
export async function writeInvoices(path: string, rows: number, options: CsvOptions = {}): Promise<Totals> {
  const trade = new Trade({ ...options, invoices: rows, peculiar: false });
  const account = new Account();
  const whole: Month = { name: '', first: trade.firstDay, last: trade.today, before: trade.firstDay };
  await writeCsv(path, withHeader('invoices', rowsOf('invoices', trade, whole, account)), options);
  return account.totals(trade.retailers);
}

/** What is true of the history, and after that many days of trade. */
export function totalsOf(options: TradeOptions = {}, days = 0): Totals {
  const trade = new Trade(options);
  const account = historyOf(trade);
  for (let turn = 1; turn <= days; turn += 1) dayRows(trade, turn, account);
  return account.totals(trade.retailers);
}

function historyOf(trade: Trade): Account {
  const account = new Account();
  for (const month of monthsOf(trade)) {
    for (const kind of KINDS) for (const _row of rowsOf(kind, trade, month, account));
  }
  return account;
}

function* withHeader(kind: Kind, rows: Iterable<string>): Generator<string> {
  yield HEADERS[kind];
  yield* rows;
}

/** Each file was there a second after the one before, the last since midnight in India. */
const writtenAt = ({ last }: Month, place: number): Date => new Date(`${isoOf(last)}T00:00:0${place}+05:30`);
