import type { PublishResult } from '../../canonical/contract.js';
import type { FileMetrics, FileReading, IngestionAsked } from '../../canonical/file-ingestion.js';
import type {
  ExportComparison,
  ExportScope,
  TallyExportAsked,
  TallyExportResult,
} from '../../canonical/tally-export.js';

/** What a workflow may have done to files. Ids, counts and codes: no path, no row, no address ever stands in a history. */

export interface FileFound {
  fileId: number;
  streamId: string;
}
export interface FilesFound {
  /** The distributor whose files they are. */
  tenantId: string;
  /** In the order in which they are to be read; more may be there. */
  ready: FileFound[];
  more: boolean;
  waiting: number;
  /** New ones, by stream. */
  discovered: Record<string, number>;
  /** Files that no pattern matches. */
  unmatched: number;
}

export interface Claimed {
  fileId: number;
  claim: number;
}

export interface FileTasks extends TallyExportTasks {
  /** Lists the source and registers what is there. */
  discoverFiles(task: { sourceId: string }): Promise<FilesFound>;
  /** Null: somebody else holds it, or it is settled by now. */
  claimFile(task: { fileId: number; holder: string }): Promise<Claimed | null>;
  /** Reads a claimed file to its end: its rows are staged, unseen. A retry begins again, and what it staged before is given up. */
  readFile(task: Claimed): Promise<FileReading>;
  /** The checkpoint: its rows stand, or none of them. */
  commitFile(task: Claimed): Promise<Pick<PublishResult, 'applied' | 'duplicates' | 'stale' | 'voided'>>;
  /** What becomes of the file itself, as its source's settings say. */
  retainFile(task: { fileId: number }): Promise<void>;
  /** It could not be read for want of the place or the store: the next run tries again. */
  failFile(task: Claimed & { code: string; message: string }): Promise<void>;
  /** Metrics and alerts of a run. */
  recordFileRun(task: {
    runId: string;
    sourceId: string;
    startedAt: string;
    byStream: Record<string, FileMetrics>;
    refused: FileTrouble[];
    drifted: FileTrouble[];
    failed: FileTrouble[];
  }): Promise<void>;
  /** The sources that are registered for a distributor, by their names. */
  sourcesOf(task: { distributorId: string }): Promise<string[]>;
  /** What became of a distributor's files, up to now; of troubles set aside only those since then (ISO). */
  filesStanding(task: { distributorId: string; since: string | null }): Promise<FilesStanding>;
  /** Has files that were refused or failed read again, as far as they lie there still. */
  reopenTroubled(task: { distributorId: string; by: string }): Promise<{ files: number }>;
  /** The distributor's files come from now on: looks for them by the clock, source by source. */
  startIngestions(task: { distributorId: string }): Promise<{ scheduleIds: string[] }>;
  /** Sees that the source's files are looked for by the clock. */
  scheduleIngestion(task: { sourceId: string }): Promise<{ scheduleId: string }>;
  endIngestion(task: { sourceId: string }): Promise<void>;
  startIngestion(task: IngestionAsked & { workflowId: string }): Promise<void>;
  /** Looks at an upload with the real readers and rules; what it finds stands in the store. */
  previewUpload(task: PreviewAsked): Promise<PreviewDone>;
  /** Deletes at their places what has been kept long enough, and what the platform kept of it; and uploads nobody committed. */
  applyRetention(): Promise<{ files: number; uploads: number }>;
}

export interface PreviewAsked {
  uploadId: string;
}
export interface PreviewDone {
  /** Why nothing of it can be taken. */
  code: string | null;
  rowsRead: number;
  rowsAccepted: number;
  rowsRefused: number;
}

/** Counts, and sentences that quote nothing of a file. */
export interface FilesStanding {
  /** Taken, or known to hold nothing that was not taken before. */
  accepted: number;
  underWay: number;
  /** Refused or failed, and neither replaced nor gone since; the oldest first, and no more than a history has room for. */
  troubles: Array<Omit<FileTrouble, 'code'>>;
  troublesMore: number;
  rowsRead: number;
  rowsTaken: number;
  refusedByCode: Record<string, number>;
}

/** One export: where its files go, and of which company it is. */
export interface ExportTask {
  sourceId: string;
  /** From the root of the place. */
  folder: string;
  companyId: string;
}
export type ExportComparisonAnswer =
  | { state: 'waiting' }
  | (ExportComparison & Pick<TallyExportResult, 'ingestion'> & { state: 'compared' });

export interface TallyExportTasks {
  /** Looks at the restored Tally, and that the source would take its export; reads nothing. */
  beginTallyExport(task: TallyExportAsked): Promise<ExportScope>;
  /** What an earlier attempt put there whole is not asked for again; nor by the next. */
  exportMasters(task: ExportTask): Promise<{ vouchers: number; bytes: number }>;
  exportVouchers(
    task: ExportTask & { period: { from: string; to: string } },
  ): Promise<{ vouchers: number; bytes: number }>;
  /** Writes the manifest. Not consistent: somebody worked in Tally meanwhile, and nobody would take the export. */
  finishTallyExport(task: ExportTask & { scope: ExportScope }): Promise<{ consistent: boolean }>;
  /** Waiting: the manifest was not taken yet. */
  compareTallyExport(task: ExportTask): Promise<ExportComparisonAnswer>;
}

/** For people: a sentence that quotes nothing of the file. */
export interface FileTrouble {
  fileId: number;
  streamId: string;
  code: string;
  message: string;
}

/** How what can go wrong is called on the wire. */
export const FILE_FAILURE = {
  unavailable: 'PlaceUnavailable',
  misconfigured: 'PlaceMisconfigured',
  claimLost: 'ClaimLost',
  countsDiffer: 'CountsDiffer',
  noDigestKey: 'NoDigestKey',
  unknownSource: 'UnknownSource',
  unknownUpload: 'UnknownUpload',
  refused: 'ContentRefused',
} as const;
