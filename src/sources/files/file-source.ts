import type { Readable } from 'node:stream';
import type { GivenFile } from './given-file.js';

/** A file as its place lists it. */
export interface ListedFile {
  /** From the root of the source, with `/` between folders. As the place says it: what is unsafe is refused by `open`. */
  path: string;
  sizeBytes: number;
  /** ISO, in milliseconds or as fine as the place tells. */
  modifiedAt: string;
  /** What changes with the content where the place knows such a thing (an ETag), else null. */
  tag: string | null;
}

/** What a place says of a file at any time. */
export type Sight = Pick<ListedFile, 'sizeBytes' | 'modifiedAt'>;

export const looksLike = (sight: Sight, { sizeBytes, modifiedAt }: Sight): boolean =>
  sight.sizeBytes === sizeBytes && sight.modifiedAt === modifiedAt;

/**
 * A place where files lie. Every call may throw SourceUnavailable (transient) and SourceMisconfigured (the place refuses
 * us, or is not there), which name the place but no file; and ContentRefused for a path that is unsafe.
 */
export interface FileSource {
  /** What checkpoints begin with: `s3://bucket/prefix`, `sftp://host/folder`, `file:///folder`. No credentials, no last slash. */
  readonly uri: string;
  /** True where a file appears whole or not at all, so that nobody need wait until it has stopped growing. */
  readonly appearsWhole: boolean;
  /** Every file below the root, in no order; links are not followed. */
  list(): AsyncIterable<ListedFile>;
  /** The file as it was listed. Reading throws FileReplaced where it is no longer that one, at the latest at its end. */
  open(file: ListedFile): GivenFile;
  /** Writes a file whole or not at all, replacing what is there. */
  put(path: string, content: Readable): Promise<void>;
  /**
   * Replaces what is at `to`. What is no longer there was moved before: no error. With `listed`, throws FileReplaced for
   * another file than that one, which nobody has read yet.
   */
  move(path: string, to: string, listed?: ListedFile): Promise<void>;
  /** What is no longer there is no error. `listed` as for `move`. */
  delete(path: string, listed?: ListedFile): Promise<void>;
  close(): Promise<void>;
}
