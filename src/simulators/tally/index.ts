import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseDay } from '../calendar.js';
import { startControlServer } from '../control-server.js';
import { Faults } from '../faults.js';
import type { AnswerOptions } from './answer-parts.js';
import type { Book } from './book.js';
import { controlRoutes } from './control.js';
import { encode } from './encoding.js';
import { aimed, type Fault, type FaultKind } from './faults.js';
import { type BookOptions, generateBook } from './generate.js';
import { addImportLedgers } from './import-masters.js';
import { type ImportedVoucher, type ImportOptions, type ImportRequests, Imports } from './imports.js';
import { fileExport } from './messages.js';
import { type DayOfTrade, dayOfTrade, type Mutated, type Mutation, mutate } from './mutations.js';
import { type Person, personAt } from './person.js';
import type { RequestKind } from './request.js';
import { type RequestRecord, type ServerOptions, TallyServer } from './server.js';
import { splitBook } from './split.js';
import { type Totals, totalsOf } from './totals.js';

export type { Book } from './book.js';
export type { Fault, FaultKind } from './faults.js';
export { type BookOptions, generateBook } from './generate.js';
export { IMPORT_LEDGERS } from './import-masters.js';
export type { ImportedVoucher, ImportOptions, ImportRequests } from './imports.js';
export type { DayOfTrade, Mutated, Mutation } from './mutations.js';
export type { RequestRecord } from './server.js';
export { type Totals, totalsOf } from './totals.js';

export interface TallySimulatorOptions extends BookOptions, Partial<AnswerOptions> {
  /** 0, the default, takes a free port. */
  port?: number;
  controlPort?: number;
  /** No artificial delay, whatever `msPerVoucher` says. */
  answerAtOnce?: boolean;
  /** 0 by default. */
  msPerVoucher?: number;
  /** A Tally that answers in Windows-1252 unless it is asked in UTF-16. */
  encoding?: 'windows-1252';
  faults?: Fault[];
  /** How vouchers are taken; given, the book has the ledgers of `IMPORT_LEDGERS`. */
  imports?: ImportOptions;
}

export type ExportKind = 'masters' | 'vouchers' | 'all';
export type ExportEncoding = 'utf-8' | 'utf-16le';

/** A Tally with one company open, and the truth about its books. Every resource is released by `close`. */
export interface TallySimulator {
  /** Where Tally listens, `http://127.0.0.1:<port>`. */
  url: string;
  controlUrl: string;
  book: Book;
  /** The requests so far, oldest first. */
  requests: RequestRecord[];
  /** Adds up the book as it stands now. */
  totals(): Totals;
  setFault(fault: Fault): void;
  clearFaults(kind?: FaultKind): void;
  faults(): Fault[];
  mutate(mutation: Mutation): Mutated;
  dayOfTrade(day: DayOfTrade): Mutated[];
  /** Splits the company, or one that was split from it, after an ISO day: the new one is open beside it. */
  split(lastDay: string, name: string, company?: Book): Book;
  /** Takes a backup of the company. Returns what restores it: counters fall, and numbers and GUIDs are given out again. */
  backUp(): () => void;
  /** The vouchers that came by import and exist now, oldest first. */
  imported(): ImportedVoucher[];
  importRequests(): ImportRequests;
  person: Person;
  /** Moves the book's present day (ISO): post-dated receipts come of age. */
  setToday(date: string): void;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  /** Writes a file as Tally exports it by hand; UTF-16LE with a byte order mark, as Tally does. */
  exportFile(path: string, kind: ExportKind, encoding?: ExportEncoding): Promise<void>;
  close(): Promise<void>;
}

const answerOptions = (options: TallySimulatorOptions): AnswerOptions => ({
  emptyTags: options.emptyTags ?? false,
  billDatesInReports: options.billDatesInReports ?? false,
  honourVoucherTypeName: options.honourVoucherTypeName ?? false,
  otherCompanies: options.otherCompanies ?? [],
  otherBooks: options.otherBooks ?? [],
});

export async function startTallySimulator(options: TallySimulatorOptions = {}): Promise<TallySimulator> {
  const { book, trader } = generateBook(options);
  const faults = new Faults<FaultKind, RequestKind>('modal');
  for (const fault of options.faults ?? []) faults.set(aimed(fault));
  if (options.imports) addImportLedgers(book, options.imports.ledgers ?? []);
  const imports = new Imports(options.imports ?? {}, (type, day) => trader.number(type, day));
  const serverOptions: ServerOptions = {
    ...answerOptions(options),
    msPerVoucher: options.answerAtOnce ? 0 : (options.msPerVoucher ?? 0),
    encoding: options.encoding,
  };
  const people = {
    bookSale: () => mutate(trader, { kind: 'add_sale' }),
    moveVoucher: () => mutate(trader, { kind: 'backdate', days: 40 }),
  };
  const server = new TallyServer(book, serverOptions, faults, people, imports);
  const port = await server.listen(options.port ?? 0);
  const simulator: TallySimulator = {
    url: `http://127.0.0.1:${port}`,
    controlUrl: '',
    book,
    requests: server.requests,
    totals: () => totalsOf(book),
    setFault: (fault) => faults.set(aimed(fault)),
    clearFaults: (kind) => faults.clear(kind),
    faults: () => faults.list(),
    mutate: (mutation) => mutate(trader, mutation),
    dayOfTrade: (day) => dayOfTrade(trader, day),
    split: (lastDay, name, company = book) => {
      const later = splitBook(company, dayNamed('lastDay', lastDay), name);
      serverOptions.otherBooks.push(later);
      return later;
    },
    imported: () => imports.list(),
    importRequests: () => ({ ...imports.requests }),
    person: personAt(book),
    backUp: () => trader.backUp(),
    setToday: (date) => {
      for (const each of [book, ...serverOptions.otherBooks]) each.today = dayNamed('today', date);
    },
    goOffline: () => server.goOffline(),
    goOnline: () => server.goOnline(),
    exportFile: (path, kind, encoding = 'utf-8') => exportBook(book, path, kind, encoding, serverOptions),
    close: async () => {
      await Promise.all([control.close(), server.close()]);
    },
  };
  const control = await startControlServer(controlRoutes(simulator), options.controlPort ?? 0);
  simulator.controlUrl = `http://127.0.0.1:${control.port}`;
  return simulator;
}

function dayNamed(what: string, date: string): number {
  const day = parseDay(date);
  if (day === null) throw new Error(`${what} is ${date}, expected a day such as 2026-05-18`);
  return day;
}

/** Writes a book's file export without a server. */
export async function exportBook(
  book: Book,
  path: string,
  kind: ExportKind,
  encoding: ExportEncoding,
  options: AnswerOptions = answerOptions({}),
): Promise<void> {
  function* bytes(): Generator<Buffer> {
    if (encoding === 'utf-16le') yield Buffer.from([0xff, 0xfe]);
    for (const piece of fileExport(book, kind, options)) yield encode(piece, encoding);
  }
  await pipeline(Readable.from(bytes(), { objectMode: true }), createWriteStream(path));
}
