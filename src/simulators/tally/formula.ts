import { parseDay } from '../calendar.js';

/** Values of a filter; dates are days. */
export type Value = number | string | boolean;
export interface Condition {
  holds: (field: (name: string) => Value) => boolean;
  /** It can hold only where one of these does; null when nothing of the kind is known. */
  onlyIf: Equality[] | null;
}
/** `$Field = constant`. */
export interface Equality {
  field: string;
  value: Value;
}

/** The formula uses what the simulator does not know; Tally would answer or freeze in its own way. */
export class UnknownFormula extends Error {
  override name = 'UnknownFormula';
}

const TOKEN =
  /\s*(?:("[^"]*")|(\$\$[A-Za-z]+|\$[A-Za-z]+|##[A-Za-z]+|@@?[A-Za-z_]\w*)|(<=|>=|<>|!=|=|<|>)|([():])|(\d+(?:[-/][A-Za-z0-9]+)*(?:\.\d+)?)|([A-Za-z]+))/y;

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) throw new UnknownFormula(`cannot read the formula at ${text.slice(0, 40)}`);
    found.push(match[0].trim());
  }
  return found;
}

interface Operand {
  get: (field: (name: string) => Value) => Value;
  /** The value is a day already; what it is compared with is read as a date. */
  isDay: boolean;
  /** Name of the field it stands for; null for a constant. */
  field: string | null;
}

const DATE_FIELDS = new Set(['DATE', 'EFFECTIVEDATE']);
const DATE_VARIABLES = new Set(['svfromdate', 'svtodate', 'svcurrentdate']);

/**
 * The part of TDL's formula language that filters on vouchers and masters use: `$Field`, `##Variable`, `@@Formula`,
 * `$$Date:"…"`, comparisons, BETWEEN … AND …, AND, OR, NOT and brackets.
 */
export function compileFormula(text: string, formulae: Map<string, string>, variables: Map<string, Value>): Condition {
  const list = tokens(text);
  let at = 0;
  const peek = (): string => (list[at] ?? '').toUpperCase();
  const take = (): string => {
    const token = list[at];
    if (token === undefined) throw new UnknownFormula('the formula ends too early');
    at += 1;
    return token;
  };
  const expect = (token: string): void => {
    if (take().toUpperCase() !== token) throw new UnknownFormula(`${token} is missing`);
  };

  const operand = (): Operand => {
    const token = take();
    const word = token.toLowerCase();
    if (token.startsWith('"')) return constant(token.slice(1, -1));
    if (token.startsWith('##')) {
      const value = variables.get(word.slice(2));
      if (value === undefined) throw new UnknownFormula(`no variable ${token}`);
      return constant(value, DATE_VARIABLES.has(word.slice(2)));
    }
    if (word === '$$date') {
      expect(':');
      return asDay(operand());
    }
    if (word === '$$string' || word === '$$number') {
      expect(':');
      return operand();
    }
    if (/^\$[a-z]/i.test(token)) {
      const name = token.slice(1).toUpperCase();
      return { get: (field) => field(name), isDay: DATE_FIELDS.has(name), field: name };
    }
    if (/^\d/.test(token)) return constant(/^\d+(\.\d+)?$/.test(token) ? Number(token) : token);
    if (/^(yes|no)$/i.test(token)) return constant(word === 'yes');
    throw new UnknownFormula(`no such thing as ${token}`);
  };

  const comparison = (): Condition => {
    if (peek() === 'NOT') {
      take();
      const inner = comparison();
      return { holds: (field) => !inner.holds(field), onlyIf: null };
    }
    if (peek() === '(') {
      take();
      const inner = either();
      expect(')');
      return inner;
    }
    if (list[at]?.startsWith('@')) {
      const name = take().replace(/^@+/, '').toLowerCase();
      const referred = formulae.get(name);
      if (referred === undefined) throw new UnknownFormula(`no formula ${name}`);
      return compileFormula(referred, formulae, variables);
    }
    const left = operand();
    const operator = peek();
    if (operator === 'BETWEEN') {
      take();
      const low = operand();
      expect('AND');
      return all([comparing(left, '>=', low), comparing(left, '<=', operand())]);
    }
    if (!(operator in COMPARISONS)) return { holds: (field) => left.get(field) === true, onlyIf: null };
    take();
    return comparing(left, operator, operand());
  };
  const both = (): Condition => {
    const conditions = [comparison()];
    while (peek() === 'AND') {
      take();
      conditions.push(comparison());
    }
    return all(conditions);
  };
  const either = (): Condition => {
    const conditions = [both()];
    while (peek() === 'OR') {
      take();
      conditions.push(both());
    }
    return any(conditions);
  };
  const condition = either();
  if (at < list.length) throw new UnknownFormula(`unexpected ${list[at]}`);
  return condition;
}

const COMPARISONS: Record<string, (order: number) => boolean> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

const constant = (value: Value, isDay = false): Operand => ({ get: () => value, isDay, field: null });

/** Holds where each of them does. */
export function all(conditions: readonly Condition[]): Condition {
  const known = conditions.flatMap(({ onlyIf }) => (onlyIf ? [onlyIf] : []));
  // A day may hold thousands of vouchers; a number or an id hardly more than one.
  const narrowest = known.find((equalities) => equalities.every(({ field }) => !DATE_FIELDS.has(field)));
  return {
    holds: (field) => conditions.every(({ holds }) => holds(field)),
    onlyIf: narrowest ?? known[0] ?? null,
  };
}

function any(conditions: readonly Condition[]): Condition {
  const known = conditions.map(({ onlyIf }) => onlyIf);
  return {
    holds: (field) => conditions.some(({ holds }) => holds(field)),
    onlyIf: known.every((equalities) => equalities !== null) ? known.flat() : null,
  };
}

function comparing(left: Operand, operator: string, right: Operand): Condition {
  const holds = COMPARISONS[operator]!;
  const [first, second] = left.isDay || right.isDay ? [asDay(left), asDay(right)] : [left, right];
  return {
    holds: (field) => holds(order(first.get(field), second.get(field))),
    onlyIf: operator === '=' ? (equality(first, second) ?? equality(second, first)) : null,
  };
}

/** What a book can be asked for without walking through it. */
const LOOKED_UP = new Set(['DATE', 'MASTERID', 'GUID', 'REMOTEID', 'VOUCHERNUMBER', 'REFERENCE']);

const equality = (left: Operand, right: Operand): Equality[] | null =>
  left.field !== null && LOOKED_UP.has(left.field) && right.field === null
    ? [{ field: left.field, value: right.get(() => '') }]
    : null;

/** A date written as text, or as digits such as 20260401, becomes a day. */
function asDay(operand: Operand): Operand {
  if (operand.isDay) return operand;
  const text = String(operand.get(() => ''));
  const day = parseDay(text);
  if (day === null) throw new UnknownFormula(`${text} is no date`);
  return constant(day, true);
}

function order(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string') {
    const [first, second] = [left.toLowerCase(), right.toLowerCase()];
    return first < second ? -1 : first > second ? 1 : 0;
  }
  return Number(left) - Number(right);
}
