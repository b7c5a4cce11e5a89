import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ContentRefused } from '../../errors.js';
import type { FileSource, ListedFile } from '../../files/file-source.js';
import { AnswerFile } from './answer-file.js';
import { ExportPart } from './manifest.js';
import { checkedFile, type OpenByPath } from './read-export.js';

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

  /** A part that an earlier attempt finished, if all its files are there as it left them. */
  async part(path: string): Promise<ExportPart | null> {
    const open = await this.files();
    const stored = open(path);
    if (stored === null) return null;
    const part = ExportPart.parse(JSON.parse(await text(stored())));
    try {
      for (const file of part.files) for await (const _ of checkedFile(file, open)());
      return part;
    } catch (error) {
      if (error instanceof ContentRefused) return null;
      throw error;
    }
  }
}
