import type { DraftParty, DraftRecord } from '../../../canonical/drafts.js';
import type { Bill } from '../../../canonical/records.js';
import type { Masters } from '../masters.js';
import type { CreditNoteRow, InvoiceRow } from '../rows.js';
import { dueDateOf } from './due-date.js';
import { isForeign } from './understood.js';

const common = ({ DocNum, DocDate, DocTotal, DocCurrency }: InvoiceRow | CreditNoteRow, party: DraftParty) => ({
  party,
  number: DocNum,
  date: DocDate,
  amountPaise: DocTotal,
  foreign: isForeign(DocCurrency),
  flags: [],
});

/** An A/R invoice; an A/R debit memo is written as one too, and only makes its customer owe more. */
export function draftInvoice(
  row: InvoiceRow,
  party: DraftParty,
  masters: Masters,
  defaultCreditDays: number | null,
): DraftRecord {
  if (row.DocumentSubType === 'bod_DebitMemo') {
    return { type: 'adjustment', ...common(row, party), kind: 'debit_note', bill: null };
  }
  return {
    type: 'invoice',
    ...common(row, party),
    dueDate: dueDateOf(row, masters, defaultCreditDays),
    opening: false,
    bills: [billOf(row)],
  };
}

export const billOf = ({ DocNum, DocDate }: { DocNum: string; DocDate: string | null }): Bill => ({
  name: DocNum,
  date: DocDate,
});

/** An A/R credit note: a return of goods where it has item lines, tied to the invoices its lines were copied from. */
export const draftCreditNote = (row: CreditNoteRow, party: DraftParty, bills: Bill[]): DraftRecord => ({
  type: 'return',
  ...common(row, party),
  kind: row.DocType === 'dDocument_Service' ? 'allowance' : 'goods',
  bills,
});
