/** What a voucher's fields are called in sentences for people, and what was expected in them. */

interface Field {
  label: string;
  expected: string;
}

const AMOUNT = 'rupees as plain digits with at most two decimals, such as 42000.50';
const DECIMAL = 'a number above zero as plain digits, such as 12.5';
const text = (most: number): string => `text of at most ${most.toLocaleString('en-IN')} characters`;

const FIELDS: Readonly<Record<string, Field>> = {
  kind: { label: 'kind', expected: 'sales, purchase or sales_order' },
  number: { label: 'number', expected: text(200) },
  date: { label: 'date', expected: 'a day of the calendar, such as 2026-02-14' },
  reference: { label: 'reference', expected: text(200) },
  narration: { label: 'narration', expected: text(2_000) },
  party_name: { label: 'party’s name', expected: text(500) },
  party_gstin: { label: 'party’s GSTIN', expected: 'its 15 characters, or none for a party that is not registered' },
  party_state: { label: 'party’s state', expected: 'a state’s name or its GST code, such as 27' },
  place_of_supply: { label: 'place of supply', expected: 'a state’s name or its GST code, such as 27' },
  reverse_charge: { label: 'reverse charge', expected: 'true or false' },
  tax_treatment: { label: 'tax treatment', expected: 'regular or sez' },
  credit_days: { label: 'number of credit days', expected: 'a whole number from 0 to 3,650' },
  invoice_value: { label: 'invoice value', expected: AMOUNT },
  round_off: { label: 'round off', expected: AMOUNT },
  lines: { label: 'list of lines', expected: '1 to 1,000 of them' },
  stock_item: { label: 'stock item', expected: text(500) },
  hsn: { label: 'HSN or SAC', expected: '4, 6 or 8 digits' },
  quantity: { label: 'quantity', expected: DECIMAL },
  unit: { label: 'unit', expected: text(50) },
  rate: { label: 'rate', expected: DECIMAL },
  godown: { label: 'godown', expected: text(500) },
  taxable_value: { label: 'taxable value', expected: AMOUNT },
  cgst: { label: 'CGST', expected: AMOUNT },
  sgst: { label: 'SGST', expected: AMOUNT },
  igst: { label: 'IGST', expected: AMOUNT },
};

const fieldOf = (path: string): Field =>
  FIELDS[path.split('.').at(-1)!] ?? { label: 'voucher', expected: 'an object with the fields of a voucher' };

/** `The taxable value of item 3` for `lines.2.taxable_value`; items count from 1, as people do. */
export function labelOf(path: string): string {
  const [first, place, field] = path.split('.');
  if (first !== 'lines' || place === undefined) return `The ${fieldOf(path).label}`;
  const item = `tem ${Number(place) + 1}`;
  return field === undefined ? `I${item}` : `The ${fieldOf(path).label} of i${item}`;
}

export const expectedOf = (path: string): string => fieldOf(path).expected;
