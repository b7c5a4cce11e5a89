import { createHmac } from 'node:crypto';
import { financialYearStart } from '../../canonical/calendar.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { CanonicalRecord } from '../../canonical/records.js';
import { matchReversals } from '../../canonical/reversals.js';
import { EARLIEST_DATE, judge, type RuleSettings } from '../../canonical/rules.js';
import type { Encoding } from '../decode.js';
import { type Inspection, type InspectionRules, InspectionTally } from '../inspection.js';
import { AnswerReader } from './answer-reader.js';
import { BillDates, lacksDate } from './canonical/bill-dates.js';
import { documentOf } from './canonical/document.js';
import { openingDocument } from './canonical/opening.js';
import { classOf, type DraftSettings } from './canonical/understood.js';
import { Versions } from './canonical/versions.js';
import { isoFromTally } from './dates.js';
import type { Receivers } from './element-shapes.js';
import { AnswerRefused } from './errors.js';
import { buildMasters, type MasterLists, type Masters } from './masters.js';
import type { CompanyMaster, Voucher } from './voucher.js';

/** Failures that Tally wrote itself: an answer, but no export. */
const NO_EXPORT: ReadonlySet<string> = new Set(['REQUEST_FAILED', 'COMPANY_NOT_OPEN', 'UNKNOWN_REQUEST']);

/**
 * What the reader and the rules make of an XML export of Tally: sends nothing, keeps no record. What a file leaves open
 * is decided so:
 * - masters count wherever they stand; without ledgers the party is inferred (`withInferredParties`), without voucher
 *   types the class is read from the type's name (`classByNameAlone`);
 * - of several versions of a voucher (one GUID, else one REMOTEID) the newest ALTERID counts; one without either is
 *   always a voucher of its own;
 * - a settled bill without BILLDATE takes its day from the file (`BillDates`);
 * - the books began when the file's company says, else on the first day of its first voucher's financial year, else of
 *   the present one;
 * - an amount or date written in no form of Tally's is quarantined with its record, never guessed.
 *
 * @param open Reads the export from its beginning. It is read twice, first for its masters; once more where bills must be dated, and once more where payments may
 * have been taken back. Memory grows by some fifty bytes a voucher and a hundred a bill.
 */
export async function inspectTallyExport(
  open: () => AsyncIterable<Uint8Array>,
  { rules, drafting, ownPhones }: InspectionRules,
): Promise<Inspection> {
  try {
    return await new ExportInspection(open, rules, drafting, ownPhones).run();
  } catch (error) {
    throw error instanceof AnswerRefused && NO_EXPORT.has(error.code)
      ? new AnswerRefused('NOT_AN_EXPORT', error.message)
      : error;
  }
}

class ExportInspection {
  readonly #versions = new Versions();
  #billDates: BillDates | null = null;

  constructor(
    private readonly open: () => AsyncIterable<Uint8Array>,
    private readonly rules: RuleSettings,
    private readonly drafting: DraftSettings,
    private readonly ownPhones: string[],
  ) {}

  async run(): Promise<Inspection> {
    const { masters, encoding, datesMissing } = await this.#readMasters();
    if (datesMissing) this.#billDates = await this.#readBillDates(masters);
    const tally = new InspectionTally();
    await this.#eachDocument(masters, (draft) => this.#judge(draft, tally, (record) => tally.count(record)));
    if (tally.reversing.length > 0) {
      const payments = tally.paymentsThatMayBeReversed();
      await this.#eachDocument(masters, (draft) => this.#judge(draft, null, (record) => payments.offer(record)));
      const reversed = matchReversals(payments.items, tally.reversing);
      tally.takeBack(reversed, payments);
    }
    return { format: 'tally-xml', encoding, ...tally.result() };
  }

  #judge(draft: DraftDocument, tally: InspectionTally | null, take: (record: CanonicalRecord) => void): void {
    tally?.countDocument(draft);
    const { document, quarantined } = judge(draft, this.rules);
    for (const { code } of quarantined) tally?.countQuarantined(code);
    for (const record of document.records) take(record);
  }

  /** Masters wherever they stand, which version of a voucher counts, and when the books began. */
  async #readMasters(): Promise<{ masters: Masters; encoding: Encoding; datesMissing: boolean }> {
    const lists: MasterLists = { ledgers: [], groups: [], voucherTypes: [] };
    const companies: CompanyMaster[] = [];
    let companyGuid = '';
    let firstDay: string | null = null;
    let datesMissing = false;
    const encoding = await this.#read({
      ledger: (ledger) => lists.ledgers.push(ledger),
      group: (group) => lists.groups.push(group),
      voucherType: (type) => lists.voucherTypes.push(type),
      company: (company) => companies.push(company),
      exportedCompany: (guid) => {
        companyGuid = guid;
      },
      voucher: (voucher) => {
        this.#versions.offer(voucher);
        companyGuid ||= voucher.guid.replace(/-[0-9a-f]{8}$/i, '');
        const day = isoFromTally(voucher.date);
        // A typing error of a century must not move the beginning of the books.
        if (day !== null && day >= EARLIEST_DATE && (firstDay === null || day < firstDay)) firstDay = day;
        datesMissing ||= voucher.legs.some(({ bills }) => bills.some(lacksDate));
      },
    });
    const booksFrom = companies.map((company) => isoFromTally(company.booksFrom)).find((day) => day !== null);
    const masters = buildMasters(lists, {
      companyGuid: companyGuid || 'unknown',
      booksFrom: booksFrom ?? financialYearStart(firstDay ?? this.rules.today),
      complete: false,
      excludedLedgers: [],
      ownPhones: [...this.ownPhones, ...companies.flatMap(({ phones }) => phones)],
      today: this.rules.today,
      hashName: (name) => createHmac('sha256', this.rules.digestKey).update(name).digest('base64url'),
    });
    return { masters, encoding, datesMissing };
  }

  async #readBillDates(masters: Masters): Promise<BillDates> {
    const dates = new BillDates(masters);
    await this.#eachVoucher((voucher) => {
      if (isInTheBooks(voucher, masters)) dates.learn(voucher);
    });
    return dates;
  }

  async #eachDocument(masters: Masters, take: (draft: DraftDocument) => void): Promise<void> {
    for (const opening of masters.openings) take(openingDocument(opening, masters, this.drafting));
    this.#billDates?.restart();
    await this.#eachVoucher((voucher) => {
      if (isInTheBooks(voucher, masters)) this.#billDates?.complete(voucher);
      take(documentOf(voucher, masters, this.drafting));
    });
  }

  /** Every voucher of the file once, in the version that counts, each with an id. */
  async #eachVoucher(take: (voucher: Voucher) => void): Promise<void> {
    this.#versions.restart();
    let position = 0;
    await this.#read({
      voucher: (voucher) => {
        position += 1;
        if (!this.#versions.isCurrent(voucher)) return;
        // Records are told apart by the id of their voucher.
        voucher.guid ||= `at-${position}`;
        take(voucher);
      },
    });
  }

  async #read(receivers: Receivers): Promise<Encoding> {
    const reader = new AnswerReader(receivers);
    for await (const chunk of this.open()) reader.write(chunk);
    return reader.end().encoding;
  }
}

/** What is neither deleted, nor optional, nor an order or the like, and so makes and settles bills. */
const isInTheBooks = (voucher: Voucher, masters: Masters): boolean =>
  !voucher.deleted && !voucher.optional && classOf(voucher, masters) !== 'not_accounting';
