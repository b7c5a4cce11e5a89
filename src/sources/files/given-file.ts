import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes of a file from `start` on, up to but not with `end`. */
export interface Range {
  start: number;
  end: number;
}

/** A file, wherever it lies: all that its formats ask of the place. */
export interface GivenFile {
  /** Its last name, without folders. A hint only: the content decides. */
  name: string;
  sizeBytes(): Promise<number>;
  /** Reads it from its beginning, or a part of it; again at each call. */
  open(range?: Range): Readable;
}

export const fileOnDisk = (path: string): GivenFile => ({
  name: basename(path),
  sizeBytes: async () => (await stat(path)).size,
  open: (range) => createReadStream(path, range && { start: range.start, end: range.end - 1 }),
});
