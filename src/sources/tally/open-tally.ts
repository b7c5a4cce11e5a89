import { ContentRefused, IncompleteAnswer, SourceUnavailable } from '../errors.js';
import type { ReadingCost } from '../source.js';
import { AnswerReader } from './answer-reader.js';
import { isoFromTally } from './dates.js';
import type { Receivers } from './element-shapes.js';
import { TallyMisconfigured } from './errors.js';
import { companyRequest, type TallyRequest } from './requests.js';
import type { TallySettings } from './settings.js';
import { Transport } from './transport.js';
import type { CompanyMaster } from './voucher.js';

/** What the bytes of an answer go through on their way to the reader, such as a file that keeps them. */
export type Tap = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** One Tally and the company of it that is read: every answer is read to its end, counted and judged here. */
export class OpenTally {
  readonly cost: ReadingCost = { requests: 0, bytes: 0, longestRequestMs: 0 };
  readonly #transport: Transport;
  #company: CompanyMaster | null = null;

  constructor(private readonly settings: TallySettings) {
    this.#transport = new Transport(settings);
  }

  async knownCompany(): Promise<CompanyMaster> {
    return this.#company ?? (await this.askCompany());
  }

  /** @throws TallyMisconfigured COMPANY_REPLACED, when another company stands in its place by now. */
  async verifyCompany(company: CompanyMaster, signal: AbortSignal): Promise<void> {
    const found = await this.askCompany(signal);
    if (found.guid !== company.guid) throw replaced();
  }

  /** Tally lists every company that is loaded, so ours is found by name and, where pinned, by GUID. */
  async askCompany(signal?: AbortSignal, tap?: Tap): Promise<CompanyMaster> {
    const companies: CompanyMaster[] = [];
    await this.ask(companyRequest(), { company: (company) => companies.push(company) }, signal, tap);
    const { companyName, companyGuid } = this.settings;
    if (companies.length === 0) {
      throw new SourceUnavailable(`Tally has no company open: expected "${companyName}".`);
    }
    const pinned = companyGuid ?? this.#company?.guid ?? null;
    const named = companies.filter(({ name }) => name === companyName);
    if (named.length === 0) {
      throw new TallyMisconfigured(
        'COMPANY_NOT_OPEN',
        `Tally has other companies open, but not "${companyName}": expected it among them.`,
      );
    }
    if (pinned === null && named.length > 1) {
      throw new TallyMisconfigured(
        'COMPANY_AMBIGUOUS',
        `Tally has ${named.length} companies called "${companyName}" open: expected the GUID of the right one in the settings.`,
      );
    }
    const found = pinned === null ? named[0]! : named.find(({ guid }) => guid.toLowerCase() === pinned.toLowerCase());
    if (!found) throw replaced();
    if (found.guid === '' || isoFromTally(found.booksFrom) === null) {
      throw new IncompleteAnswer(
        `Tally named no GUID or no first day of the books of "${companyName}": expected both.`,
      );
    }
    this.#company = found;
    return found;
  }

  /** Asks, reads the answer to its end, and says how long Tally was held. */
  ask(question: TallyRequest, receivers: Receivers, signal?: AbortSignal, tap: Tap = untouched): Promise<number> {
    return this.#transport
      .ask(question, signal, async ({ askedAtMs, declaredCharset, chunks }) => {
        const reader = new AnswerReader(receivers, declaredCharset);
        for await (const chunk of tap(chunks)) reader.write(chunk);
        return { facts: reader.end(), elapsedMs: performance.now() - askedAtMs };
      })
      .then(({ facts, elapsedMs }) => {
        this.cost.requests += 1;
        this.cost.bytes += facts.bytes;
        this.cost.longestRequestMs = Math.max(this.cost.longestRequestMs, Math.round(elapsedMs));
        return elapsedMs;
      })
      .catch((error: unknown) => {
        throw error instanceof ContentRefused ? asSourceError(error, question) : error;
      });
  }
}

const untouched: Tap = (chunks) => chunks;

const replaced = (): TallyMisconfigured =>
  new TallyMisconfigured(
    'COMPANY_REPLACED',
    'COMPANY_REPLACED: the open company has another GUID than the books that were read before: expected the pinned company.',
  );

/** What an answer was refused for, as the three kinds a run knows. */
function asSourceError(error: ContentRefused, question: TallyRequest): Error {
  switch (error.code) {
    case 'UNKNOWN_REQUEST':
    case 'REQUEST_FAILED':
      return new TallyMisconfigured(
        'REQUEST_REFUSED',
        `${error.message.replace(/\.$/, '')} (${question.name}): expected an answer with data.`,
      );
    case 'COMPANY_NOT_OPEN':
      return new TallyMisconfigured('COMPANY_NOT_OPEN', error.message);
    default:
      return new IncompleteAnswer(`${error.message.replace(/\.$/, '')} (${question.name}, ${error.code}).`);
  }
}
