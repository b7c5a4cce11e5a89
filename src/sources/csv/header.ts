import { ContentRefused } from '../errors.js';
import type { RowHeader } from './row-reader.js';
import { ALL_COLUMNS, columnsOf, TEMPLATES, type Template } from './templates.js';

export interface Header extends RowHeader {
  template: Template;
  /** Names of columns that no template has: they are never read. */
  unknown: string[];
}

const DELIMITERS: [delimiter: string, name: string][] = [
  [';', 'semicolons, as Excel does where the comma is the decimal sign'],
  ['\t', 'tabs, as Excel’s “Unicode Text” does'],
  ['|', 'vertical bars'],
  [':', 'colons'],
];
const HOW_TO_SAVE = 'expected commas (in Excel: Save As, “CSV UTF-8 (Comma delimited)”)';

/** A column's name as it is compared. */
export const nameOf = (field: string): string => field.replaceAll('"', '').trim().toLowerCase();

/** The header in a file's first row, null where that row is none. Names count without regard to case and blanks. */
export function headerOf(row: string[]): Header | null {
  const names = row.map(nameOf);
  const matching = TEMPLATES.filter(({ required }) => required.every((column) => names.includes(column)));
  if (matching.length !== 1 || repeatedIn(names).length > 0) return null;
  const template = matching[0]!;
  const columns = columnsOf(template);
  return {
    template,
    columns,
    places: new Map(
      columns.filter((column) => names.includes(column)).map((column) => [column, names.indexOf(column)]),
    ),
    width: names.length,
    unknown: names.filter((name) => name !== '' && !columns.includes(name)),
  };
}

/** Why a file whose first row is no header cannot be used, and what to do about it. */
export function headerRefusal(rows: string[][]): ContentRefused {
  const first = rows[0];
  if (first === undefined) {
    return new ContentRefused('EMPTY', 'The file is empty: expected a row of column names and then the rows.');
  }
  return (
    wrongDelimiter(first, ALL_COLUMNS) ??
    repeatedColumn(first, ALL_COLUMNS) ??
    screenLayout(rows) ??
    mixedTemplates(first) ??
    missingColumn(first) ??
    headerFurtherDown(rows) ??
    new ContentRefused(
      'HEADER_MISSING',
      `The first row holds no column name of a template: expected ${TEMPLATES.map(namesOf).join(', or ')}.`,
    )
  );
}

/** @param columns names of the templates' columns, as they are compared */
export function wrongDelimiter(first: string[], columns: ReadonlySet<string>): ContentRefused | null {
  // Rows were split at commas: another delimiter stands within fields.
  const line = first.join(',');
  for (const [delimiter, name] of DELIMITERS) {
    const known = line
      .split(delimiter)
      .map(nameOf)
      .filter((field) => columns.has(field)).length;
    const declared = nameOf(line) === `sep=${delimiter}`.trim();
    if (known > first.map(nameOf).filter((field) => columns.has(field)).length || declared) {
      return new ContentRefused('WRONG_DELIMITER', `Columns are separated by ${name}: ${HOW_TO_SAVE}.`);
    }
  }
  return null;
}

/** @param columns names of the templates' columns, as they are compared */
export function repeatedColumn(first: string[], columns: ReadonlySet<string>): ContentRefused | null {
  const names = first.map(nameOf);
  if (!names.some((name) => columns.has(name))) return null;
  const repeated = repeatedIn(names);
  if (repeated.length === 0) return null;
  const known = repeated.filter((name) => columns.has(name));
  return new ContentRefused(
    'COLUMN_REPEATED',
    `${known.length > 0 ? `The column ${known.join(', ')}` : 'A column'} stands in the header more than once: expected each name once.`,
  );
}

export const repeatedIn = (names: string[]): string[] => [
  ...new Set(names.filter((name, place) => name !== '' && names.indexOf(name) !== place)),
];

/** A report as Tally shows it: no GUID, no bills, repeats left blank. */
function screenLayout(rows: string[][]): ContentRefused | null {
  const isLayout = rows.some((row) => {
    const names = new Set(row.flatMap((field) => field.split(/[;\t]/)).map(nameOf));
    return (
      names.has('particulars') &&
      [
        'vch type',
        'vch no.',
        'vch no',
        'voucher type',
        'voucher no.',
        'debit',
        'credit',
        'debit amount',
        'gross total',
      ].some((name) => names.has(name))
    );
  });
  return isLayout
    ? new ContentRefused(
        'SCREEN_LAYOUT',
        'The file is a report as Tally shows it on the screen, which names no bills and no voucher ids: expected Day Book exported as XML (Alt+E, Export, format XML), or the CSV templates.',
      )
    : null;
}

function mixedTemplates(first: string[]): ContentRefused | null {
  const names = first.map(nameOf);
  const matching = TEMPLATES.filter(({ required }) => required.every((column) => names.includes(column)));
  return matching.length > 1
    ? new ContentRefused(
        'TEMPLATE_MIXED',
        `The header holds the columns of ${matching.map(({ name }) => `${name}.csv`).join(' and ')}: expected those of one template.`,
      )
    : null;
}

function missingColumn(first: string[]): ContentRefused | null {
  const names = first.map(nameOf);
  const nearest = TEMPLATES.map((template) => ({
    template,
    missing: template.required.filter((column) => !names.includes(column)),
  })).sort((left, right) => share(left) - share(right))[0]!;
  if (nearest.missing.length === nearest.template.required.length) return null;
  return new ContentRefused(
    'COLUMN_MISSING',
    `The header lacks ${nearest.missing.join(', ')}: expected ${namesOf(nearest.template)}.`,
  );
}
const share = ({ template, missing }: { template: Template; missing: string[] }): number =>
  missing.length / template.required.length;

function headerFurtherDown(rows: string[][]): ContentRefused | null {
  const place = rows.findIndex((row) => headerOf(row) !== null);
  return place === -1
    ? null
    : new ContentRefused(
        'HEADER_NOT_FIRST',
        `The column names stand in row ${place + 1}: expected them in the first, so delete the rows above.`,
      );
}

const namesOf = ({ name, required }: Template): string => `${required.join(',')} (${name}.csv)`;
