import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { SourceMisconfigured } from '../errors.js';
import { type FileSource, type ListedFile, looksLike, type Sight } from './file-source.js';
import type { GivenFile, Range } from './given-file.js';
import { namesOf } from './paths.js';
import { givenFile, readAhead, replaced } from './reading.js';
import { type Send, type SftpAccess, SftpConnection, STATUS } from './sftp-connection.js';

/** What every server answers at once, and as much under way as a far one needs. */
const READING = { chunkBytes: 32 * 1024, depth: 32 };
const WRITE_BYTES = 256 * 1024;

interface Attributes {
  size: number;
  /** Unix seconds. */
  mtime: number;
  isFile(): boolean;
  isDirectory(): boolean;
}
interface Entry {
  filename: string;
  attrs: Attributes;
}

/** A folder on an SFTP server. */
export class SftpFolder implements FileSource {
  readonly uri: string;
  readonly appearsWhole = false;
  readonly #connection: SftpConnection;

  /** @param root absolute, as the server names it */
  constructor(
    access: SftpAccess,
    private readonly root: string,
  ) {
    const host = access.host.includes(':') ? `[${access.host}]` : access.host;
    const path = encodeURI(root).replace(/\/$/, '');
    this.uri = `sftp://${host}${access.port === 22 ? '' : `:${access.port}`}${path}`;
    this.#connection = new SftpConnection(access);
  }

  async *list(): AsyncGenerator<ListedFile> {
    yield* this.#listBelow(this.root, '');
  }

  open(file: ListedFile): GivenFile {
    return givenFile(file, (range) => this.#read(file, range));
  }

  async put(path: string, content: Readable): Promise<void> {
    const target = await this.#locate(path, { make: true });
    const part = `${target}.${randomBytes(4).toString('hex')}.part`;
    const handle = await this.#request<Buffer>((sftp, done) => sftp.open(part, 'wx', { mode: 0o600 }, done));
    try {
      await this.#write(handle, content);
      await this.#request((sftp, done) => sftp.close(handle, done));
      await this.#replace(part, target!);
    } catch (error) {
      await this.#request((sftp, done) => sftp.close(handle, () => sftp.unlink(part, done))).catch(() => {});
      throw error;
    }
  }

  async move(path: string, to: string, listed?: ListedFile): Promise<void> {
    const target = await this.#locate(to, { make: true });
    const from = await this.#present(path, listed);
    if (from !== null) await this.#replace(from, target!);
  }

  async delete(path: string, listed?: ListedFile): Promise<void> {
    const at = await this.#present(path, listed);
    if (at !== null)
      await this.#request(
        (sftp, done) => sftp.unlink(at, done),
        () => {},
      );
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async *#listBelow(folder: string, prefix: string): AsyncGenerator<ListedFile> {
    const vanished = prefix === '' ? undefined : (): Entry[] => [];
    const entries = await this.#request<Entry[]>((sftp, done) => sftp.readdir(folder, done), vanished);
    for (const { filename, attrs } of entries) {
      const path = `${prefix}${filename}`;
      if (attrs.isFile()) yield { path, ...sightOf(attrs), tag: null };
      // A name with a slash is none that a folder can have.
      if (attrs.isDirectory() && !/^\.{0,2}$|\//.test(filename)) {
        yield* this.#listBelow(posix.join(folder, filename), `${path}/`);
      }
    }
  }

  async *#read(file: ListedFile, range: Range): AsyncGenerator<Buffer> {
    const at = await this.#present(file.path, file);
    const handle =
      at &&
      (await this.#request<Buffer | null>(
        (sftp, done) => sftp.open(at, 'r', done),
        () => null,
      ));
    if (!handle) throw replaced();
    const attributes = () => this.#request<Attributes>((sftp, done) => sftp.fstat(handle, done));
    try {
      if (!isListed(await attributes(), file)) throw replaced();
      yield* readAhead(range, READING, (position, length) => this.#readAt(handle, position, length));
      if (!isListed(await attributes(), file)) throw replaced();
    } finally {
      await this.#request((sftp, done) => sftp.close(handle, done)).catch(() => {});
    }
  }

  async #readAt(handle: Buffer, position: number, length: number): Promise<Buffer> {
    const chunk = Buffer.allocUnsafe(length);
    const bytes = await this.#request<number>((sftp, done) => sftp.read(handle, chunk, 0, length, position, done));
    return chunk.subarray(0, bytes);
  }

  async #write(handle: Buffer, content: Readable): Promise<void> {
    let position = 0;
    for await (const given of content) {
      const bytes = Buffer.from(given);
      for (let start = 0; start < bytes.length; start += WRITE_BYTES) {
        const chunk = bytes.subarray(start, start + WRITE_BYTES);
        await this.#request((sftp, done) => sftp.write(handle, chunk, 0, chunk.length, position, done));
        position += chunk.length;
      }
    }
  }

  /** Renames over what is there: at once where the server can (OpenSSH's extension), else after deleting that. */
  async #replace(from: string, to: string): Promise<void> {
    try {
      await this.#connection.request((sftp, done) => sftp.ext_openssh_rename(from, to, done));
    } catch (error) {
      if ((error as { code?: unknown }).code !== STATUS.unsupported) throw this.#named(error);
      await this.#request(
        (sftp, done) => sftp.unlink(to, done),
        () => {},
      );
      await this.#request((sftp, done) => sftp.rename(from, to, done));
    }
  }

  /** Where the file is, or null where it is no longer; throws FileReplaced where it is not the one that was listed. */
  async #present(path: string, listed: ListedFile | undefined): Promise<string | null> {
    const at = await this.#locate(path);
    const attributes =
      at &&
      (await this.#request<Attributes | null>(
        (sftp, done) => sftp.lstat(at, done),
        () => null,
      ));
    if (!attributes) return null;
    if (!attributes.isFile() || (listed && !isListed(attributes, listed))) throw replaced();
    return at;
  }

  /** The path on the server, or null where a folder on the way is not there. No folder on the way may be a link. */
  async #locate(path: string, { make = false } = {}): Promise<string | null> {
    const names = namesOf(path);
    let at = this.root;
    for (const name of names.slice(0, -1)) {
      at = posix.join(at, name);
      const look = () =>
        this.#request<Attributes | null>(
          (sftp, done) => sftp.lstat(at, done),
          () => null,
        );
      let attributes = await look();
      if (attributes === null && make) {
        // Another may have made it meanwhile, which is a failure like any other in this protocol.
        await this.#request((sftp, done) => sftp.mkdir(at, { mode: 0o700 }, () => done(null)));
        attributes = await look();
        if (attributes === null) throw this.#connection.fault(STATUS.permissionDenied);
      }
      if (attributes === null) return null;
      if (!attributes.isDirectory()) {
        throw new SourceMisconfigured(
          `On ${this.#connection.place.replace(/^T/, 't')} a link or file stands where a folder was expected.`,
        );
      }
    }
    return posix.join(at, names.at(-1)!);
  }

  /** @param ifGone what it means that the file or folder is not there; without it the place as a whole is not as expected */
  async #request<Result = void>(send: Send<Result>, ifGone?: () => Result): Promise<Result> {
    try {
      return await this.#connection.request<Result>(send);
    } catch (error) {
      if (ifGone && isGone(error)) return ifGone();
      throw this.#named(error);
    }
  }

  /** The server's messages hold the names of files: only their status is passed on. */
  #named(error: unknown): unknown {
    const { code } = error as { code?: unknown };
    return typeof code === 'number' ? this.#connection.fault(code) : error;
  }
}

const sightOf = ({ size, mtime }: Attributes): Sight => ({
  sizeBytes: size,
  modifiedAt: new Date(mtime * 1000).toISOString(),
});

const isListed = (attributes: Attributes, file: ListedFile): boolean =>
  attributes.isFile() && looksLike(sightOf(attributes), file);

const isGone = (error: unknown): boolean => (error as { code?: unknown }).code === STATUS.noSuchFile;
