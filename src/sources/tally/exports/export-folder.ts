import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ContentRefused } from '../../errors.js';
import type { FileSource, ListedFile } from '../../files/file-source.js';
import type { Period } from '../../source.js';
import { AnswerFile } from './answer-file.js';
import { ExportPart, MANIFEST_NAME } from './manifest.js';
import { checkedFile, type OpenByPath } from './read-export.js';

/** Where exports stand at a place, each in a folder of its own. */
export const EXPORTS = 'exports';
const MANIFEST_PATH = new RegExp(`^(${EXPORTS}/[^/]+)/${MANIFEST_NAME}$`);

export const isManifest = (path: string): boolean => MANIFEST_PATH.test(path);

/** The export of which the path is the manifest, null of any other file. */
export function exportAt(place: FileSource, path: string): ExportFolder | null {
  const folder = MANIFEST_PATH.exec(path)?.[1];
  return folder === undefined ? null : new ExportFolder(place, folder);
}

/** A file of an export that its manifest stands for. */
export const isWithinExport = (path: string): boolean =>
  path.startsWith(`${EXPORTS}/`) && path.split('/').length > 2 && !isManifest(path);

/** Where a part says of itself what it is: of the masters, or of the vouchers of some days. */
export const partPath = (period: Period | null): string =>
  period === null ? 'masters/part.json' : `vouchers/${period.from}_${period.to}.json`;

/** The folder of a place that holds one export and nothing else. Paths are from that folder. */
export class ExportFolder {
  constructor(
    private readonly place: FileSource,
    private readonly folder: string,
  ) {}

  answerFile(path: string): AnswerFile {
    return new AnswerFile((stream) => this.place.put(`${this.folder}/${path}`, stream), path);
  }

  put(path: string, content: object): Promise<void> {
    return this.place.put(`${this.folder}/${path}`, Readable.from([Buffer.from(JSON.stringify(content, null, 1))]));
  }

  /** Deletes all of it but the manifest, which says what it was. */
  async empty(): Promise<void> {
    for await (const { path } of this.place.list())
      if (path.startsWith(`${this.folder}/`) && !isManifest(path)) await this.place.delete(path);
  }

  /** The files that are there now. */
  async files(): Promise<OpenByPath> {
    const found = new Map<string, ListedFile>();
    for await (const file of this.place.list())
      if (file.path.startsWith(`${this.folder}/`)) found.set(file.path.slice(this.folder.length + 1), file);
    return (path) => {
      const file = found.get(path);
      return file === undefined ? null : () => this.place.open(file).open();
    };
  }

  async storedPart(path: string): Promise<ExportPart | null> {
    const stored = (await this.files())(path);
    return stored === null ? null : ExportPart.parse(JSON.parse(await text(stored())));
  }

  /** A part that an earlier attempt finished, if all its files are there as it left them. */
  async wholePart(path: string): Promise<ExportPart | null> {
    const part = await this.storedPart(path);
    if (part === null) return null;
    const open = await this.files();
    try {
      for (const file of part.files) for await (const _ of checkedFile(file, open)());
      return part;
    } catch (error) {
      if (error instanceof ContentRefused) return null;
      throw error;
    }
  }
}
