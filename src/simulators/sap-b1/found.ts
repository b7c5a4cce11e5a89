import type { Book } from './book.js';
import type { EntitySet } from './entities.js';
import { badQuery, unknownProperty } from './errors.js';
import { boundsOf, compile, type DateLiteral, type Filter, type Lookup, type Predicate, type Value } from './filter.js';
import type { SapRequest } from './request.js';

const EVERYWHERE = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

type Order = { value: (row: unknown) => Value; sign: number }[] | 'by key' | 'newest first';

/** The rows a filter lets through, in the order asked for. */
export class Found {
  readonly #rows: readonly unknown[];
  readonly #passes: Predicate<unknown>;
  readonly #first: number;
  readonly #end: number;
  readonly #order: Order;

  constructor(
    entity: EntitySet,
    rows: readonly unknown[],
    filter: Filter | null,
    request: SapRequest,
    book: Book,
    dateLiterals: ReadonlySet<DateLiteral>,
  ) {
    this.#rows = rows;
    const lookup: Lookup<unknown> = (name) => {
      const field = entity.fields.get(name);
      if (!field || field.kind === 'list') throw unknownProperty(name, entity.type);
      return { kind: field.kind, value: (row) => field.value(row, book) };
    };
    this.#passes = filter ? compile(filter, lookup, request.version, dateLiterals) : () => true;
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
    if (order === 'newest first') {
      for (let at = this.#end - 1; at >= this.#first; at -= 1) yield this.#rows[at];
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

function orderOf(text: string | undefined, entity: EntitySet, lookup: Lookup<unknown>): Order {
  // Nothing promises an order that was not asked for.
  if (!text) return 'newest first';
  const parts = text.split(',').map((part) => {
    const [name, direction = 'asc', ...rest] = part.trim().split(/\s+/);
    if (!name || rest.length > 0 || !/^(asc|desc)$/.test(direction)) throw badQuery('$orderby is not understood');
    return { name, value: lookup(name).value, sign: direction === 'asc' ? 1 : -1 };
  });
  const [first] = parts;
  if (first!.name !== entity.keyName || entity.keyKind !== 'number') return parts;
  return first!.sign === 1 ? 'by key' : 'newest first';
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
