import { createHmac } from 'node:crypto';
import { financialYearStart, isIsoDate } from '../../canonical/calendar.js';
import type { DraftDocument, DraftParty, DraftRecord } from '../../canonical/drafts.js';
import { paiseFromDecimal } from '../../canonical/money.js';
import { normalisePhone } from '../../canonical/phone.js';
import { MAX_RECORDS_PER_DOCUMENT } from '../../canonical/rules.js';
import { faultOfId, isFormula, type RowFault } from './faults.js';
import { IdRegister } from './id-register.js';
import type { CsvRow } from './row-reader.js';
import type { Template } from './templates.js';

/** What payments and returns take from the invoice they name. */
export interface KnownInvoice {
  party: DraftParty;
  /** ISO. */
  date: string | null;
}

export interface CsvSettings {
  /** The distributor's key for digests: parties are known by keyed hashes of their GSTIN or phone. */
  digestKey: Buffer;
  /** Orders the versions of a document: when the file came, milliseconds. */
  version: number;
  /** The distributor's own numbers, which are nobody's identity. */
  ownPhones: string[];
  /** The invoice of an id, in this file's delivery or an earlier one; null where there is none. */
  invoiceOf(id: string): KnownInvoice | null;
  /** To whom and to which year an id belongs since an earlier file (`holderOf`); null where it is new. */
  earlierHolderOf?(id: string): string | null;
  /** Of the last ids, where somebody else knows what was taken before them; all of the file's otherwise. */
  idsRemembered?: number;
}

/** A retailer and the financial year of a day: to what CSV, which has no other key than its ids, holds an id. */
export const holderOf = (partyKey: string, date: string | null): string =>
  `${partyKey}\n${date === null ? '' : financialYearStart(date)}`;

/** A document of a file, with the row each of its drafts stands in. */
export interface CsvDocument {
  draft: DraftDocument;
  rows: CsvRow[];
}
export interface Documents {
  documents: CsvDocument[];
  faults: RowFault[];
  /** Rows that say again what an earlier one says. */
  duplicates: number;
}

const MAX_PARTIES_REMEMBERED = 20_000;
const REUSED_LATER =
  'An earlier row or file gave the id to another retailer or financial year: expected an id that is never given twice.';

/**
 * Rows of one template to documents. A document is what has one id: a row, or rows in a row that settle several invoices by
 * one payment or return. CSV has no other key than the id, so it is held to one retailer, one financial year and
 * one content within a file.
 */
export class CsvDocuments {
  readonly #ids: IdRegister;
  readonly #partyKeys = new Map<string, string>();
  readonly #ownPhones: ReadonlySet<string | null>;
  #open: CsvDocument | null = null;
  /** What the open document is held to. */
  #openHolder = '';
  #made: Documents = { documents: [], faults: [], duplicates: 0 };

  constructor(
    private readonly template: Template,
    private readonly settings: CsvSettings,
  ) {
    this.#ids = new IdRegister(settings.idsRemembered);
    this.#ownPhones = new Set(settings.ownPhones.map(normalisePhone).filter((phone) => phone !== null));
  }

  /** What is complete after these rows. */
  take(rows: CsvRow[]): Documents {
    for (const row of rows) this.#takeRow(row);
    return this.#taken();
  }

  /** The last document. */
  end(): Documents {
    this.#close();
    return this.#taken();
  }

  #taken(): Documents {
    const made = this.#made;
    this.#made = { documents: [], faults: [], duplicates: 0 };
    return made;
  }

  #takeRow(row: CsvRow): void {
    const fault = this.#faultOf(row);
    if (fault !== null) {
      this.#made.faults.push(fault);
      return;
    }
    const { template } = this;
    const id = row.values[template.id]!;
    const settled = template.settles === null ? null : row.values[template.settles]!;
    const invoice = settled ? this.settings.invoiceOf(settled) : null;
    const party = invoice?.party ?? this.#partyOf(row);
    if (template.settles !== null && invoice === null && !hasIdentity(party)) {
      const message =
        settled === ''
          ? 'No invoice is named, so nobody knows whose it is: expected the id of a row of invoices.csv.'
          : 'No invoice of this id is known: expected the id of a row of invoices.csv, sent before or together.';
      this.#made.faults.push({ line: row.line, column: template.settles, code: 'INVOICE_UNKNOWN', message });
      return;
    }
    const draft = this.#draftOf(row, party, invoice);
    const holder = holderOf(party.key, draft.date);
    if (this.#extendsOpen(id, row, draft, holder)) return;
    this.#close();

    const earlier = draft.date === null ? null : (this.settings.earlierHolderOf?.(id) ?? null);
    if (earlier !== null && earlier !== holder) {
      this.#made.faults.push({ line: row.line, column: template.id, code: 'ID_REUSED', message: REUSED_LATER });
      return;
    }
    const content = JSON.stringify([draft.date, draft.amountPaise, settled, row.values.due_date]);
    const claim = this.#ids.claim({ id, holder, content, line: row.line });
    if (claim.verdict === 'same') this.#made.duplicates += 1;
    else if (claim.verdict !== 'new') this.#made.faults.push(this.#reused(row.line, claim));
    else {
      this.#open = { draft: this.#documentOf(id, draft), rows: [row] };
      this.#openHolder = holder;
    }
  }

  /** Rows in a row with one id settle several invoices at once, of one retailer and on one day. */
  #extendsOpen(id: string, row: CsvRow, draft: DraftRecord, holder: string): boolean {
    const { settles, id: idColumn } = this.template;
    const open = this.#open;
    if (open === null || settles === null || open.rows[0]!.values[idColumn] !== id) return false;
    if (this.#openHolder !== holder || open.draft.drafts[0]!.date !== draft.date) return false;
    if (open.rows.length > MAX_RECORDS_PER_DOCUMENT) {
      // One more than the rules allow is held, so that they refuse it all.
      this.#made.faults.push({
        line: row.line,
        column: idColumn,
        code: 'DOCUMENT_TOO_LARGE',
        message: 'The id stands on more than 1,000 rows: expected one row for each invoice that is settled.',
      });
      return true;
    }
    if (open.rows.some(({ values }) => values[settles] === row.values[settles])) return false;
    open.rows.push(row);
    open.draft.drafts.push(draft);
    return true;
  }

  #close(): void {
    if (this.#open !== null) this.#made.documents.push(this.#open);
    this.#open = null;
  }

  #faultOf({ line, values, ragged }: CsvRow): RowFault | null {
    if (ragged !== null) {
      const message = `The row has ${ragged} fields, not as many as the header: expected quotation marks around a field with a comma in it.`;
      return { line, column: null, code: 'ROW_RAGGED', message };
    }
    for (const column in values) {
      const value = values[column]!;
      if (value.includes('\n') || value.includes('\r')) {
        const message = 'The field goes over several lines: expected one line, or a quotation mark that is missing.';
        return { line, column, code: 'LINE_BREAK', message };
      }
      if (isFormula(value)) {
        const message = 'The field holds a formula or what is left of one: expected its value.';
        return { line, column, code: 'FORMULA_CELL', message };
      }
    }
    const { id, settles } = this.template;
    const unusable = faultOfId(values[id]!);
    if (unusable !== null) return { line, column: id, code: 'INVALID_ID', message: unusable };
    const settled = settles === null ? '' : values[settles]!;
    const unusableSettled = settled === '' ? null : faultOfId(settled);
    return unusableSettled === null ? null : { line, column: settles, code: 'INVALID_ID', message: unusableSettled };
  }

  #reused(line: number, { verdict, line: first }: { verdict: string; line: number }): RowFault {
    const column = this.template.id;
    if (verdict === 'reused') {
      const message = `The id stands in line ${first} for another retailer or financial year: expected an id that is never given twice.`;
      return { line, column, code: 'ID_REUSED', message };
    }
    const several =
      this.template.settles === null
        ? 'one row for each document'
        : 'one row for each invoice that is settled, one after the other';
    const message = `The id stands in line ${first} with other content: expected ${several}.`;
    return { line, column, code: 'ID_REPEATED', message };
  }

  #partyOf({ values }: CsvRow): DraftParty {
    const gstin = values.retailer_gst || null;
    const phone = values.retailer_phone || null;
    const normalised = phone === null ? null : normalisePhone(phone);
    return {
      key: this.#partyKeyOf(gstin?.toUpperCase() ?? normalised ?? phone ?? ''),
      name: values.retailer_name ?? '',
      gstin,
      phone,
      phoneShared: normalised !== null && this.#ownPhones.has(normalised),
    };
  }

  /** The GSTIN, else the phone, is all that tells retailers apart in CSV; it must not be readable in a key. */
  #partyKeyOf(identity: string): string {
    const known = this.#partyKeys.get(identity);
    if (known !== undefined) return known;
    const key = `csv/${createHmac('sha256', this.settings.digestKey).update(identity).digest('base64url')}`;
    if (this.#partyKeys.size >= MAX_PARTIES_REMEMBERED) this.#partyKeys.clear();
    this.#partyKeys.set(identity, key);
    return key;
  }

  #draftOf({ values }: CsvRow, party: DraftParty, invoice: KnownInvoice | null): DraftRecord {
    const { template } = this;
    const number = values[template.id]!;
    const writtenDate = values[template.date]!;
    const base = {
      party,
      number,
      date: isIsoDate(writtenDate) ? writtenDate : null,
      amountPaise: paiseFromDecimal(values[template.amount]!),
      foreign: false,
      flags: [],
    };
    if (template.settles === null) {
      const dueDate = values.due_date || null;
      return { ...base, type: 'invoice', dueDate, opening: false, bills: [{ name: number, date: base.date }] };
    }
    const settled = values[template.settles]!;
    const bill = settled === '' ? null : { name: settled, date: invoice?.date ?? null };
    return template.recordType === 'payment'
      ? { ...base, type: 'payment', bill, method: null, postDated: false, instrumentDate: null, clearedOn: null }
      : { ...base, type: 'return', kind: 'goods', bills: bill === null ? [] : [bill] };
  }

  #documentOf(id: string, draft: DraftRecord): DraftDocument {
    return {
      docKey: `csv/${this.template.name}/${id}`,
      version: { epoch: 0, sequence: this.settings.version },
      erpType: 'csv',
      drafts: [draft],
      cancelled: false,
      ignored: null,
      fault: null,
    };
  }
}

const hasIdentity = ({ gstin, phone }: DraftParty): boolean => gstin !== null || phone !== null;
