import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { FileSource, ListedFile } from './file-source.js';
import type { GivenFile, Range } from './given-file.js';
import { namesOf } from './paths.js';
import { givenFile, replaced } from './reading.js';
import { ObjectGone, S3Faults } from './s3-faults.js';

export interface S3Access {
  bucket: string;
  /** What every key begins with, without slashes at its ends; empty for the whole bucket. */
  prefix: string;
  region: string;
  /** Null for AWS itself. */
  endpoint: string | null;
  forcePathStyle: boolean;
  /** Null: as AWS's own tools find them (environment, profile, role of the machine). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
  /** Asked for at every write; null leaves it to the bucket. */
  serverSideEncryption: Extract<ServerSideEncryption, 'AES256' | 'aws:kms'> | null;
  /** Without a byte either way. */
  timeoutMs: number;
  /** What S3 copies at once; larger files travel through us. */
  maxCopyBytes?: number;
}

/** What the SDK would say holds the keys of objects. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const CONNECT_TIMEOUT_MS = 10_000;
const TRIES = 3;
/** 10,000 parts make 156 GiB. */
const PART_BYTES = 16 * 1024 ** 2;
const PARTS_UNDER_WAY = 2;
const MAX_COPY_BYTES = 5 * 1024 ** 3;

/** A bucket of S3 or of a store that speaks as S3 does, or what is below a prefix in it. */
export class S3Bucket implements FileSource {
  readonly uri: string;
  readonly appearsWhole = true;
  readonly #client: S3Client;
  readonly #faults: S3Faults;

  constructor(private readonly access: S3Access) {
    const { bucket, prefix, region, endpoint, forcePathStyle, credentials, timeoutMs } = access;
    this.uri = `s3://${bucket}${prefix && `/${prefix}`}`;
    this.#faults = new S3Faults(
      `The bucket ${bucket} at ${endpoint === null ? `AWS (${region})` : new URL(endpoint).host}`,
    );
    this.#client = new S3Client({
      region,
      forcePathStyle,
      maxAttempts: TRIES,
      logger: SILENT,
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: timeoutMs },
      ...(credentials && { credentials }),
      // Other stores than AWS's often refuse the checksums it adds unasked.
      ...(endpoint !== null && {
        endpoint,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
      }),
    });
  }

  async *list(): AsyncGenerator<ListedFile> {
    const root = this.#key('');
    // Without it a key with a control character would be no XML and hide all others.
    const asked = { Bucket: this.access.bucket, Prefix: root, EncodingType: 'url' } as const;
    const pages = paginateListObjectsV2({ client: this.#client }, asked)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.#faults.named(() => pages.next());
      if (page.done) return;
      for (const { Key = '', Size = 0, LastModified, ETag } of page.value.Contents ?? []) {
        const key = page.value.EncodingType === 'url' ? decodeURIComponent(Key.replaceAll('+', ' ')) : Key;
        // What consoles make to show a folder.
        if (key.endsWith('/') && Size === 0) continue;
        const modifiedAt = LastModified!.toISOString();
        yield { path: key.slice(root.length), sizeBytes: Size, modifiedAt, tag: ETag ?? null };
      }
    }
  }

  open(file: ListedFile): GivenFile {
    return givenFile(file, (range) => this.#read(file, range));
  }

  async put(path: string, content: Readable): Promise<void> {
    namesOf(path);
    let contentError: unknown;
    content.once('error', (error) => {
      contentError = error;
    });
    const upload = new Upload({
      client: this.#client,
      params: { ...this.#written(path), Body: content },
      partSize: PART_BYTES,
      queueSize: PARTS_UNDER_WAY,
    });
    try {
      await this.#faults.named(() => upload.done());
    } catch (error) {
      content.destroy();
      throw contentError ?? error;
    }
  }

  async move(path: string, to: string, listed?: ListedFile): Promise<void> {
    namesOf(path);
    namesOf(to);
    const large = listed && listed.sizeBytes > (this.access.maxCopyBytes ?? MAX_COPY_BYTES);
    try {
      await this.#check(path, listed);
      if (large) await this.put(to, this.open(listed).open());
      else await this.#copy(path, to, listed);
    } catch (error) {
      if (error instanceof ObjectGone) return;
      throw error;
    }
    await this.delete(path, listed);
  }

  async delete(path: string, listed?: ListedFile): Promise<void> {
    namesOf(path);
    const command = new DeleteObjectCommand({
      Bucket: this.access.bucket,
      Key: this.#key(path),
      ...(listed?.tag && { IfMatch: listed.tag }),
    });
    try {
      await this.#check(path, listed);
      await this.#faults.named(() => this.#client.send(command));
    } catch (error) {
      if (!(error instanceof ObjectGone)) throw error;
    }
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  /** Not every store respects the conditions of the requests that follow; those that do also see what changes in between. */
  async #check(path: string, listed: ListedFile | undefined): Promise<void> {
    if (!listed?.tag) return;
    const command = new HeadObjectCommand({ Bucket: this.access.bucket, Key: this.#key(path) });
    const { ETag } = await this.#faults.named(() => this.#client.send(command));
    if (ETag !== listed.tag) throw replaced();
  }

  async #copy(path: string, to: string, listed: ListedFile | undefined): Promise<void> {
    const command = new CopyObjectCommand({
      ...this.#written(to),
      CopySource: encodeURIComponent(`${this.access.bucket}/${this.#key(path)}`),
      ...(listed?.tag && { CopySourceIfMatch: listed.tag }),
    });
    await this.#faults.named(() => this.#client.send(command));
  }

  async *#read(file: ListedFile, { start, end }: Range): AsyncGenerator<Buffer> {
    const whole = start === 0 && end === file.sizeBytes;
    if (start === end && !whole) return;
    const { Body } = await this.#get(file, whole ? undefined : `bytes=${start}-${end - 1}`);
    const body = Body as Readable;
    try {
      let bytes = 0;
      const chunks = body[Symbol.asyncIterator]();
      for (;;) {
        const chunk = await this.#faults.named(() => chunks.next());
        if (chunk.done) break;
        bytes += chunk.value.length;
        yield chunk.value;
      }
      if (bytes !== end - start) throw this.#faults.cutShort();
    } finally {
      body.destroy();
    }
  }

  #get(file: ListedFile, range: string | undefined): Promise<GetObjectCommandOutput> {
    const command = new GetObjectCommand({
      Bucket: this.access.bucket,
      Key: this.#key(file.path),
      Range: range,
      ...(file.tag && { IfMatch: file.tag }),
    });
    return this.#faults.named(() => this.#client.send(command));
  }

  #written(path: string) {
    return {
      Bucket: this.access.bucket,
      Key: this.#key(path),
      ...(this.access.serverSideEncryption && { ServerSideEncryption: this.access.serverSideEncryption }),
    };
  }

  #key(path: string): string {
    return this.access.prefix === '' ? path : `${this.access.prefix}/${path}`;
  }
}
