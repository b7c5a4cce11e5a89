import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { encrypted } from '../../ops/file-encryption.js';
import { FileReplaced } from '../../sources/errors.js';
import type { FileSource, ListedFile } from '../../sources/files/file-source.js';
import { isManifest } from '../../sources/tally/exports/export-folder.js';
import { MAX_FAULTS_KEPT } from '../../store/file-commit.js';
import { faultsOf, noteRetained, type SettledFile, settledFile } from '../../store/file-settling.js';
import { atPlace, type FileDesk, sourceNamed } from './file-desk.js';

/** What the ingestion itself makes at a place; never listed as files to read. */
const DONE = 'done';
const FAILED = 'failed';
export const OUR_FOLDERS: ReadonlySet<string> = new Set([DONE, FAILED]);

/**
 * What becomes of a file that is settled, as its source's settings say: kept, moved to `done/`, or deleted. Where the distributor is
 * told, `failed/` has a `.errors.csv` beside each file of which something was refused, and a file refused whole, encrypted to the platform.
 */
export async function retainFile(desk: FileDesk, fileId: number): Promise<void> {
  const { pool, vault } = desk;
  const file = await settledFile(pool, vault, fileId);
  if (file === null || !file.untouched) return;
  const source = await sourceNamed(desk, file.sourceId);
  const { after, report_failures: reports } = source.config;
  // Once a person accepts its schema it is read where it lies.
  if (file.code === 'SCHEMA_DRIFT') return;
  // An export goes as a whole, when its time is over.
  if (isManifest(file.path)) return;
  const listed = { ...(file.listed as Omit<ListedFile, 'path'>), path: file.path };
  await atPlace(desk, source, async (place) => {
    if (reports) await report(desk, place, file);
    if (file.state === 'quarantined') {
      if (reports) await setAside(desk, place, file, listed);
    } else if (after === 'move') {
      await place.move(file.path, `${DONE}/${file.path}`, listed);
      await noteRetained(pool, vault, file, `${DONE}/${file.path}`);
    } else if (after === 'delete') {
      await place.delete(file.path, listed);
      await noteRetained(pool, vault, file, null);
    }
  }).catch((error) => {
    // A newer one lies there by now, which nobody has read yet.
    if (!(error instanceof FileReplaced)) throw error;
  });
}

/** Hashes, line numbers, codes and sentences; not a value of the file. */
async function report(
  { pool }: FileDesk,
  place: FileSource,
  { fileId, path, code, message }: SettledFile,
): Promise<void> {
  const faults = await faultsOf(pool, fileId, MAX_FAULTS_KEPT);
  const rows = code === null ? faults : [{ line: null, column: null, code, message, valueHash: null }, ...faults];
  if (rows.length === 0) return;
  const columns = [
    { key: 'line', header: 'line' },
    { key: 'column', header: 'column' },
    { key: 'code', header: 'code' },
    { key: 'message', header: 'message' },
    { key: 'valueHash', header: 'value_hash' },
  ];
  const csv = Readable.from(rows).pipe(stringify({ header: true, columns }));
  await place.put(`${FAILED}/${path}.errors.csv`, csv);
}

async function setAside(
  { pool, vault, filesIdentity }: FileDesk,
  place: FileSource,
  file: SettledFile,
  listed: ListedFile,
): Promise<void> {
  const to = `${FAILED}/${file.path}.age`;
  await place.put(to, await encrypted(place.open(listed).open(), filesIdentity));
  await place.delete(file.path, listed);
  await noteRetained(pool, vault, file, to);
}
