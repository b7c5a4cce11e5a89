import { randomBytes } from 'node:crypto';
import { DateTime } from 'luxon';
import { DEFAULT_MAX_INVOICE_PAISE, type RuleSettings } from '../../canonical/rules.js';
import type { RowFault } from '../csv/faults.js';
import { inspectCsv } from '../csv/inspect.js';
import { ContentRefused } from '../errors.js';
import { addInspections, type Inspection, type InspectionRules, type Refusal } from '../inspection.js';
import { inspectTallyExport } from '../tally/inspect.js';
import { type DataFile, dataFilesOf } from './data-files.js';
import { fileOnDisk } from './given-file.js';

/** Of a CSV file also the first faulty rows; of an archive of several files also each by itself. */
export type FileInspection = Inspection & { faults?: RowFault[]; files?: (FileInspection & { entry: string })[] };

/** The rules where they are not the usual ones, and the distributor's own phone. */
export type GivenRules = Partial<RuleSettings> & Partial<InspectionRules['drafting']> & { ownPhone?: string };

/**
 * What the readers and the rules make of a file of any format that is taken: sends nothing, keeps no record. One file in an
 * archive that is refused refuses it all.
 */
export async function inspectFile(path: string, given: GivenRules = {}): Promise<FileInspection | Refusal> {
  const rules = inspectionRules(given);
  try {
    const files = await dataFilesOf(fileOnDisk(path));
    if (files.length === 1) return await inspectOne(files[0]!, rules);
    const inspected: (FileInspection & { entry: string })[] = [];
    for (const file of files) inspected.push({ entry: file.entry!, ...(await inspectEntry(file, rules)) });
    return { ...addInspections('zip', inspected), files: inspected };
  } catch (error) {
    if (error instanceof ContentRefused) return { refused: { code: error.code, message: error.message } };
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    return { refused: { code: 'FILE_UNREADABLE', message: `The file cannot be read (${code}): expected a file.` } };
  }
}

function inspectionRules(given: GivenRules): InspectionRules {
  const { defaultCreditDays = null, adjustments = true, ownPhone, ...rules } = given;
  return {
    rules: {
      distributorId: 'dist_inspected',
      today: DateTime.now().setZone('Asia/Kolkata').toISODate()!,
      maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
      gstinForms: 'ordinary',
      digestKey: randomBytes(32),
      ...rules,
    },
    drafting: { defaultCreditDays, adjustments },
    ownPhones: ownPhone === undefined ? [] : [ownPhone],
  };
}

const inspectOne = ({ format, open }: DataFile, rules: InspectionRules): Promise<FileInspection> =>
  format === 'csv' ? inspectCsv(open(), rules) : inspectTallyExport(open, rules);

async function inspectEntry(file: DataFile, rules: InspectionRules): Promise<FileInspection> {
  try {
    return await inspectOne(file, rules);
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    throw new ContentRefused(error.code, `In the archive, ${file.entry}: ${error.message}`);
  }
}
