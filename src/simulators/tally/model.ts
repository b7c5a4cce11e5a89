import type { Day } from '../calendar.js';

/** What a book holds. Paise are integers with Tally's sign: negative is debit, positive is credit. */

export interface Company {
  name: string;
  guid: string;
  booksFrom: Day;
  phone: string;
  gstin: string;
}

export interface Group {
  masterId: number;
  alterId: number;
  name: string;
  /** Empty for a primary group. */
  parent: string;
  reserved: boolean;
}

/** What a ledger is for the accountant who opened it; never derived from its group. */
export type LedgerKind =
  | 'debtor'
  | 'creditor'
  | 'bank'
  | 'cash'
  | 'sales'
  | 'purchase'
  | 'tax'
  | 'expense'
  | 'bad_debt'
  | 'other';

/** Why every record of a debtor must be refused, known because the ledger was written that way on purpose. */
export type IdentityFault = 'INVALID_GSTIN' | 'IDENTITY_UNRESOLVABLE' | 'IDENTITY_AMBIGUOUS';

export interface OpeningBill {
  name: string;
  day: Day;
  paise: number;
  credit: string;
  /** The credit period was chosen to end more than 180 days after the bill. */
  dueDropped: boolean;
}

export interface Ledger {
  masterId: number;
  alterId: number;
  name: string;
  parent: string;
  kind: LedgerKind;
  billWise: boolean;
  openingPaise: number;
  openingBills: OpeningBill[];
  /** The ledger's own period, such as `30 Days`; empty for none. */
  creditPeriod: string;
  partyGstin: string;
  registrations: { from: Day; gstin: string }[];
  /** Written only on the vouchers of a ledger whose master holds none. */
  voucherGstin: string;
  mobile: string;
  landline: string;
  contactPhone: string;
  fault: IdentityFault | null;
  wrongCheckDigit: boolean;
}

export type VoucherClass =
  | 'sales'
  | 'receipt'
  | 'credit_note'
  | 'debit_note'
  | 'payment'
  | 'journal'
  | 'contra'
  | 'purchase'
  | 'not_accounting';

export interface VoucherType {
  masterId: number;
  alterId: number;
  name: string;
  parent: string;
  reserved: boolean;
  class: VoucherClass;
  prefix: string;
}

export type BillKind = 'New Ref' | 'Agst Ref' | 'Advance' | 'On Account';

export interface BillAllocation {
  kind: BillKind;
  /** Null exactly for `On Account`. */
  name: string | null;
  /** Day of the bill itself: for `Agst Ref` the original bill's. */
  day: Day;
  paise: number;
  credit: string;
  dueDropped: boolean;
}

export interface BankAllocation {
  transactionType: string;
  transferMode: string;
  instrumentNumber: string;
  instrumentDay: Day;
  clearedOn: Day | null;
}

export interface Leg {
  ledger: Ledger;
  paise: number;
  bills: readonly BillAllocation[];
  bank: BankAllocation | null;
  /** US cents with Tally's sign and the rate in paise, when the amount is written compound. */
  foreign: { cents: number; ratePaise: number } | null;
  /** This leg is what the goods add up to: in invoice view it stands under the goods only. */
  fromGoods: boolean;
}

export interface GoodsLine {
  item: string;
  quantity: number;
  ratePaise: number;
  paise: number;
  /** Of an import: texts such as `2.5 Kg` and `101.125/Kg`, as they were given. */
  given?: { quantity: string; rate: string; godown: string };
  /** What it is booked to; the voucher's one leg from goods where it is not said. */
  ledger?: Ledger;
}

export interface StockItem {
  masterId: number;
  alterId: number;
  name: string;
  /** Empty for the primary stock group. */
  parent: string;
  unit: string;
}

/** A unit of measure or a godown. */
export interface PlainMaster {
  masterId: number;
  alterId: number;
  name: string;
  parent: string;
}

export interface Voucher {
  masterId: number;
  alterId: number;
  day: Day;
  /** Position within its day, part of VCHKEY. */
  sequence: number;
  type: VoucherType;
  number: string;
  party: Ledger | null;
  narration: string;
  state: 'regular' | 'cancelled' | 'optional';
  postDated: boolean;
  invoiceView: boolean;
  legs: readonly Leg[];
  goods: readonly GoodsLine[];
  reference?: string;
  /** As given on the voucher itself, beside the party's master. */
  partyGstin?: string;
  placeOfSupply?: string;
}

export const NO_BILLS: readonly BillAllocation[] = Object.freeze([]);
export const NO_GOODS: readonly GoodsLine[] = Object.freeze([]);
