import { z } from 'zod';

/** What the columns of a stream's files look like: inferred from what came, compared with what was accepted before. */

export const MAX_COLUMNS = 2_000;
export const MAX_COLUMN_NAME = 120;

/** `empty`: no value was seen, or the column is never read. */
export const COLUMN_TYPES = ['empty', 'integer', 'decimal', 'date', 'text'] as const;
export const ColumnType = z.enum(COLUMN_TYPES);
export type ColumnType = z.infer<typeof ColumnType>;

export const SchemaColumn = z.strictObject({
  /** As headers are compared: small letters; in XML a path such as `VOUCHER/DATE`. */
  name: z.string().min(1).max(MAX_COLUMN_NAME),
  type: ColumnType,
  /** A value was missing somewhere. */
  nullable: z.boolean(),
});
export type SchemaColumn = z.infer<typeof SchemaColumn>;

export const StreamSchema = z.strictObject({
  /** Columns of CSV are all there or named in no header; elements of XML come and go with what was booked. */
  form: z.enum(['csv', 'xml']),
  /** By name, each once. */
  columns: z.array(SchemaColumn).max(MAX_COLUMNS),
});
export type StreamSchema = z.infer<typeof StreamSchema>;

export const SchemaChange = z.strictObject({
  column: z.string().min(1).max(MAX_COLUMN_NAME),
  change: z.enum(['added', 'removed', 'type', 'nullable']),
  from: ColumnType.optional(),
  to: ColumnType.optional(),
  /** `quiet`: nobody need hear of it. `incompatible`: what was read before would be read otherwise, or no more. */
  weight: z.enum(['quiet', 'compatible', 'incompatible']),
});
export type SchemaChange = z.infer<typeof SchemaChange>;

export const SCHEMA_VERDICTS = ['first', 'same', 'compatible', 'incompatible'] as const;
export type SchemaVerdict = (typeof SCHEMA_VERDICTS)[number];
