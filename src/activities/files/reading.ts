import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { type FileReading, noReading } from '../../canonical/file-ingestion.js';
import { ContentRefused, FileReplaced } from '../../sources/errors.js';
import type { FileSource, ListedFile } from '../../sources/files/file-source.js';
import type { GivenFile } from '../../sources/files/given-file.js';
import { exportAt } from '../../sources/tally/exports/export-folder.js';
import { auditFile } from '../../store/file-audit.js';
import {
  beginReading,
  committedTwin,
  extendClaim,
  type HeldFile,
  heldFile,
  type Settlement,
  settleFile,
} from '../../store/file-claims.js';
import { supersedeSets } from '../../store/sets.js';
import { atPlace, type FileDesk, type OpenedSource, sourceNamed } from './file-desk.js';
import { stageContents } from './staging.js';
import type { Claimed } from './tasks.js';

/** Between two words to the registry that the file is still held. */
const EXTEND_EVERY_MS = 30_000;

/** Reads a claimed file: its checksum first, then, unless that was committed before, its rows into the store, unseen. */
export async function readFile(desk: FileDesk, { fileId, claim }: Claimed, attempt: number): Promise<FileReading> {
  const { pool, vault } = desk;
  const held = await beginReading(pool, await heldFile(pool, vault, fileId, claim), attempt);
  const source = await sourceNamed(desk, held.sourceId);
  const extending = setInterval(() => void extendClaim(pool, held).catch(() => {}), EXTEND_EVERY_MS);
  try {
    return await atPlace(desk, source, async (place) => {
      await auditFile(pool, { sourceId: held.sourceId, fileId, actor: 'ingestion', action: 'file.opened' });
      return await readAt(desk, source, held, place);
    });
  } catch (error) {
    if (error instanceof FileReplaced) return await replaced(desk, held);
    throw error;
  } finally {
    clearInterval(extending);
  }
}

async function readAt(desk: FileDesk, source: OpenedSource, held: HeldFile, place: FileSource): Promise<FileReading> {
  const { pool } = desk;
  const bytes = held.sizeBytes;
  try {
    const file = place.open({ ...(held.listed as Omit<ListedFile, 'path'>), path: held.path });
    const sha256 = await checksumOf(file);
    const duplicateOf = await committedTwin(pool, held, sha256);
    if (duplicateOf !== null) {
      await settleFile(pool, held, { state: 'duplicate', sha256, duplicateOf });
      return { ...noReading('duplicate'), bytes };
    }
    const staged = await stageContents(desk, source, held, verified(file, sha256), exportAt(place, held.path));
    const { reading, refusal } = staged;
    if (refusal !== null) {
      await giveUpStaged(desk, held);
      return { ...(await quarantined(desk, held, refusal, sha256)), bytes, drift: reading.drift };
    }
    const { schemaVersion, counts } = staged;
    await settleFile(pool, held, { state: 'parsed', sha256, schemaVersion, counts: { ...reading, ...counts, bytes } });
    return { ...reading, bytes };
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    await giveUpStaged(desk, held);
    return { ...(await quarantined(desk, held, error)), bytes };
  }
}

async function quarantined(
  desk: FileDesk,
  held: HeldFile,
  { code, message }: ContentRefused,
  sha256?: string,
): Promise<FileReading> {
  await settleFile(desk.pool, held, { state: 'quarantined', code, message, sha256 });
  return { ...noReading('quarantined'), code, message };
}

/** Nothing of it is used; the next listing shows what it is by now. */
async function replaced(desk: FileDesk, held: HeldFile): Promise<FileReading> {
  await giveUpStaged(desk, held);
  const settlement: Settlement = {
    state: 'waiting',
    code: 'FILE_REPLACED',
    message: 'The file was replaced while it was read.',
  };
  await settleFile(desk.pool, held, settlement);
  return noReading('replaced');
}

async function giveUpStaged({ pool }: FileDesk, held: HeldFile): Promise<void> {
  if (held.syncId !== null) await supersedeSets(pool, held.tenantId, [held.syncId]);
}

async function checksumOf(file: GivenFile): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of file.open()) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/** Whoever reads the file to its end reads the bytes whose checksum is known. */
const verified = (file: GivenFile, sha256: string): GivenFile => ({
  name: file.name,
  sizeBytes: () => file.sizeBytes(),
  open: (range) =>
    range === undefined ? Readable.from(checked(file.open(), sha256), { objectMode: false }) : file.open(range),
});

async function* checked(bytes: Readable, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) {
    hash.update(chunk as Buffer);
    yield chunk as Buffer;
  }
  if (hash.digest('hex') !== sha256) throw new FileReplaced('The file changed between two readings of it.');
}
