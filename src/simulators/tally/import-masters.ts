import { gstinCheckCharacter } from '../gstin.js';
import type { Book } from './book.js';
import { putLedger } from './import-ledger.js';

export interface NewLedger {
  name: string;
  /** A group of the book. */
  parent: string;
  gstin?: string;
  billWise?: boolean;
}

const gstinOf = (state: string, pan: string): string => {
  const first14 = `${state}${pan}1Z`;
  return first14 + gstinCheckCharacter(first14);
};

const under = (parent: string, names: string[]): NewLedger[] => names.map((name) => ({ name, parent }));
const party = (parent: string, name: string, state: string, pan: string): NewLedger => ({
  name,
  parent,
  gstin: gstinOf(state, pan),
  billWise: true,
});
const KARNATAKA = '29';
const MAHARASHTRA = '27';

/** What a company that vouchers are written into has; its parties are of Karnataka and of Maharashtra. */
export const IMPORT_LEDGERS: readonly NewLedger[] = [
  ...under('Duties & Taxes', ['CGST', 'SGST', 'IGST', 'Input CGST', 'Input SGST', 'Input IGST']),
  ...under('Duties & Taxes', ['Output CGST RCM', 'Output SGST RCM', 'Output IGST RCM']),
  ...under('Sales Accounts', ['Sales']),
  ...under('Purchase Accounts', ['Purchase']),
  ...under('Indirect Expenses', ['Round Off']),
  party('Sundry Debtors', 'Bengaluru Kirana Mart', KARNATAKA, 'AABCB1234C'),
  party('Sundry Debtors', 'Mysuru Traders & Sons', KARNATAKA, 'AACCM2345D'),
  party('Sundry Debtors', 'Pune Provision Stores', MAHARASHTRA, 'AADCP3456E'),
  party('Sundry Debtors', 'Mumbai Super Mart', MAHARASHTRA, 'AAECM4567F'),
  party('Sundry Creditors', 'Hubballi Oil Mills', KARNATAKA, 'AAFCH5678G'),
  party('Sundry Creditors', 'Nashik Agro Supplies', MAHARASHTRA, 'AAGCN6789H'),
];

/** Adds the ledgers the book has none of that name for. */
export function addImportLedgers(book: Book, more: readonly NewLedger[]): void {
  for (const { name, parent, gstin = '', billWise = false } of [...IMPORT_LEDGERS, ...more])
    if (!book.named('ledgers', name)) putLedger(book, { name, parent, gstin, billWise, creditPeriod: '', mobile: '' });
}
