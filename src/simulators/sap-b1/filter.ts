import { readDay, readMinute } from './dates.js';
import { badQuery } from './errors.js';
import type { Version } from './request.js';

/** What a property's value is compared as; days and seconds are numbers inside. */
export type Comparable = 'number' | 'text' | 'day' | 'time';
export type Value = number | string | null;
/** Reads a property of a row for comparison, or refuses one that does not exist. */
export type Lookup<Row> = (name: string) => { kind: Comparable; value: (row: Row) => Value };
export type Predicate<Row> = (row: Row) => boolean;
/** The forms of a date literal that this version of the service takes; they differ between patches. */
export type DateLiteral = 'quoted' | 'bare' | 'utc';

type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
type Literal = { text: string; form: 'string' | 'bare' | 'datetime' };
export interface Comparison {
  name: string;
  operator: Operator;
  literal: Literal;
}
export type Filter =
  | { is: 'and' | 'or'; left: Filter; right: Filter }
  | { is: 'not'; of: Filter }
  | ({ is: 'comparison' } & Comparison);

const TOKEN = /\s*(?:(\(|\))|datetime'([^']*)'|'((?:[^']|'')*)'|([^\s()']+))/y;

interface Token {
  kind: 'bracket' | 'datetime' | 'string' | 'word';
  text: string;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw badQuery('unrecognized characters in $filter');
    const [, bracket, datetime, string, word] = match;
    if (bracket !== undefined) found.push({ kind: 'bracket', text: bracket });
    else if (datetime !== undefined) found.push({ kind: 'datetime', text: datetime });
    else if (string !== undefined) found.push({ kind: 'string', text: string.replaceAll("''", "'") });
    else found.push({ kind: 'word', text: word! });
  }
  return found;
}

/** Comparisons joined by and, or, not and brackets; functions are refused. */
export function parseFilter(text: string): Filter {
  const list = tokens(text);
  let at = 0;
  const word = (expected: string): boolean => {
    const token = list[at];
    if (token?.kind !== 'word' && token?.kind !== 'bracket') return false;
    if (token.text !== expected) return false;
    at += 1;
    return true;
  };
  const either = (): Filter => {
    let left = both();
    while (word('or')) left = { is: 'or', left, right: both() };
    return left;
  };
  const both = (): Filter => {
    let left = one();
    while (word('and')) left = { is: 'and', left, right: one() };
    return left;
  };
  const one = (): Filter => {
    if (word('not')) return { is: 'not', of: one() };
    if (word('(')) {
      const inner = either();
      if (!word(')')) throw badQuery('a bracket is not closed in $filter');
      return inner;
    }
    const [name, operator, literal] = [list[at], list[at + 1], list[at + 2]];
    if (name?.kind !== 'word' || operator?.kind !== 'word' || !literal || literal.kind === 'bracket')
      throw badQuery('expected a comparison in $filter');
    if (!/^(eq|ne|gt|ge|lt|le)$/.test(operator.text)) throw badQuery(`operator '${operator.text}' is not supported`);
    at += 3;
    const form = literal.kind === 'word' ? 'bare' : literal.kind;
    return {
      is: 'comparison',
      name: name.text,
      operator: operator.text as Operator,
      literal: { text: literal.text, form: form as Literal['form'] },
    };
  };
  const filter = either();
  if (at < list.length) throw badQuery('unexpected words after $filter');
  return filter;
}

export function compile<Row>(
  filter: Filter,
  lookup: Lookup<Row>,
  version: Version,
  accepted: ReadonlySet<DateLiteral>,
): Predicate<Row> {
  switch (filter.is) {
    case 'and': {
      const [left, right] = [
        compile(filter.left, lookup, version, accepted),
        compile(filter.right, lookup, version, accepted),
      ];
      return (row) => left(row) && right(row);
    }
    case 'or': {
      const [left, right] = [
        compile(filter.left, lookup, version, accepted),
        compile(filter.right, lookup, version, accepted),
      ];
      return (row) => left(row) || right(row);
    }
    case 'not': {
      const of = compile(filter.of, lookup, version, accepted);
      return (row) => !of(row);
    }
    case 'comparison': {
      const { kind, value } = lookup(filter.name);
      const wanted = readLiteral(filter.literal, kind, version, accepted);
      const compare = COMPARE[filter.operator];
      // Seconds of a time count for nothing, on either side.
      const read = kind === 'time' ? (row: Row) => minuteOf(value(row)) : value;
      return (row) => compare(read(row), wanted);
    }
  }
}

const minuteOf = (second: Value): Value => (typeof second === 'number' ? Math.floor(second / 60) : null);

const ordered =
  (test: (left: string | number, right: string | number) => boolean) =>
  (left: Value, right: Value): boolean =>
    left !== null && right !== null && test(left, right);
const COMPARE: Record<Operator, (left: Value, right: Value) => boolean> = {
  eq: (left, right) => left === right,
  ne: (left, right) => left !== right,
  gt: ordered((left, right) => left > right),
  ge: ordered((left, right) => left >= right),
  lt: ordered((left, right) => left < right),
  le: ordered((left, right) => left <= right),
};

function readLiteral(
  { text, form }: Literal,
  kind: Comparable,
  version: Version,
  accepted: ReadonlySet<DateLiteral>,
): Value {
  if (form === 'bare' && text === 'null') return null;
  const refuse = (): never => {
    throw badQuery(`'${text}' does not fit the property it is compared with`);
  };
  switch (kind) {
    case 'number': {
      const value = Number(text);
      return form === 'bare' && Number.isFinite(value) ? value : refuse();
    }
    case 'text':
      return form === 'string' ? text : refuse();
    case 'time':
      return readMinute(text) ?? refuse();
    case 'day': {
      if (version === 'v1' ? form === 'bare' : form === 'datetime') refuse();
      const written: DateLiteral = form === 'string' ? 'quoted' : text.endsWith('Z') ? 'utc' : 'bare';
      if (version === 'v2' && !accepted.has(written)) refuse();
      return readDay(text) ?? refuse();
    }
  }
}

export interface Bounds {
  least: number;
  most: number;
}
const ANY: Bounds = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

/** Between which numbers, both included, a property lies in every row that a filter lets through. */
export function boundsOf(filter: Filter, name: string): Bounds {
  switch (filter.is) {
    case 'and':
    case 'or': {
      const [left, right] = [boundsOf(filter.left, name), boundsOf(filter.right, name)];
      const [least, most] = filter.is === 'and' ? [Math.max, Math.min] : [Math.min, Math.max];
      return { least: least(left.least, right.least), most: most(left.most, right.most) };
    }
    case 'not':
      return ANY;
    case 'comparison': {
      const value = Number(filter.literal.text);
      if (filter.name !== name || Number.isNaN(value)) return ANY;
      const { operator } = filter;
      if (operator === 'eq') return { least: value, most: value };
      if (operator === 'gt' || operator === 'ge') return { ...ANY, least: value };
      return operator === 'lt' || operator === 'le' ? { ...ANY, most: value } : ANY;
    }
  }
}
