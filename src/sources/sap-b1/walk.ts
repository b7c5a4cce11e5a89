import { setMaxListeners } from 'node:events';
import type { z } from 'zod';
import { IncompleteAnswer } from '../errors.js';
import { type Entity, selectOf } from './fields.js';
import { allOf, type Page, textLiteral } from './odata.js';
import type { ServiceLayer } from './service-layer.js';

/** Which rows of an entity set are wanted, and how one is read. */
export interface Walk<Row> {
  entity: Entity;
  /** What the entity set is ordered and walked by. */
  key: keyof Row & string;
  filter: string | null;
  /** Of the entity's fields, those wanted; all of them where nothing is said. */
  select?: readonly string[];
  schema: z.ZodType<Row>;
}

/**
 * Every row that fulfils the filter, page by page in the order of its key, each once. Pages are asked for by the last
 * key read, since SAP's own links count rows, which shift while people are working; a link only says that there is
 * more. What came is held against SAP's count before the first page: no fewer may come, though new ones may.
 *
 * The next page is asked for while the last one is worked on. Throws IncompleteAnswer, and what asking throws.
 */
export async function* walk<Row extends object>(
  layer: ServiceLayer,
  { entity, key, filter, schema, select = selectOf(entity) }: Walk<Row>,
  signal: AbortSignal,
): AsyncIterable<Row[]> {
  const ask = (after: string | number | null): Promise<Page> => {
    const onwards = after === null ? null : `${key} gt ${typeof after === 'number' ? after : textLiteral(after)}`;
    const query = { select, filter: allOf(filter, onwards) || undefined, orderBy: key, count: after === null };
    const asked = layer.page(entity, query, signal);
    // Awaited only when its turn comes: until then nobody hears it fail.
    asked.catch(() => undefined);
    return asked;
  };
  // Every page listens for the same end.
  setMaxListeners(0, signal);

  let expected: number | null = null;
  let read = 0;
  let last: string | number | null = null;
  for (let next: Promise<Page> | null = ask(null); next !== null; ) {
    const page: Page = await next;
    if (last === null && read === 0) {
      if (page.count === null) throw incomplete(entity, 'without a count', 'one');
      expected = page.count;
    }
    const rows: Row[] = page.rows.map((row) => parsed(schema, row, entity));
    for (const row of rows) {
      const at = row[key] as string | number;
      if (last !== null && !isAfter(at, last))
        throw incomplete(entity, 'with rows out of order', `them in the order of ${key}`);
      last = at;
    }
    read += rows.length;
    next = page.hasMore && rows.length > 0 ? ask(last) : null;
    if (rows.length > 0) yield rows;
  }
  if (read < (expected ?? 0))
    throw incomplete(entity, `with ${read} of ${expected} rows`, 'every row SAP itself counted');
}

/** Texts are ordered by the database's own collation, so of those no more is known than that they differ. */
const isAfter = (at: string | number, last: string | number): boolean =>
  typeof at === 'number' && typeof last === 'number' ? at > last : at !== last;

function parsed<Row>(schema: z.ZodType<Row>, row: unknown, entity: string): Row {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') || 'the row itself';
  throw incomplete(entity, `with a row that is none at ${where}`, 'the fields that were asked for');
}

const incomplete = (entity: string, got: string, expected: string): IncompleteAnswer =>
  new IncompleteAnswer(`SAP Business One answered on ${entity} ${got}: expected ${expected}.`);
