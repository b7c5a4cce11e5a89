import { createHmac } from 'node:crypto';
import { financialYearStart } from '../../../canonical/calendar.js';
import type { DraftDocument } from '../../../canonical/drafts.js';
import { ContentRefused, IncompleteAnswer } from '../../errors.js';
import { BillDates } from '../canonical/bill-dates.js';
import { documentOf } from '../canonical/document.js';
import { openingDocument } from '../canonical/opening.js';
import { classOf, type DraftSettings } from '../canonical/understood.js';
import { isoFromTally } from '../dates.js';
import { buildMasters, type MasterLists, type Masters, normaliseName } from '../masters.js';
import type { Voucher } from '../voucher.js';
import { assertIdentified, companyOf } from './identity.js';
import { type OpenFile, type Survey, surveyOf, vouchersOf } from './survey.js';

/** The files of one export. */
export interface ExportFiles {
  /** What becomes documents; several files, oldest days first, are understood together. */
  data: readonly OpenFile[];
  /** An earlier or neighbouring export, of which the masters alone are looked up. */
  masters: OpenFile | null;
}

export interface ExportSettings {
  /** ISO, in the distributor's time zone. */
  today: string;
  drafting: DraftSettings;
  /** The distributor's own numbers, which are nobody's identity. */
  ownPhones: readonly string[];
  /** The distributor's key for digests. */
  digestKey: Buffer;
  /**
   * `complete`: every ledger and voucher type that vouchers name has to be known, as over HTTP. `as_found`: without ledgers
   * the party is inferred (`withInferredParties`), without voucher types the class is read from the type's name.
   */
  masters: 'complete' | 'as_found';
  /**
   * `required`: an export is refused where its company, or the GUID or ALTERID of a voucher or the GUID of a debtor, is not
   * known, since the next export could not be told from it. `made_up`: a voucher without is known by its place.
   */
  identity: 'required' | 'made_up';
  /** Books of any other company are refused; null takes the company the export names. */
  companyGuid?: string | null;
  /** ISO. Null takes what the export's company says, else the first day of its first voucher's financial year. */
  booksFrom?: string | null;
  excludedLedgers?: readonly string[];
}

/** A document and where it stands. */
export interface ExportedDocument {
  draft: DraftDocument;
  /** Which voucher of the data, from 1; null for an opening balance, which masters hold. */
  position: number | null;
}

/**
 * The books in an XML export of Tally, as the documents they would be if they were read over HTTP: the same keys, versions and
 * records. What a file leaves open is decided so:
 * - masters count wherever they stand;
 * - of several versions of a voucher (one GUID, else one REMOTEID) the newest ALTERID counts;
 * - a settled bill without BILLDATE takes its day from the export (`BillDates`);
 * - an amount or date written in no form of Tally's is quarantined with its record, never guessed.
 *
 * Every file is read to its end when it is opened, once more for the documents, and once more where bills must be dated. Memory
 * grows by some fifty bytes a voucher and a hundred a bill. Throws ContentRefused, and whatever reading the files throws.
 */
export class ExportedBooks {
  readonly companyGuid: string;
  /** Of all data files, joined by a comma. */
  readonly encoding: string;
  /** `masters`: the first of the data files with ledgers, counted from 0; null where none has any. */
  readonly holds: { readonly masters: number | null; readonly vouchers: number };
  #billDates: BillDates | null = null;

  private constructor(
    private readonly files: ExportFiles,
    private readonly settings: ExportSettings,
    private readonly masters: Masters,
    private readonly found: Survey,
  ) {
    this.companyGuid = masters.companyGuid;
    this.encoding = found.encoding;
    this.holds = { masters: found.mastersIn, vouchers: found.vouchers };
  }

  static async open(files: ExportFiles, settings: ExportSettings): Promise<ExportedBooks> {
    const found = await surveyOf(files.data);
    const neighbour = files.masters && (await surveyOf([files.masters]));
    const surveys = neighbour ? [found, neighbour] : [found];
    const strict = settings.identity === 'required';
    const companyGuid = companyOf(surveys, settings.companyGuid ?? null, strict);
    const masters = mastersOf(surveys, companyGuid, settings);
    if (strict) assertIdentified(found, masters);
    if (masters.complete && masters.withoutLedgers && found.vouchers > 0) throw mastersMissing();
    const books = new ExportedBooks(files, settings, masters, found);
    if (found.billsLackDates) await books.#readBillDates();
    return books;
  }

  /**
   * Every document once, opening balances of the data's own masters first, in pieces. Nothing of them may be kept unless the
   * last one comes. Once more from the beginning at each call, but not twice at a time.
   */
  async *documents(): AsyncGenerator<ExportedDocument[]> {
    const openings = this.#openings();
    if (openings.length > 0) yield openings;
    this.#billDates?.restart();
    for await (const piece of this.#vouchers()) {
      yield piece.map(({ voucher, position }) => {
        if (isInTheBooks(voucher, this.masters)) this.#billDates?.complete(voucher);
        return { draft: this.understand(voucher), position };
      });
    }
  }

  /** What a voucher becomes, by the masters of these books. Throws ContentRefused where they are older than it. */
  understand(voucher: Voucher): DraftDocument {
    try {
      return documentOf(voucher, this.masters, this.settings.drafting);
    } catch (error) {
      throw error instanceof IncompleteAnswer ? new ContentRefused('MASTERS_OUTDATED', error.message) : error;
    }
  }

  #openings(): ExportedDocument[] {
    const own = new Set(this.found.lists.ledgers.map(({ name }) => normaliseName(name)));
    return this.masters.openings
      .filter(({ party }) => own.has(normaliseName(party.name)))
      .map((opening) => ({
        draft: openingDocument(opening, this.masters, this.settings.drafting),
        position: null,
      }));
  }

  async #readBillDates(): Promise<void> {
    const dates = new BillDates(this.masters);
    for await (const piece of this.#vouchers())
      for (const { voucher } of piece) if (isInTheBooks(voucher, this.masters)) dates.learn(voucher);
    this.#billDates = dates;
  }

  /** Every voucher once, in the version that counts, each with an id. */
  async *#vouchers(): AsyncGenerator<{ voucher: Voucher; position: number }[]> {
    const { versions } = this.found;
    versions.restart();
    let position = 0;
    for (const open of this.files.data) {
      for await (const piece of vouchersOf(open)) {
        const current = piece
          .map((voucher) => ({ voucher, position: ++position }))
          .filter(({ voucher }) => versions.isCurrent(voucher));
        // Records are told apart by the id of their voucher.
        for (const { voucher, position: at } of current) voucher.guid ||= `at-${at}`;
        if (current.length > 0) yield current;
      }
    }
  }
}

function mastersOf(surveys: Survey[], companyGuid: string, settings: ExportSettings): Masters {
  const companies = surveys
    .flatMap(({ companies: listed }) => listed)
    .filter(({ guid }) => guid === '' || guid === companyGuid);
  const [{ firstDay }] = surveys as [Survey];
  const booksFrom =
    settings.booksFrom ?? companies.map((company) => isoFromTally(company.booksFrom)).find((day) => day !== null);
  return buildMasters(joined(surveys.map(({ lists }) => lists)), {
    companyGuid,
    booksFrom: booksFrom ?? financialYearStart(firstDay ?? settings.today),
    complete: settings.masters === 'complete',
    excludedLedgers: [...(settings.excludedLedgers ?? [])],
    ownPhones: [...settings.ownPhones, ...companies.flatMap(({ phones }) => phones)],
    today: settings.today,
    hashName: (name) => createHmac('sha256', settings.digestKey).update(name).digest('base64url'),
  });
}

/** Of masters that stand in both, those of the data itself count. */
function joined([own, neighbour]: MasterLists[]): MasterLists {
  if (neighbour === undefined) return own!;
  const names = new Set(own!.ledgers.map(({ name }) => normaliseName(name)));
  const guids = new Set(own!.ledgers.map(({ guid }) => guid));
  return {
    ledgers: [
      ...neighbour.ledgers.filter(({ name, guid }) => !names.has(normaliseName(name)) && !guids.has(guid)),
      ...own!.ledgers,
    ],
    groups: [...neighbour.groups, ...own!.groups],
    voucherTypes: [...neighbour.voucherTypes, ...own!.voucherTypes],
  };
}

const mastersMissing = (): ContentRefused =>
  new ContentRefused(
    'MASTERS_MISSING',
    'The export holds vouchers, and no ledgers are known: expected the masters of the company as well (in Tally: List of Accounts or All Masters, as XML), in the same file or before it.',
  );

/** What is neither deleted, nor optional, nor an order or the like, and so makes and settles bills. */
function isInTheBooks(voucher: Voucher, masters: Masters): boolean {
  if (voucher.deleted || voucher.optional) return false;
  // A type that complete masters lack is refused where its document is made.
  return (
    (masters.complete ? masters.voucherClass(voucher.voucherType) : classOf(voucher, masters)) !== 'not_accounting'
  );
}
