import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import type { Tap } from '../open-tally.js';
import type { ExportedFile } from './manifest.js';

/** Never reaches anybody: it ends a file that is not wanted. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

interface Writing {
  stream: PassThrough;
  sha256: ReturnType<typeof createHash>;
  bytes: number;
  stored: Promise<void>;
}

/**
 * An answer of Tally on its way into a file, byte for byte and a chunk at a time. The file is there once `keep` says so and not
 * before, so that an answer which turns out to be cut short leaves nothing behind.
 */
export class AnswerFile {
  #writing: Writing | null = null;

  /** @param put Writes the file whole or not at all. */
  constructor(
    private readonly put: (content: Readable) => Promise<void>,
    private readonly path: string,
  ) {}

  /** Anew for each answer: an earlier one is given up. */
  readonly tap: Tap = (chunks) => this.#written(chunks);

  /** @throws what the place throws */
  async keep(): Promise<ExportedFile> {
    const { stream, stored, sha256, bytes } = this.#writing!;
    this.#writing = null;
    stream.end();
    await stored;
    return { path: this.path, sha256: sha256.digest('hex'), bytes };
  }

  /** Leaves nothing; of a file that is kept, or was never begun, it does nothing. */
  async giveUp(): Promise<void> {
    const writing = this.#writing;
    this.#writing = null;
    writing?.stream.destroy(new GivenUp());
    await writing?.stored.catch(() => undefined);
  }

  async *#written(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    await this.giveUp();
    const stream = new PassThrough();
    // What ends it is told by `put`.
    stream.on('error', () => undefined);
    const stored = this.put(stream);
    // Whoever waits for it hears of it; nobody may be waiting yet.
    stored.catch(() => undefined);
    const writing: Writing = { stream, stored, sha256: createHash('sha256'), bytes: 0 };
    this.#writing = writing;
    for await (const chunk of chunks) {
      writing.sha256.update(chunk);
      writing.bytes += chunk.length;
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), failureOf(stored)]);
      yield chunk;
    }
  }
}

/** A place that fails takes no more bytes: then its failure is what there is to hear of. */
const failureOf = async (stored: Promise<void>): Promise<void> => {
  await stored;
  await new Promise(() => undefined);
};
