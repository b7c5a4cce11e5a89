import type { Bill } from '../../canonical/records.js';
import type { CreditNoteRow, IncomingPaymentRow, InvoiceRow, JournalRow, VendorPaymentRow } from './rows.js';

/**
 * A document of SAP as it is handed on: its row, and of the documents it names what people call them by. Payments and
 * journal entries have no stamp of their last change; the time they were read stands for it.
 */
export type SapRecord =
  | { kind: 'invoice'; row: InvoiceRow }
  | { kind: 'creditNote'; row: CreditNoteRow; bills: Bill[] }
  /** A bill for each of the row's PaymentInvoices; null for what is no bill, or is not to be read. */
  | { kind: 'incomingPayment'; row: IncomingPaymentRow; bills: (Bill | null)[]; readAtMs: number }
  | { kind: 'vendorPayment'; row: VendorPaymentRow; readAtMs: number }
  | { kind: 'journal'; row: JournalRow; readAtMs: number };
