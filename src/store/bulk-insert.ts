import type { Queryable } from './database.js';

/** One column of many rows; `type` is PostgreSQL's name of the array's element. */
export interface Column {
  type: 'text' | 'bytea' | 'int' | 'bigint' | 'smallint' | 'date' | 'numeric' | 'boolean' | 'jsonb' | 'timestamptz';
  values: unknown[];
  /** The value arrives as text joined by commas and is stored as text[]. */
  list?: boolean;
}

/**
 * Inserts all rows in one statement (`insert … select … from unnest(…)`), an array a column. Table and column names are
 * the caller's constants, never input.
 */
export async function bulkInsert(
  db: Queryable,
  table: string,
  columns: Record<string, Column>,
  returning?: string,
): Promise<Record<string, unknown>[]> {
  const names = Object.keys(columns);
  const all = Object.values(columns);
  if (all[0]?.values.length === 0) return [];
  const values = all.map((column, index) => (column.list ? `string_to_array(c${index}, ',')` : `c${index}`));
  const arrays = all.map((column, index) => `$${index + 1}::${column.type}[]`);
  const { rows } = await db.query(
    `insert into ${table} (${names.join(', ')})
     select ${values.join(', ')} from unnest(${arrays.join(', ')}) as row(${all.map((_, index) => `c${index}`).join(', ')})
     ${returning ? `returning ${returning}` : ''}`,
    all.map((column) => column.values),
  );
  return rows;
}
