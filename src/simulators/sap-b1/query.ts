import type { Book } from './book.js';
import type { DateForm } from './dates.js';
import { type EntitySet, writeRow } from './entities.js';
import { badQuery, noMatch, SapError, unknownProperty } from './errors.js';
import {
  boundsOf,
  compile,
  type DateLiteral,
  type Filter,
  type Lookup,
  type Predicate,
  parseFilter,
  type Value,
} from './filter.js';
import type { SapRequest, Version } from './request.js';

export interface QueryOptions {
  /** Rows of a page unless the client prefers otherwise; `PageSize` of the server's configuration. */
  pageSize: number;
  dates: Record<Version, DateForm>;
  dateLiterals: ReadonlySet<DateLiteral>;
  /** `path` writes the next link from the root (`/b1s/v1/…`), `relative` from the service. */
  nextLink: 'path' | 'relative';
  /** Address of the service, as the metadata links name it. */
  origin: () => string;
}

/** What the faults make of a page. */
export interface Twist {
  dropRows: number;
  countTooHigh: number;
  fallenEntries: number;
  noMatch: boolean;
}

export interface Page {
  body: string;
  rows: number;
  /** Set when the client's page size was followed. */
  preference: string | null;
}

const READ_OPTIONS = new Set(['$select', '$filter', '$orderby', '$top', '$skip', '$count', '$inlinecount', '$format']);

/** Answers a GET of an entity set, of one entity, or of a count. */
export function answerQuery(
  entity: EntitySet,
  request: SapRequest,
  prefer: string | undefined,
  book: Book,
  options: QueryOptions,
  twist: Twist,
): Page {
  const { version, target } = request;
  for (const name of request.options.keys())
    if (name.startsWith('$') && !READ_OPTIONS.has(name)) throw badQuery(`'${name}' is not supported here`);
  const names = selected(entity, request.options.get('$select'));
  const rows = standing(entity, book, twist.fallenEntries);
  const write = (row: unknown): object => ({
    ...etagOf(entity, row, version),
    ...writeRow(entity, names, row, book, options.dates[version]),
  });
  if (request.key !== null) {
    const row = byKey(entity, rows, request.key, book);
    if (!row) throw noMatch();
    return { body: JSON.stringify({ ...context(request, options, 'one'), ...write(row) }), rows: 1, preference: null };
  }

  const filterText = request.options.get('$filter');
  const filter = filterText ? parseFilter(filterText) : null;
  const found = new Found(entity, rows, filter, request, book, options);
  if (request.countOnly) return { body: String(found.count() + twist.countTooHigh), rows: 0, preference: null };

  const preferred = prefer === undefined ? null : /odata\.maxpagesize\s*=\s*(\d+)/.exec(prefer);
  const pageSize = preferred ? Number(preferred[1]) : options.pageSize;
  const skip = whole(request.options.get('$skip'), '$skip') ?? 0;
  const top = whole(request.options.get('$top'), '$top');
  const wanted = Math.min(top ?? Number.POSITIVE_INFINITY, pageSize === 0 ? Number.POSITIVE_INFINITY : pageSize);
  const page = found.page(skip, wanted);
  const isWhole = !page.more || wanted === top;
  if (twist.noMatch && page.rows.length === 0) throw noMatch();

  const counts = request.options.get('$inlinecount') === 'allpages' || request.options.get('$count') === 'true';
  const count = counts ? found.count() + twist.countTooHigh : null;
  const kept = page.rows.slice(0, Math.max(0, page.rows.length - twist.dropRows));
  const next = isWhole ? null : nextLink(request, target, skip + wanted, top === null ? null : top - wanted, options);
  const body =
    version === 'v1'
      ? {
          ...context(request, options, 'set'),
          ...(count === null ? {} : { 'odata.count': String(count) }),
          value: kept.map(write),
          ...(next === null ? {} : { 'odata.nextLink': next }),
        }
      : {
          ...context(request, options, 'set'),
          ...(count === null ? {} : { '@odata.count': count }),
          value: kept.map(write),
          ...(next === null ? {} : { '@odata.nextLink': next }),
        };
  return {
    body: JSON.stringify(body),
    rows: kept.length,
    preference: preferred ? `odata.maxpagesize=${pageSize}` : null,
  };
}

const EVERYWHERE = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** The rows a filter lets through, in the order asked for. */
class Found {
  readonly #entity: EntitySet;
  readonly #rows: readonly unknown[];
  readonly #passes: Predicate<unknown>;
  readonly #first: number;
  readonly #end: number;
  readonly #order: { value: (row: unknown) => Value; sign: number }[] | 'by key';

  constructor(
    entity: EntitySet,
    rows: readonly unknown[],
    filter: Filter | null,
    request: SapRequest,
    book: Book,
    options: QueryOptions,
  ) {
    this.#entity = entity;
    this.#rows = rows;
    const lookup: Lookup<unknown> = (name) => {
      const field = entity.fields.get(name);
      if (!field || field.kind === 'list') throw unknownProperty(name, entity.type);
      return { kind: field.kind, value: (row) => field.value(row, book) };
    };
    this.#passes = filter ? compile(filter, lookup, request.version, options.dateLiterals) : () => true;
    const keyed = entity.keyKind === 'number' && entity.grows;
    const key = lookup(entity.keyName).value;
    const firstAt = (least: number): number => lowerBound(rows, (row) => (key(row) as number) < least);
    const { least, most } = filter ? boundsOf(filter, entity.keyName) : EVERYWHERE;
    this.#first = keyed && Number.isFinite(least) ? firstAt(least) : 0;
    this.#end = keyed && Number.isFinite(most) ? firstAt(most + 1) : rows.length;
    this.#order = orderOf(request.options.get('$orderby'), entity, lookup);
  }

  count(): number {
    let count = 0;
    for (let at = this.#first; at < this.#end; at += 1) if (this.#passes(this.#rows[at])) count += 1;
    return count;
  }

  page(skip: number, wanted: number): { rows: unknown[]; more: boolean } {
    const rows: unknown[] = [];
    let passed = 0;
    for (const row of this.#inOrder()) {
      if (!this.#passes(row)) continue;
      passed += 1;
      if (passed <= skip) continue;
      if (rows.length === wanted) return { rows, more: true };
      rows.push(row);
    }
    return { rows, more: false };
  }

  *#inOrder(): Generator<unknown> {
    const order = this.#order;
    if (order === 'by key') {
      for (let at = this.#first; at < this.#end; at += 1) yield this.#rows[at];
      return;
    }
    // Nothing promises an order that was not asked for; here the newest come first.
    if (order.length === 0) {
      if (this.#entity.grows) for (let at = this.#end - 1; at >= this.#first; at -= 1) yield this.#rows[at];
      else yield* this.#rows;
      return;
    }
    const rows = this.#rows.slice(this.#first, this.#end).filter(this.#passes);
    yield* rows.sort((left, right) => {
      for (const { value, sign } of order) {
        const compared = compareValues(value(left), value(right));
        if (compared !== 0) return sign * compared;
      }
      return 0;
    });
  }
}

function orderOf(
  text: string | undefined,
  entity: EntitySet,
  lookup: Lookup<unknown>,
): { value: (row: unknown) => Value; sign: number }[] | 'by key' {
  if (!text) return [];
  const parts = text.split(',').map((part) => {
    const [name, direction = 'asc', ...rest] = part.trim().split(/\s+/);
    if (!name || rest.length > 0 || !/^(asc|desc)$/.test(direction)) throw badQuery('$orderby is not understood');
    return { name, value: lookup(name).value, sign: direction === 'asc' ? 1 : -1 };
  });
  const [only] = parts;
  const byKey = only!.name === entity.keyName && only!.sign === 1 && entity.keyKind === 'number';
  return byKey ? 'by key' : parts;
}

const compareValues = (left: Value, right: Value): number => {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return left < right ? -1 : 1;
};

function lowerBound(rows: readonly unknown[], isBefore: (row: unknown) => boolean): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(rows[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

function selected(entity: EntitySet, text: string | undefined): string[] {
  if (!text || text === '*') return [...entity.fields.keys()];
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) if (!entity.fields.has(name)) throw unknownProperty(name, entity.type);
  return names;
}

const standing = (entity: EntitySet, book: Book, fallen: number): readonly unknown[] => {
  const rows = entity.rows(book);
  return entity.grows && fallen > 0 ? rows.slice(0, Math.max(0, rows.length - fallen)) : rows;
};

function byKey(entity: EntitySet, rows: readonly unknown[], written: string, book: Book): unknown {
  const quoted = /^'(.*)'$/.exec(written);
  if ((entity.keyKind === 'text') !== (quoted !== null)) throw new SapError(400, -1000, 'Invalid key');
  const field = entity.fields.get(entity.keyName)!;
  if (field.kind === 'list') return undefined;
  const key = quoted ? quoted[1]!.replaceAll("''", "'") : Number(written);
  return rows.find((row) => field.value(row, book) === key);
}

function whole(text: string | undefined, name: string): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw badQuery(`${name} must be a whole number`);
  return Number(text);
}

/** An entity tag of SAP's form: forty hexadecimal digits. */
function etagOf(entity: EntitySet, row: unknown, version: Version): object {
  if (!entity.version) return {};
  const digits = entity
    .version(row)
    .toString(16)
    .toUpperCase()
    .padStart(40, 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3');
  return { [version === 'v1' ? 'odata.etag' : '@odata.etag']: `W/"${digits}"` };
}

function context({ version, target }: SapRequest, options: QueryOptions, of: 'set' | 'one'): object {
  const link = `${options.origin()}/b1s/${version}/$metadata#${target}`;
  if (version === 'v1') return { 'odata.metadata': of === 'set' ? link : `${link}/@Element` };
  return { '@odata.context': of === 'set' ? link : `${link}/$entity` };
}

function nextLink(
  { version, options: asked }: SapRequest,
  target: string,
  skip: number,
  top: number | null,
  options: QueryOptions,
): string {
  const query = new Map(asked);
  query.set('$skip', String(skip));
  if (top !== null) query.set('$top', String(top));
  const text = [...query].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return `${options.nextLink === 'path' ? `/b1s/${version}/` : ''}${target}?${text}`;
}
