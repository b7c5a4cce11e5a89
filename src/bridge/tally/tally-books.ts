import { DateTime } from 'luxon';
import type { Exchange } from '../../canonical/bridge.js';
import { lastDayOf } from '../../canonical/calendar.js';
import { TextDecoding } from '../../sources/decode.js';
import { ContentRefused, IncompleteAnswer, SourceUnavailable } from '../../sources/errors.js';
import { isoFromTally } from '../../sources/tally/dates.js';
import type { ElementShape } from '../../sources/tally/element-shapes.js';
import { TallyMisconfigured } from '../../sources/tally/errors.js';
import { OpenTally, type Tap } from '../../sources/tally/open-tally.js';
import { collection, companyRequest, type Days, type Scope, type TallyRequest } from '../../sources/tally/requests.js';
import { Sanitiser } from '../../sources/tally/sanitise.js';
import { TallySettings } from '../../sources/tally/settings.js';
import { Transport } from '../../sources/tally/transport.js';
import { type FoundVoucher, foundVoucherShape, NUMBER_FIELDS, namedShape, WHOLE_FIELDS } from './found-voucher.js';
import { companiesReport, reportOf } from './report-queries.js';
import { type Understood, understandAnswer } from './understand-answer.js';

/** Where the Tally is that is written to, and the company that is open in it. */
export interface TallyAccess {
  host: string;
  port: number;
  companyName: string;
  companyGuid: string;
  encoding: 'utf-8' | 'utf-16le';
  timeoutMs: number;
}

/** Where the books stand: what was looked up is true while these stay. */
export interface BooksState {
  booksFrom: string;
  voucherCounter: number;
  masterCounter: number;
}
export const MASTER_KINDS = ['Ledger', 'StockItem', 'Unit', 'Godown', 'VoucherType'] as const;
export type MasterKind = (typeof MASTER_KINDS)[number];

type Purpose = Exchange['purpose'];
/** Raw answers are kept for people to look at: beyond this, only their beginning. */
const MOST_KEPT_BYTES = 1024 * 1024;

/** No voucher is dated later, but by a slip of the finger. */
const FAR_AHEAD = '2099-12-31';

/** Numbers of which a formula can be written; of others the whole day is asked for, and looked through here. */
const IN_A_FORMULA = /^[\p{L}\p{N} /_.#()+-]{1,200}$/u;

/**
 * One company of one Tally, written to and asked: by collections, or where it refuses those by the specification's reports. Every exchange about a voucher is kept until it is taken for the journal.
 */
export class TallyBooks {
  readonly #open: OpenTally;
  readonly #transport: Transport;
  /** Kinds of objects of which this Tally refuses collections. */
  readonly #inReports = new Set<MasterKind | 'Voucher'>();
  #exchanges: Exchange[] = [];

  constructor(private readonly access: TallyAccess) {
    const { host, port, companyName, companyGuid, encoding, timeoutMs } = access;
    this.#open = new OpenTally(TallySettings.parse({ host, port, companyName, companyGuid, encoding, timeoutMs }));
    this.#transport = new Transport({ host, port, encoding, timeoutMs });
  }

  /** What was said about a voucher since the last call. */
  takeExchanges(): Exchange[] {
    const taken = this.#exchanges;
    this.#exchanges = [];
    return taken;
  }

  /** @throws TallyMisconfigured where the pinned company is not the one that is open */
  async state(signal: AbortSignal): Promise<BooksState> {
    const { booksFrom, voucherCounter, masterCounter } = await this.#open.askCompany(signal).catch((error: unknown) => {
      if (isRefusedRequest(error)) return this.#refuseUnknownState(signal);
      throw error;
    });
    return {
      booksFrom: isoFromTally(booksFrom)!,
      voucherCounter: voucherCounter ?? 0,
      masterCounter: masterCounter ?? 0,
    };
  }

  /** Every company that is open, whatever is pinned: for a person who looks for a GUID. */
  async openCompanies(signal: AbortSignal): Promise<{ name: string; guid: string }[]> {
    const companies: { name: string; guid: string }[] = [];
    await this.#open.ask(companyRequest(), { company: ({ name, guid }) => companies.push({ name, guid }) }, signal);
    return companies;
  }

  /** Names of all masters of a kind; null where this Tally does not tell. */
  async names(kind: MasterKind, signal: AbortSignal): Promise<string[] | null> {
    const names: string[] = [];
    const shape = namedShape((name) => names.push(name));
    const wasAsked = await this.#objects(kind, ['NAME'], {}, shape, signal);
    return wasAsked ? names : null;
  }

  /** Numbers of all vouchers of some days, without their entries. */
  async numbersWithin(days: Days, signal: AbortSignal): Promise<FoundVoucher[]> {
    const found = await this.#vouchers(NUMBER_FIELDS, { days }, signal);
    return found.filter(({ date }) => date >= days.from && date <= days.to);
  }

  /**
   * What was written or changed since a counter, wherever it is dated, without entries. Where Tally takes only reports, which hold
   * whole vouchers, just that of the month around `near`.
   */
  async changedSince(
    alterId: number,
    { booksFrom, near }: { booksFrom: string; near: string },
    signal: AbortSignal,
  ): Promise<FoundVoucher[]> {
    const month = near.slice(0, 7);
    const found = await this.#vouchers(
      NUMBER_FIELDS,
      { days: { from: booksFrom, to: FAR_AHEAD, alteredAfter: alterId } },
      signal,
      'ask',
      { from: `${month}-01`, to: lastDayOf(month) },
    );
    return found.filter((voucher) => voucher.alterId > alterId);
  }

  /** Vouchers of a day that bear a text as their number or as their reference, with their entries. */
  async numbered(date: string, texts: string[], signal: AbortSignal): Promise<FoundVoucher[]> {
    const days = { from: date, to: date };
    const having = texts.every((text) => IN_A_FORMULA.test(text))
      ? [...new Set(texts)].flatMap((text) => [`$VoucherNumber = "${text}"`, `$Reference = "${text}"`]).join(' OR ')
      : undefined;
    const found = await this.#vouchers(WHOLE_FIELDS, { days, ...(having && { having }) }, signal, 'ask');
    // Days choose the period that Tally loads, and some builds widen it (facts: Voucher Register, dates).
    return found.filter((voucher) => voucher.date === date);
  }

  /** The voucher of a master id, if Tally shows it on that day. */
  async byMasterId(date: string, masterId: number, signal: AbortSignal): Promise<FoundVoucher | null> {
    const scope = { days: { from: date, to: date }, having: `$MasterID = ${masterId}` };
    const found = await this.#vouchers(WHOLE_FIELDS, scope, signal, 'read_back');
    return found.find((voucher) => voucher.masterId === masterId) ?? null;
  }

  /**
   * Posts one import. Whatever goes wrong on the way leaves the outcome unclear, since Tally goes on with what it has
   * received; so this throws only what `signal` or a company that is not open bring.
   */
  async send(xml: string, purpose: 'send' | 'create_master', signal: AbortSignal): Promise<Understood> {
    signal.throwIfAborted();
    const kept = this.#begin(purpose, xml);
    try {
      // Not given up half-way when the import is paused: what was sent is sent.
      const text = await this.#transport.ask({ name: 'import', xml }, undefined, async ({ declaredCharset, chunks }) =>
        textOf(chunks, declaredCharset),
      );
      const understood = understandAnswer(text);
      kept.end(text, 'words' in understood ? understood.words : `Tally answered: ${understood.claim}.`);
      if (understood.claim === 'company_not_open') throw notOpen(this.access.companyName);
      return understood;
    } catch (error) {
      const isOfTheWay = [SourceUnavailable, IncompleteAnswer, ContentRefused].some((kind) => error instanceof kind);
      if (!(error instanceof Error && isOfTheWay)) throw error;
      kept.end(null, error.message);
      return { claim: 'unclear', code: 'OUTCOME_UNKNOWN', words: error.message, masterId: null };
    }
  }

  async #vouchers(
    fields: readonly string[],
    scope: Scope,
    signal: AbortSignal,
    purpose: Purpose | null = null,
    inReport: Days | undefined = scope.days,
  ): Promise<FoundVoucher[]> {
    const found: FoundVoucher[] = [];
    const shape = foundVoucherShape((voucher) => found.push(voucher));
    await this.#objects('Voucher', fields, scope, shape, signal, purpose, inReport);
    return found;
  }

  /** False: this Tally has no way of telling. */
  async #objects(
    kind: MasterKind | 'Voucher',
    fields: readonly string[],
    scope: Scope,
    shape: ElementShape,
    signal: AbortSignal,
    purpose: Purpose | null = null,
    inReport: Days | undefined = undefined,
  ): Promise<boolean> {
    const company = this.access.companyName;
    if (!this.#inReports.has(kind)) {
      try {
        await this.#ask(collection(kind, fields, { company, ...scope }), kind, shape, signal, purpose);
        return true;
      } catch (error) {
        if (!isRefusedRequest(error)) throw error;
        this.#inReports.add(kind);
      }
    }
    const report = reportOf(kind, company, inReport);
    if (report) await this.#ask(report, kind, shape, signal, purpose);
    return report !== null;
  }

  /** Without GUID and counters nobody can tell whose books these are, nor what was written to them. */
  async #refuseUnknownState(signal: AbortSignal): Promise<never> {
    const names: string[] = [];
    const shape = namedShape((name) => names.push(name));
    await this.#open.ask(companiesReport(), { others: new Map([['COMPANY', shape]]) }, signal);
    const { companyName } = this.access;
    if (!names.includes(companyName)) throw notOpen(companyName);
    throw new TallyMisconfigured(
      'REQUEST_REFUSED',
      `Tally has "${companyName}" open and refuses to tell its GUID and counters: expected a release that answers collections of companies, since nothing is written to books that cannot be told apart.`,
    );
  }

  /** Asks; where it is about one voucher, keeps what was asked and answered. */
  async #ask(
    question: TallyRequest,
    object: MasterKind | 'Voucher',
    shape: ElementShape,
    signal: AbortSignal,
    purpose: Purpose | null = null,
  ): Promise<void> {
    const receivers = { others: new Map([[object.toUpperCase(), shape]]) };
    if (purpose === null) {
      await this.#open.ask(question, receivers, signal);
      return;
    }
    const kept = this.#begin(purpose, question.xml);
    const answer = new KeptBytes();
    try {
      await this.#open.ask(question, receivers, signal, answer.tap);
      kept.end(answer.text(), 'Tally answered.');
    } catch (error) {
      kept.end(answer.text() || null, error instanceof Error ? error.message : 'It failed.');
      throw error;
    }
  }

  #begin(purpose: Purpose, request: string) {
    const startedAtMs = performance.now();
    const at = DateTime.utc().toISO();
    return {
      end: (answer: string | null, note: string): void => {
        const took_ms = Math.round(performance.now() - startedAtMs);
        this.#exchanges.push({ purpose, request, answer, note: note.slice(0, 2_000), at, took_ms });
      },
    };
  }
}

const isRefusedRequest = (error: unknown): boolean =>
  error instanceof TallyMisconfigured && error.code === 'REQUEST_REFUSED';

const notOpen = (company: string): TallyMisconfigured =>
  new TallyMisconfigured(
    'COMPANY_NOT_OPEN',
    `Tally has no company "${company}" open that it would write to: expected it to be open.`,
  );

/** The whole answer to an import: small, since it holds counters and words. */
async function textOf(chunks: AsyncIterable<Uint8Array>, declaredCharset: string | null): Promise<string> {
  const decoding = new TextDecoding(declaredCharset);
  const sanitiser = new Sanitiser();
  let text = '';
  for await (const chunk of chunks) {
    text += sanitiser.write(decoding.write(chunk));
    if (text.length > MOST_KEPT_BYTES) throw new IncompleteAnswer('The answer to an import is larger than 1 MiB.');
  }
  return text + sanitiser.write(decoding.end()) + sanitiser.end();
}

/** Keeps the beginning of what passes. */
class KeptBytes {
  readonly #decoding = new TextDecoding();
  #text = '';
  #bytes = 0;

  readonly tap: Tap = (chunks) => this.#keep(chunks);

  async *#keep(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#bytes < MOST_KEPT_BYTES) this.#text += this.#decoding.write(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }

  text(): string {
    return (this.#text + this.#decoding.end()).replaceAll('\u0000', '');
  }
}
