import { createWriteStream } from 'node:fs';
import { rename, utimes } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export interface WritingOptions {
  /** UTF-16 begins with its mark. The names of retailers stand in all of them. */
  encoding?: 'utf-8' | 'utf-16le' | 'windows-1252';
  gzip?: boolean;
}

const BATCH_CHARACTERS = 64 * 1024;

/**
 * Writes a file as an export does: under another name until it is whole, a batch of lines at a time.
 *
 * @param modifiedAt Of the file; by default now.
 */
export async function writeCsv(
  path: string,
  lines: Iterable<string>,
  { encoding = 'utf-8', gzip = false }: WritingOptions,
  modifiedAt: Date | null = null,
): Promise<void> {
  const unfinished = `${path}.part`;
  const packing: Transform[] = gzip ? [createGzip({ level: 4 })] : [];
  await pipeline([Readable.from(encoded(lines, encoding)), ...packing, createWriteStream(unfinished)]);
  if (modifiedAt !== null) await utimes(unfinished, modifiedAt, modifiedAt);
  await rename(unfinished, path);
}

function* encoded(lines: Iterable<string>, encoding: NonNullable<WritingOptions['encoding']>): Generator<Buffer> {
  const bytesOf = (text: string): Buffer => {
    if (encoding === 'windows-1252') return Buffer.from(inWindows1252(text), 'latin1');
    return Buffer.from(text, encoding === 'utf-8' ? 'utf8' : 'utf16le');
  };
  let batch = encoding === 'utf-16le' ? '\ufeff' : '';
  for (const line of lines) {
    batch += `${line}\r\n`;
    if (batch.length < BATCH_CHARACTERS) continue;
    yield bytesOf(batch);
    batch = '';
  }
  yield bytesOf(batch);
}

/** Latin-1, but for the quotation marks. */
const inWindows1252 = (text: string): string => text.replaceAll('“', '\u0093').replaceAll('”', '\u0094');
