import { type Inspection, type InspectionRules, InspectionTally } from '../inspection.js';
import { CsvReader } from './csv-reader.js';
import { CsvDocuments, type Documents } from './documents.js';
import { SOMEBODY } from './earlier-rows.js';
import type { RowFault } from './faults.js';
import { judgeRows } from './judged-rows.js';

/** Faults listed one by one; all are counted. */
const LISTED_FAULTS = 100;

/**
 * What the reader and the rules make of a file of one of the three templates: sends nothing, keeps no record. The invoice that
 * a payment or return names may stand in another file, so it is taken as known. Throws ContentRefused.
 */
export async function inspectCsv(
  bytes: AsyncIterable<Uint8Array>,
  { rules, ownPhones }: InspectionRules,
): Promise<Inspection & { faults: RowFault[] }> {
  const reader = new CsvReader();
  const tally = new InspectionTally();
  const faults: RowFault[] = [];
  let documents: CsvDocuments | null = null;

  const count = (made: Documents): void => {
    const refused = [...made.faults];
    for (const document of made.documents) {
      const judged = judgeRows(document, reader.header.template, rules);
      refused.push(...judged.faults);
      for (const record of judged.document.records) tally.count(record);
    }
    for (const fault of refused.sort((left, right) => left.line - right.line)) {
      tally.countQuarantined(fault.code);
      if (faults.length < LISTED_FAULTS) faults.push(fault);
    }
    tally.countIgnored('duplicate', made.duplicates);
  };

  for await (const rows of reader.rows(bytes)) {
    if (rows.length === 0) continue;
    documents ??= new CsvDocuments(reader.header.template, {
      digestKey: rules.digestKey,
      version: 0,
      ownPhones,
      invoiceOf: () => SOMEBODY,
    });
    count(documents.take(rows));
  }
  if (documents !== null) count(documents.end());
  return { format: `csv-${reader.header.template.name}`, encoding: reader.encoding, ...tally.result(), faults };
}
