import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { ContentRefused } from '../errors.js';
import type { GivenFile } from './given-file.js';
import { refuseBomb, type UnpackLimits } from './limits.js';

export interface ZipEntry {
  /** Its path within the archive. */
  path: string;
  open(): AsyncGenerator<Buffer>;
}

/** What file managers add by themselves. */
const CLUTTER = /^__MACOSX\/|(?:^|\/)(?:\.[^/]*|thumbs\.db|desktop\.ini)$/i;

/**
 * The files of a zip archive, by its directory. Throws ContentRefused, before anything is unpacked, for an archive that is
 * damaged, encrypted, a bomb by its own account, or that names a path outside itself; and while unpacking where
 * that account was a lie.
 */
export async function entriesOf(file: GivenFile, limits: UnpackLimits): Promise<ZipEntry[]> {
  const zip = await openZip(file);
  const found: ZipEntry[] = [];
  let packedBytes = 0;
  let unpackedBytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue;
      packedBytes += entry.compressedSize;
      unpackedBytes += entry.uncompressedSize;
      refuseBomb(entry.compressedSize, entry.uncompressedSize, limits);
      refuseBomb(packedBytes, unpackedBytes, limits);
      if (CLUTTER.test(entry.fileName)) continue;
      refuseEntry(entry);
      if (found.length === limits.maxEntries) {
        throw new ContentRefused(
          'ARCHIVE_TOO_MANY_FILES',
          `The archive holds more than ${limits.maxEntries} files: expected fewer.`,
        );
      }
      const place = found.length;
      found.push({ path: entry.fileName, open: () => unpacked(file, place) });
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    zip.close();
  }
  return found;
}

/** Opens the archive anew, so that files can be read in any order and more than once. */
async function* unpacked(file: GivenFile, place: number): AsyncGenerator<Buffer> {
  const zip = await openZip(file);
  let stream: Readable | null = null;
  try {
    let at = 0;
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/') || CLUTTER.test(entry.fileName) || at++ !== place) continue;
      stream = await zip.openReadStreamPromise(entry);
      // More bytes than the directory says end the stream in an error.
      yield* stream as AsyncIterable<Buffer>;
      return;
    }
  } catch (error) {
    throw refusalOf(error);
  } finally {
    stream?.destroy();
    zip.close();
  }
}

const openZip = async (file: GivenFile): Promise<ZipFile> => {
  const reader = new FileReader(file);
  try {
    return await fromRandomAccessReaderPromise(reader, await file.sizeBytes(), {
      lazyEntries: true,
      autoClose: false,
      strictFileNames: false,
    });
  } catch (error) {
    throw refusalOf(error);
  }
};

class FileReader extends RandomAccessReader {
  constructor(private readonly file: GivenFile) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.file.open({ start, end });
  }
}

function refuseEntry(entry: Entry): void {
  const name = basename(entry.fileName);
  if (name === '[Content_Types].xml' || entry.fileName === 'mimetype') {
    throw new ContentRefused(
      'SPREADSHEET',
      'The file is a workbook of a spreadsheet: expected CSV (in Excel: Save As, “CSV UTF-8 (Comma delimited)”), or XML from Tally.',
    );
  }
  if (entry.isEncrypted()) {
    throw new ContentRefused('ARCHIVE_ENCRYPTED', 'The archive is protected by a password: expected one without.');
  }
  if (!entry.canDecodeFileData()) {
    throw new ContentRefused(
      'ARCHIVE_UNSUPPORTED',
      'The archive is packed in a way that is not read: expected deflate.',
    );
  }
}

/** The library says what is wrong in its error's message alone, and quotes file names in it. */
function refusalOf(error: unknown): unknown {
  if (error instanceof ContentRefused) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && !code.startsWith('Z_')) return error;
  if (/^(?:invalid relative path|absolute path|invalid characters in fileName)/.test(message)) {
    return new ContentRefused(
      'PATH_TRAVERSAL',
      'The archive names a file outside its own folder: expected plain names.',
    );
  }
  if (/end of central directory record signature not found/i.test(message)) {
    return new ContentRefused('TRUNCATED', 'The archive ends before its end: expected it whole.');
  }
  return new ContentRefused('ARCHIVE_DAMAGED', 'The archive is damaged: expected it as it was packed.');
}
