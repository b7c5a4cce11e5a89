import type { Pool } from '../../src/store/database.js';

const TABLES = ['bronze_invoices', 'bronze_payments', 'bronze_returns', 'bronze_adjustments'];
const ROWS_A_BATCH = 1_000;

interface Column {
  name: string;
  type: string;
}

/**
 * Writes what Bronze holds once more, into empty tables of the same columns, keys and indexes: `insert … select … from
 * unnest … on conflict do update`, a statement and a transaction each thousand rows, one after the other. Only the
 * writing is timed.
 */
export async function upsertAgain(pool: Pool): Promise<{ rows: number; seconds: number }> {
  let rows = 0;
  let elapsedMs = 0;
  for (const table of TABLES) {
    const columns = await columnsOf(pool, table);
    const copy = `again_${table}`;
    await pool.query(`create table ${copy} (like ${table} including all)`);
    const upsert = upsertInto(copy, columns);
    const texts = columns.map(({ name }) => `${name}::text`).join(', ');
    for (let after = ['0', '']; ; ) {
      const { rows: batch } = await pool.query<unknown[]>({
        text: `select ${texts} from ${table} as bronze where (document_id, source_key) > ($1, $2)
               order by bronze.document_id, bronze.source_key limit ${ROWS_A_BATCH}`,
        values: after,
        rowMode: 'array',
      });
      if (batch.length === 0) break;
      const values = columns.map((_, index) => batch.map((row) => row[index]));
      const startedMs = performance.now();
      await pool.query(upsert, values);
      elapsedMs += performance.now() - startedMs;
      rows += batch.length;
      after = ['document_id', 'source_key'].map((key) =>
        String(batch.at(-1)![columns.findIndex(({ name }) => name === key)]),
      );
    }
    await pool.query(`drop table ${copy}`);
  }
  return { rows, seconds: elapsedMs / 1000 };
}

async function columnsOf(pool: Pool, table: string): Promise<Column[]> {
  const { rows } = await pool.query<Column>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows;
}

/** Every value travels as text, which is how the driver sends them anyway. */
function upsertInto(table: string, columns: Column[]): string {
  const names = columns.map(({ name }) => name);
  return `insert into ${table} (${names.join(', ')})
    select ${columns.map(({ name, type }) => `${name}::${type}`).join(', ')}
    from unnest(${columns.map((_, index) => `$${index + 1}::text[]`).join(', ')}) as row(${names.join(', ')})
    on conflict (document_id, source_key) do update set ${names.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}
