import type { QuarantineCode } from './quarantine.js';

/** For the distributor's own people: the rule that was broken, and what to do in the ERP, each as plain sentences. */
export const QUARANTINE_ADVICE: Record<QuarantineCode, { rule: string; advice: string }> = {
  INVALID_GSTIN: {
    rule: 'The retailer has a GSTIN, but not one of the right form.',
    advice:
      'Correct or empty the GSTIN in the ledger (Tally: Alter ledger, GST details). If it is a right TDS, TCS, UIN or OIDAR number, ask AltScore about the setting sync.gstin_forms.',
  },
  IDENTITY_UNRESOLVABLE: {
    rule: 'The retailer has neither a GSTIN nor a mobile number of ten digits starting 6 to 9.',
    advice: 'Write the GSTIN or the mobile number into the ledger (Tally: Alter ledger, GST or contact details).',
  },
  IDENTITY_AMBIGUOUS: {
    rule: 'The phone number stands on several retailers’ ledgers, or is your own.',
    advice: 'Write each retailer’s own number, or the GSTIN, into its ledger.',
  },
  INVALID_DATE: {
    rule: 'The date is missing, lies ahead, or is before 2018.',
    advice: 'Correct the date of the voucher. One that is dated ahead on purpose is taken on its day.',
  },
  AMOUNT_OUTLIER: {
    rule: 'The amount is not above zero or, of an invoice or return, as large as the limit or larger.',
    advice:
      'Correct the amount, and the side (debit or credit) it stands on. If such invoices are usual with you, raise the setting sync.max_invoice_inr.',
  },
  INVALID_PAYMENT_DATE: {
    rule: 'The payment is dated before its bill, before 2018, or more than a year ahead.',
    advice: 'Correct the date of the receipt, or of the invoice it settles.',
  },
  CURRENCY_UNSUPPORTED: {
    rule: 'The amount is in a foreign currency.',
    advice: 'Nothing: only rupees are taken.',
  },
  UNBALANCED: {
    rule: 'The debits and credits of the voucher do not add up to zero as it was read.',
    advice: 'Look whether the voucher is right in the ERP; if it is, tell AltScore.',
  },
  DOCUMENT_TOO_LARGE: {
    rule: 'The voucher has more than 1,000 records, or more than 500 bills.',
    advice: 'Tell AltScore.',
  },
  INVOICE_QUARANTINED: {
    rule: 'The payment itself is right, but the invoice it settles is quarantined: it waits for it.',
    advice: 'Mend the invoice; the payment then comes by itself.',
  },
  ROW_RAGGED: {
    rule: 'The row has more or fewer cells than its header.',
    advice: 'Put text that holds a comma into quotation marks, and export again.',
  },
  LINE_BREAK: {
    rule: 'A cell holds a line break.',
    advice: 'Take the line break out of the cell, and export again.',
  },
  FORMULA_CELL: {
    rule: 'A cell begins as a formula of a spreadsheet does.',
    advice: 'Export the value instead of the formula.',
  },
  INVALID_ID: {
    rule: 'The number of the invoice, payment or return is missing or too long.',
    advice: 'Write the number as the books have it.',
  },
  ID_REUSED: {
    rule: 'The same number stands for another retailer or financial year.',
    advice: 'Give each document a number of its own; a file knows no other key.',
  },
  ID_REPEATED: {
    rule: 'The same number comes twice in the file, with other content.',
    advice: 'Leave the right row in, and export again.',
  },
  INVOICE_UNKNOWN: {
    rule: 'The invoice that the row names stands in no file.',
    advice: 'Send the file with the invoice first, or correct its number.',
  },
  SCHEMA_DRIFT: {
    rule: 'A cell is of another kind than its column held in earlier files, such as text instead of a date.',
    advice: 'Export the column as before; if it changed on purpose, tell AltScore, who accepts the new form.',
  },
};
