import { MAX_COLUMN_NAME, type SchemaColumn, type StreamSchema } from '../../../canonical/stream-schema.js';
import type { Header } from '../../csv/header.js';
import type { CsvRow } from '../../csv/row-reader.js';
import { ColumnCount } from './column-types.js';

/** An honest header names far fewer. */
const MAX_CSV_COLUMNS = 200;
const FIRST_ROWS = 1_000;
const THEN_EVERY = 64;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNREADABLE = /[\u0000-\u001f\u007f-\u009f]/g;

/** Infers the schema of one CSV file while its rows are read, from the first thousand and then each sixty-fourth. */
export class SchemaInference {
  readonly #counts: Map<string, ColumnCount>;
  readonly #unread: string[];
  #seen = 0;

  /** Columns that no template has are known by name alone: they are never read. */
  constructor({ template, places, unknown }: Header) {
    const dates = new Set([template.date, 'due_date']);
    const askedOf = (column: string) => (dates.has(column) ? 'date' : column === template.amount ? 'amount' : 'text');
    this.#counts = new Map([...places.keys()].map((column) => [column, new ColumnCount('csv', askedOf(column))]));
    this.#unread = [...new Set(unknown.map(cutName))]
      .filter((name) => name !== '' && !this.#counts.has(name))
      .sort()
      .slice(0, MAX_CSV_COLUMNS - this.#counts.size);
  }

  take(rows: readonly CsvRow[]): void {
    for (const { values, ragged } of rows) {
      this.#seen += 1;
      if (ragged !== null || (this.#seen > FIRST_ROWS && this.#seen % THEN_EVERY !== 0)) continue;
      for (const [column, count] of this.#counts) count.take(values[column]!);
    }
  }

  schema(): StreamSchema {
    const read = [...this.#counts].map(([name, { type, nullable }]): SchemaColumn => ({ name, type, nullable }));
    const unread = this.#unread.map((name): SchemaColumn => ({ name, type: 'empty', nullable: true }));
    return { form: 'csv', columns: [...read, ...unread].sort((one, other) => (one.name < other.name ? -1 : 1)) };
  }
}

const cutName = (name: string): string => name.replace(UNREADABLE, ' ').trim().slice(0, MAX_COLUMN_NAME).trim();
