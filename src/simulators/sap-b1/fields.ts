import type { Day } from '../calendar.js';
import type { Book } from './book.js';
import type { Comparable, Value } from './filter.js';
import { type PropertyKind, propertiesOf, type TypeName } from './properties.js';

/** A property of an entity: comparable ones are written from their value, lists write themselves. */
export type Field<Row> =
  | { kind: Comparable; value: (row: Row, book: Book) => Value }
  | { kind: 'list'; value: (row: Row, book: Book, day: (day: Day | null) => string | null) => unknown };

export type Fields<Row> = Record<string, Field<Row>>;

export const number = <Row>(value: (row: Row, book: Book) => number | null): Field<Row> => ({ kind: 'number', value });
export const text = <Row>(value: (row: Row, book: Book) => string | null): Field<Row> => ({ kind: 'text', value });
export const day = <Row>(value: (row: Row, book: Book) => Day | null): Field<Row> => ({ kind: 'day', value });
export const time = <Row>(value: (row: Row, book: Book) => number): Field<Row> => ({ kind: 'time', value });
export const list = <Row>(
  value: (row: Row, book: Book, day: (day: Day | null) => string | null) => unknown,
): Field<Row> => ({
  kind: 'list',
  value,
});

export const yesNo = (value: boolean): 'tYES' | 'tNO' => (value ? 'tYES' : 'tNO');
/** Amounts are doubles; every hundredth document shows it. */
export const rupees = (paise: number, entry = 0): number =>
  paise / 100 + (entry % 100 === 99 && paise !== 0 ? 1e-9 : 0);

const UNWRITTEN: Record<PropertyKind, Value | []> = { text: null, numbers: null, dates: null, enums: null, lists: [] };

/** Properties nobody here writes exist all the same, and are null. */
export function complete<Row>(type: TypeName, written: Fields<Row>): Map<string, Field<Row>> {
  const fields = new Map<string, Field<Row>>();
  for (const [name, kind] of propertiesOf(type)) {
    const unwritten: Field<Row> =
      kind === 'lists'
        ? { kind: 'list', value: () => UNWRITTEN.lists }
        : { kind: kind === 'numbers' ? 'number' : kind === 'dates' ? 'day' : 'text', value: () => null };
    fields.set(name, written[name] ?? unwritten);
  }
  for (const name of Object.keys(written)) if (!fields.has(name)) throw new Error(`${type} has no property ${name}`);
  return fields;
}
