import { type Day, plusMonths, plusYears } from '../calendar.js';
import { makeGstin, withWrongCheck } from '../gstin.js';
import type { Random } from '../random.js';
import type { Book } from './book.js';
import type { Ledger, LedgerKind, VoucherClass } from './model.js';

/** Forced on one debtor, so that a test can look for them where they must not be. */
export interface Canaries {
  gstin: string;
  name: string;
  phone: string;
}

const PRIMARY_GROUPS = [
  'Branch / Divisions',
  'Capital Account',
  'Current Assets',
  'Current Liabilities',
  'Direct Expenses',
  'Direct Incomes',
  'Fixed Assets',
  'Indirect Expenses',
  'Indirect Incomes',
  'Investments',
  'Loans (Liability)',
  'Misc. Expenses (ASSET)',
  'Purchase Accounts',
  'Sales Accounts',
  'Suspense A/c',
];
const SUB_GROUPS: [name: string, parent: string][] = [
  ['Bank Accounts', 'Current Assets'],
  ['Bank OD A/c', 'Loans (Liability)'],
  ['Cash-in-Hand', 'Current Assets'],
  ['Deposits (Asset)', 'Current Assets'],
  ['Duties & Taxes', 'Current Liabilities'],
  ['Loans & Advances (Asset)', 'Current Assets'],
  ['Provisions', 'Current Liabilities'],
  ['Reserves & Surplus', 'Capital Account'],
  ['Secured Loans', 'Loans (Liability)'],
  ['Stock-in-Hand', 'Current Assets'],
  ['Sundry Creditors', 'Current Liabilities'],
  ['Sundry Debtors', 'Current Assets'],
  ['Unsecured Loans', 'Loans (Liability)'],
];
const OWN_GROUPS: [name: string, parent: string][] = [
  ['Retailers North', 'Sundry Debtors'],
  ['Retailers <Old City> & Cantt', 'Retailers North'],
  ['खुदरा विक्रेता', 'Retailers <Old City> & Cantt'],
  ['Retailers South', 'sundry debtors '],
  ['Suppliers - FMCG', 'Sundry Creditors'],
  ['Current A/cs', 'Bank Accounts'],
  ['Debts Written Off', 'Indirect Expenses'],
];
const DEBTOR_GROUPS = ['Sundry Debtors', 'Retailers North', OWN_GROUPS[1]![0], OWN_GROUPS[2]![0], 'Retailers South'];

const NOT_ACCOUNTING = [
  'Attendance',
  'Delivery Note',
  'Job Work In Order',
  'Job Work Out Order',
  'Material In',
  'Material Out',
  'Memorandum',
  'Payroll',
  'Physical Stock',
  'Purchase Order',
  'Receipt Note',
  'Rejections In',
  'Rejections Out',
  'Reversing Journal',
  'Sales Order',
  'Stock Journal',
];
const ACCOUNTING: [name: string, VoucherClass][] = [
  ['Contra', 'contra'],
  ['Credit Note', 'credit_note'],
  ['Debit Note', 'debit_note'],
  ['Journal', 'journal'],
  ['Payment', 'payment'],
  ['Purchase', 'purchase'],
  ['Receipt', 'receipt'],
  ['Sales', 'sales'],
];
const OWN_TYPES: [name: string, parent: string, VoucherClass, prefix: string][] = [
  ['GST Sales', 'Sales', 'sales', 'GST-'],
  ['Counter Sales', 'GST Sales', 'sales', 'CS/'],
  ['Cash Memo', 'Sales', 'sales', 'CM'],
  ['नकद बिक्री & Returns', 'Cash Memo', 'sales', 'NB/'],
  ['Bank Receipt', 'Receipt', 'receipt', 'BR-'],
  ['Sales Return', 'Credit Note', 'credit_note', 'SR-'],
  ['Bank Charges & Bounces', 'Payment', 'payment', 'BC-'],
  ['Proforma Order', 'Sales Order', 'not_accounting', 'PO-'],
];

/** 15 June 2017: before anything may be dated. */
const dayIn2017: Day = 42900;

const OWNERS = ['Sharma', 'Gupta', 'Sri Balaji', 'Khan', 'Singh', 'शर्मा', 'Patel', 'Mehta & Sons', "D'Souza", 'गुप्ता'];
const SHOPS = [
  'General Store',
  'Kirana',
  'Provision "A1" Stores',
  'Traders',
  'Super Mart',
  'किराना भंडार',
  'Medical < Gen',
  'Agencies',
];
const PLACES = ['Karol Bagh', 'Andheri', 'Hazratganj', 'Civil Lines', 'Salt Lake', 'Mylapore', 'Sadar Bazar', 'पुणे'];
const CREDIT_PERIODS = ['', '30 Days', '', '45 Days', '', '2 Weeks'];

/** Adds the groups, voucher types and ledgers every book has, and `debtors` retailers. */
export function addMasters(book: Book, random: Random, debtors: number, canaries: Canaries | undefined): void {
  for (const name of PRIMARY_GROUPS) book.groups.push({ ...book.masterIds(), name, parent: '', reserved: true });
  for (const [name, parent] of SUB_GROUPS) book.groups.push({ ...book.masterIds(), name, parent, reserved: true });
  for (const [name, parent] of OWN_GROUPS) book.groups.push({ ...book.masterIds(), name, parent, reserved: false });

  for (const name of NOT_ACCOUNTING)
    book.voucherTypes.push({
      ...book.masterIds(),
      name,
      parent: name,
      reserved: true,
      class: 'not_accounting',
      prefix: '',
    });
  for (const [name, type] of ACCOUNTING)
    book.voucherTypes.push({ ...book.masterIds(), name, parent: name, reserved: true, class: type, prefix: '' });
  for (const [name, parent, type, prefix] of OWN_TYPES)
    book.voucherTypes.push({ ...book.masterIds(), name, parent, reserved: false, class: type, prefix });

  const add = (name: string, parent: string, kind: LedgerKind): Ledger => {
    const ledger: Ledger = {
      ...book.masterIds(),
      ...EMPTY_LEDGER,
      registrations: [],
      openingBills: [],
      name,
      parent,
      kind,
    };
    book.ledgers.push(ledger);
    return ledger;
  };
  add('Cash', 'Cash-in-Hand', 'cash');
  add('HDFC Bank', 'Bank Accounts', 'bank');
  add('SBI Current A/c', 'Current A/cs', 'bank');
  add('Sales GST 18%', 'Sales Accounts', 'sales');
  add('Export Sales', 'Sales Accounts', 'sales');
  add('Purchase GST 18%', 'Purchase Accounts', 'purchase');
  for (const name of ['Output CGST', 'Output SGST', 'Output IGST', 'Input CGST', 'Input SGST', 'TDS Receivable'])
    add(name, 'Duties & Taxes', 'tax');
  add('Round Off', 'Indirect Expenses', 'expense');
  add('Bank Charges', 'Indirect Expenses', 'expense');
  add('Rent', 'Indirect Expenses', 'expense');
  add('Freight & Cartage', 'Direct Expenses', 'expense');
  add('Discount Allowed', 'Indirect Expenses', 'bad_debt');
  add('Bad Debts', 'Indirect Expenses', 'bad_debt');
  add('Small Balances', 'Debts Written Off', 'bad_debt');
  add('Staff Advance', 'Loans & Advances (Asset)', 'other');
  add('Director Loan', 'Unsecured Loans', 'other');
  for (let index = 0; index < 6; index += 1) {
    const creditor = add(`Supplier ${index + 1} & Co`, index % 2 ? 'Sundry Creditors' : 'Suppliers - FMCG', 'creditor');
    creditor.billWise = true;
    creditor.partyGstin = makeGstin(random);
  }
  for (let index = 0; index < debtors; index += 1) {
    const name = `${random.pick(OWNERS)} ${random.pick(SHOPS)}, ${random.pick(PLACES)} ${index + 1}`;
    const debtor = add(name, DEBTOR_GROUPS[index % DEBTOR_GROUPS.length]!, 'debtor');
    debtor.billWise = index % 11 !== 10;
    debtor.creditPeriod = CREDIT_PERIODS[index % CREDIT_PERIODS.length]!;
    identify(book, debtor, index, random);
    openWith(book, debtor, index, random);
  }
  if (canaries) {
    const debtor = debtorsOf(book).find(
      ({ partyGstin, registrations, fault, wrongCheckDigit }) =>
        partyGstin && registrations.length === 0 && !fault && !wrongCheckDigit,
    )!;
    debtor.name = canaries.name;
    debtor.partyGstin = canaries.gstin;
    debtor.mobile = canaries.phone;
  }
}

export const debtorsOf = (book: Book): Ledger[] => book.ledgers.filter((ledger) => ledger.kind === 'debtor');

export const EMPTY_LEDGER: Omit<
  Ledger,
  'masterId' | 'alterId' | 'name' | 'parent' | 'kind' | 'registrations' | 'openingBills'
> = {
  billWise: false,
  openingPaise: 0,
  creditPeriod: '',
  partyGstin: '',
  voucherGstin: '',
  mobile: '',
  landline: '',
  contactPhone: '',
  fault: null,
  wrongCheckDigit: false,
};

/** Ten digits that no other ledger of this book has. */
const phoneOf = (index: number, random: Random): string =>
  `${random.int(6, 9)}${random.int(1000, 9999)}${String(index).padStart(5, '0')}`;

/** The first debtors are one of each peculiar kind; the rest are ordinary, in the three ways identity is kept. */
function identify(book: Book, debtor: Ledger, index: number, random: Random): void {
  const phone = phoneOf(index, random);
  const previous = debtorsOf(book)[index - 1];
  switch (index) {
    case 0:
      debtor.partyGstin = makeGstin(random).slice(0, 11);
      debtor.mobile = phone;
      debtor.fault = 'INVALID_GSTIN';
      return;
    case 1:
      debtor.fault = 'IDENTITY_UNRESOLVABLE';
      return;
    case 2:
      debtor.landline = '0172-2654321';
      debtor.fault = 'IDENTITY_UNRESOLVABLE';
      return;
    case 3:
      debtor.mobile = phone;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 4:
      debtor.contactPhone = `+91 ${previous!.mobile}`;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 5:
      debtor.mobile = book.company.phone;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 6:
      debtor.partyGstin = withWrongCheck(makeGstin(random));
      debtor.wrongCheckDigit = true;
      return;
    case 7:
      register(debtor, book.company.booksFrom, withWrongCheck(makeGstin(random)), random);
      debtor.wrongCheckDigit = true;
      return;
    case 8:
      debtor.voucherGstin = makeGstin(random);
      debtor.mobile = phone;
      return;
    case 9:
      debtor.partyGstin = ` ${makeGstin(random).toLowerCase()} `;
      return;
  }
  switch (index % 6) {
    case 0:
    case 3:
      debtor.partyGstin = makeGstin(random);
      if (index % 4 === 0) debtor.landline = phone;
      return;
    case 1:
    case 4:
      register(debtor, book.company.booksFrom, makeGstin(random), random);
      return;
    case 2:
      if (index % 4 === 0) debtor.mobile = `+91${phone}`;
      else debtor.landline = `0${phone}`;
      return;
    default:
      debtor.contactPhone = index % 4 === 1 ? `91-${phone.slice(0, 5)} ${phone.slice(5)}` : phone;
  }
}

/** Two registrations; the later one holds, also where PARTYGSTIN still shows the first. */
function register(debtor: Ledger, booksFrom: Day, gstin: string, random: Random): void {
  const earlier = makeGstin(random);
  debtor.registrations = [
    { from: plusYears(booksFrom, -1), gstin: earlier },
    { from: plusMonths(booksFrom, 2), gstin },
  ];
  debtor.partyGstin = earlier;
}

/** Opening bills: debit ones, a credit one, and a rest that no bill covers. */
function openWith(book: Book, debtor: Ledger, index: number, random: Random): void {
  if (index % 3 !== 0 || !debtor.billWise) return;
  const { booksFrom } = book.company;
  const bill = (name: string, daysBefore: number, paise: number, credit = '', dueDropped = false) =>
    debtor.openingBills.push({ name, day: booksFrom - daysBefore, paise, credit, dueDropped });
  bill(`OB-${index}/1`, random.int(5, 60), -random.int(1_000_00, 90_000_00));
  if (index % 2 === 0) bill(`OB-${index}/2`, random.int(5, 60), -random.int(1_000_00, 90_000_00), '30 Days');
  if (index % 4 === 0) bill(`OB-${index}/ADV`, random.int(5, 60), random.int(500_00, 5_000_00));
  if (index === 12) bill('OB-2017', booksFrom - dayIn2017, -7_500_00);
  if (index === 15) bill('OB-LONG', 10, -8_250_00, '365 Days', true);
  const billed = debtor.openingBills.reduce((sum, { paise }) => sum + paise, 0);
  const rest = index % 9 === 0 ? random.pick([-1, 1]) * random.int(10_00, 900_00) : 0;
  debtor.openingPaise = billed + rest;
}
