import { compactOf, type Day, financialYearStart, plusYears } from '../calendar.js';
import type { Book } from './book.js';
import * as envelope from './envelope.js';
import type { FaultKind } from './faults.js';
import { wants } from './fetch-list.js';
import { condition, masterField, voucherField } from './filters.js';
import type { Value } from './formula.js';
import type { LineStyle } from './ledger-lines.js';
import { groupXml, ledgerXml, voucherTypeXml } from './master-xml.js';
import { accountMessages, message } from './messages.js';
import type { Ledger } from './model.js';
import { billsReceivable } from './receivables.js';
import type { TallyRequest } from './request.js';
import { collectionVoucher, type Identity, reportVoucher } from './voucher-xml.js';
import { EOL, escapeXml } from './xml.js';

export interface AnswerOptions {
  /** Reports and lines asked for whole carry Tally's hundreds of empty tags. */
  emptyTags: boolean;
  /** Reports and files carry BILLDATE, which real ones were not seen to do. */
  billDatesInReports: boolean;
  /** VOUCHERTYPENAME narrows the Voucher Register; not verified on real ones. */
  honourVoucherTypeName: boolean;
  /** Names of further companies that are open, without books of their own. */
  otherCompanies: string[];
  /** Further companies that are open, with books of their own. */
  otherBooks: Book[];
}

/** One answer being written: its pieces, and how many objects it has held so far. */
export interface Answer {
  pieces: Iterable<string>;
  rows: () => number;
}

/** A request that makes Tally show a dialog instead of answering. */
export class Freeze extends Error {
  override name = 'Freeze';
}

const whole = (text: string): Answer => ({ pieces: [text], rows: () => 0 });

/** What Tally answers, with the faults that strike this request worked in. */
export function answer(
  active: Book,
  request: TallyRequest | null,
  options: AnswerOptions,
  faults: ReadonlyMap<FaultKind, number | undefined>,
): Answer {
  if (faults.has('html')) return whole(envelope.HTML_PAGE);
  if (faults.has('empty_body')) return whole('');
  if (faults.has('counterless')) return whole(envelope.COUNTERLESS);
  if (faults.has('entity_bomb')) return whole(envelope.ENTITY_BOMB);
  if (!request) return whole(envelope.UNKNOWN_REQUEST);
  const book = options.otherBooks.find(({ company }) => company.name === request.company) ?? active;
  const guid =
    faults.has('guid_changed') && book === active ? `ffffffff${book.company.guid.slice(8)}` : book.company.guid;
  const identity: Identity = { book, guid };
  if (request.kind === 'company') return companies(identity, request, options, faults);
  const isReport = ['voucher-register', 'day-book', 'list-of-accounts', 'bills-receivable'].includes(request.kind);
  const isOpen = !faults.has('company_closed') && (request.company === null || request.company === book.company.name);
  if (!isOpen && isReport)
    return whole(
      envelope.failure(`Could not set &apos;SVCurrentCompany&apos; to &apos;${escapeXml(request.company ?? '')}&apos;`),
    );
  if (request.kind === 'voucher' && faults.has('collection_refused')) return whole(envelope.UNKNOWN_REQUEST);
  const empty = !isOpen || faults.has('zero_rows');
  switch (request.kind) {
    case 'voucher':
      return vouchers(identity, request, options, faults, empty);
    case 'voucher-register':
    case 'day-book':
      return register(identity, request, options, faults, empty);
    case 'list-of-accounts':
      return report(empty ? [] : accountMessages(identity, request.accountType));
    case 'bills-receivable':
      return rowsOf(`<ENVELOPE>${EOL}`, empty ? [] : billsReceivable(book), `</ENVELOPE>${EOL}`);
    case 'group':
    case 'ledger':
    case 'vouchertype':
      return masters(identity, request, empty);
    default:
      return whole(envelope.UNKNOWN_REQUEST);
  }
}

function rowsOf(head: string, objects: Iterable<string>, end: string): Answer {
  let rows = 0;
  function* pieces(): Generator<string> {
    yield head;
    for (const object of objects) {
      rows += 1;
      yield object;
    }
    yield end;
  }
  return { pieces: pieces(), rows: () => rows };
}

/** An empty collection is blank text between its tags. */
function collection(book: Book, attributes: string, objects: Iterable<string>): Answer {
  const iterator = objects[Symbol.iterator]();
  const first = iterator.next();
  const head = envelope.collectionHead(attributes, changeCounters(book));
  if (first.done) return rowsOf(head, [], envelope.collectionEnd);
  function* all(): Generator<string> {
    yield first.value as string;
    yield* { [Symbol.iterator]: () => iterator };
  }
  return rowsOf(`${head}${EOL}`, all(), envelope.collectionEnd);
}

const changeCounters = (book: Book): envelope.ChangeCounters => ({
  GROUP: book.groups.filter(({ reserved }) => !reserved).length,
  LEDGER: book.ledgers.length,
  VOUCHER: Math.min(book.voucherCount, 4),
});

const report = (objects: Iterable<string>): Answer => rowsOf(envelope.reportHead, objects, envelope.reportEnd);

function companies(
  identity: Identity,
  request: TallyRequest,
  options: AnswerOptions,
  faults: ReadonlyMap<FaultKind, number | undefined>,
): Answer {
  const { book, guid } = identity;
  const { fetch } = request;
  const fallen = faults.has('counters_fallen') ? (faults.get('counters_fallen') ?? Math.floor(book.alterId / 2)) : 0;
  const row = (
    name: string,
    companyGuid: string,
    booksFrom: Day,
    last: Day,
    counters: Record<string, number>,
  ): string => {
    const text = escapeXml(name);
    let xml = `    <COMPANY NAME="${text}" RESERVEDNAME="">${EOL}`;
    if (wants(fetch, 'LASTVOUCHERDATE'))
      xml += `     <LASTVOUCHERDATE TYPE="Date">${compactOf(last)}</LASTVOUCHERDATE>${EOL}`;
    if (wants(fetch, 'BOOKSFROM')) xml += `     <BOOKSFROM TYPE="Date">${compactOf(booksFrom)}</BOOKSFROM>${EOL}`;
    if (wants(fetch, 'STARTINGFROM'))
      xml += `     <STARTINGFROM TYPE="Date">${compactOf(booksFrom)}</STARTINGFROM>${EOL}`;
    if (wants(fetch, 'NAME')) xml += `     <NAME TYPE="String">${text}</NAME>${EOL}`;
    if (wants(fetch, 'GUID')) xml += `     <GUID TYPE="String">${companyGuid}</GUID>${EOL}`;
    if (wants(fetch, 'PHONENUMBER')) xml += `     <PHONENUMBER TYPE="String">${book.company.phone}</PHONENUMBER>${EOL}`;
    if (wants(fetch, 'GSTREGISTRATIONNUMBER'))
      xml += `     <GSTREGISTRATIONNUMBER TYPE="String">${book.company.gstin}</GSTREGISTRATIONNUMBER>${EOL}`;
    for (const [counter, value] of Object.entries(counters))
      if (wants(fetch, counter)) xml += `     <${counter} TYPE="Number"> ${value}</${counter}>${EOL}`;
    return `${xml}    </COMPANY>${EOL}`;
  };
  const rows: string[] = [];
  if (!faults.has('company_closed') && !faults.has('zero_rows')) {
    rows.push(
      row(book.company.name, guid, book.company.booksFrom, book.lastVoucherDay(), {
        ALTERID: Math.max(0, book.alterId - fallen),
        ALTVCHID: Math.max(0, book.lastVoucherAlterId - fallen),
        ALTMSTID: Math.max(0, book.lastMasterAlterId - fallen),
      }),
    );
    for (const { company, ...other } of options.otherBooks.map(shownCompany))
      rows.push(row(company.name, company.guid, company.booksFrom, other.last, other.counters));
    for (const [index, name] of options.otherCompanies.entries())
      rows.push(
        row(name, `0000000${index}${guid.slice(8)}`, book.company.booksFrom, book.company.booksFrom, {
          ALTERID: 0,
          ALTVCHID: 0,
          ALTMSTID: 0,
        }),
      );
  }
  return collection(book, '', rows);
}

const shownCompany = (book: Book) => ({
  company: book.company,
  last: book.lastVoucherDay(),
  counters: { ALTERID: book.alterId, ALTVCHID: book.lastVoucherAlterId, ALTMSTID: book.lastMasterAlterId },
});

function masters(identity: Identity, request: TallyRequest, empty: boolean): Answer {
  const { book } = identity;
  const { kind, fetch } = request;
  // A dated ledger collection was seen to freeze Tally until somebody closed a dialog.
  if (kind === 'ledger' && (request.from || request.to)) throw new Freeze('SVFROMDATE on a Ledger collection');
  const attributes = { group: 4, ledger: 8, vouchertype: 1024 }[kind as 'group' | 'ledger' | 'vouchertype'];
  const keep = condition(request, new Map());
  const closing = closingBalances(book);
  function* objects(): Generator<string> {
    if (empty) return;
    if (kind === 'group') {
      for (const group of sorted(book.groups))
        if (keep(masterField(identity, group))) yield groupXml(identity, group, fetch, 'typed');
    } else if (kind === 'ledger') {
      for (const ledger of sorted(book.ledgers))
        if (keep(masterField(identity, ledger))) yield ledgerXml(identity, ledger, fetch, 'typed', closing);
    } else
      for (const type of sorted(book.voucherTypes))
        if (keep(masterField(identity, type))) yield voucherTypeXml(identity, type, fetch, 'typed');
  }
  return collection(book, ` ISMSTDEPTYPE="Yes" MSTDEPTYPE="${attributes}"`, objects());
}

const sorted = <T extends { name: string }>(masters: readonly T[]): T[] =>
  [...masters].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Closing balances are added up only when the first one is asked for. */
function closingBalances(book: Book): (ledger: Ledger) => number {
  let balances: Map<Ledger, number> | null = null;
  return (ledger) => {
    if (!balances) {
      balances = new Map(book.ledgers.map((each) => [each, each.openingPaise]));
      for (const voucher of book.vouchers()) {
        const { state, type, day } = voucher;
        if (state !== 'regular' || type.class === 'not_accounting') continue;
        if (type.class === 'receipt' && day > book.today) continue;
        for (const leg of voucher.legs) balances.set(leg.ledger, balances.get(leg.ledger)! + leg.paise);
      }
    }
    return balances.get(ledger) ?? 0;
  };
}

/** Without typed dates a collection sees the period the screen shows: the last financial year, whatever was asked. */
function displayPeriod(book: Book): { from: Day; to: Day } {
  const thisYear = financialYearStart(book.today);
  return { from: plusYears(thisYear, -1), to: thisYear - 1 };
}

function vouchers(
  identity: Identity,
  request: TallyRequest,
  options: AnswerOptions,
  faults: ReadonlyMap<FaultKind, number | undefined>,
  empty: boolean,
): Answer {
  const { book } = identity;
  const shown = displayPeriod(book);
  const from = request.from?.typed ? request.from.day : shown.from;
  const to = request.to?.typed ? request.to.day : shown.to;
  const keep = condition(
    request,
    new Map<string, Value>([
      ['svfromdate', from],
      ['svtodate', to],
      ['svcurrentdate', book.today],
    ]),
  );
  const style: LineStyle = {
    typed: true,
    emptyTags: options.emptyTags,
    billDates: true,
    blankNamedBills: faults.has('curated_bills_blank'),
  };
  const { fetch } = request;
  // An unknown field has to be seen before the answer begins.
  for (const voucher of book.vouchers()) {
    keep(voucherField(identity, voucher));
    break;
  }
  function* objects(): Generator<string> {
    for (const voucher of empty ? [] : book.vouchersBetween(from, to))
      if (keep(voucherField(identity, voucher))) yield collectionVoucher(identity, voucher, fetch, style);
  }
  return collection(book, ' ISCMPDEPTYPE="Yes" CMPLOCUS="4" CMPDEPTYPE="64"', fewer(objects(), faults));
}

function register(
  identity: Identity,
  request: TallyRequest,
  options: AnswerOptions,
  faults: ReadonlyMap<FaultKind, number | undefined>,
  empty: boolean,
): Answer {
  const { book } = identity;
  const last = book.lastVoucherDay();
  const shown = request.kind === 'day-book' ? { from: last, to: last } : displayPeriod(book);
  const from = request.from?.day ?? shown.from;
  const to = request.to?.day ?? shown.to;
  const style: LineStyle = {
    typed: false,
    emptyTags: options.emptyTags,
    billDates: options.billDatesInReports,
    blankNamedBills: false,
  };
  const only = options.honourVoucherTypeName ? request.voucherTypeName?.toLowerCase() : undefined;
  function* objects(): Generator<string> {
    for (const voucher of empty ? [] : book.vouchersBetween(from, to))
      if (!only || voucher.type.name.toLowerCase() === only) yield message(reportVoucher(identity, voucher, style));
  }
  return report(fewer(objects(), faults));
}

function* fewer(objects: Iterable<string>, faults: ReadonlyMap<FaultKind, number | undefined>): Generator<string> {
  const missing = faults.has('fewer_vouchers') ? (faults.get('fewer_vouchers') ?? 1) : 0;
  const held: string[] = [];
  for (const object of objects) {
    held.push(object);
    if (held.length > missing) yield held.shift()!;
  }
}
