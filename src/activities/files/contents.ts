import { DateTime } from 'luxon';
import { paiseFromRupees } from '../../canonical/money.js';
import { DEFAULT_MAX_INVOICE_PAISE, type RuleSettings } from '../../canonical/rules.js';
import type { EarlierRows } from '../../sources/csv/earlier-rows.js';
import { type ReadPiece, readCsv } from '../../sources/csv/read.js';
import { ContentRefused } from '../../sources/errors.js';
import { type DataFile, dataFilesOf } from '../../sources/files/data-files.js';
import type { GivenFile } from '../../sources/files/given-file.js';
import { readDigestKey } from '../../store/credentials.js';
import { requireDistributor } from '../../store/distributors.js';
import { type FileDesk, type OpenedSource, ownPhonesOf } from './file-desk.js';
import type { SchemaWatch } from './schema-watch.js';
import { readTallyFiles } from './tally-files.js';

/** How a file is read, whether its rows are staged or only looked at. */
export interface Reading {
  rules: RuleSettings;
  /** Orders what different files say of one id: milliseconds. */
  version: number;
  earlier: EarlierRows;
  /** Of a CSV file, where `earlier` tells of those before; all of them otherwise. */
  idsRemembered?: number;
  watch: SchemaWatch;
  /** Under which the masters of an export are kept for the vouchers of later files; null: they are not. */
  keepsMastersAs: string | null;
}

/** What is read by itself: a file, or the exports of Tally in an archive together, since none is understood without the others. */
export type Contents = readonly [DataFile, ...DataFile[]];

/** In an archive invoices first, since payments and returns name them; by their names, which follow the templates'. */
export async function contentsOf(file: GivenFile): Promise<Contents[]> {
  const files = await dataFilesOf(file);
  const rank = ({ entry }: DataFile): number => (/invoice/i.test(entry ?? '') ? 0 : 1);
  const csv = files.filter(({ format }) => format === 'csv').toSorted((one, other) => rank(one) - rank(other));
  const [first, ...others] = files.filter(({ format }) => format === 'tally-xml');
  return [...(first ? [[first, ...others] as const] : []), ...csv.map((one) => [one] as const)];
}

/** The judged documents of one of them. Throws ContentRefused; what was handed out counts only when reading comes to its end. */
export async function* piecesOf(
  desk: FileDesk,
  source: OpenedSource,
  contents: Contents,
  reading: Reading,
): AsyncGenerator<ReadPiece> {
  const { rules, version, earlier, idsRemembered, watch } = reading;
  const [data] = contents;
  try {
    if (data.format === 'tally-xml') yield* readTallyFiles(desk, source, contents, reading);
    else
      yield* readCsv(data.open(), {
        rules,
        ownPhones: ownPhonesOf(source),
        version,
        earlier,
        idsRemembered,
        watch: watch.ofCsv(),
      });
  } catch (error) {
    throw ofArchive(error, data);
  }
}

/** Names within an archive may be a retailer's. */
export const ofArchive = (error: unknown, { entry }: DataFile): unknown =>
  error instanceof ContentRefused && entry !== null
    ? new ContentRefused(error.code, `A file in the archive cannot be taken: ${error.message}`)
    : error;

export async function rulesOf({ pool, vault }: FileDesk, { tenantId, config }: OpenedSource): Promise<RuleSettings> {
  const { timeZone } = await requireDistributor(pool, tenantId);
  const { max_invoice_inr: max, gstin_forms: gstinForms } = config.rules;
  return {
    distributorId: tenantId,
    today: DateTime.now().setZone(timeZone).toISODate()!,
    maxInvoicePaise: max === undefined ? DEFAULT_MAX_INVOICE_PAISE : paiseFromRupees(max),
    gstinForms,
    digestKey: await readDigestKey(pool, vault, tenantId),
  };
}
