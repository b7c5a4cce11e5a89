import { hashValue } from '../../canonical/digest.js';
import { QUARANTINE_ADVICE } from '../../canonical/quarantine-advice.js';
import { judge, type RuleSettings } from '../../canonical/rules.js';
import type { FileSourceConfig } from '../../ops/file-source-schema.js';
import type { ReadPiece } from '../../sources/csv/read.js';
import type { GivenFile } from '../../sources/files/given-file.js';
import type { ExportFolder } from '../../sources/tally/exports/export-folder.js';
import { ExportedBooks, type ExportSettings } from '../../sources/tally/exports/exported-books.js';
import { readManifest } from '../../sources/tally/exports/manifest.js';
import { readExport } from '../../sources/tally/exports/read-export.js';
import { keepContent, openContent } from '../../store/file-contents.js';
import { newestMasters } from '../../store/file-masters.js';
import type { Contents, Reading } from './contents.js';
import { type FileDesk, type OpenedSource, ownPhonesOf } from './file-desk.js';

/** Documents handed on at once. */
const PIECE = 500;
/** The vouchers of a file, or of all in an archive, as judged documents: understood with the masters in it or those that came last. */
export async function* readTallyFiles(
  desk: FileDesk,
  source: OpenedSource,
  data: Contents,
  { rules, watch, keepsMastersAs }: Reading,
): AsyncGenerator<ReadPiece> {
  for (const { open } of data) await watch.ofXml(open());
  const masters = await newestMasters(desk.pool, source.tenantId);
  const books = await ExportedBooks.open(
    {
      data: data.map(({ open }) => open),
      masters: masters === null ? null : () => openContent(desk.pool, desk.vault, masters),
    },
    {
      ...exportSettings(source, rules),
      companyGuid: source.config.tally?.company_guid ?? null,
      booksFrom: source.config.rules.books_from ?? null,
      masters: 'complete',
      identity: 'required',
    },
  );
  const withMasters = books.holds.masters === null ? undefined : data[books.holds.masters];
  if (withMasters && keepsMastersAs !== null)
    await keepContent(desk.pool, desk.vault, keepsMastersAs, withMasters.open());
  yield* judged(books, rules);
}

/** All files of an export of ours, which its manifest stands for. */
export async function* readWholeExport(
  source: OpenedSource,
  manifest: GivenFile,
  folder: ExportFolder,
  rules: RuleSettings,
): AsyncGenerator<ReadPiece> {
  const files = await folder.files();
  yield* judged(await readExport(await readManifest(manifest.open()), files, exportSettings(source, rules)), rules);
}

export const draftingOf = ({ rules }: FileSourceConfig): ExportSettings['drafting'] => ({
  defaultCreditDays: rules.default_credit_days ?? null,
  adjustments: rules.adjustments === 'on',
});

const exportSettings = (source: OpenedSource, rules: RuleSettings) => ({
  today: rules.today,
  drafting: draftingOf(source.config),
  ownPhones: ownPhonesOf(source),
  excludedLedgers: source.config.rules.excluded_ledgers,
  digestKey: rules.digestKey,
});

async function* judged(books: ExportedBooks, rules: RuleSettings): AsyncGenerator<ReadPiece> {
  for await (const piece of books.documents()) {
    for (let at = 0; at < piece.length; at += PIECE) {
      const made: ReadPiece = { documents: [], faults: [], read: 0, repeated: 0 };
      for (const { draft, position } of piece.slice(at, at + PIECE)) {
        const { document, quarantined } = judge(draft, rules);
        made.documents.push({ document, position });
        made.read += 1;
        for (const { code, field, value } of quarantined)
          made.faults.push({
            line: position ?? 0,
            column: field,
            code,
            message: `${QUARANTINE_ADVICE[code].rule} ${QUARANTINE_ADVICE[code].advice}`,
            valueHash: hashValue(value, rules.digestKey),
          });
      }
      yield made;
    }
  }
}
