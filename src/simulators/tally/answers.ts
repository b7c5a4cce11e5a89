import { type Day, financialYearStart, plusYears } from '../calendar.js';
import { type Answer, type AnswerOptions, collection, report, rowsOf, whole } from './answer-parts.js';
import type { Book } from './book.js';
import { candidates } from './candidates.js';
import { companies } from './company-answers.js';
import * as envelope from './envelope.js';
import type { FaultKind } from './faults.js';
import { condition, voucherField } from './filters.js';
import type { Value } from './formula.js';
import type { LineStyle } from './ledger-lines.js';
import { masters } from './master-answers.js';
import { accountMessages, message } from './messages.js';
import { billsReceivable } from './receivables.js';
import type { RequestKind, TallyRequest } from './request.js';
import { collectionVoucher, type Identity, reportVoucher } from './voucher-xml.js';
import { EOL, escapeXml } from './xml.js';

const REPORTS: readonly RequestKind[] = [
  'voucher-register',
  'day-book',
  'list-of-accounts',
  'bills-receivable',
  'list-of-ledgers',
  'list-of-stock-items',
];

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
  if (faults.has('collection_refused')) return whole(envelope.UNKNOWN_REQUEST);
  if (request.kind === 'company' || request.kind === 'list-of-companies')
    return companies(identity, request, options, faults);
  const isOpen = !faults.has('company_closed') && (request.company === null || request.company === book.company.name);
  if (!isOpen && REPORTS.includes(request.kind))
    return whole(
      envelope.failure(`Could not set &apos;SVCurrentCompany&apos; to &apos;${escapeXml(request.company ?? '')}&apos;`),
    );
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
    case 'stockitem':
    case 'unit':
    case 'godown':
      return masters(identity, request, request.kind, empty);
    case 'list-of-ledgers':
      return masters(identity, request, 'ledger', empty);
    case 'list-of-stock-items':
      return masters(identity, request, 'stockitem', empty);
    default:
      return whole(envelope.UNKNOWN_REQUEST);
  }
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
    keep.holds(voucherField(identity, voucher));
    break;
  }
  function* objects(): Generator<string> {
    for (const voucher of empty ? [] : candidates(book, keep, from, to))
      if (keep.holds(voucherField(identity, voucher))) yield collectionVoucher(identity, voucher, fetch, style);
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
