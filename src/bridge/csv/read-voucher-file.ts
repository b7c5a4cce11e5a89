import { createReadStream } from 'node:fs';
import type { VoucherKind } from '../../canonical/vouchers/voucher.js';
import { type CsvRow, RowReader } from '../../sources/csv/row-reader.js';
import { ContentRefused } from '../../sources/errors.js';
import { formatOf, HEAD_BYTES } from '../../sources/files/format.js';
import { kindOf } from './cells.js';
import { VOUCHER_HEADERS, type VoucherHeader } from './header.js';
import { VoucherRows, type VoucherRowsRead } from './voucher-rows.js';

export interface VoucherFile extends VoucherRowsRead {
  kind: VoucherKind;
}

/**
 * A CSV file of one of the three templates as vouchers, with where each came from and what is wrong with the other rows.
 *
 * @param source the file's path, or its bytes
 * @param kind where the file does not say itself: sales and purchases have the same columns
 * @throws ContentRefused, one sentence, where the file as a whole cannot be used
 */
export async function readVoucherFile(
  source: string | AsyncIterable<Uint8Array>,
  { kind = null }: { kind?: VoucherKind | null } = {},
): Promise<VoucherFile> {
  const bytes = typeof source === 'string' ? createReadStream(source) : source;
  const reader = new RowReader(VOUCHER_HEADERS);
  let vouchers: { kind: VoucherKind; rows: VoucherRows } | null = null;
  for await (const rows of reader.rows(textOnly(bytes))) {
    if (rows.length === 0) continue;
    if (vouchers === null) {
      const ofFile = kindOfFile(reader.header, rows[0]!, kind);
      vouchers = { kind: ofFile, rows: new VoucherRows(ofFile) };
    }
    vouchers.rows.take(rows);
  }
  if (vouchers === null) {
    throw new ContentRefused(
      'NO_ROWS',
      'The file holds column names alone: expected a row for each item of a voucher.',
    );
  }
  return { kind: vouchers.kind, ...vouchers.rows.end() };
}

function kindOfFile({ template }: VoucherHeader, first: CsvRow, given: VoucherKind | null): VoucherKind {
  const said = template.document === 'order' ? 'sales_order' : kindOf(first.values.Voucher_Type!);
  const kind = given ?? said;
  if (kind === null) {
    throw new ContentRefused(
      'KIND_UNKNOWN',
      'The columns are those of sales and of purchases alike: expected Sales or Purchase in a column Voucher_Type of every row, or the kind said with the file.',
    );
  }
  if ((kind === 'sales_order') !== (template.document === 'order') || kind !== (said ?? kind)) {
    throw new ContentRefused(
      'KIND_DIFFERS',
      'The file holds vouchers of another kind than was said: expected the kind of its columns and of Voucher_Type.',
    );
  }
  return kind;
}

/** Looks at the beginning before anything is read: a workbook would only be a missing header. */
async function* textOnly(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of bytes) {
    if (head === null) yield chunk;
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      refuseOtherFormats(head.subarray(0, HEAD_BYTES));
      yield head;
      head = null;
    }
  }
  if (head !== null) {
    refuseOtherFormats(head);
    yield head;
  }
}

function refuseOtherFormats(head: Buffer): void {
  if (isCsv(head)) return;
  const message =
    'The file is no CSV: expected a template saved as CSV (in Excel: Save As, “CSV UTF-8 (Comma delimited)”).';
  throw new ContentRefused('NOT_CSV', message);
}

function isCsv(head: Buffer): boolean {
  try {
    return formatOf(head) === 'csv';
  } catch (error) {
    // What is empty is for the reader to refuse.
    if (error instanceof ContentRefused) return error.code === 'EMPTY';
    throw error;
  }
}
