import { isoOf, parseDay } from '../calendar.js';
import { startControlServer } from '../control-server.js';
import { Faults, type Fault as SharedFault } from '../faults.js';
import type { Book } from './book.js';
import { makeCertificate } from './certificate.js';
import { controlRoutes } from './control.js';
import type { DateForm } from './dates.js';
import type { FaultKind, Target } from './faults.js';
import type { DateLiteral } from './filter.js';
import { type BookOptions, generateBook } from './generate.js';
import { type DayOfTrade, dayOfTrade, type Mutated, type Mutation, mutate } from './mutations.js';
import { CASH_GROUP } from './partners.js';
import type { Version } from './request.js';
import { type RequestRecord, ServiceLayerServer } from './server.js';
import { type Totals, totalsOf } from './totals.js';

export type { Book } from './book.js';
export type { FaultKind, Target } from './faults.js';
export { type BookOptions, generateBook } from './generate.js';
export type { DayOfTrade, Mutated, Mutation } from './mutations.js';
export type { RequestRecord } from './server.js';
export { type Totals, totalsOf } from './totals.js';
export type Fault = SharedFault<FaultKind, Target>;

export interface ServiceLayerOptions extends BookOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  controlPort?: number;
  user?: string;
  password?: string;
  /** 30 by default. */
  sessionTimeoutMinutes?: number;
  /** 2 by default; with 1 the balancer has no choice, and ROUTEID no meaning. */
  nodes?: number;
  /** Wrong passwords in a row until the user is locked; 5 by default. */
  lockAfter?: number;
  /** Both by default. */
  versions?: readonly Version[];
  /** 20 by default, as SAP is delivered. */
  pageSize?: number;
  /** How v1 writes dates; `midnight` by default. */
  v1Dates?: DateForm;
  /** Date literals that v2 takes in filters; all by default. */
  dateLiterals?: readonly DateLiteral[];
  nextLink?: 'path' | 'relative';
  faults?: Fault[];
}

/** A Service Layer with one company, and the truth about its books. Every resource is released by `close`. */
export interface ServiceLayerSimulator {
  /** Where it listens, `https://127.0.0.1:<port>`; `/b1s/v1/` and `/b1s/v2/` are below it. */
  url: string;
  controlUrl: string;
  /** Of the authority that signed the server's certificate. */
  caPem: string;
  /** SHA-256 of the server's certificate, lower-case hex. */
  fingerprint: string;
  credentials: { CompanyDB: string; UserName: string; Password: string };
  /** Customers of this group buy over the counter and are no debtors. */
  cashGroup: number;
  book: Book;
  /** The requests so far, oldest first. */
  requests: RequestRecord[];
  /** Sessions that are logged in and not out. */
  openSessions(): number;
  endSessions(): void;
  /** Whether too many wrong passwords locked the user. */
  locked(): boolean;
  unlock(): void;
  /** Adds up the book as it stands now. */
  totals(): Totals;
  setFault(fault: Fault): void;
  clearFaults(kind?: FaultKind): void;
  faults(): Fault[];
  mutate(mutation: Mutation): Mutated;
  dayOfTrade(day: DayOfTrade): Mutated[];
  /** Moves the book's present day (ISO): post-dated cheques come of age. */
  setToday(date: string): void;
  goOffline(): Promise<void>;
  goOnline(): Promise<void>;
  close(): Promise<void>;
}

export async function startServiceLayerSimulator(options: ServiceLayerOptions = {}): Promise<ServiceLayerSimulator> {
  const { book, trader } = generateBook(options);
  const faults = new Faults<FaultKind, Target>('hang');
  for (const fault of options.faults ?? []) faults.set(fault);
  const certificate = await makeCertificate();
  const { user = 'AltScore_ReadOnly', password = 'Str0ng&Secret' } = options;
  const server = new ServiceLayerServer(
    book,
    {
      database: book.company.database,
      user,
      password,
      sessionTimeoutMinutes: options.sessionTimeoutMinutes ?? 30,
      nodes: options.nodes ?? 2,
      lockAfter: options.lockAfter ?? 5,
      versions: options.versions ?? ['v1', 'v2'],
      pageSize: options.pageSize ?? 20,
      dates: { v1: options.v1Dates ?? 'midnight', v2: 'midnight_utc' },
      dateLiterals: new Set(options.dateLiterals ?? ['quoted', 'bare', 'utc']),
      nextLink: options.nextLink ?? 'path',
    },
    certificate,
    faults,
    {
      // Of an earlier day, so that it lands in the middle of whoever reads by date.
      insertRow: () => mutate(trader, { kind: 'add_invoice', date: isoOf(book.today - 40) }),
      cancelRow: () => mutate(trader, { kind: 'cancel_invoice' }),
    },
  );
  await server.listen(options.port ?? 0);
  const simulator: ServiceLayerSimulator = {
    url: server.origin,
    controlUrl: '',
    caPem: certificate.caPem,
    fingerprint: certificate.fingerprint,
    credentials: { CompanyDB: book.company.database, UserName: user, Password: password },
    cashGroup: CASH_GROUP,
    book,
    requests: server.requests,
    openSessions: () => server.sessions.open,
    endSessions: () => server.sessions.endAll(),
    locked: () => server.sessions.locked,
    unlock: () => server.sessions.unlock(),
    totals: () => totalsOf(book),
    setFault: (fault) => faults.set(fault),
    clearFaults: (kind) => faults.clear(kind),
    faults: () => faults.list(),
    mutate: (mutation) => mutate(trader, mutation),
    dayOfTrade: (day) => dayOfTrade(trader, day),
    setToday: (date) => {
      const day = parseDay(date);
      if (day === null) throw new Error(`today is ${date}, expected a day such as 2026-05-18`);
      book.moveTo(day);
    },
    goOffline: () => server.goOffline(),
    goOnline: () => server.goOnline(),
    close: async () => {
      await Promise.all([control.close(), server.close()]);
    },
  };
  const control = await startControlServer(controlRoutes(simulator), options.controlPort ?? 0);
  simulator.controlUrl = `http://127.0.0.1:${control.port}`;
  return simulator;
}
