import { basename } from 'node:path';
import { ContentRefused } from '../errors.js';
import { type Format, formatOf, HEAD_BYTES, refuseTallyBackup } from './format.js';
import type { GivenFile } from './given-file.js';
import { gunzipped } from './gzip.js';
import { UNPACK_LIMITS, type UnpackLimits } from './limits.js';
import { entriesOf } from './zip.js';

/** A file with rows or vouchers in it, unpacked where it was packed. */
export interface DataFile {
  format: 'tally-xml' | 'csv';
  /** Its path within the archive; null where the file is no archive of several. */
  entry: string | null;
  /** Reads it from its beginning, again at each call. */
  open(): AsyncIterable<Uint8Array>;
}

/**
 * The data in a file: itself, or what a .gz or .zip holds. The content decides, the name only ever refuses.
 * Throws ContentRefused, and whatever the place of the file throws.
 */
export async function dataFilesOf(file: GivenFile, limits: UnpackLimits = UNPACK_LIMITS): Promise<DataFile[]> {
  refuseTallyBackup(file.name);
  const format = formatOf(await headOf(file.open({ start: 0, end: HEAD_BYTES })));
  if (format === 'gzip') return [await unpackedFile(null, () => gunzipped(file, limits))];
  if (format !== 'zip') return [{ format, entry: null, open: () => file.open() }];

  const entries = await entriesOf(file, limits);
  if (entries.length === 0) throw new ContentRefused('EMPTY', 'The archive holds no file: expected CSV or XML in it.');
  for (const { path } of entries) refuseTallyBackup(basename(path));
  const files: DataFile[] = [];
  for (const { path, open } of entries) files.push(await unpackedFile(entries.length === 1 ? null : path, open));
  return files;
}

async function unpackedFile(entry: string | null, open: () => AsyncIterable<Uint8Array>): Promise<DataFile> {
  const format: Format = formatOf(await headOf(open()));
  if (format === 'gzip' || format === 'zip') {
    throw new ContentRefused('ARCHIVE_NESTED', 'The archive holds another archive: expected CSV or XML in it.');
  }
  return { format, entry, open };
}

async function headOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, HEAD_BYTES);
}
