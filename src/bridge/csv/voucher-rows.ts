import { MAX_VOUCHERS_PER_JOB } from '../../canonical/bridge.js';
import type { VoucherInput, VoucherLineInput } from '../../canonical/vouchers/input.js';
import { voucherKey } from '../../canonical/vouchers/key.js';
import { readVoucher } from '../../canonical/vouchers/read-voucher.js';
import type { VoucherKind } from '../../canonical/vouchers/voucher.js';
import type { CsvRow } from '../../sources/csv/row-reader.js';
import { ContentRefused } from '../../sources/errors.js';
import { cellOf, kindOf } from './cells.js';
import { type HeaderField, type LineField, type Template, templateOf } from './columns.js';
import { type FileFault, faultsInFile, type Origin } from './faults-in-file.js';

interface Group {
  input: VoucherInput;
  origin: Origin;
  /** The first row's, to which the others are held. */
  values: CsvRow['values'];
  faults: FileFault[];
}

export interface VoucherRowsRead {
  /** Those whose rows could be understood; whether their content can be written is for `readVoucher` to say. */
  vouchers: VoucherInput[];
  /** Of each voucher, in the same order. */
  origins: Origin[];
  /** Of rows that are part of none of these vouchers, by line. */
  faults: FileFault[];
}

/** A row for each item of 10,000 vouchers, and no end of them is held in memory. */
const MAX_ROWS = 200_000;
/** Nobody mends as many by hand. */
const MAX_FAULTS = 10_000;

/**
 * Rows to vouchers. Rows are of one voucher when they would be the same voucher in the books (`voucherKey`), wherever they
 * stand in the file; each repeats all that the voucher says as a whole.
 */
export class VoucherRows {
  readonly #template: Template;
  readonly #numberColumn: string;
  readonly #groups = new Map<string, Group>();
  readonly #ragged: FileFault[] = [];
  /** Line of a ragged row by the number in it. */
  readonly #raggedNumbers = new Map<string, number>();
  #rows = 0;
  #faults = 0;

  constructor(private readonly kind: VoucherKind) {
    this.#template = templateOf(kind);
    this.#numberColumn = this.#template.header.find(({ field }) => field === 'number')!.name;
  }

  take(rows: CsvRow[]): void {
    this.#rows += rows.length;
    if (this.#rows > MAX_ROWS) {
      throw new ContentRefused('TOO_MANY_ROWS', `The file has more than ${MAX_ROWS} rows: expected several files.`);
    }
    for (const row of rows) {
      this.#takeRow(row);
      if (this.#faults <= MAX_FAULTS) continue;
      const message = `More than ${MAX_FAULTS} things are wrong up to line ${row.line}: expected a file of the template.`;
      throw new ContentRefused('TOO_MANY_FAULTS', message);
    }
    if (this.#groups.size > MAX_VOUCHERS_PER_JOB) {
      const message = `The file has more than ${MAX_VOUCHERS_PER_JOB} vouchers: expected several files.`;
      throw new ContentRefused('TOO_MANY_VOUCHERS', message);
    }
  }

  end(): VoucherRowsRead {
    const read: VoucherRowsRead = { vouchers: [], origins: [], faults: this.#ragged };
    for (const group of this.#groups.values()) {
      this.#refuseIncomplete(group);
      if (group.faults.length === 0) {
        read.vouchers.push(group.input);
        read.origins.push(group.origin);
      } else read.faults.push(...group.faults, ...this.#furtherFaults(group));
    }
    read.faults.sort((left, right) => left.line - right.line);
    return read;
  }

  #takeRow(row: CsvRow): void {
    const { line, values, ragged } = row;
    if (ragged !== null) {
      const message = `The row has ${ragged} fields, not as many as the header: expected quotation marks around a field with a comma in it.`;
      this.#ragged.push({ line, column: null, message });
      this.#faults += 1;
      this.#raggedNumbers.set(this.#numberOf(values), line);
      return;
    }
    const faults: FileFault[] = [];
    if (this.#numberOf(values) === '') {
      const message = 'The cell is empty: expected the number of the voucher in every row of it.';
      faults.push({ line, column: this.#numberColumn, message });
    }
    const header = this.#fieldsOf(this.#template.header, row, faults);
    const item = this.#fieldsOf(this.#template.line, row, faults) as unknown as VoucherLineInput;
    const input = {
      reverse_charge: false,
      tax_treatment: 'regular',
      ...header,
      kind: this.kind,
      lines: [],
    } as unknown as VoucherInput;
    const group = this.#groupOf(input, row);
    group.input.lines.push(item);
    group.origin.lines.push(line);
    faults.push(...this.#differences(group, row));
    group.faults.push(...faults);
    this.#faults += faults.length;
  }

  #groupOf(input: VoucherInput, { line, values }: CsvRow): Group {
    const { date = '', number, party_gstin: partyGstin = null, party_name: partyName = '' } = input;
    const key = number ? voucherKey({ kind: this.kind, date, number, partyGstin, partyName }) : `line ${line}`;
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    const group: Group = { input, origin: { firstLine: line, lines: [] }, values, faults: [] };
    this.#groups.set(key, group);
    return group;
  }

  #fieldsOf(
    columns: readonly { field: HeaderField | LineField; name: string }[],
    { line, values }: CsvRow,
    faults: FileFault[],
  ): Record<string, unknown> {
    const fields: Record<string, unknown> = {};
    for (const { field, name } of columns) {
      const text = values[name]!;
      if (text === '') continue;
      if (field === 'kind') {
        if (kindOf(text) !== this.kind) faults.push({ line, column: name, message: OTHER_KIND });
        continue;
      }
      const cell = cellOf(field, text);
      fields[field] = 'value' in cell ? cell.value : text;
      if ('fault' in cell) faults.push({ line, column: name, message: `The cell ${cell.fault}.` });
    }
    return fields;
  }

  #differences({ values: first, origin }: Group, { line, values }: CsvRow): FileFault[] {
    return this.#template.header
      .filter(({ name }) => values[name] !== first[name])
      .map(({ name }) => {
        const message = `The cell is not the same as in line ${origin.firstLine}, which is of the same voucher: expected it repeated, or another number.`;
        return { line, column: name, message };
      });
  }

  /** A row that cannot be split into its fields may have been an item of any voucher of its number. */
  #refuseIncomplete({ values, origin, faults }: Group): void {
    const line = this.#raggedNumbers.get(this.#numberOf(values));
    if (line === undefined) return;
    const message = `A row of the voucher’s number, line ${line}, cannot be read: expected the voucher whole.`;
    faults.push({ line: origin.firstLine, column: null, message });
  }

  #numberOf(values: CsvRow['values']): string {
    return values[this.#numberColumn]!.toLowerCase();
  }

  /** What else is wrong with a voucher that is already known to be: so that a file is mended once. */
  #furtherFaults({ input, origin, faults }: Group): FileFault[] {
    const read = readVoucher(input, 0);
    if ('voucher' in read) return [];
    const said = new Set(faults.map(({ line, column }) => `${line}/${column}`));
    // Sums mean nothing while rows may be missing.
    const others = read.faults.filter(({ path }) => path !== 'invoice_value');
    return faultsInFile(others, [origin], this.kind).filter(({ line, column }) => !said.has(`${line}/${column}`));
  }
}

const OTHER_KIND =
  'The row is of another kind of voucher than the file, or of none: expected vouchers of one kind in a file.';
