import type { QuarantineCode } from '../../../canonical/quarantine.js';
import {
  type ColumnType,
  MAX_COLUMNS,
  type SchemaChange,
  type SchemaColumn,
  type SchemaVerdict,
  type StreamSchema,
} from '../../../canonical/stream-schema.js';
import type { CsvRow } from '../../csv/row-reader.js';
import { isWithin, joined, mayBecome, typeOf } from './column-types.js';

export interface SchemaComparison {
  verdict: SchemaVerdict;
  /** By column. */
  changes: SchemaChange[];
  /** What holds the accepted and the found: the stream's schema once the changes are accepted. */
  next: StreamSchema;
}

/**
 * What a file's schema has that its stream's had not.
 *
 * - A column that is new is compatible: it is not read.
 * - A type within the accepted one is the same: a small file may happen to hold whole rupees only. A type that was not known
 *   yet is no news; paise where there were whole rupees are compatible. Any other is not: text where there were dates.
 * - A column that is gone is not compatible, unless it never held a value that was read. In XML elements come and go with
 *   what was booked: one is gone only where it never was missing before and the element around it is there.
 * - A value that may now be missing is compatible, and no news: the rules judge each row.
 */
export function compareSchemas(accepted: StreamSchema | null, found: StreamSchema): SchemaComparison {
  if (accepted === null) return { verdict: 'first', changes: [], next: found };
  const before = new Map(accepted.columns.map((column) => [column.name, column]));
  const after = new Map(found.columns.map((column) => [column.name, column]));
  const changes: SchemaChange[] = [];
  const next = new Map<string, SchemaColumn>();

  for (const column of accepted.columns) {
    const { name, type, nullable } = column;
    const now = after.get(name);
    if (now !== undefined) {
      changes.push(...changesOf(column, now));
      next.set(name, { name, type: joined(type, now.type), nullable: nullable || now.nullable });
    } else if (found.form === 'csv' || isGone(column, after)) {
      const weight = type === 'empty' && found.form === 'csv' ? 'compatible' : 'incompatible';
      changes.push({ column: name, change: 'removed', from: type, weight });
      if (found.form === 'xml') next.set(name, { ...column, nullable: true });
    } else next.set(name, column);
  }
  for (const column of found.columns) {
    if (before.has(column.name)) continue;
    const weight = found.form === 'csv' ? 'compatible' : 'quiet';
    changes.push({ column: column.name, change: 'added', to: column.type, weight });
    if (next.size < MAX_COLUMNS) next.set(column.name, column);
  }
  const byName =
    <Named>(nameOf: (named: Named) => string) =>
    (one: Named, other: Named) =>
      nameOf(one) < nameOf(other) ? -1 : 1;
  return {
    verdict: verdictOf(changes),
    changes: changes.sort(byName(({ column }) => column)),
    next: { form: found.form, columns: [...next.values()].sort(byName(({ name }) => name)) },
  };
}

function changesOf({ name, type, nullable }: SchemaColumn, now: SchemaColumn): SchemaChange[] {
  const changes: SchemaChange[] = [];
  if (!isWithin(now.type, type)) {
    const weight = type === 'empty' ? 'quiet' : mayBecome(type, now.type) ? 'compatible' : 'incompatible';
    changes.push({ column: name, change: 'type', from: type, to: now.type, weight });
  }
  if (now.nullable && !nullable) changes.push({ column: name, change: 'nullable', weight: 'quiet' });
  return changes;
}

const isGone = ({ name, nullable }: SchemaColumn, found: ReadonlyMap<string, SchemaColumn>): boolean => {
  const around = name.slice(0, name.lastIndexOf('/') + 1);
  return !nullable && [...found.keys()].some((other) => other.startsWith(around));
};

function verdictOf(changes: SchemaChange[]): SchemaVerdict {
  if (changes.length === 0) return 'same';
  return changes.some(({ weight }) => weight === 'incompatible') ? 'incompatible' : 'compatible';
}

/**
 * | policy | compatible | incompatible |
 * |---|---|---|
 * | `evolve` | taken, accepted as the next version | the file waits for a person |
 * | `freeze` | the file waits for a person, unless all is quiet | the file waits for a person |
 * | `quarantine_rows` | taken, accepted | the rows that do not fit are refused; the file, where a column is gone |
 */
export function decide(
  policy: 'evolve' | 'freeze' | 'quarantine_rows',
  { verdict, changes }: SchemaComparison,
): 'take' | 'refuse_file' | 'refuse_rows' {
  const isQuiet = changes.every(({ weight }) => weight === 'quiet');
  if (isQuiet || (verdict === 'compatible' && policy !== 'freeze')) return 'take';
  const isGone = changes.some(({ change, weight }) => change === 'removed' && weight === 'incompatible');
  return policy === 'quarantine_rows' && !isGone ? 'refuse_rows' : 'refuse_file';
}

const NAMES: Record<ColumnType, string> = {
  empty: 'nothing',
  integer: 'whole numbers',
  decimal: 'decimal numbers',
  date: 'dates',
  text: 'text',
};

/** Why a row of CSV does not fit what its stream was accepted with; null where it does. Quotes nothing of the row. */
export function rowDrift(
  { values, ragged }: Pick<CsvRow, 'values' | 'ragged'>,
  accepted: StreamSchema,
): { column: string; code: QuarantineCode; message: string } | null {
  if (ragged !== null) return null;
  for (const { name, type } of accepted.columns) {
    const found = typeOf(values[name] ?? '', accepted.form);
    if (mayBecome(type, found)) continue;
    const message = `The column held ${NAMES[type]} until now and this row ${NAMES[found]}: expected ${NAMES[type]}.`;
    return { column: name, code: 'SCHEMA_DRIFT', message };
  }
  return null;
}

const MAX_NAMED = 5;

/** For an alert: what drifted, by columns and types alone; null where there is no news. */
export function sentenceOfDrift({ verdict, changes }: SchemaComparison): string | null {
  const news = changes.filter(({ weight }) => weight !== 'quiet');
  if (news.length === 0) return null;
  // What breaks first, should not all be named.
  const ordered = news.toSorted((one, other) => Number(isBreaking(other)) - Number(isBreaking(one)));
  const named = ordered.slice(0, MAX_NAMED).map(phraseOf).join('; ');
  const more = ordered.length > MAX_NAMED ? `; and ${ordered.length - MAX_NAMED} more` : '';
  return `The columns are not those of before, ${verdict === 'incompatible' ? 'and do not fit them' : 'but fit them'}: ${named}${more}.`;
}

const isBreaking = ({ weight }: SchemaChange): boolean => weight === 'incompatible';

function phraseOf({ column, change, from, to }: SchemaChange): string {
  if (change === 'added') return `${column} is new`;
  if (change === 'removed') return `${column} is gone`;
  return `${column} held ${NAMES[from!]} and now holds ${NAMES[to!]}`;
}
