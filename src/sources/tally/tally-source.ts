import { DateTime } from 'luxon';
import type { CompanyPeriod } from '../../canonical/company-periods.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { Paise } from '../../canonical/money.js';
import { IncompleteAnswer } from '../errors.js';
import { windowsOf } from '../periods.js';
import {
  type CountersMoved,
  type HeldDocument,
  MAX_AHEAD_DAYS,
  type Period,
  type Probe,
  type QuarantinedDocument,
  type ReadingCost,
  type Source,
} from '../source.js';
import { documentOf } from './canonical/document.js';
import { isOpening, voucherKey } from './canonical/keys.js';
import { openingDocument } from './canonical/opening.js';
import { assertAllRead, isWithin } from './completeness.js';
import { isoFromTally, plusDays } from './dates.js';
import { TallyMisconfigured } from './errors.js';
import { readAmount } from './legs.js';
import { buildMasters, type MasterLists, type Masters } from './masters.js';
import { OpenTally } from './open-tally.js';
import {
  balancesRequest,
  groupRequest,
  ledgerRequest,
  numberedRequest,
  presenceRequest,
  voucherTypeRequest,
} from './requests.js';
import { TallySettings, type TallySettingsInput } from './settings.js';
import { settlingBillsOf } from './settling.js';
import type { Voucher } from './voucher.js';
import { VoucherReader } from './voucher-reader.js';
import { withdrawnDocuments } from './withdrawn.js';

/**
 * Reads a Tally over its HTTP server. One request at a time; windows are read in spans of days that hold Tally for
 * about `targetRequestMs`; each span is complete, held against a census, before its first voucher is handed on.
 */
export function createTallySource(input: TallySettingsInput): TallySource {
  const parsed = TallySettings.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TallyMisconfigured(
      'SETTINGS_INVALID',
      `The Tally settings are wrong at ${issue!.path.join('.') || 'their top'}: ${issue!.message}.`,
    );
  }
  return new TallySource(parsed.data);
}

export class TallySource implements Source<Voucher, Masters> {
  readonly erpType = 'tally_prime' as const;
  readonly #tally: OpenTally;
  readonly #vouchers: VoucherReader;

  constructor(private readonly settings: TallySettings) {
    this.#tally = new OpenTally(settings);
    this.#vouchers = new VoucherReader(this.#tally, settings);
  }

  get cost(): ReadingCost {
    return this.#tally.cost;
  }

  async probe(): Promise<Probe> {
    const company = await this.#tally.askCompany();
    return {
      company: { name: company.name, id: company.guid, booksFrom: isoFromTally(company.booksFrom) ?? '' },
      counters: { vouchers: company.voucherCounter ?? 0, masters: company.masterCounter ?? 0 },
      reading: this.#vouchers.inWords,
    };
  }

  plan(period: Period, by: 'month' | 'whole'): Period[] {
    return windowsOf(period, by, this.settings.earliestDate);
  }

  /** @param earlier of the company these books were split from: its debtors keep their keys */
  async masters(earlier: Masters | null = null): Promise<Masters> {
    const company = await this.#tally.knownCompany();
    const lists: MasterLists = { ledgers: [], groups: [], voucherTypes: [] };
    const { companyName } = this.settings;
    await this.#tally.ask(groupRequest(companyName), { group: (group) => lists.groups.push(group) });
    await this.#tally.ask(voucherTypeRequest(companyName), { voucherType: (type) => lists.voucherTypes.push(type) });
    await this.#tally.ask(ledgerRequest(companyName), { ledger: (ledger) => lists.ledgers.push(ledger) });
    if (lists.ledgers.length === 0 || lists.groups.length === 0 || lists.voucherTypes.length === 0) {
      await this.#tally.askCompany();
      throw new IncompleteAnswer(
        'Tally answered with no ledgers, groups or voucher types: expected those every company has.',
      );
    }
    const { excludedLedgers, ownPhone, timeZone } = this.settings;
    return buildMasters(lists, {
      companyGuid: company.guid,
      earlier,
      booksFrom: isoFromTally(company.booksFrom),
      complete: true,
      excludedLedgers,
      ownPhones: [...company.phones, ...(ownPhone === null ? [] : [ownPhone])],
      today: DateTime.now().setZone(timeZone).toISODate() ?? DateTime.utc().toISODate(),
      hashName: this.settings.hashName ?? withoutGuid,
    });
  }

  read(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    return this.#vouchers.read(window, signal);
  }

  readFigures(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    return this.#vouchers.readFigures(window, signal);
  }

  /**
   * Asked span by span with the dates as well: a filter on the counter alone made Tally go through the whole book in one
   * request of 22 s. Once masters changed, every voucher is looked at for whom it names, since Tally has no filter on that
   * but the party's name, which other legs lack; and where a bill was altered, those that may settle it.
   */
  async *readChanged(
    period: Period,
    since: Record<string, number>,
    masters: Masters,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    const company = await this.#tally.knownCompany();
    const from = this.#vouchers.earliest(company, period.from);
    const changed = since.vouchers ?? 0;
    const namesChanged = masters.namesChangedSince(since.masters ?? 0);
    const wanted = (voucher: Voucher): boolean => voucher.alterId > changed || namesChanged?.(voucher) === true;
    const altered: Voucher[] = [];
    const spans = namesChanged
      ? this.#vouchers.readSpansWith(wanted, { from, to: period.to }, signal)
      : this.#vouchers.readAltered(changed, { from, to: period.to }, masters, signal);
    for await (const voucher of spans) {
      if (!wanted(voucher)) continue;
      if (voucher.alterId > changed) altered.push(voucher);
      yield voucher;
    }
    const settling = settlingBillsOf(altered);
    if (settling) {
      const days = { from: settling.since, to: period.to };
      for await (const voucher of this.#vouchers.readSpansWith(settling.mayBe, days, signal))
        if (settling.is(voucher) && !wanted(voucher)) yield voucher;
    }
    // A wrong company answers with success and nothing.
    await this.#tally.verifyCompany(company, signal);
  }

  /** Keys of the vouchers dated so; lightly asked for. */
  async *keysWithin(period: Period, masters: Masters, signal: AbortSignal): AsyncIterable<HeldDocument> {
    const held = (guid: string, sequence: number): HeldDocument => ({
      docKey: voucherKey(masters.companyGuid, guid),
      version: { epoch: 0, sequence },
    });
    for await (const counted of this.#vouchers.countBook(period, signal)) {
      if (counted) for (const [guid, alterId] of counted) yield held(guid, alterId);
      else for await (const { guid, alterId } of this.read(period, signal)) yield held(guid, alterId);
    }
  }

  /** The days of the books: the first, and the last on which a voucher is looked for. */
  wholeBook(masters: Masters): Period {
    return { from: masters.booksFrom!, to: plusDays(masters.today, MAX_AHEAD_DAYS) };
  }

  keyPrefix({ companyGuid }: Masters): string {
    return voucherKey(companyGuid, '');
  }

  async withdrawn(
    read: readonly Voucher[],
    moved: CountersMoved,
    masters: Masters,
    held: () => AsyncIterable<HeldDocument>,
    signal: AbortSignal,
    days: readonly Period[],
  ): Promise<DraftDocument[]> {
    const company = await this.#tally.knownCompany();
    // What the platform holds may have been moved to any day.
    const wholeBook = this.wholeBook(masters);
    const readable = { from: this.#vouchers.earliest(company, wholeBook.from), to: wholeBook.to };
    const guidsRead = new Set(read.map(({ guid }) => guid));
    const numbers = { since: moved.since.vouchers ?? 0, until: moved.until.vouchers ?? 0 };
    return await withdrawnDocuments(read, moved, masters, held, {
      count: () =>
        this.#vouchers.countBook(readable, signal, (counted) => {
          const shown = counted.filter((voucher) => days.some((some) => isWithin(voucher, some)));
          assertAllRead(shown, guidsRead, numbers, this.#vouchers.showsOptional);
        }),
      having: async (type, guids) => {
        const found = new Set<string>();
        const take = ({ guid }: { guid: string }): void => {
          found.add(guid);
        };
        const question = presenceRequest(this.settings.companyName, type, guids, wholeBook);
        await this.#tally.ask(question, { voucher: take, ledger: take }, signal);
        return found;
      },
    });
  }

  /**
   * By their days, since a question by GUID alone makes Tally go through the whole book. A voucher that was moved to
   * another day was altered, and is read for that.
   */
  async *readAgain(
    documents: readonly QuarantinedDocument[],
    masters: Masters,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    const wanted = new Set(documents.map(({ docKey }) => docKey));
    const known = documents.filter(({ docKey }) => docKey.startsWith(this.keyPrefix(masters)) && !isOpening(docKey));
    const days = [...new Set(known.map(({ day }) => day).filter((day) => day !== null))].sort();
    for await (const voucher of this.#vouchers.readDays(days, signal))
      if (wanted.has(voucherKey(masters.companyGuid, voucher.guid))) yield voucher;
  }

  /** Numbers are looked at one span of days after another; then only the days that hold one are read. */
  async *find(
    id: string,
    masters: Masters,
    signal: AbortSignal,
    { from, to }: CompanyPeriod = { from: null, to: null },
  ): AsyncIterable<Voucher> {
    const book = this.wholeBook(masters);
    const period = { from: from ?? book.from, to: to ?? book.to };
    const isIt = ({ number, guid }: Voucher): boolean =>
      number.trim() === id.trim() || voucherKey(masters.companyGuid, guid) === id;
    for await (const days of this.#vouchers.spansWith(isIt, period, signal, numberedRequest))
      for await (const voucher of this.read(days, signal)) if (isIt(voucher)) yield voucher;
  }

  toCanonical(voucher: Voucher, masters: Masters) {
    return documentOf(voucher, masters, this.settings);
  }

  *openingDocuments(masters: Masters) {
    for (const opening of masters.openings) yield openingDocument(opening, masters, this.settings);
  }

  async closingBalances(masters: Masters, signal: AbortSignal): Promise<ReadonlyMap<string, Paise> | null> {
    if (!this.settings.adjustments) return null;
    const balances = new Map<string, Paise>();
    await this.#tally.ask(
      balancesRequest(this.settings.companyName),
      {
        ledger: ({ name, closingBalance }) => {
          const party = masters.ledger(name)?.party;
          const { paise } = readAmount(closingBalance);
          if (party && paise !== null) balances.set(party.key, 0 - paise);
        },
      },
      signal,
    );
    return balances;
  }
}

const withoutGuid = (): never => {
  throw new IncompleteAnswer('Tally named a debtor without GUID: expected one on each ledger.');
};
