import { createHash } from 'node:crypto';
import { ContentRefused } from '../../errors.js';
import { ExportedBooks, type ExportSettings } from './exported-books.js';
import type { ExportedFile, ExportManifest } from './manifest.js';
import type { OpenFile } from './survey.js';

/** A file by its path from the manifest's folder, null where there is none. */
export type OpenByPath = (path: string) => OpenFile | null;

/**
 * All files of an export as one delivery, masters complete. Throws ContentRefused as `ExportedBooks` does, and where a file is
 * missing or not the one the manifest names.
 */
export function readExport(
  manifest: ExportManifest,
  open: OpenByPath,
  settings: Omit<ExportSettings, 'masters' | 'identity' | 'companyGuid'>,
): Promise<ExportedBooks> {
  const files = [manifest.masters, ...manifest.vouchers].flatMap((part) => part.files);
  return ExportedBooks.open(
    { data: files.map((file) => checkedFile(file, open)), masters: null },
    { ...settings, companyGuid: manifest.company_guid, masters: 'complete', identity: 'required' },
  );
}

/** Reads a file of an export; at its end it has proved to be the one that was written. */
export function checkedFile({ path, sha256, bytes }: ExportedFile, open: OpenByPath): OpenFile {
  const found = open(path);
  if (found === null) {
    throw new ContentRefused('EXPORT_INCOMPLETE', `The export lacks ${path}: expected every file its manifest names.`);
  }
  return async function* checked() {
    const hash = createHash('sha256');
    let length = 0;
    for await (const chunk of found()) {
      hash.update(chunk);
      length += chunk.length;
      if (length > bytes) throw differs(path);
      yield chunk;
    }
    if (length !== bytes || hash.digest('hex') !== sha256) throw differs(path);
  };
}

const differs = (path: string): ContentRefused =>
  new ContentRefused(
    'CHECKSUM_DIFFERS',
    `The file ${path} of the export is not the one its manifest names: expected its bytes unchanged.`,
  );
