import { CsvError, Parser } from 'csv-parse';
import { ContentRefused } from '../errors.js';

/** A row as it stands in the file. */
export interface SplitRow {
  /** Line of the file on which it begins, from 1. */
  line: number;
  fields: string[];
}

/** No row of a template has a hundredth of it. */
export const MAX_ROW_CHARACTERS = 64 * 1024;
/** An address may be written over a few lines; what spans more is a quote that was never closed. */
const MAX_LINES_A_ROW = 20;

/**
 * Text to rows, split at commas (RFC 4180; any kind of line end; empty lines are left out). Holds one row at a time
 * besides those not yet taken, whatever the text is.
 *
 * Throws ContentRefused where rows can no longer be told apart: nothing after that place would be certain.
 */
export class RowSplitter {
  readonly #parser: Parser;
  #rows: SplitRow[] = [];
  /** A carriage return whose line feed may come with the next chunk. */
  #held = '';
  #line = 0;
  #emptyLines = 0;

  constructor() {
    this.#parser = new Parser({
      record_delimiter: ['\n', '\r'],
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_CHARACTERS,
      on_record: (fields: string[], { lines, empty_lines }) => {
        this.#take(fields, lines, empty_lines);
        // Nothing goes into the stream: a row at a time through it would cost more than the parsing.
        return null;
      },
    });
    this.#parser.on('error', () => {});
  }

  /** Rows that ended since the last call. */
  async write(chunk: string): Promise<SplitRow[]> {
    const text = this.#held + chunk;
    // The parser counts a line end of Windows within quotation marks twice.
    this.#held = text.endsWith('\r') ? '\r' : '';
    const whole = (this.#held === '' ? text : text.slice(0, -1)).replaceAll('\r\n', '\n');
    if (whole !== '') await this.#settled((done) => this.#parser.write(whole, done));
    return this.#taken();
  }

  async end(): Promise<SplitRow[]> {
    if (this.#held !== '') await this.#settled((done) => this.#parser.write('\n', done));
    await this.#settled((done) => this.#parser.end(done));
    return this.#taken();
  }

  #taken(): SplitRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #take(fields: string[], line: number, emptyLines: number): void {
    const first = this.#line + 1 + emptyLines - this.#emptyLines;
    const spans = line - first + 1;
    // The parser keeps the quote of a field that went on after its closing quote.
    const openQuote = spans > 1 && fields.some((field) => field.startsWith('"') && field.includes('\n'));
    if (spans > MAX_LINES_A_ROW || openQuote) throw quoteNotClosed(first);
    this.#line = line;
    this.#emptyLines = emptyLines;
    this.#rows.push({ line: first, fields });
  }

  async #settled(act: (done: (error?: Error | null) => void) => void): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => act((error) => (error ? reject(error) : resolve())));
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      // Its own message quotes the row.
      const { empty_lines: emptyLines, lines } = this.#parser.info;
      const first = this.#line + 1 + emptyLines - this.#emptyLines;
      const spansLines = lines > first;
      if (error.code === 'CSV_QUOTE_NOT_CLOSED' || spansLines) throw quoteNotClosed(first);
      throw lineTooLong(first);
    }
  }
}

const quoteNotClosed = (line: number): ContentRefused =>
  new ContentRefused(
    'QUOTE_NOT_CLOSED',
    `A quotation mark opened in line ${line} is not closed where its field ends: expected one at the field’s end, and quotation marks within it doubled.`,
  );

export const lineTooLong = (line: number): ContentRefused =>
  new ContentRefused(
    'LINE_TOO_LONG',
    `Line ${line} is longer than ${MAX_ROW_CHARACTERS} characters: expected a line end after each row.`,
  );
