import type { Day } from '../calendar.js';

/** What a book holds. Paise are integers and positive as the document means them. */

/** When a row was made or changed, in the server's local time. */
export interface Stamp {
  day: Day;
  /** Since midnight. */
  second: number;
}

export interface Company {
  name: string;
  /** `CompanyDB` of the login. */
  database: string;
  /** First day of the first financial year in the books. */
  booksFrom: Day;
  gstin: string;
  phone: string;
}

/** Why every record of a partner must be refused, known because he was written that way on purpose. */
export type IdentityFault = 'INVALID_GSTIN' | 'IDENTITY_UNRESOLVABLE' | 'IDENTITY_AMBIGUOUS';

export interface Address {
  name: string;
  type: 'bo_BillTo' | 'bo_ShipTo';
  gstin: string | null;
  state: string;
}

export interface Partner {
  cardCode: string;
  name: string;
  /** What he is for the accountant: sales over the counter are booked on customers who are no debtors. */
  kind: 'debtor' | 'cash' | 'supplier';
  groupCode: number;
  federalTaxId: string | null;
  cellular: string | null;
  phone1: string | null;
  addresses: Address[];
  billToDefault: string | null;
  termsGroup: number;
  fault: IdentityFault | null;
  wrongCheckDigit: boolean;
  created: Stamp;
  updated: Stamp;
  dataVersion: number;
}

export interface Terms {
  group: number;
  name: string;
  months: number;
  days: number;
  startFrom: 'pdt_None' | 'pdt_MonthEnd';
}

/** An amount in another currency; the document's paise are its worth in rupees. */
export interface Foreign {
  currency: string;
  cents: number;
  rate: number;
}

export interface Line {
  /** Null on a service document's line. */
  item: string | null;
  description: string;
  quantity: number;
  /** Before tax. */
  paise: number;
  taxPaise: number;
  /** The document line it was copied from. */
  base: { type: 13 | 14; entry: number; line: number } | null;
}

export type CancelStatus = 'csNo' | 'csYes' | 'csCancellation';
/** How the due date an invoice should have comes about. */
export type DueTruth = 'kept' | 'terms' | 'dropped' | 'unknown';

/** An A/R invoice (object 13) or credit note (14). */
export interface Doc {
  object: 13 | 14;
  entry: number;
  number: number;
  series: number;
  day: Day;
  dueDay: Day | null;
  partner: Partner;
  cardName: string;
  /** Bill-to address of the document. */
  payTo: string | null;
  paise: number;
  taxPaise: number;
  paidPaise: number;
  foreign: Foreign | null;
  /** An A/R debit memo is an invoice of its own sub-type. */
  debitMemo: boolean;
  service: boolean;
  lines: readonly Line[];
  termsGroup: number | null;
  installments: number;
  cancel: CancelStatus;
  customerReference: string | null;
  /** Number of the invoice that a stand-alone credit note names. */
  originalReference: string | null;
  comments: string | null;
  created: Stamp;
  updated: Stamp;
  dataVersion: number;
  journal: number;
  due: DueTruth;
}

export interface Check {
  number: number;
  dueDay: Day;
  bank: string;
  paise: number;
}

export type AllocationType = 'it_Invoice' | 'it_CredItnote' | 'it_JournalEntry' | 'it_OpeningBalance' | 'it_Receipt';

/** Money applied to an open document; negative where the document's own balance is in the customer's favour. */
export interface Allocation {
  type: AllocationType;
  entry: number;
  /** Line of a journal entry, else 0. */
  line: number;
  /** Day of the document it settles. */
  day: Day;
  paise: number;
  /** Cash discount given beside it. */
  discountPaise: number;
  installment: number;
}

/** An incoming (object 24) or outgoing (46) payment. */
export interface Payment {
  object: 24 | 46;
  entry: number;
  number: number;
  series: number;
  type: 'rCustomer' | 'rAccount' | 'rSupplier';
  day: Day;
  /** Null where money moves to or from a ledger account. */
  partner: Partner | null;
  cashPaise: number;
  transferPaise: number;
  transferReference: string | null;
  checks: readonly Check[];
  allocations: readonly Allocation[];
  foreign: Foreign | null;
  cancelled: boolean;
  remarks: string | null;
  journal: number;
}

export type Origin =
  | 'ttOpeningBalance'
  | 'ttARInvoice'
  | 'ttARCredItnote'
  | 'ttReceipt'
  | 'ttVendorPayment'
  | 'ttJournalEntry';

export interface JournalLine {
  account: string;
  /** The partner whose account it is; null for a ledger account. */
  partner: Partner | null;
  /** Positive debit, negative credit. */
  paise: number;
  dueDay: Day;
  reference: string | null;
}

export interface JournalEntry {
  number: number;
  day: Day;
  /** Document date; of an opening balance the day of the old bill. */
  taxDay: Day;
  origin: Origin;
  /** Key of the document it posts; its own number for one made by hand. */
  original: number;
  memo: string;
  reference: string | null;
  lines: readonly JournalLine[];
  /** The due date of an opening bill was chosen to be unbelievable. */
  dueDropped: boolean;
}

export const moneyOf = (payment: Pick<Payment, 'cashPaise' | 'transferPaise' | 'checks'>): number =>
  payment.cashPaise + payment.transferPaise + payment.checks.reduce((sum, { paise }) => sum + paise, 0);

/** Money counts from the day its last cheque can be cashed. */
export const paidDay = (payment: Payment): Day => Math.max(payment.day, ...payment.checks.map(({ dueDay }) => dueDay));
