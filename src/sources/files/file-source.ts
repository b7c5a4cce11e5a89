import type { Readable } from 'node:stream';
import type { GivenFile } from './given-file.js';

/** A file as its place lists it. */
export interface ListedFile {
  /** From the root of the source, with `/` between folders. */
  path: string;
  sizeBytes: number;
  /** ISO, as fine as the place tells. */
  modifiedAt: string;
  /** What changes with the content where the place knows such a thing (an ETag), else null. */
  tag: string | null;
}

/**
 * A place where files lie. Every call may throw SourceUnavailable (transient) and SourceMisconfigured (the place refuses
 * us, or is not there); the reading of a file also FileReplaced.
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
  /** Replaces what is at `to`. What is no longer there was moved before: no error. */
  move(path: string, to: string): Promise<void>;
  /** What is no longer there is no error. */
  delete(path: string): Promise<void>;
  close(): Promise<void>;
}
