import { matchReversals } from '../../canonical/reversals.js';
import { judge } from '../../canonical/rules.js';
import { type Inspection, type InspectionRules, InspectionTally } from '../inspection.js';
import { ExportedBooks } from './exports/exported-books.js';
import type { OpenFile } from './exports/survey.js';

/**
 * What the reader and the rules make of an XML export of Tally: sends nothing, keeps no record. Takes also what no platform
 * could keep up to date: without masters (the party is inferred) and without ids (a voucher is then always one of its own).
 *
 * @param open Reads the export from its beginning; once more than `ExportedBooks` says where payments may have been taken back.
 */
export async function inspectTallyExport(
  open: OpenFile,
  { rules, drafting, ownPhones }: InspectionRules,
): Promise<Inspection> {
  const books = await ExportedBooks.open(
    { data: [open], masters: null },
    {
      today: rules.today,
      drafting,
      ownPhones,
      digestKey: rules.digestKey,
      masters: 'as_found',
      identity: 'made_up',
    },
  );
  const tally = new InspectionTally();
  for await (const piece of books.documents()) {
    for (const { draft } of piece) {
      const { document, quarantined } = judge(draft, rules);
      tally.countDocument(draft);
      for (const { code } of quarantined) tally.countQuarantined(code);
      for (const record of document.records) tally.count(record);
    }
  }
  if (tally.reversing.length > 0) {
    const payments = tally.paymentsThatMayBeReversed();
    for await (const piece of books.documents())
      for (const { draft } of piece) for (const record of judge(draft, rules).document.records) payments.offer(record);
    tally.takeBack(matchReversals(payments.items, tally.reversing), payments);
  }
  return { format: 'tally-xml', encoding: books.encoding, ...tally.result() };
}
