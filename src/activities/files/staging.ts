import type { RecordCounts } from '../../canonical/contract.js';
import { type FileReading, noReading } from '../../canonical/file-ingestion.js';
import type { CanonicalRecord } from '../../canonical/records.js';
import { holderOf } from '../../sources/csv/documents.js';
import type { ReadPiece } from '../../sources/csv/read.js';
import type { ContentRefused } from '../../sources/errors.js';
import type { GivenFile } from '../../sources/files/given-file.js';
import type { ExportFolder } from '../../sources/tally/exports/export-folder.js';
import { StandingRows } from '../../store/earlier-rows.js';
import type { HeldFile } from '../../store/file-claims.js';
import { type Envelope, type FileCounts, stagePiece } from '../../store/file-commit.js';
import { mastersContent } from '../../store/file-masters.js';
import { contentsOf, piecesOf, rulesOf } from './contents.js';
import type { FileDesk, OpenedSource } from './file-desk.js';
import { SchemaWatch } from './schema-watch.js';
import { readWholeExport } from './tally-files.js';

/** Documents staged at once. */
const PIECE = 1_000;
/** More than are read but not staged yet at any time. */
const IDS_REMEMBERED = 20_000;
/** Masters of the largest books; a file that is larger brings its vouchers with them. */
const MAX_MASTERS_BYTES = 256 * 1024 ** 2;

export interface Staged {
  reading: FileReading;
  counts: FileCounts;
  schemaVersion: number | undefined;
  /** Why nothing of it may be committed, although it could be read. */
  refusal: ContentRefused | null;
}

/**
 * Reads the data of a file and stages its rows in envelopes. Throws ContentRefused where it cannot be used.
 *
 * @param wholeExport of which the file is the manifest, null of any other file
 */
export async function stageContents(
  desk: FileDesk,
  source: OpenedSource,
  held: HeldFile,
  file: GivenFile,
  wholeExport: ExportFolder | null,
): Promise<Staged> {
  const { pool, vault } = desk;
  const stager = new Stager(desk, held);
  const watch = await SchemaWatch.open(desk, source, held);
  const contents = wholeExport === null ? await contentsOf(file) : [];
  const isOneFile = contents.length === 1;
  const reading = {
    rules: await rulesOf(desk, source),
    version: held.discoveredAtMs,
    earlier: new StandingRows(pool, vault, held.tenantId, held.syncId!, holderOf, isOneFile),
    // What is staged tells of the rest, so that memory does not grow with the file.
    ...(isOneFile ? { idsRemembered: IDS_REMEMBERED } : {}),
    watch,
    keepsMastersAs: held.sizeBytes <= MAX_MASTERS_BYTES ? mastersContent(held.fileId) : null,
  };
  const all = wholeExport
    ? [readWholeExport(source, file, wholeExport, reading.rules)]
    : contents.map((one) => piecesOf(desk, source, one, reading));
  for (const pieces of all) {
    for await (const piece of pieces) await stager.take(piece);
    // The next file of an archive may name what this one brought.
    await stager.end();
  }
  const { version, drift, refusal } = await watch.conclude(held.fileId);
  return { reading: { ...stager.reading, drift }, counts: stager.counts, schemaVersion: version, refusal };
}

/** Puts pieces together to a size the store likes, and stages one while the next is read. */
class Stager {
  readonly reading: FileReading = noReading('parsed');
  readonly counts: FileCounts = {
    documents: 0,
    records: { invoice: 0, payment: 0, return: 0, adjustment: 0 } satisfies RecordCounts,
    refusedByCode: {},
    from: null,
    to: null,
  };
  #envelopes = new Map<string, Envelope>();
  #faults: ReadPiece['faults'] = [];
  #faultsStaged = 0;
  #staging: Promise<void> = Promise.resolve();

  constructor(
    private readonly desk: FileDesk,
    private readonly held: HeldFile,
  ) {}

  async take({ documents, faults, read }: ReadPiece): Promise<void> {
    this.reading.rowsRead += read;
    this.reading.rowsRefused += faults.length;
    for (const { code } of faults) {
      this.reading.refusedByCode[code] = (this.reading.refusedByCode[code] ?? 0) + 1;
      this.counts.refusedByCode[code] = this.reading.refusedByCode[code];
    }
    this.#faults.push(...faults);
    for (const { document, position } of documents) {
      // A document stands once in a piece.
      if (this.#envelopes.size === PIECE || this.#envelopes.has(document.doc_key)) await this.flush();
      this.#envelopes.set(document.doc_key, { document, position });
      this.counts.documents += 1;
      this.reading.rowsEmitted += document.records.length;
      for (const record of document.records) this.#count(record);
    }
    if (this.#faults.length > PIECE) await this.flush();
  }

  async flush(): Promise<void> {
    const piece = { envelopes: [...this.#envelopes.values()], faults: this.#faults, faultsBefore: this.#faultsStaged };
    this.#envelopes = new Map();
    this.#faults = [];
    this.#faultsStaged += piece.faults.length;
    await this.#staging;
    this.#staging = stagePiece(this.desk.pool, this.desk.vault, this.held, piece);
    // What fails is thrown where it is awaited.
    this.#staging.catch(() => {});
  }

  async end(): Promise<void> {
    await this.flush();
    await this.#staging;
  }

  #count(record: CanonicalRecord): void {
    const { counts } = this;
    counts.records[record.type] += 1;
    const day = dayOf(record);
    if (counts.from === null || day < counts.from) counts.from = day;
    if (counts.to === null || day > counts.to) counts.to = day;
  }
}

export const dayOf = (record: CanonicalRecord): string =>
  record.type === 'payment'
    ? record.paid_date
    : record.type === 'adjustment'
      ? record.adjusted_on
      : record.invoice_date;
