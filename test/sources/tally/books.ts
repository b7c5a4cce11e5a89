import {
  buildMasters,
  type MasterLists,
  type MasterSettings,
  type Masters,
} from '../../../src/sources/tally/masters.js';
import type { BillAllocation, LedgerMaster, Leg, Voucher } from '../../../src/sources/tally/voucher.js';

/** A small set of books for tests: two debtors, one of them in a sub-group, and what stands against them. */

export const aLedger = (name: string, parent: string, more: Partial<LedgerMaster> = {}): LedgerMaster => ({
  name,
  guid: `guid-${name}`,
  alterId: 5,
  parent,
  partyGstin: '',
  registrations: [],
  mobile: '',
  phone: '',
  contacts: [],
  creditPeriod: '',
  openingBalance: '',
  closingBalance: '',
  openingBills: [],
  ...more,
});

const GROUPS = [
  ['Sundry Debtors', 'Current Assets'],
  ['North', ' sundry DEBTORS '],
  ['Kirana', 'North'],
  ['Bank Accounts', 'Current Assets'],
  ['Cash-in-Hand', 'Current Assets'],
  ['Indirect Expenses', 'Primary'],
  ['Sales Accounts', 'Primary'],
  ['Loops', 'Loops'],
] as const;
const TYPES = [
  ...['Sales', 'Receipt', 'Credit Note', 'Debit Note', 'Payment', 'Journal', 'Contra', 'Purchase', 'Sales Order'].map(
    (name) => [name, name] as const,
  ),
  ['GST Sales', 'Sales'],
  ['Counter', 'GST Sales'],
] as const;

export const LEDGERS = [
  aLedger('Asha', 'Kirana', { partyGstin: '27AABCU9601R1Z1', creditPeriod: '30 Days' }),
  aLedger('Bala', 'Sundry Debtors', { mobile: '+91 98765 43210' }),
  aLedger('Cash', 'Cash-in-Hand'),
  aLedger('Bank', 'Bank Accounts'),
  aLedger('Goods Sold', 'Sales Accounts'),
  aLedger('Bad Debts', 'Indirect Expenses'),
  aLedger('Rent', 'Indirect Expenses'),
  aLedger('Odd', 'Loops'),
];

export function books(
  ledgers: LedgerMaster[] = LEDGERS,
  more: Partial<MasterSettings> = {},
  lists: Partial<MasterLists> = {},
): Masters {
  return buildMasters(
    {
      ledgers,
      groups: GROUPS.map(([name, parent]) => ({ name, alterId: 1, parent })),
      voucherTypes: TYPES.map(([name, parent]) => ({ name, alterId: 1, parent })),
      ...lists,
    },
    {
      companyGuid: 'company',
      booksFrom: '2024-04-01',
      complete: true,
      excludedLedgers: [],
      ownPhones: [],
      today: '2026-05-18',
      hashName: (name) => `hash(${name.length})`,
      ...more,
    },
  );
}

export const bill = (
  type: string,
  name: string,
  amount: string,
  more: Partial<BillAllocation> = {},
): BillAllocation => ({
  type,
  name,
  amount,
  creditPeriod: '',
  date: '',
  ...more,
});
export const leg = (
  ledgerName: string,
  amount: string,
  bills: BillAllocation[] = [],
  more: Partial<Leg> = {},
): Leg => ({
  ledgerName,
  amount,
  bills,
  banks: [],
  ...more,
});
export const aVoucher = (voucherType: string, legs: Leg[], more: Partial<Voucher> = {}): Voucher => ({
  guid: 'company-00000001',
  alterId: 7,
  date: '20250410',
  voucherType,
  number: 'V/1',
  partyLedgerName: legs[0]?.ledgerName ?? '',
  partyGstin: '',
  cancelled: false,
  optional: false,
  postDated: false,
  deleted: false,
  legs,
  hasGoods: false,
  ...more,
});
