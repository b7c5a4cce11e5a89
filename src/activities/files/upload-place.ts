import { Readable } from 'node:stream';
import { FileReplaced } from '../../sources/errors.js';
import type { FileSource, ListedFile } from '../../sources/files/file-source.js';
import type { GivenFile } from '../../sources/files/given-file.js';
import { openContent } from '../../store/file-contents.js';
import { committedUploads, dropUpload, uploadContent, uploadPath } from '../../store/uploads.js';
import type { FileDesk } from './file-desk.js';

/** A distributor's committed uploads as a place where files lie. The platform holds them: nothing is put there or moved. */
export class UploadPlace implements FileSource {
  readonly uri = 'upload:';
  readonly appearsWhole = true;

  constructor(
    private readonly desk: FileDesk,
    private readonly distributorId: string,
  ) {}

  async *list(): AsyncGenerator<ListedFile> {
    for (const upload of await committedUploads(this.desk.pool, this.desk.vault, this.distributorId))
      yield {
        path: uploadPath(upload),
        sizeBytes: upload.sizeBytes,
        modifiedAt: upload.committedAt!,
        tag: null,
      };
  }

  open({ path, sizeBytes }: ListedFile): GivenFile {
    const { uploadId, name } = partsOf(path);
    return givenUpload(this.desk, { uploadId, name, sizeBytes });
  }

  async put(): Promise<void> {
    throw new Error('Nothing is put among uploads: their source neither reports nor moves files.');
  }

  async move(): Promise<void> {
    await this.put();
  }

  async delete(path: string): Promise<void> {
    await dropUpload(this.desk.pool, partsOf(path).uploadId);
  }

  async close(): Promise<void> {}
}

/** The bytes of an upload, committed or not. Reading throws FileReplaced where they were dropped. */
export function givenUpload(
  { pool, vault }: FileDesk,
  { uploadId, name, sizeBytes }: { uploadId: string; name: string; sizeBytes: number },
): GivenFile {
  async function* whole(range: { start: number; end: number }): AsyncGenerator<Buffer> {
    let missing = Math.min(range.end, sizeBytes) - range.start;
    for await (const chunk of openContent(pool, vault, uploadContent(uploadId), range)) {
      missing -= (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (missing > 0) throw new FileReplaced('The bytes of the upload are no longer kept.');
  }
  return {
    name,
    sizeBytes: async () => sizeBytes,
    open: (range = { start: 0, end: sizeBytes }) => Readable.from(whole(range), { objectMode: false }),
  };
}

function partsOf(path: string): { uploadId: string; name: string } {
  const [, uploadId = '', name = ''] = path.split('/');
  return { uploadId, name };
}
