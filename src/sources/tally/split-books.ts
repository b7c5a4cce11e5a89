import type { CompanyPeriod } from '../../canonical/company-periods.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { Paise } from '../../canonical/money.js';
import type {
  CountersMoved,
  HeldDocument,
  Period,
  Probe,
  QuarantinedDocument,
  ReadingCost,
  Source,
} from '../source.js';
import { withoutCarried } from './canonical/carried-openings.js';
import { isOpening } from './canonical/keys.js';
import { plusDays } from './dates.js';
import type { Masters } from './masters.js';
import type { TallySettingsInput } from './settings.js';
import { createTallySource, type TallySource } from './tally-source.js';
import type { Voucher } from './voucher.js';

/** A company of split books, with the days it is read for. */
export interface SplitCompany extends CompanyPeriod {
  name: string;
  guid: string | null;
}

/** A voucher and which company it is of, counted from the oldest. */
export interface CompanyVoucher {
  at: number;
  voucher: Voucher;
}

/** Between the identities of companies; no GUID holds it. */
const AND = '+';
/** Of a counter's name and the company it counts. */
const counterOf = (name: string, guid: string): string => `${name}/${guid}`;

/**
 * One distributor's books in several companies of one Tally, each read for its own days, as if they had never been split:
 * a debtor keeps the key of the oldest company's ledger, and what was carried forward as an opening balance is not read
 * again. Counters are kept apart by company; all companies have to be open.
 *
 * @param companies oldest first, their periods following one another
 */
export class SplitBooks implements Source<CompanyVoucher, Masters[]> {
  readonly erpType = 'tally_prime' as const;
  readonly #books: { source: TallySource; period: CompanyPeriod }[];

  constructor(
    private readonly settings: Omit<TallySettingsInput, 'companyName' | 'companyGuid'>,
    companies: readonly SplitCompany[],
  ) {
    this.#books = companies.map(({ name, guid, from, to }) => ({
      source: createTallySource({ ...settings, companyName: name, companyGuid: guid }),
      period: { from, to },
    }));
  }

  get cost(): ReadingCost {
    const costs = this.#books.map(({ source }) => source.cost);
    return {
      requests: costs.reduce((sum, { requests }) => sum + requests, 0),
      bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
      longestRequestMs: Math.max(...costs.map(({ longestRequestMs }) => longestRequestMs)),
    };
  }

  async probe(): Promise<Probe> {
    const probes: Probe[] = [];
    for (const { source } of this.#books) probes.push(await source.probe());
    const companies = probes.map(({ company }) => company);
    return {
      company: {
        name: companies.map(({ name }) => name).join(', '),
        id: companies.map(({ id }) => id).join(AND),
        booksFrom: companies.map(({ booksFrom }) => booksFrom).sort()[0]!,
      },
      counters: Object.assign(
        {},
        ...probes.map(({ company, counters }) =>
          Object.fromEntries(Object.entries(counters).map(([name, value]) => [counterOf(name, company.id), value])),
        ),
      ),
      reading: [...new Set(probes.map(({ reading }) => reading))].join(', '),
    };
  }

  plan(period: Period, by: 'month' | 'whole'): Period[] {
    return this.#books[0]!.source.plan(period, by);
  }

  async masters(): Promise<Masters[]> {
    const all: Masters[] = [];
    for (const { source } of this.#books) all.push(await source.masters(all.at(-1) ?? null));
    return all;
  }

  async *read(window: Period, signal: AbortSignal): AsyncIterable<CompanyVoucher> {
    for (const [at, { source, period }] of this.#books.entries()) {
      const days = within(window, period);
      if (days) for await (const voucher of source.read(days, signal)) yield { at, voucher };
    }
  }

  async *readFigures(window: Period, signal: AbortSignal): AsyncIterable<CompanyVoucher> {
    for (const [at, { source, period }] of this.#books.entries()) {
      const days = within(window, period);
      if (days) for await (const voucher of source.readFigures(days, signal)) yield { at, voucher };
    }
  }

  /** Of the newest company, into which everything was carried forward. */
  closingBalances(masters: Masters[], signal: AbortSignal): Promise<ReadonlyMap<string, Paise> | null> {
    return this.#books.at(-1)!.source.closingBalances(masters.at(-1)!, signal);
  }

  async *readChanged(
    window: Period,
    since: Record<string, number>,
    masters: Masters[],
    signal: AbortSignal,
  ): AsyncIterable<CompanyVoucher> {
    for (const [at, { source, period }] of this.#books.entries()) {
      const own = masters[at]!;
      const days = within(window, period);
      if (!days) continue;
      for await (const voucher of source.readChanged(days, countersOf(own, since), own, signal)) yield { at, voucher };
    }
  }

  async *readAgain(
    documents: readonly QuarantinedDocument[],
    masters: Masters[],
    signal: AbortSignal,
  ): AsyncIterable<CompanyVoucher> {
    for (const [at, { source, period }] of this.#books.entries()) {
      const own = documents.filter(({ day }) => day !== null && within({ from: day, to: day }, period));
      for await (const voucher of source.readAgain(own, masters[at]!, signal)) yield { at, voucher };
    }
  }

  async *find(id: string, masters: Masters[], signal: AbortSignal): AsyncIterable<CompanyVoucher> {
    for (const [at, { source, period }] of this.#books.entries())
      for await (const voucher of source.find(id, masters[at]!, signal, period)) yield { at, voucher };
  }

  /** Of all companies: `tally/`. */
  keyPrefix(masters: Masters[]): string {
    const prefix = this.#books[0]!.source.keyPrefix(masters[0]!);
    return prefix.slice(0, prefix.indexOf('/') + 1);
  }

  async withdrawn(
    read: readonly CompanyVoucher[],
    { since, until, epoch }: CountersMoved,
    masters: Masters[],
    held: () => AsyncIterable<HeldDocument>,
    signal: AbortSignal,
    days: readonly Period[],
  ): Promise<DraftDocument[]> {
    const gone: DraftDocument[] = [];
    for (const [at, { source, period }] of this.#books.entries()) {
      const own = masters[at]!;
      const prefix = source.keyPrefix(own);
      async function* ofCompany(): AsyncIterable<HeldDocument> {
        for await (const document of held()) if (document.docKey.startsWith(prefix)) yield document;
      }
      const vouchers = read.filter((row) => row.at === at).map(({ voucher }) => voucher);
      const moved = { since: countersOf(own, since), until: countersOf(own, until), epoch };
      const ownDays = days.map((some) => within(some, period)).filter((some) => some !== null);
      gone.push(...(await source.withdrawn(vouchers, moved, own, ofCompany, signal, ownDays)));
      // The periods are settings, and those may have changed.
      if (since.rules !== until.rules)
        for await (const document of ofAnotherCompany(source, period, own, ofCompany, signal)) gone.push(document);
    }
    return gone;
  }

  toCanonical({ at, voucher }: CompanyVoucher, masters: Masters[]): DraftDocument {
    return this.#books[at]!.source.toCanonical(voucher, masters[at]!);
  }

  *openingDocuments(masters: Masters[]): Iterable<DraftDocument> {
    const [oldest] = masters;
    const first = [oldest!.booksFrom, this.#books[0]!.period.from, this.settings.earliestDate]
      .filter((day) => day !== null && day !== undefined)
      .sort()
      .at(-1)!;
    for (const [at, { source }] of this.#books.entries()) {
      const own = masters[at]!;
      const openings = own.openings.map((one) => withoutCarried(one, masters.slice(0, at), first));
      for (const document of source.openingDocuments({ ...own, openings })) {
        const carried = at > 0 && document.drafts.length === 0;
        yield carried ? { ...document, ignored: 'other_company' } : document;
      }
    }
  }
}

/** The days of a window that a company is read for; null when there are none. */
function within({ from, to }: Period, period: CompanyPeriod): Period | null {
  const first = period.from !== null && period.from > from ? period.from : from;
  const last = period.to !== null && period.to < to ? period.to : to;
  return first <= last ? { from: first, to: last } : null;
}

/** A company's own counters, by their plain names; none of a company that was not read before. */
function countersOf({ companyGuid }: Masters, counters: Record<string, number>): Record<string, number> {
  const suffix = counterOf('', companyGuid);
  return Object.fromEntries(
    Object.entries(counters)
      .filter(([name]) => name.endsWith(suffix))
      .map(([name, value]) => [name.slice(0, -suffix.length), value]),
  );
}

/** Vouchers that stand and are dated outside the company's period now: another company has them. */
async function* ofAnotherCompany(
  source: TallySource,
  period: CompanyPeriod,
  masters: Masters,
  held: () => AsyncIterable<HeldDocument>,
  signal: AbortSignal,
): AsyncIterable<DraftDocument> {
  const book = source.wholeBook(masters);
  const outside = [
    ...(period.from === null ? [] : [within(book, { from: null, to: plusDays(period.from, -1) })]),
    ...(period.to === null ? [] : [within(book, { from: plusDays(period.to, 1), to: null })]),
  ].filter((days) => days !== null);
  if (outside.length === 0) return;
  const standing = new Set<string>();
  for await (const { docKey } of held()) if (!isOpening(docKey)) standing.add(docKey);
  if (standing.size === 0) return;
  for (const days of outside)
    for await (const { docKey, version } of source.keysWithin(days, masters, signal))
      if (standing.has(docKey)) {
        yield {
          docKey,
          version,
          erpType: 'tally_prime',
          drafts: [],
          cancelled: false,
          ignored: 'other_company',
          fault: null,
        };
      }
}
