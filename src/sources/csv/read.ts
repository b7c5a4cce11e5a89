import { hashValue } from '../../canonical/digest.js';
import type { CanonicalDocument } from '../../canonical/records.js';
import type { RuleSettings } from '../../canonical/rules.js';
import { CsvReader } from './csv-reader.js';
import { CsvDocuments, type Documents } from './documents.js';
import type { EarlierRows } from './earlier-rows.js';
import type { RowFault } from './faults.js';
import type { Header } from './header.js';
import { judgeRows } from './judged-rows.js';
import type { CsvRow } from './row-reader.js';

export interface CsvReading {
  rules: RuleSettings;
  ownPhones: string[];
  /** Orders what different files say of one id: milliseconds. */
  version: number;
  earlier: EarlierRows;
  /** As `CsvSettings` has it: `earlier` tells of the ids before. */
  idsRemembered?: number;
  /** Watches rows for columns and values their stream does not have; what it answers is refused. */
  watch?: { begin(header: Header): void; examine(rows: CsvRow[]): RowFault[] };
}

export interface ReadDocument {
  document: CanonicalDocument;
  /** The line, or the place among the vouchers. */
  position: number | null;
}
export interface ReadPiece {
  documents: ReadDocument[];
  faults: (RowFault & { valueHash: string | null })[];
  /** Rows, or vouchers. */
  read: number;
  /** Rows that said again what an earlier one says. */
  repeated: number;
}

const REPEATED = 'The id stands further up with other content: expected one row for each document.';

/**
 * Rows of a template to judged documents, a chunk at a time. Throws ContentRefused; what was handed out counts only when reading
 * comes to its end.
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, settings: CsvReading): AsyncGenerator<ReadPiece> {
  const reader = new CsvReader();
  let documents: CsvDocuments | null = null;
  let before = new Map<number, CsvRow>();
  let last: CsvRow | undefined;
  for await (const rows of reader.rows(bytes)) {
    if (rows.length === 0) continue;
    documents ??= begin(reader.header, settings);
    const byLine = new Map(rows.map((row) => [row.line, row]));
    const drifted = settings.watch?.examine(rows) ?? [];
    const refused = new Set(drifted.map(({ line }) => line));
    const taken = refused.size === 0 ? rows : rows.filter(({ line }) => !refused.has(line));
    // The document of the last row before is still open.
    await fetchEarlier(reader.header, last === undefined ? taken : [last, ...taken], settings.earlier);
    last = taken.at(-1) ?? last;
    const made = documents.take(taken);
    yield judged(
      { ...made, faults: [...drifted, ...made.faults] },
      reader.header,
      settings,
      rows.length,
      (line) => byLine.get(line) ?? before.get(line),
    );
    before = byLine;
  }
  if (documents !== null) yield judged(documents.end(), reader.header, settings, 0, (line) => before.get(line));
}

function begin(header: Header, { rules, ownPhones, version, earlier, idsRemembered, watch }: CsvReading): CsvDocuments {
  watch?.begin(header);
  return new CsvDocuments(header.template, {
    digestKey: rules.digestKey,
    version,
    ownPhones,
    invoiceOf: (id) => earlier.invoiceOf(id),
    earlierHolderOf: (id) => earlier.holderOf(id),
    idsRemembered,
  });
}

async function fetchEarlier({ template }: Header, rows: CsvRow[], earlier: EarlierRows): Promise<void> {
  const valuesOf = (column: string | null): string[] =>
    column === null ? [] : [...new Set(rows.map(({ values }) => values[column] ?? '').filter((value) => value !== ''))];
  await earlier.fetch({ template: template.name, ids: valuesOf(template.id), settled: valuesOf(template.settles) });
}

function judged(
  made: Documents,
  { template }: Header,
  { rules, earlier }: CsvReading,
  read: number,
  rowOf: (line: number) => CsvRow | undefined,
): ReadPiece {
  const documents: ReadDocument[] = [];
  const faults = [...made.faults];
  let repeated = made.duplicates;
  for (const document of made.documents) {
    const verdict = judgeRows(document, template, rules);
    const { line, values } = document.rows[0]!;
    const before = earlier.digestBefore?.(values[template.id]!) ?? null;
    if (before === verdict.document.digest) repeated += document.rows.length;
    else if (before !== null) faults.push({ line, column: template.id, code: 'ID_REPEATED', message: REPEATED });
    else {
      faults.push(...verdict.faults);
      documents.push({ document: verdict.document, position: line });
    }
  }
  const hashed = faults
    .sort((left, right) => left.line - right.line)
    .map((fault) => {
      const row = rowOf(fault.line);
      const value = row && (fault.column === null ? JSON.stringify(row.values) : row.values[fault.column]);
      return { ...fault, valueHash: value ? hashValue(value, rules.digestKey) : null };
    });
  return { documents, faults: hashed, read, repeated };
}
