import { setTimeout as wait } from 'node:timers/promises';
import { IncompleteAnswer } from '../errors.js';
import type { ReadingCost } from '../source.js';
import { type Answer, CODES, parseJson, serviceErrorOf } from './answer.js';
import { SapBusy, SapMisconfigured } from './errors.js';
import { DATE_FORMS, Dialect, Page, type Query } from './odata.js';
import { isTransient, Session } from './session.js';
import type { SapSettings } from './settings.js';
import { openWire, type ServiceWire } from './wire.js';

/** How often a question is put whose answers are faults that pass. */
const TRIES = 3;
const LONG_AGO = '2000-01-01';

/** One company of one Service Layer: every answer is read to its end, counted and judged here. */
export class ServiceLayer {
  readonly cost: ReadingCost = { requests: 0, bytes: 0, longestRequestMs: 0 };
  readonly #wire: ServiceWire;
  readonly #session: Session;
  #dialect: Promise<Dialect> | null = null;

  constructor(private readonly settings: SapSettings) {
    this.#wire = openWire(settings);
    this.#session = new Session(settings, this.#wire);
  }

  /** Which dialect this Service Layer speaks: found out once. */
  dialect(): Promise<Dialect> {
    this.#dialect ??= this.#findDialect();
    this.#dialect.catch(() => {
      this.#dialect = null;
    });
    return this.#dialect;
  }

  /** One page of an entity set, of at most `pageSize` rows. An entity without such rows is an empty page. */
  async page(entity: string, query: Query, signal?: AbortSignal): Promise<Page> {
    const target = (await this.dialect()).target(entity, query);
    const answer = await this.#ask(entity, target, signal);
    if (isNothingFound(answer)) return { rows: [], hasMore: false, count: 0 };
    if (answer.status !== 200) throw refusal(entity, answer);
    const json = parseJson(answer.text);
    if (json === undefined) {
      throw new IncompleteAnswer(
        `SAP Business One's answer on ${entity} is no whole JSON: expected it to its last byte.`,
      );
    }
    const page = Page.safeParse(json);
    if (page.success) return page.data;
    throw new IncompleteAnswer(`SAP Business One's answer on ${entity} is no list of an entity set: expected one.`);
  }

  /** Gives the session back. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** The version that the session was opened with, and the first form of a date that it takes. */
  async #findDialect(): Promise<Dialect> {
    const version = await this.#patiently(() => this.#session.version());
    for (const form of DATE_FORMS[version]) {
      const dialect = new Dialect(version, form);
      const filter = `DocDate ge ${dialect.day(LONG_AGO)}`;
      const answer = await this.#ask('Invoices', dialect.target('Invoices', { select: ['DocEntry'], filter, top: 1 }));
      if (answer.status !== 400 || form === DATE_FORMS[version].at(-1)) {
        if (answer.status === 200 || isNothingFound(answer)) return dialect;
        throw refusal('Invoices', answer);
      }
    }
    throw new SapMisconfigured('REQUEST_REFUSED', 'SAP Business One takes no date in a filter: expected it to.');
  }

  #ask(entity: string, target: string, signal?: AbortSignal): Promise<Answer> {
    return this.#patiently(async () => {
      const answer = await this.#askOnce(target, signal);
      if (!isTransient(answer) && !isForeign(answer)) return answer;
      const code = serviceErrorOf(answer)?.code;
      throw new SapBusy(
        `SAP Business One answered on ${entity} with ${answer.status}${code === undefined ? '' : ` / ${code}`}, ${TRIES} times: expected data.`,
      );
    }, signal);
  }

  /** A fault that passes is asked about again, a little later each time. */
  async #patiently<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SapBusy) || tries >= TRIES) throw error;
        await wait(this.settings.retryDelayMs * 2 ** (tries - 1), undefined, { signal });
      }
    }
  }

  #askOnce(target: string, signal?: AbortSignal): Promise<Answer> {
    signal?.throwIfAborted();
    return this.#session.within(async (base, cookie) => {
      const askedAtMs = performance.now();
      const headers = { cookie, accept: 'application/json', prefer: `odata.maxpagesize=${this.settings.pageSize}` };
      const answer = await this.#wire.get(`${base}/${target}`, headers, signal);
      this.cost.requests += 1;
      this.cost.bytes += Buffer.byteLength(answer.text);
      this.cost.longestRequestMs = Math.max(this.cost.longestRequestMs, Math.round(performance.now() - askedAtMs));
      return answer;
    });
  }
}

const isNothingFound = (answer: Answer): boolean =>
  answer.status === 404 && serviceErrorOf(answer)?.code === CODES.notFound;

/** What no Service Layer writes: the balancer's own page, or nothing at all. */
const isForeign = ({ text }: Answer): boolean => text.trim() === '' || /^\s*</.test(text);

/** What a question was refused for. The message is looked at, never repeated: it may quote the books. */
function refusal(entity: string, answer: Answer): Error {
  const error = serviceErrorOf(answer);
  const said = `${answer.status}${error ? ` / ${error.code}` : ''}`;
  if (answer.status === 403 || error?.code === CODES.notPermitted) {
    return new SapMisconfigured(
      'PERMISSION_MISSING',
      `SAP Business One does not let the service user read ${entity} (${said}): expected the role AltScore_ReadOnly to allow it.`,
    );
  }
  const unknown = /Property '(\w{1,60})' of '\w{1,60}' is invalid/.exec(error?.message ?? '');
  return new SapMisconfigured(
    'REQUEST_REFUSED',
    `SAP Business One refused the question on ${entity} (${said}${unknown ? `, it knows no ${unknown[1]}` : ''}): expected an answer with data.`,
  );
}
