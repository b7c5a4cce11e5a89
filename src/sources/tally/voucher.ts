/** A voucher as Tally wrote it: texts unjudged, only the fields that are asked for, everything else never built. */
export interface Voucher {
  guid: string;
  /** Orders the versions of a voucher; one sequence for the whole company. */
  alterId: number;
  /** `20250401` */
  date: string;
  voucherType: string;
  number: string;
  partyLedgerName: string;
  partyGstin: string;
  cancelled: boolean;
  optional: boolean;
  postDated: boolean;
  deleted: boolean;
  /** One representation of the ledger lines (see chooseLegs), in Tally's order. */
  legs: Leg[];
  /** At least one inventory line stands on the voucher. */
  hasGoods: boolean;
}

/** A ledger line. The same ledger may occur twice: lines are known by position, never by name. */
export interface Leg {
  ledgerName: string;
  /** Sign is the only authority: negative is debit, positive is credit. */
  amount: string;
  bills: BillAllocation[];
  banks: BankAllocation[];
}

export interface BillAllocation {
  name: string;
  /** `New Ref`, `Agst Ref`, `Advance` or `On Account`. */
  type: string;
  amount: string;
  /** `30 Days`, `2 Weeks`, `31-Mar-2018` … */
  creditPeriod: string;
  /** BILLDATE, else the day in BILLCREDITPERIOD; mostly empty in file exports, which leave BILLDATE out. */
  date: string;
}

export interface BankAllocation {
  transactionType: string;
  transferMode: string;
  instrumentDate: string;
  /** When the bank cleared it. */
  bankersDate: string;
}

/** A LEDGER as Tally wrote it. */
export interface LedgerMaster {
  name: string;
  guid: string;
  alterId: number;
  parent: string;
  partyGstin: string;
  registrations: { applicableFrom: string; gstin: string }[];
  mobile: string;
  phone: string;
  contacts: { countryCode: string; phone: string }[];
  creditPeriod: string;
  openingBalance: string;
  /** Empty unless it was asked for. */
  closingBalance: string;
  openingBills: BillAllocation[];
}

/** A GROUP or a VOUCHERTYPE. */
export interface NamedMaster {
  name: string;
  alterId: number;
  parent: string;
}

export interface CompanyMaster {
  name: string;
  guid: string;
  booksFrom: string;
  phones: string[];
  voucherCounter: number | null;
  masterCounter: number | null;
}

/** A line of the Bills Receivable report; dates `1-May-26`. */
export interface OpenBill {
  date: string;
  name: string;
  partyName: string;
  closing: string;
  due: string;
}
