import { hashValue } from '../../canonical/digest.js';
import { QUARANTINE_ADVICE } from '../../canonical/quarantine-advice.js';
import { judge } from '../../canonical/rules.js';
import type { ReadPiece } from '../../sources/csv/read.js';
import type { DataFile } from '../../sources/files/data-files.js';
import { ExportedBooks } from '../../sources/tally/exports/exported-books.js';
import { keepContent, openContent } from '../../store/file-contents.js';
import { newestMasters } from '../../store/file-masters.js';
import type { Reading } from './contents.js';
import { type FileDesk, type OpenedSource, ownPhonesOf } from './file-desk.js';

/** Documents handed on at once. */
const PIECE = 500;

/** The vouchers of an export as judged documents, understood with the masters in it or those that came last. */
export async function* readExport(
  desk: FileDesk,
  source: OpenedSource,
  data: DataFile,
  { rules, watch, keepsMastersAs }: Reading,
): AsyncGenerator<ReadPiece> {
  await watch.ofXml(data.open());
  const { config } = source;
  const masters = await newestMasters(desk.pool, source.tenantId);
  const books = await ExportedBooks.open(
    { data: [data.open], masters: masters === null ? null : () => openContent(desk.pool, desk.vault, masters) },
    {
      today: rules.today,
      drafting: {
        defaultCreditDays: config.rules.default_credit_days ?? null,
        adjustments: config.rules.adjustments === 'on',
      },
      ownPhones: ownPhonesOf(source),
      digestKey: rules.digestKey,
      masters: 'complete',
      identity: 'required',
    },
  );
  if (books.holds.masters && keepsMastersAs !== null)
    await keepContent(desk.pool, desk.vault, keepsMastersAs, data.open());
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
