import { randomBytes } from 'node:crypto';
import { constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { SourceMisconfigured, SourceUnavailable } from '../errors.js';
import { type FileSource, type ListedFile, looksLike, type Sight } from './file-source.js';
import type { GivenFile, Range } from './given-file.js';
import { namesOf } from './paths.js';
import { givenFile, readAhead, replaced } from './reading.js';

const READING = { chunkBytes: 64 * 1024, depth: 1 };
/** A link is not followed, a pipe not waited for. Windows knows neither. */
const OPEN_LISTED = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** What a person must mend; whatever else goes wrong may pass. */
const REFUSALS = /^(EACCES|EPERM|EROFS|ENOENT|ENOTDIR|EISDIR|ELOOP|ENAMETOOLONG|ENOTEMPTY)$/;

/** A folder of this machine, or one that is mounted. */
export class Folder implements FileSource {
  readonly uri: string;
  readonly appearsWhole = false;

  /** @param root absolute */
  constructor(private readonly root: string) {
    this.uri = pathToFileURL(root).href.replace(/(?<!\/)\/$/, '');
  }

  async *list(): AsyncGenerator<ListedFile> {
    yield* this.#listBelow(await this.#realRoot(), '');
  }

  open(file: ListedFile): GivenFile {
    return givenFile(file, (range) => this.#read(file, range));
  }

  async put(path: string, content: Readable): Promise<void> {
    const target = await this.#locate(path, { make: true });
    const part = `${target}.${randomBytes(4).toString('hex')}.part`;
    const handle = await this.#attempt(() => open(part, 'wx', 0o600));
    try {
      for await (const chunk of content) await this.#attempt(() => handle.appendFile(chunk as Buffer));
      await this.#attempt(async () => {
        await handle.sync();
        await handle.close();
        await rename(part, target!);
      });
    } catch (error) {
      await handle.close().catch(() => {});
      await rm(part, { force: true });
      throw error;
    }
  }

  async move(path: string, to: string, listed?: ListedFile): Promise<void> {
    const target = await this.#locate(to, { make: true });
    const from = await this.#present(path, listed);
    if (from !== null) await this.#attempt(() => rename(from, target!).catch(ifGone(() => {})));
  }

  async delete(path: string, listed?: ListedFile): Promise<void> {
    const at = await this.#present(path, listed);
    if (at !== null) await this.#attempt(() => unlink(at).catch(ifGone(() => {})));
  }

  async close(): Promise<void> {}

  async *#listBelow(folder: string, prefix: string): AsyncGenerator<ListedFile> {
    const vanished = prefix === '' ? undefined : ifGone((): Dirent[] => []);
    const entries = await this.#attempt(() => readdir(folder, { withFileTypes: true }).catch(vanished));
    for (const entry of entries) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) yield* this.#listBelow(join(folder, entry.name), `${path}/`);
      if (!entry.isFile()) continue;
      const stats = await this.#attempt(() => lstat(join(folder, entry.name)).catch(ifGone(() => null)));
      if (stats?.isFile()) yield { path, ...sightOf(stats), tag: null };
    }
  }

  async *#read(file: ListedFile, range: Range): AsyncGenerator<Buffer> {
    const at = await this.#locate(file.path);
    const handle = at && (await this.#attempt(() => open(at, OPEN_LISTED).catch(ifGone(() => null))));
    if (!handle) throw replaced();
    try {
      const before = await this.#attempt(() => handle.stat());
      if (!isListed(before, file)) throw replaced();
      yield* readAhead(range, READING, (position, length) => this.#readAt(handle, position, length));
      const after = await this.#attempt(() => handle.stat());
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw replaced();
    } finally {
      await handle.close();
    }
  }

  async #readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
    const chunk = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.#attempt(() => handle.read(chunk, 0, length, position));
    return chunk.subarray(0, bytesRead);
  }

  /** Where the file is, or null where it is no longer; throws FileReplaced where it is not the one that was listed. */
  async #present(path: string, listed: ListedFile | undefined): Promise<string | null> {
    const at = await this.#locate(path);
    const stats = at && (await this.#attempt(() => lstat(at).catch(ifGone(() => null))));
    if (!stats) return null;
    if (!stats.isFile() || (listed && !isListed(stats, listed))) throw replaced();
    return at;
  }

  /** The path on this machine, or null where a folder on the way is not there. No folder on the way may be a link. */
  async #locate(path: string, { make = false } = {}): Promise<string | null> {
    const names = namesOf(path);
    let at = await this.#realRoot();
    for (const name of names.slice(0, -1)) {
      at = join(at, name);
      if (make) await this.#attempt(() => mkdir(at, { mode: 0o700 }).catch(ifCode('EEXIST', () => {})));
      const stats = await this.#attempt(() => lstat(at).catch(ifGone(() => null)));
      if (stats === null) return null;
      if (!stats.isDirectory()) {
        throw new SourceMisconfigured(`In the folder ${this.root} a link or file stands where a folder was expected.`);
      }
    }
    return join(at, names.at(-1)!);
  }

  #realRoot(): Promise<string> {
    return this.#attempt(async () => {
      const root = await realpath(this.root);
      if ((await lstat(root)).isDirectory()) return root;
      throw new SourceMisconfigured(`${this.root} is a file: expected a folder.`);
    });
  }

  /** The system's messages hold the names of files: only their codes are passed on. */
  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      const { syscall, code = '' } = error as NodeJS.ErrnoException;
      if (syscall === undefined) throw error;
      if (code === 'ELOOP') throw replaced();
      if (REFUSALS.test(code)) {
        const why = code === 'ENOENT' ? 'is not there' : `cannot be used (${code})`;
        throw new SourceMisconfigured(
          `The folder ${this.root} ${why}: expected a folder that this user may read and write.`,
        );
      }
      throw new SourceUnavailable(`The folder ${this.root} failed (${code}): expected it to work.`);
    }
  }
}

const sightOf = (stats: Stats): Sight => ({
  sizeBytes: stats.size,
  modifiedAt: stats.mtime.toISOString(),
});

const isListed = (stats: Stats, file: ListedFile): boolean => stats.isFile() && looksLike(sightOf(stats), file);

const ifCode =
  <Result>(code: string, then: () => Result) =>
  (error: NodeJS.ErrnoException): Result => {
    if (error.code === code) return then();
    throw error;
  };
const ifGone = <Result>(then: () => Result): ((error: NodeJS.ErrnoException) => Result) => ifCode('ENOENT', then);
