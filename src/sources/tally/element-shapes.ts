import type {
  BankAllocation,
  BillAllocation,
  CompanyMaster,
  LedgerMaster,
  Leg,
  NamedMaster,
  OpenBill,
  Voucher,
} from './voucher.js';

/**
 * What is kept of each element of Tally, as data: an element that is not named here is skipped with all it contains,
 * so a wildcard answer leaves nothing beyond the fields we know in memory.
 */
export interface ElementShape {
  readonly children: ReadonlyMap<string, ElementShape>;
  /** With the attributes of the start tag. */
  readonly open?: (draft: Draft, attributes: Record<string, string>) => void;
  /** The element's whole text, trimmed. */
  readonly text?: (draft: Draft, text: string) => void;
  readonly close?: (draft: Draft) => void;
}

/** Receives what an answer or file holds, one at a time. What has no receiver is not built at all. */
export interface Receivers {
  voucher?: (voucher: Voucher) => void;
  ledger?: (ledger: LedgerMaster) => void;
  group?: (group: NamedMaster) => void;
  voucherType?: (voucherType: NamedMaster) => void;
  company?: (company: CompanyMaster) => void;
  openBill?: (bill: OpenBill) => void;
  /** Further objects by the name of their element, for rooms that ask for more than a reading of books may. */
  others?: ReadonlyMap<string, ElementShape>;
  /** GUID of the company a file was exported from, where it says so. */
  exportedCompany?: (guid: string) => void;
}

/** The objects under construction; one of each suffices, since none of these elements contains its like. */
export class Draft {
  voucher: Voucher = emptyVoucher();
  allLedgerEntries: Leg[] = [];
  ledgerEntries: Leg[] = [];
  accountingAllocations: Leg[] = [];
  leg: Leg = emptyLeg();
  bill: BillAllocation = emptyBill();
  bank: BankAllocation = emptyBank();
  ledger: LedgerMaster = emptyLedger();
  registration = { applicableFrom: '', gstin: '' };
  contact = { countryCode: '', phone: '' };
  named: NamedMaster = { name: '', alterId: 0, parent: '' };
  company: CompanyMaster = emptyCompany();
  openBill: OpenBill = emptyOpenBill();
  /** Of the envelope itself. */
  status: string | null = null;
  lineError: string | null = null;
  sawData = false;
  sawHeader = false;
}

export const emptyVoucher = (): Voucher => ({
  guid: '',
  alterId: 0,
  date: '',
  voucherType: '',
  number: '',
  partyLedgerName: '',
  partyGstin: '',
  cancelled: false,
  optional: false,
  postDated: false,
  deleted: false,
  legs: [],
  hasGoods: false,
});
export const emptyLeg = (): Leg => ({ ledgerName: '', amount: '', bills: [], banks: [] });
export const emptyBill = (): BillAllocation => ({ name: '', type: '', amount: '', creditPeriod: '', date: '' });
export const emptyBank = (): BankAllocation => ({
  transactionType: '',
  transferMode: '',
  instrumentDate: '',
  bankersDate: '',
});
export const emptyLedger = (): LedgerMaster => ({
  name: '',
  guid: '',
  alterId: 0,
  parent: '',
  partyGstin: '',
  registrations: [],
  mobile: '',
  phone: '',
  contacts: [],
  creditPeriod: '',
  openingBalance: '',
  closingBalance: '',
  openingBills: [],
});
export const emptyCompany = (): CompanyMaster => ({
  name: '',
  guid: '',
  booksFrom: '',
  phones: [],
  voucherCounter: null,
  masterCounter: null,
});
export const emptyOpenBill = (): OpenBill => ({ date: '', name: '', partyName: '', closing: '', due: '' });

const NO_CHILDREN: ReadonlyMap<string, ElementShape> = new Map();
export const field = (text: (draft: Draft, text: string) => void): ElementShape => ({ children: NO_CHILDREN, text });
export const element = (
  children: Record<string, ElementShape>,
  more: Omit<ElementShape, 'children'> = {},
): ElementShape => ({
  children: new Map(Object.entries(children)),
  ...more,
});
export const isYes = (text: string): boolean => text === 'Yes' || text === 'yes' || text === 'YES';

/**
 * A string cut out of a chunk keeps the whole chunk in memory for as long as it lives; this copy does not.
 * Short ones are copied by the engine anyway.
 */
export const detach = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1));

/** Ledger names, types and the like repeat by the thousand: one copy of each is kept. */
export class Interned {
  readonly #known = new Map<string, string>();
  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= 100_000) this.#known.clear();
    const copy = detach(text);
    this.#known.set(copy, copy);
    return copy;
  }
}
/** ` 283` → 283. */
export function counter(text: string): number | null {
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
