import { type Encoding, TextDecoding } from '../decode.js';
import { ContentRefused } from '../errors.js';
import { lineTooLong, MAX_ROW_CHARACTERS, RowSplitter, type SplitRow } from './row-splitter.js';

/** Where a row's values stand, as its file's first row says. */
export interface RowHeader {
  /** Names that values are asked for by. */
  columns: readonly string[];
  /** Place of each column in a row; absent for one that the file does not have. */
  places: ReadonlyMap<string, number>;
  /** How many fields a row has. */
  width: number;
}

/** What a first row may be. */
export interface HeaderRules<Header extends RowHeader> {
  /** Null where the row is no header. */
  headerOf(row: string[]): Header | null;
  /** Why a file that begins with these rows cannot be used. */
  headerRefusal(rows: string[][]): ContentRefused;
}

/** A row of a template; columns the file does not have are ''. */
export interface CsvRow {
  line: number;
  values: Readonly<Record<string, string>>;
  /** How many fields it has, where they are not as many as the header's; then the values mean nothing. */
  ragged: number | null;
}

/** Rows looked at for a header before the file is given up. */
const LEADING_ROWS = 40;
/** Excel's rows end where its sheet ends; more are several exports in one. */
export const MAX_ROWS = 3_000_000;

/**
 * Bytes to rows of a template, a batch for each chunk. Holds no more than a chunk and its rows.
 *
 * Throws ContentRefused where the file as a whole cannot be used; rows handed out before may be used only if reading
 * comes to its end.
 */
export class RowReader<Header extends RowHeader> {
  readonly #decoding = new TextDecoding();
  readonly #splitter = new RowSplitter();
  #header: Header | null = null;
  #columns: [column: string, place: number][] = [];
  #leading: SplitRow[] = [];
  #last: SplitRow | null = null;
  #endsWithLine = false;
  #lines = 1;
  #sinceLineEnd = 0;
  #count = 0;

  constructor(private readonly rules: HeaderRules<Header>) {}

  /** Known once the first batch is there. */
  get header(): Header {
    if (this.#header === null) throw new Error('the header is known only when rows are read');
    return this.#header;
  }

  get encoding(): Encoding {
    return this.#decoding.encoding ?? 'utf-8';
  }

  async *rows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow[]> {
    for await (const chunk of bytes) {
      const text = this.#checked(this.#decoding.write(chunk));
      if (text !== '') yield this.#understood(await this.#splitter.write(text));
    }
    const rest = this.#checked(this.#decoding.end());
    if (rest.endsWith('\ufffd') && this.encoding.startsWith('utf-16')) throw cutShort();
    const rows = rest === '' ? [] : await this.#splitter.write(rest);
    rows.push(...(await this.#splitter.end()));
    const understood = this.#understood(rows);
    if (this.#header === null) throw this.rules.headerRefusal(this.#leading.map(({ fields }) => fields));
    this.#refuseTornEnd();
    yield understood;
  }

  #checked(text: string): string {
    if (text === '') return text;
    const nul = text.indexOf('\0');
    if (nul !== -1) {
      const line = this.#lines + (text.slice(0, nul).match(/\n/g)?.length ?? 0);
      throw new ContentRefused('NUL_BYTES', `Line ${line} holds a NUL character: expected text throughout.`);
    }
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#lines += 1;
    const lineEnd = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'));
    this.#sinceLineEnd = lineEnd === -1 ? this.#sinceLineEnd + text.length : text.length - lineEnd - 1;
    // The parser measures fields; a line of nothing but commas has none.
    if (this.#sinceLineEnd > MAX_ROW_CHARACTERS) throw lineTooLong(this.#lines);
    this.#endsWithLine = LINE_ENDS.has(text.at(-1)!);
    return text;
  }

  #understood(split: SplitRow[]): CsvRow[] {
    const rows: CsvRow[] = [];
    for (const row of split) {
      if (this.#header !== null) {
        this.#last = row;
        if (isBlank(row.fields)) continue;
        rows.push(this.#valuesOf(row));
      } else if (this.#leading.length > 0 || !this.#begin(row)) {
        this.#leading.push(row);
        if (this.#leading.length >= LEADING_ROWS)
          throw this.rules.headerRefusal(this.#leading.map(({ fields }) => fields));
      }
    }
    this.#count += rows.length;
    if (this.#count > MAX_ROWS) {
      throw new ContentRefused(
        'TOO_MANY_ROWS',
        `The file has more than ${MAX_ROWS} rows: expected a file for each financial year.`,
      );
    }
    return rows;
  }

  /** Whether the row is the header, or Excel's hint of the delimiter above it. */
  #begin({ fields }: SplitRow): boolean {
    if (fields.length === 2 && fields[0] === 'sep=' && fields[1] === '') return true;
    this.#header = this.rules.headerOf(fields);
    if (this.#header === null) return false;
    const { columns, places } = this.#header;
    this.#columns = columns.map((column) => [column, places.get(column) ?? -1]);
    return true;
  }

  #valuesOf({ line, fields }: SplitRow): CsvRow {
    const { width } = this.#header!;
    const values: Record<string, string> = {};
    for (const [column, place] of this.#columns) values[column] = place === -1 ? '' : (fields[place] ?? '').trim();
    // Excel ends rows with as many commas as its longest row has; beyond the header they mean nothing when empty.
    const isRagged = fields.length < width || (fields.length > width && !isBlank(fields.slice(width)));
    return { line, values, ragged: isRagged ? fields.length : null };
  }

  /** An upload cut short ends in the middle of a row. */
  #refuseTornEnd(): void {
    if (this.#last === null || this.#endsWithLine) return;
    if (this.#last.fields.length < this.header.width) throw cutShort();
  }
}

/** The last is the end of file of DOS, which some exports still write. */
const LINE_ENDS: ReadonlySet<string> = new Set(['\n', '\r', '\u001a']);

const isBlank = (fields: string[]): boolean => fields.every((field) => field.trim() === '' || field === '\u001a');

const cutShort = (): ContentRefused =>
  new ContentRefused('TRUNCATED', 'The file ends in the middle of its last row: expected it whole.');
