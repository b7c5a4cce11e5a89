import { monthsOf } from '../periods.js';
import type { Period } from '../source.js';
import { assertComplete, assertIdentified, assertWithin, type Census, censusOf, isWithin } from './completeness.js';
import { isoFromTally, plusDays } from './dates.js';
import { TallyMisconfigured } from './errors.js';
import type { LegsForm } from './fields.js';
import type { Masters } from './masters.js';
import type { OpenTally, Tap } from './open-tally.js';
import {
  censusRequest,
  type Days,
  figuresRequest,
  namedMastersRequest,
  type TallyRequest,
  voucherRegisterRequest,
  voucherRequest,
} from './requests.js';
import type { TallySettings } from './settings.js';
import { AdaptiveSpans } from './spans.js';
import type { CompanyMaster, Voucher } from './voucher.js';

/**
 * Reads the vouchers of some days: in spans that hold Tally for about `targetRequestMs`, each complete, held against a
 * census, before its first voucher is handed on. Finds out which way of asking this Tally answers rightly.
 */
export class VoucherReader {
  readonly #spans: AdaptiveSpans;
  /** Of the far lighter questions that only count. */
  readonly #countSpans: AdaptiveSpans;
  readonly #figureSpans: AdaptiveSpans;
  #reading: 'collection' | 'voucher_register';
  #legs: LegsForm = 'named';
  /** A named bill has been seen in this form, so the form is known to be answered rightly. */
  #legsProven = false;

  constructor(
    private readonly tally: OpenTally,
    private readonly settings: TallySettings,
  ) {
    this.#spans = new AdaptiveSpans(settings.targetRequestMs);
    this.#countSpans = new AdaptiveSpans(settings.targetRequestMs);
    this.#figureSpans = new AdaptiveSpans(settings.targetRequestMs);
    this.#reading = settings.reading === 'voucher_register' ? 'voucher_register' : 'collection';
  }

  /** Optional vouchers are listed too; a Voucher Register leaves them out. */
  get showsOptional(): boolean {
    return this.#reading === 'collection';
  }

  async *read(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    for await (const { vouchers } of this.readSpans(window, signal)) yield* vouchers;
  }

  /** @param tapOf what the answer to a span goes through; anew where another form of it has to be asked for. */
  async *readSpans(
    window: Period,
    signal: AbortSignal,
    tapOf?: (span: Period) => Tap,
  ): AsyncIterable<{ span: Period; vouchers: Voucher[] }> {
    const { earliestDate } = this.settings;
    let from = earliestDate !== null && earliestDate > window.from ? earliestDate : window.from;
    const company = await this.tally.knownCompany();
    while (from <= window.to && !signal.aborted) {
      const span = this.#spans.next(from, window);
      const vouchers = await this.#readSpan(span, company, signal, { tap: tapOf?.(span) });
      if (signal.aborted) return;
      yield { span, vouchers };
      from = plusDays(span.to, 1);
    }
  }

  /** Of these days alone, in spans. */
  async *readDays(days: readonly string[], signal: AbortSignal): AsyncIterable<Voucher> {
    for (let at = 0; at < days.length && !signal.aborted; ) {
      const from = days[at]!;
      const { to } = this.#spans.next(from, { from, to: days.at(-1)! });
      while (at < days.length && days[at]! <= to) at += 1;
      yield* this.read({ from, to: days[at - 1]! }, signal);
    }
  }

  /** Without a census: what is cut short shows as a difference, and then the days are read as ever. */
  async *readFigures(window: Period, signal: AbortSignal): AsyncIterable<Voucher> {
    // Which form the build answers rightly has to be known; the ordinary reading finds it out.
    if (this.#reading !== 'collection' || !this.#legsProven) return yield* this.read(window, signal);
    const { earliestDate, companyName } = this.settings;
    const company = await this.tally.knownCompany();
    let from = earliestDate !== null && earliestDate > window.from ? earliestDate : window.from;
    while (from <= window.to && !signal.aborted) {
      const span = this.#figureSpans.next(from, window);
      const question = figuresRequest(companyName, span);
      const vouchers = await this.#askVouchers(question, signal, { span, spans: this.#figureSpans });
      assertWithin(vouchers, span);
      assertIdentified(vouchers, span);
      if (!vouchers.some(({ guid }) => guid.startsWith(company.guid))) await this.tally.verifyCompany(company, signal);
      yield* vouchers;
      from = plusDays(span.to, 1);
    }
  }

  earliest({ booksFrom }: CompanyMaster, from: string): string {
    return [from, isoFromTally(booksFrom) ?? from, this.settings.earliestDate ?? from].sort().at(-1)!;
  }

  /** Where a span's count is empty, its vouchers are not asked for. */
  async *readAltered(
    alteredAfter: number,
    period: Period,
    { today }: Masters,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    const company = await this.tally.knownCompany();
    // What is dated ahead is next to nothing, so all of it is one question.
    for (const span of period.from > today ? [period] : monthsOf(period.from, period.to)) {
      if (signal.aborted) return;
      const days = { ...span, alteredAfter };
      const census = await this.#census(days, signal);
      if (census && census.regular.size + census.optional.size === 0) continue;
      yield* await this.#readSpan(days, company, signal, { counted: census });
    }
  }

  async *readSpansWith(
    wanted: (voucher: Voucher) => boolean,
    period: Period,
    signal: AbortSignal,
  ): AsyncIterable<Voucher> {
    for await (const span of this.spansWith(wanted, period, signal)) yield* this.read(span, signal);
  }

  /** Spans of days from the first to the last wanted voucher in them; all the days where Tally refuses to count. */
  async *spansWith(
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

  async *countBook(
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
    { counted, tap }: { counted?: Census | null; tap?: Tap | undefined } = {},
  ): Promise<Voucher[]> {
    const census = counted === undefined ? await this.#census(span, signal) : counted;
    const vouchers =
      this.#reading === 'collection'
        ? await this.#readCollection(span, signal, tap)
        : await this.#readRegister(span, signal, tap);
    assertIdentified(vouchers, span);
    if (census) assertComplete(vouchers, census, span, this.#reading === 'collection');
    // A wrong company answers with success and nothing; and the books may have been replaced under our eyes.
    if (!vouchers.some(({ guid }) => guid.startsWith(company.guid))) await this.tally.verifyCompany(company, signal);
    return vouchers;
  }

  async #readCollection(span: Days, signal: AbortSignal, tap?: Tap): Promise<Voucher[]> {
    const question = voucherRequest(this.settings.companyName, span, this.#legs);
    const vouchers = await this.#askVouchers(question, signal, { span, spans: this.#spans }, tap);
    assertWithin(vouchers, span);
    if (this.#legs !== 'named' || this.#legsProven || (await this.#namedLegsAreRight(vouchers, signal)))
      return vouchers;
    this.#legs = 'whole';
    return this.#readCollection(span, signal, tap);
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

  async #readRegister(span: Days, signal: AbortSignal, tap?: Tap): Promise<Voucher[]> {
    const question = voucherRegisterRequest(this.settings.companyName, span);
    const vouchers = await this.#askVouchers(question, signal, { span, spans: this.#spans }, tap);
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
    tap?: Tap,
  ): Promise<Voucher[]> {
    const vouchers: Voucher[] = [];
    const elapsedMs = await this.tally.ask(question, { voucher: (voucher) => vouchers.push(voucher) }, signal, tap);
    learn?.spans.learn(learn.span, elapsedMs);
    return vouchers;
  }

  get inWords(): string {
    if (this.#reading === 'voucher_register') return 'voucher register';
    return this.#legs === 'named' ? 'collection' : 'collection with whole ledger lines';
  }
}

const hasNamedBill = (vouchers: Voucher[]): boolean =>
  vouchers.some(({ legs }) => legs.some(({ bills }) => bills.some(({ name }) => name !== '')));

/** The day with the most vouchers that have ledger lines, ISO. */
function busiestDay(vouchers: Voucher[]): string | null {
  const counts = new Map<string, number>();
  for (const { date, legs } of vouchers) if (legs.length > 0) counts.set(date, (counts.get(date) ?? 0) + 1);
  const [busiest] = [...counts].sort(([, left], [, right]) => right - left);
  return busiest ? isoFromTally(busiest[0]) : null;
}
