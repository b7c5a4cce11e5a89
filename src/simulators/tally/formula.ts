import { parseDay } from '../calendar.js';

/** Values of a filter; dates are days. */
export type Value = number | string | boolean;
export type Condition = (field: (name: string) => Value) => boolean;

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
      return { get: (field) => field(name), isDay: DATE_FIELDS.has(name) };
    }
    if (/^\d/.test(token)) return constant(/^\d+(\.\d+)?$/.test(token) ? Number(token) : token);
    if (/^(yes|no)$/i.test(token)) return constant(word === 'yes');
    throw new UnknownFormula(`no such thing as ${token}`);
  };

  const comparison = (): Condition => {
    if (peek() === 'NOT') {
      take();
      const inner = comparison();
      return (field) => !inner(field);
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
      const notBelow = comparing(left, '>=', low);
      const notAbove = comparing(left, '<=', operand());
      return (field) => notBelow(field) && notAbove(field);
    }
    if (!(operator in COMPARISONS)) return (field) => left.get(field) === true;
    take();
    return comparing(left, operator, operand());
  };
  const both = (): Condition => {
    let left = comparison();
    while (peek() === 'AND') {
      take();
      const [first, second] = [left, comparison()];
      left = (field) => first(field) && second(field);
    }
    return left;
  };
  const either = (): Condition => {
    let left = both();
    while (peek() === 'OR') {
      take();
      const [first, second] = [left, both()];
      left = (field) => first(field) || second(field);
    }
    return left;
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

const constant = (value: Value, isDay = false): Operand => ({ get: () => value, isDay });

function comparing(left: Operand, operator: string, right: Operand): Condition {
  const holds = COMPARISONS[operator]!;
  const [first, second] = left.isDay || right.isDay ? [asDay(left), asDay(right)] : [left, right];
  return (field) => holds(order(first.get(field), second.get(field)));
}

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
