import { z } from 'zod';
import { SourceId } from './file-ingestion.js';
import type { MonthDifference } from './reconciliation.js';

/** A Tally restored from a backup, exported into files, ingested and compared with what it was. */

const day = z.iso.date('expected a day such as 2025-04-01');

export const TallyExportAsked = z
  .strictObject(
    {
      /** Its settings say where the Tally is and where the files go. */
      sourceId: SourceId,
      /** Days that are exported; by default the whole book. */
      from: day.optional(),
      to: day.optional(),
    },
    'expected {"sourceId": "…"}, and from and to where only some days are wanted',
  )
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    error: 'expected a day not before from',
  });
export type TallyExportAsked = z.infer<typeof TallyExportAsked>;

/** The signal `backupRestored`. */
export const BackupRestored = z.strictObject(
  { by: z.string().trim().min(1, 'expected who says so'), note: z.string().max(500).optional() },
  'expected {"by": "…"}',
);
export type BackupRestored = z.infer<typeof BackupRestored>;

/** What an export is made of, as it was found before the first answer. */
export interface ExportScope {
  distributorId: string;
  companyId: string;
  /** Tally's, as `Probe` has them. */
  counters: Record<string, number>;
  /** Days exported, oldest first, and the whole of them. */
  parts: { from: string; to: string }[];
  period: { from: string; to: string };
}

export const EXPORT_STAGES = ['waiting', 'exporting', 'ingesting', 'comparing', 'stuck', 'done'] as const;
export type ExportStage = (typeof EXPORT_STAGES)[number];

/** The query `exportProgress`. */
export interface TallyExportProgress {
  sourceId: string;
  stage: ExportStage;
  /** Who said that the backup is restored. */
  restoredBy: string | null;
  /** Folder of the place that the export goes to. */
  folder: string | null;
  partsDone: number;
  parts: number;
  vouchers: number;
  bytes: number;
  /** Why it is stuck, as one sentence; it goes on when `backupRestored` comes again. */
  problem: string | null;
  /** Messages that could not be used, and why. */
  notUsed: string[];
}

/**
 * `agrees`: the platform holds what the manifest says. `newer`: it differs, and holds documents that are newer than the backup,
 * as it should. `differs`: it differs without.
 */
export type ExportOutcome = 'agrees' | 'newer' | 'differs';

/** What stands on the platform beside what the manifest says. */
export interface ExportComparison {
  outcome: ExportOutcome;
  months: number;
  differences: MonthDifference[];
  /** Documents of the company on the platform that are newer than the export. */
  newerDocuments: number;
}

export interface TallyExportResult extends ExportComparison {
  sourceId: string;
  folder: string;
  vouchers: number;
  parts: number;
  bytes: number;
  ingestion: { applied: number; duplicates: number; stale: number; voided: number };
}
