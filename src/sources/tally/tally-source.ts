import { DateTime } from 'luxon';
import type { CompanyPeriod } from '../../canonical/company-periods.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { Paise } from '../../canonical/money.js';
import { IncompleteAnswer } from '../errors.js';
import { monthsOf, windowsOf } from '../periods.js';
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
import {
  assertAllRead,
  assertComplete,
  assertIdentified,
  assertWithin,
  type Census,
  censusOf,
  isWithin,
} from './completeness.js';
import { isoFromTally, plusDays } from './dates.js';
import { TallyMisconfigured } from './errors.js';
import type { LegsForm } from './fields.js';
import { readAmount } from './legs.js';
import { buildMasters, type MasterLists, type Masters } from './masters.js';
import { OpenTally } from './open-tally.js';
import {
  balancesRequest,
  censusRequest,
  type Days,
  figuresRequest,
  groupRequest,
  ledgerRequest,
  namedMastersRequest,
  numberedRequest,
  presenceRequest,
  type TallyRequest,
  voucherRegisterRequest,
  voucherRequest,
  voucherTypeRequest,
} from './requests.js';
import { TallySettings, type TallySettingsInput } from './settings.js';
import { settlingBillsOf } from './settling.js';
import { AdaptiveSpans } from './spans.js';
import type { CompanyMaster, Voucher } from './voucher.js';
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
  readonly #spans: AdaptiveSpans;
  /** Of the far lighter questions that only count. */
  readonly #countSpans: AdaptiveSpans;
  readonly #figureSpans: AdaptiveSpans;
  #reading: 'collection' | 'voucher_register';
  #legs: LegsForm = 'named';
  /** A named bill has been seen in this form, so the form is known to be answered rightly. */
  #legsProven = false;

  constructor(private readonly settings: TallySettings) {
    this.#tally = new OpenTally(settings);
    this.#spans = new AdaptiveSpans(settings.targetRequestMs);
    this.#countSpans = new AdaptiveSpans(settings.targetRequestMs);
    this.#figureSpans = new AdaptiveSpans(settings.targetRequestMs);
    this.#reading = settings.reading === 'voucher_register' ? 'voucher_register' : 'collection';
  }

  get cost(): ReadingCost {
    return this.#tally.cost;
  }

  async probe(): Promise<Probe> {
    const company = await this.#tally.askCompany();
    return {
      company: { name: company.name, id: company.guid, booksFrom: isoFromTally(company.booksFrom) ?? '' },
      counters: { vouchers: company.voucherCounter ?? 0, masters: company.masterCounter ?? 0 },
      reading: this.#readingInWords(),
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

  async *read(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    const { earliestDate } = this.settings;
    let from = earliestDate !== null && earliestDate > window.from ? earliestDate : window.from;
    const company = await this.#tally.knownCompany();
    while (from <= window.to && !signal.aborted) {
      const span = this.#spans.next(from, window);
      const vouchers = await this.#readSpan(span, company, signal);
      if (signal.aborted) return;
      yield* vouchers;
      from = plusDays(span.to, 1);
    }
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
    const from = this.#earliest(company, period.from);
    const changed = since.vouchers ?? 0;
    const namesChanged = masters.namesChangedSince(since.masters ?? 0);
    const wanted = (voucher: Voucher): boolean => voucher.alterId > changed || namesChanged?.(voucher) === true;
    const altered: Voucher[] = [];
    const spans = namesChanged
      ? this.#readSpansWith(wanted, { from, to: period.to }, signal)
      : this.#readAltered(changed, { from, to: period.to }, masters, signal);
    for await (const voucher of spans) {
      if (!wanted(voucher)) continue;
      if (voucher.alterId > changed) altered.push(voucher);
      yield voucher;
    }
    const settling = settlingBillsOf(altered);
    if (settling) {
      const days = { from: settling.since, to: period.to };
      for await (const voucher of this.#readSpansWith(settling.mayBe, days, signal))
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
    for await (const counted of this.#countBook(period, signal)) {
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
    const readable = { from: this.#earliest(company, wholeBook.from), to: wholeBook.to };
    const guidsRead = new Set(read.map(({ guid }) => guid));
    const numbers = { since: moved.since.vouchers ?? 0, until: moved.until.vouchers ?? 0 };
    return await withdrawnDocuments(read, moved, masters, held, {
      count: () =>
        this.#countBook(readable, signal, (counted) => {
          const shown = counted.filter((voucher) => days.some((some) => isWithin(voucher, some)));
          assertAllRead(shown, guidsRead, numbers, this.#reading === 'collection');
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
    for (let at = 0; at < days.length && !signal.aborted; ) {
      const from = days[at]!;
      const { to } = this.#spans.next(from, { from, to: days.at(-1)! });
      while (at < days.length && days[at]! <= to) at += 1;
      for await (const voucher of this.read({ from, to: days[at - 1]! }, signal))
        if (wanted.has(voucherKey(masters.companyGuid, voucher.guid))) yield voucher;
    }
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
    for await (const days of this.#spansWith(isIt, period, signal, numberedRequest))
      for await (const voucher of this.read(days, signal)) if (isIt(voucher)) yield voucher;
  }

  toCanonical(voucher: Voucher, masters: Masters) {
    return documentOf(voucher, masters, this.settings);
  }

  *openingDocuments(masters: Masters) {
    for (const opening of masters.openings) yield openingDocument(opening, masters, this.settings);
  }

  /** Without a census: what is cut short shows as a difference, and then the days are read as ever. */
  async *readFigures(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    // Which form the build answers rightly has to be known; the ordinary reading finds it out.
    if (this.#reading !== 'collection' || !this.#legsProven) return yield* this.read(window, signal);
    const { earliestDate, companyName } = this.settings;
    const company = await this.#tally.knownCompany();
    let from = earliestDate !== null && earliestDate > window.from ? earliestDate : window.from;
    while (from <= window.to && !signal.aborted) {
      const span = this.#figureSpans.next(from, window);
      const question = figuresRequest(companyName, span);
      const vouchers = await this.#askVouchers(question, signal, { span, spans: this.#figureSpans });
      assertWithin(vouchers, span);
      assertIdentified(vouchers, span);
      if (!vouchers.some(({ guid }) => guid.startsWith(company.guid))) await this.#tally.verifyCompany(company, signal);
      yield* vouchers;
      from = plusDays(span.to, 1);
    }
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

  #earliest({ booksFrom }: CompanyMaster, from: string): string {
    return [from, isoFromTally(booksFrom) ?? from, this.settings.earliestDate ?? from].sort().at(-1)!;
  }

  /** Where a span's count is empty, its vouchers are not asked for. */
  async *#readAltered(
    alteredAfter: number,
    period: Period,
    { today }: Masters,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    const company = await this.#tally.knownCompany();
    // What is dated ahead is next to nothing, so all of it is one question.
    for (const span of period.from > today ? [period] : monthsOf(period.from, period.to)) {
      if (signal.aborted) return;
      const days = { ...span, alteredAfter };
      const census = await this.#census(days, signal);
      if (census && census.regular.size + census.optional.size === 0) continue;
      yield* await this.#readSpan(days, company, signal, census);
    }
  }

  async *#readSpansWith(
    wanted: (voucher: Voucher) => boolean,
    period: Period,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    for await (const span of this.#spansWith(wanted, period, signal)) yield* this.read(span, signal);
  }

  /** Spans of days from the first to the last wanted voucher in them; all the days where Tally refuses to count. */
  async *#spansWith(
    wanted: (voucher: Voucher) => boolean,
    period: Period,
    signal: AbortSignal,
    question: (company: string, days: Days) => TallyRequest = namedMastersRequest,
  ): AsyncIterable<Period> {
    for (let { from } = period; from <= period.to && !signal.aborted; ) {
      const span = this.#countSpans.next(from, period);
      from = plusDays(span.to, 1);
      // An answer without rows, or with too few, would look as if nobody had to be read again.
      const census = await this.#census(span, signal);
      const vouchers = await this.#count(question(this.settings.companyName, span), span, signal);
      if (census === null || vouchers === null) return yield { from: span.from, to: period.to };
      assertComplete(vouchers, census, span, true);
      const days = vouchers
        .filter(wanted)
        .map(({ date }) => isoFromTally(date)!)
        .sort();
      if (days.length > 0) yield { from: days[0]!, to: days.at(-1)! };
    }
  }

  async *#countBook(
    period: Period,
    signal: AbortSignal,
    check: (counted: Voucher[]) => void = () => undefined,
  ): AsyncIterable<ReadonlyMap<string, number> | null> {
    for (let { from } = period; from <= period.to && !signal.aborted; ) {
      const span = this.#countSpans.next(from, period);
      from = plusDays(span.to, 1);
      const vouchers = await this.#count(censusRequest(this.settings.companyName, span), span, signal);
      if (vouchers === null) return yield null;
      check(vouchers);
      yield new Map(vouchers.map(({ guid, alterId }) => [guid, alterId]));
    }
    signal.throwIfAborted();
  }

  /** One span, complete or an error. */
  async #readSpan(
    span: Days,
    company: CompanyMaster,
    signal: AbortSignal,
    counted?: Census | null,
  ): Promise<Voucher[]> {
    const census = counted === undefined ? await this.#census(span, signal) : counted;
    const vouchers =
      this.#reading === 'collection'
        ? await this.#readCollection(span, signal)
        : await this.#readRegister(span, signal);
    assertIdentified(vouchers, span);
    if (census) assertComplete(vouchers, census, span, this.#reading === 'collection');
    // A wrong company answers with success and nothing; and the books may have been replaced under our eyes.
    if (!vouchers.some(({ guid }) => guid.startsWith(company.guid))) await this.#tally.verifyCompany(company, signal);
    return vouchers;
  }

  async #readCollection(span: Days, signal: AbortSignal): Promise<Voucher[]> {
    const vouchers = await this.#askVouchers(voucherRequest(this.settings.companyName, span, this.#legs), signal, {
      span,
      spans: this.#spans,
    });
    assertWithin(vouchers, span);
    if (this.#legs !== 'named' || this.#legsProven || (await this.#namedLegsAreRight(vouchers, signal)))
      return vouchers;
    this.#legs = 'whole';
    return this.#readCollection(span, signal);
  }

  /**
   * Some builds answer bill fields that are named one by one with blanks. As long as no named bill has been seen, one
   * day is asked for again with its ledger lines whole; bills that show only there settle it.
   */
  async #namedLegsAreRight(vouchers: Voucher[], signal: AbortSignal): Promise<boolean> {
    if (hasNamedBill(vouchers)) {
      this.#legsProven = true;
      return true;
    }
    const day = busiestDay(vouchers);
    if (day === null) return true;
    const days = { from: day, to: day };
    return !hasNamedBill(
      await this.#askVouchers(voucherRequest(this.settings.companyName, days, 'whole'), signal, null),
    );
  }

  async #readRegister(span: Days, signal: AbortSignal): Promise<Voucher[]> {
    const vouchers = await this.#askVouchers(voucherRegisterRequest(this.settings.companyName, span), signal, {
      span,
      spans: this.#spans,
    });
    // A report may widen the days it was asked for; which of its vouchers count is known from their dates.
    return vouchers.filter((voucher) => isWithin(voucher, span));
  }

  /** Null where Tally refuses collections: then only the report's own end says that it is complete. */
  async #census(span: Days, signal: AbortSignal): Promise<Census | null> {
    const counted = await this.#count(censusRequest(this.settings.companyName, span), span, signal);
    return counted && censusOf(counted);
  }

  /** What a light question finds in some days; null where Tally refuses collections. */
  async #count(question: TallyRequest, span: Period, signal: AbortSignal): Promise<Voucher[] | null> {
    try {
      const counted = await this.#askVouchers(question, signal, { span, spans: this.#countSpans });
      assertWithin(counted, span);
      return counted;
    } catch (error) {
      if (!(error instanceof TallyMisconfigured) || error.code !== 'REQUEST_REFUSED') throw error;
      if (this.settings.reading === 'collection') throw error;
      this.#reading = 'voucher_register';
      return null;
    }
  }

  async #askVouchers(
    question: TallyRequest,
    signal: AbortSignal,
    learn: { span: Period; spans: AdaptiveSpans } | null,
  ): Promise<Voucher[]> {
    const vouchers: Voucher[] = [];
    const elapsedMs = await this.#tally.ask(question, { voucher: (voucher) => vouchers.push(voucher) }, signal);
    learn?.spans.learn(learn.span, elapsedMs);
    return vouchers;
  }

  #readingInWords(): string {
    if (this.#reading === 'voucher_register') return 'voucher register';
    return this.#legs === 'named' ? 'collection' : 'collection with whole ledger lines';
  }
}

const withoutGuid = (): never => {
  throw new IncompleteAnswer('Tally named a debtor without GUID: expected one on each ledger.');
};

const hasNamedBill = (vouchers: Voucher[]): boolean =>
  vouchers.some(({ legs }) => legs.some(({ bills }) => bills.some(({ name }) => name !== '')));

/** The day with the most vouchers that have ledger lines, ISO. */
function busiestDay(vouchers: Voucher[]): string | null {
  const counts = new Map<string, number>();
  for (const { date, legs } of vouchers) if (legs.length > 0) counts.set(date, (counts.get(date) ?? 0) + 1);
  const [busiest] = [...counts].sort(([, left], [, right]) => right - left);
  return busiest ? isoFromTally(busiest[0]) : null;
}
