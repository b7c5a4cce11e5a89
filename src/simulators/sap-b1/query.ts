import type { Book } from './book.js';
import type { DateForm } from './dates.js';
import { type EntitySet, rowWriter } from './entities.js';
import { badQuery, noMatch, SapError, unknownProperty } from './errors.js';
import { type DateLiteral, parseFilter } from './filter.js';
import { Found } from './found.js';
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
  const tagName = version === 'v1' ? 'odata.etag' : '@odata.etag';
  const write = rowWriter(entity, names, book, options.dates[version], tagName);
  if (request.key !== null) {
    const row = byKey(entity, rows, request.key, book);
    if (!row) throw noMatch();
    return { body: JSON.stringify({ ...context(request, options, 'one'), ...write(row) }), rows: 1, preference: null };
  }

  const filterText = request.options.get('$filter');
  const filter = filterText ? parseFilter(filterText) : null;
  const found = new Found(entity, rows, filter, request, book, options.dateLiterals);
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
