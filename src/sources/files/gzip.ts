import { PassThrough, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ContentRefused } from '../errors.js';
import type { GivenFile } from './given-file.js';
import { refuseBomb, type UnpackLimits } from './limits.js';

/** The unpacked bytes of a gzip file. Throws ContentRefused for one that is cut short, damaged, or a bomb. */
export async function* gunzipped(file: GivenFile, limits: UnpackLimits): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const unpacked = new PassThrough();
  // Errors arrive at the end of the pipe, where they are awaited; closing it closes the file.
  pipeline(file.open(), gunzip, unpacked, () => {});
  let bytes = 0;
  try {
    for await (const chunk of unpacked) {
      bytes += (chunk as Buffer).length;
      refuseBomb(gunzip.bytesWritten, bytes, limits);
      yield chunk as Buffer;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') {
      throw new ContentRefused('TRUNCATED', 'The archive ends before its end: expected it whole.');
    }
    if (typeof code === 'string' && code.startsWith('Z_')) {
      throw new ContentRefused('ARCHIVE_DAMAGED', 'The archive is damaged: expected it as it was packed.');
    }
    throw error;
  }
}
