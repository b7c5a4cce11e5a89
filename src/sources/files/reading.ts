import { Readable } from 'node:stream';
import { FileReplaced } from '../errors.js';
import type { ListedFile } from './file-source.js';
import type { GivenFile, Range } from './given-file.js';
import { namesOf } from './paths.js';

export const replaced = (): FileReplaced =>
  new FileReplaced('A file is no longer the one that was listed: expected it unchanged until it is read.');

/** A listed file whose bytes `read` brings, of what of a range lies within it. @throws ContentRefused for an unsafe path */
export const givenFile = (file: ListedFile, read: (range: Range) => AsyncIterable<Uint8Array>): GivenFile => ({
  name: namesOf(file.path).at(-1)!,
  sizeBytes: async () => file.sizeBytes,
  open: (range) => Readable.from(read(within(file, range)), { objectMode: false }),
});

const within = ({ sizeBytes }: ListedFile, range: Range = { start: 0, end: sizeBytes }): Range => {
  const end = Math.min(range.end, sizeBytes);
  return { start: Math.min(range.start, end), end };
};

interface ReadAhead {
  chunkBytes: number;
  /** Reads under way at once: a place far away answers each only after a while. */
  depth: number;
}

/**
 * The bytes of a range, in order. `read` may bring fewer than asked; none is the end of the file, which throws FileReplaced
 * as it comes too early.
 */
export async function* readAhead(
  { start, end }: Range,
  { chunkBytes, depth }: ReadAhead,
  read: (position: number, length: number) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const underWay: Promise<Buffer>[] = [];
  let next = start;
  for (;;) {
    while (underWay.length < depth && next < end) {
      const chunk = readWhole(next, Math.min(chunkBytes, end - next), read);
      // Awaited in its turn; until then its failure is nobody's.
      chunk.catch(() => {});
      underWay.push(chunk);
      next += chunkBytes;
    }
    const chunk = underWay.shift();
    if (chunk === undefined) return;
    yield await chunk;
  }
}

async function readWhole(
  position: number,
  length: number,
  read: (position: number, length: number) => Promise<Buffer>,
): Promise<Buffer> {
  const first = await read(position, length);
  if (first.length === length) return first;
  const parts = [first];
  for (let have = first.length; have < length; have += parts.at(-1)!.length) {
    if (parts.at(-1)!.length === 0) throw replaced();
    parts.push(await read(position + have, length - have));
  }
  return Buffer.concat(parts);
}
