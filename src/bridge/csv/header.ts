import { distance } from 'fastest-levenshtein';
import { nameOf, repeatedColumn, repeatedIn, wrongDelimiter } from '../../sources/csv/header.js';
import type { HeaderRules, RowHeader } from '../../sources/csv/row-reader.js';
import { ContentRefused } from '../../sources/errors.js';
import { columnsOf, requiredOf, TEMPLATES, type Template, templateOf } from './columns.js';

export interface VoucherHeader extends RowHeader {
  template: Template;
}

const KNOWN: ReadonlySet<string> = new Set(TEMPLATES.flatMap(columnsOf).map(nameOf));

/**
 * The first row of a file of vouchers. Unlike files of books, which only tell, nothing in it may go unread: a column that was
 * misspelled would be missing in the voucher.
 */
export const VOUCHER_HEADERS: HeaderRules<VoucherHeader> = { headerOf, headerRefusal };

function headerOf(row: string[]): VoucherHeader | null {
  const names = row.map(nameOf);
  const matching = TEMPLATES.filter((template) => missingIn(template, names).length === 0);
  if (matching.length !== 1 || repeatedIn(names).length > 0) return null;
  const template = matching[0]!;
  const columns = columnsOf(template);
  if (unknownIn(template, names) !== null) return null;
  const places = columns.map((column): [string, number] => [column, names.indexOf(nameOf(column))]);
  return { template, columns, places: new Map(places.filter(([, place]) => place !== -1)), width: names.length };
}

function headerRefusal(rows: string[][]): ContentRefused {
  const first = rows[0];
  if (first === undefined) {
    return new ContentRefused('EMPTY', 'The file is empty: expected a row of column names and then the rows.');
  }
  const names = first.map(nameOf);
  if (!names.some((name) => KNOWN.has(name))) {
    const later = rows.findIndex((row) => headerOf(row) !== null);
    return (
      wrongDelimiter(first, KNOWN) ??
      (later === -1
        ? new ContentRefused('HEADER_MISSING', `The first row names no column: expected ${expected(TEMPLATES)}.`)
        : new ContentRefused(
            'HEADER_NOT_FIRST',
            `The column names stand in row ${later + 1}: expected them in the first, so delete the rows above.`,
          ))
    );
  }
  return wrongDelimiter(first, KNOWN) ?? repeatedColumn(first, KNOWN) ?? wrongColumns(names);
}

function wrongColumns(names: string[]): ContentRefused {
  const nearest = templateOf(names.some((name) => name.startsWith('order_')) ? 'sales_order' : 'sales');
  const missing = missingIn(nearest, names);
  if (missing.length > 0) {
    return new ContentRefused(
      'COLUMN_MISSING',
      `The header lacks ${missing.join(', ')}: expected ${expected([nearest])}.`,
    );
  }
  const [place, meant] = unknownIn(nearest, names)!;
  return new ContentRefused(
    'COLUMN_UNKNOWN',
    `Column ${place + 1} has a name that the template does not know: expected only the template’s columns, of which ${meant} is the nearest.`,
  );
}

const missingIn = (template: Template, names: string[]): string[] =>
  requiredOf(template).filter((column) => !names.includes(nameOf(column)));

/** The first column of no known name, and which may have been meant. */
function unknownIn(template: Template, names: string[]): [place: number, meant: string] | null {
  const columns = columnsOf(template);
  const place = names.findIndex((name) => name !== '' && !columns.some((column) => nameOf(column) === name));
  if (place === -1) return null;
  const unknown = names[place]!.slice(0, 100);
  const [meant] = columns.sort((left, right) => distance(nameOf(left), unknown) - distance(nameOf(right), unknown));
  return [place, meant!];
}

const expected = (templates: readonly Template[]): string =>
  templates.map((template) => `${requiredOf(template).join(',')} (${template.document}s)`).join(', or ');
