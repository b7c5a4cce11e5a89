import { EARLIEST_DATE } from '../../../canonical/rules.js';
import { AnswerReader } from '../answer-reader.js';
import { lacksDate } from '../canonical/bill-dates.js';
import { Versions } from '../canonical/versions.js';
import { isoFromTally } from '../dates.js';
import type { Receivers } from '../element-shapes.js';
import { AnswerRefused } from '../errors.js';
import type { MasterLists } from '../masters.js';
import type { CompanyMaster, Voucher } from '../voucher.js';

/** Reads a file from its beginning, again at each call. */
export type OpenFile = () => AsyncIterable<Uint8Array>;

/** What a first reading finds in the files of an export. */
export interface Survey {
  lists: MasterLists;
  companies: CompanyMaster[];
  /** The first of the files with ledgers, null where none has any. */
  mastersIn: number | null;
  /** GUIDs of companies that the files themselves name as theirs. */
  named: Set<string>;
  /** GUIDs of companies by which those of vouchers and masters begin, as all do that were made in the company. */
  implied: Set<string>;
  versions: Versions;
  vouchers: number;
  /** Vouchers without GUID and REMOTEID, or without ALTERID. */
  unidentified: number;
  /** ISO, null without vouchers. */
  firstDay: string | null;
  /** Some voucher settles a bill without saying of which day that bill is. */
  billsLackDates: boolean;
  /** Of all files, joined by a comma. */
  encoding: string;
}

/** Reads every file to its end once. Memory grows with the masters, and by some fifty bytes a voucher. */
export async function surveyOf(files: readonly OpenFile[]): Promise<Survey> {
  const survey: Survey = {
    lists: { ledgers: [], groups: [], voucherTypes: [] },
    companies: [],
    mastersIn: null,
    named: new Set(),
    implied: new Set(),
    versions: new Versions(),
    vouchers: 0,
    unidentified: 0,
    firstDay: null,
    billsLackDates: false,
    encoding: '',
  };
  const encodings = new Set<string>();
  for (const [place, open] of files.entries()) {
    encodings.add(await readFile(open, receiversOf(survey)));
    if (survey.lists.ledgers.length > 0) survey.mastersIn ??= place;
  }
  survey.encoding = [...encodings].join(', ');
  return survey;
}

function receiversOf(survey: Survey): Receivers {
  const imply = (guid: string): void => {
    const company = companyIn(guid);
    if (company !== null) survey.implied.add(company);
  };
  return {
    ledger: (ledger) => {
      survey.lists.ledgers.push(ledger);
      imply(ledger.guid);
    },
    group: (group) => survey.lists.groups.push(group),
    voucherType: (type) => survey.lists.voucherTypes.push(type),
    company: (company) => survey.companies.push(company),
    exportedCompany: (guid) => survey.named.add(guid),
    voucher: (voucher) => {
      survey.vouchers += 1;
      survey.versions.offer(voucher);
      imply(voucher.guid);
      if (voucher.guid === '' || voucher.alterId === 0) survey.unidentified += 1;
      const day = isoFromTally(voucher.date);
      // A typing error of a century must not move the beginning of the books.
      if (day !== null && day >= EARLIEST_DATE && (survey.firstDay === null || day < survey.firstDay))
        survey.firstDay = day;
      survey.billsLackDates ||= voucher.legs.some(({ bills }) => bills.some(lacksDate));
    },
  };
}

/** The vouchers of a file, a piece for each chunk of its bytes. What came may be used only once the last did. */
export async function* vouchersOf(open: OpenFile): AsyncGenerator<Voucher[]> {
  let piece: Voucher[] = [];
  const reader = new AnswerReader({ voucher: (voucher) => piece.push(voucher) });
  for await (const chunk of open()) {
    refusingFailures(() => reader.write(chunk));
    if (piece.length > 0) yield piece;
    piece = [];
  }
  refusingFailures(() => reader.end());
  if (piece.length > 0) yield piece;
}

/** @returns its encoding. */
async function readFile(open: OpenFile, receivers: Receivers): Promise<string> {
  const reader = new AnswerReader(receivers);
  for await (const chunk of open()) refusingFailures(() => reader.write(chunk));
  return refusingFailures(() => reader.end()).encoding;
}

/** Failures that Tally wrote itself: an answer, but no export. */
const NO_EXPORT: ReadonlySet<string> = new Set(['REQUEST_FAILED', 'COMPANY_NOT_OPEN', 'UNKNOWN_REQUEST']);

function refusingFailures<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof AnswerRefused && NO_EXPORT.has(error.code)
      ? new AnswerRefused('NOT_AN_EXPORT', error.message)
      : error;
  }
}

/** `<company>-<eight hexadecimal digits>` → `<company>` */
const companyIn = (guid: string): string | null => /^(.+)-[0-9a-f]{8}$/i.exec(guid)?.[1] ?? null;
