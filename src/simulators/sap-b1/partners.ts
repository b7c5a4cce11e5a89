import type { Day } from '../calendar.js';
import { makeGstin, withWrongCheck } from '../gstin.js';
import type { Random } from '../random.js';
import type { Book } from './book.js';
import type { Address, Partner } from './model.js';

/** Forced on one debtor, so that a test can look for them where they must not be. */
export interface Canaries {
  gstin: string;
  name: string;
  phone: string;
}

/** Groups of business partners; who buys over the counter is in one of his own. */
export const GROUPS = [
  { code: 100, name: 'Retailers', type: 'bbpgt_CustomerGroup' },
  { code: 102, name: 'Retailers <Old City> & Cantt', type: 'bbpgt_CustomerGroup' },
  { code: 103, name: 'खुदरा विक्रेता', type: 'bbpgt_CustomerGroup' },
  { code: 109, name: 'Cash & Counter', type: 'bbpgt_CustomerGroup' },
  { code: 101, name: 'Suppliers - FMCG', type: 'bbpgt_VendorGroup' },
] as const;
export const CASH_GROUP = 109;
const DEBTOR_GROUPS = [100, 100, 102, 103];
const SUPPLIER_GROUP = 101;

/** The one-time customer: each sale is written in the name of whoever stood at the counter. */
export const ONE_TIME = 'C-ONETIME';
export const CASH_SALES = 'C-CASH';

const OWNERS = ['Sharma', 'Gupta', 'Sri Balaji', 'Khan', 'Singh', 'शर्मा', 'Patel', 'Mehta & Sons', "D'Souza", 'गुप्ता'];
const SHOPS = ['General Store', 'Kirana', 'Provision "A1" Stores', 'Traders', 'Super Mart', 'किराना भंडार', 'Agencies'];
const PLACES = ['Karol Bagh', 'Andheri', 'Hazratganj', 'Civil Lines', 'Salt Lake', 'Mylapore', 'Sadar Bazar', 'पुणे'];

/** Payment terms, partners, and their peculiarities. The first debtors are one of each kind. */
export function addMasters(book: Book, random: Random, debtors: number, canaries: Canaries | undefined): void {
  book.terms.push(
    { group: -1, name: '- Cash Basic -', months: 0, days: 0, startFrom: 'pdt_None' },
    { group: 1, name: 'Net 30', months: 0, days: 30, startFrom: 'pdt_None' },
    { group: 2, name: 'Net 45', months: 0, days: 45, startFrom: 'pdt_None' },
    { group: 3, name: '1 month + 10 days', months: 1, days: 10, startFrom: 'pdt_None' },
    { group: 4, name: 'EOM 15', months: 0, days: 15, startFrom: 'pdt_MonthEnd' },
  );
  const created = { day: book.company.booksFrom, second: 10 * 3600 };
  const add = (cardCode: string, name: string, kind: Partner['kind'], groupCode: number): Partner => {
    const partner: Partner = {
      cardCode,
      name,
      kind,
      groupCode,
      federalTaxId: null,
      cellular: null,
      phone1: null,
      addresses: [],
      billToDefault: null,
      termsGroup: 1,
      fault: null,
      wrongCheckDigit: false,
      created,
      updated: created,
      dataVersion: 1,
    };
    book.partners.push(partner);
    return partner;
  };
  add(CASH_SALES, 'Cash Sales', 'cash', CASH_GROUP).termsGroup = -1;
  const oneTime = add(ONE_TIME, 'One Time Customer', 'cash', CASH_GROUP);
  oneTime.termsGroup = -1;
  oneTime.phone1 = book.company.phone;
  for (let index = 0; index < 6; index += 1) {
    const supplier = add(
      `V${String(index + 1).padStart(5, '0')}`,
      `Supplier ${index + 1} & Co`,
      'supplier',
      SUPPLIER_GROUP,
    );
    billTo(supplier, makeGstin(random));
  }
  for (let index = 0; index < debtors; index += 1) {
    const name = `${random.pick(OWNERS)} ${random.pick(SHOPS)}, ${random.pick(PLACES)} ${index + 1}`;
    const code = index % 9 === 8 ? `R/${index + 1}&'${index % 7}` : `C${String(20_000 + index)}`;
    const debtor = add(code, name, 'debtor', random.pick(DEBTOR_GROUPS));
    debtor.termsGroup = random.pick([1, 1, 2, 3, 4]);
    identify(book, debtor, index, random);
  }
  if (canaries) {
    const debtor = debtorsOf(book).find(
      ({ addresses, fault, wrongCheckDigit }) =>
        addresses.length === 1 && addresses[0]!.gstin && !fault && !wrongCheckDigit,
    )!;
    debtor.name = canaries.name;
    debtor.addresses[0]!.gstin = canaries.gstin;
    debtor.cellular = canaries.phone;
  }
}

export const debtorsOf = (book: Book): Partner[] => book.partners.filter(({ kind }) => kind === 'debtor');

const address = (name: string, type: Address['type'], gstin: string | null): Address => ({
  name,
  type,
  gstin,
  state: gstin?.slice(0, 2) === '27' ? 'MH' : 'DL',
});

function billTo(partner: Partner, gstin: string | null, name = 'Bill To'): void {
  partner.addresses.push(address(name, 'bo_BillTo', gstin));
  partner.billToDefault ??= name;
}

/** Ten digits that no other partner of this book has. */
const phoneOf = (index: number, random: Random): string =>
  `${random.int(6, 9)}${random.int(1000, 9999)}${String(index).padStart(5, '0')}`;

function identify(book: Book, debtor: Partner, index: number, random: Random): void {
  const phone = phoneOf(index, random);
  const previous = debtorsOf(book)[index - 1];
  switch (index) {
    case 0:
      billTo(debtor, makeGstin(random).slice(0, 11));
      debtor.cellular = phone;
      debtor.fault = 'INVALID_GSTIN';
      return;
    case 1:
      // What stood there before GST: a PAN.
      debtor.federalTaxId = makeGstin(random).slice(2, 12);
      debtor.phone1 = phone;
      debtor.fault = 'INVALID_GSTIN';
      return;
    case 2:
      billTo(debtor, null);
      debtor.fault = 'IDENTITY_UNRESOLVABLE';
      return;
    case 3:
      debtor.phone1 = '0172-2654321';
      debtor.fault = 'IDENTITY_UNRESOLVABLE';
      return;
    case 4:
      debtor.cellular = phone;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 5:
      debtor.phone1 = `+91 ${previous!.cellular}`;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 6:
      debtor.cellular = book.company.phone;
      debtor.fault = 'IDENTITY_AMBIGUOUS';
      return;
    case 7:
      billTo(debtor, withWrongCheck(makeGstin(random)));
      debtor.wrongCheckDigit = true;
      return;
    case 8:
      billTo(debtor, ` ${makeGstin(random).toLowerCase()} `);
      return;
    case 9:
      // Registered in two states: each document says by its bill-to address which it is.
      billTo(debtor, makeGstin(random), 'Delhi');
      billTo(debtor, makeGstin(random), 'Mumbai');
      debtor.billToDefault = 'Mumbai';
      return;
    case 10:
      // The GSTIN of where goods go is not the buyer's, and no reason to overlook his own.
      debtor.addresses.push(address('Godown', 'bo_ShipTo', makeGstin(random)));
      billTo(debtor, makeGstin(random));
      return;
    case 11:
      debtor.addresses.push(address('Godown', 'bo_ShipTo', makeGstin(random)));
      billTo(debtor, null);
      debtor.federalTaxId = makeGstin(random);
      return;
  }
  switch (index % 6) {
    case 0:
    case 3:
      billTo(debtor, makeGstin(random));
      if (index % 4 === 0) debtor.phone1 = `011-2${String(index).padStart(7, '0')}`;
      return;
    case 1:
      billTo(debtor, null);
      debtor.federalTaxId = makeGstin(random);
      return;
    case 2:
      debtor.cellular = index % 4 === 0 ? `+91${phone}` : `91-${phone.slice(0, 5)} ${phone.slice(5)}`;
      return;
    case 4:
      billTo(debtor, makeGstin(random));
      debtor.addresses.push(address('Ship To', 'bo_ShipTo', debtor.addresses[0]!.gstin));
      debtor.cellular = phone;
      return;
    default:
      debtor.phone1 = `0${phone}`;
  }
}

/** A debtor's day of birth in the books moves nothing; for those who come later. */
export function newDebtor(book: Book, random: Random, day: Day): Partner {
  const index = book.partners.length;
  const created = { ...book.now(), day };
  const debtor: Partner = {
    cardCode: `C${20_000 + index}N`,
    name: `${random.pick(OWNERS)} ${random.pick(SHOPS)}, ${random.pick(PLACES)} ${index}`,
    kind: 'debtor',
    groupCode: 100,
    federalTaxId: null,
    cellular: phoneOf(index, random),
    phone1: null,
    addresses: [address('Bill To', 'bo_BillTo', makeGstin(random))],
    billToDefault: 'Bill To',
    termsGroup: 1,
    fault: null,
    wrongCheckDigit: false,
    created,
    updated: created,
    dataVersion: 1,
  };
  book.partners.push(debtor);
  return debtor;
}
