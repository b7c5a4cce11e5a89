import { isoOf } from '../calendar.js';
import type { Kind } from './account.js';
import {
  type InvoiceFields,
  invoiceFields,
  lineOf,
  type PaymentFields,
  paymentFields,
  type ReturnFields,
  returnFields,
} from './rows.js';
import type { Trade } from './trade.js';

/** A line that has to be refused, and the code it has to be refused with. */
export interface Refused {
  code: string;
  line: string;
}
type Spoil<Fields> = (fields: Fields) => void;

const INVOICES: Array<[code: string, spoil: Spoil<InvoiceFields>]> = [
  ['INVALID_GSTIN', (row) => set(row, 1, '27ABCDE1234')],
  ['IDENTITY_UNRESOLVABLE', (row) => set(set(row, 1, ''), 6, '')],
  ['IDENTITY_UNRESOLVABLE', (row) => set(set(row, 1, ''), 6, '022-23456789')],
  ['INVALID_DATE', (row) => set(row, 2, row[2].split('-').reverse().join('/'))],
  ['INVALID_DATE', (row) => set(row, 2, '2017-12-31')],
  ['INVALID_DATE', (row) => set(row, 2, '2099-01-01')],
  ['AMOUNT_OUTLIER', (row) => set(row, 4, '1,23,456.00')],
  ['AMOUNT_OUTLIER', (row) => set(row, 4, '0')],
  ['AMOUNT_OUTLIER', (row) => set(row, 4, '5000000.00')],
  ['AMOUNT_OUTLIER', (row) => set(row, 4, 'Rs 500')],
  ['FORMULA_CELL', (row) => set(row, 5, '=SUM(A1:A9)')],
  ['LINE_BREAK', (row) => set(row, 5, 'Sharma\nGeneral Store')],
  ['INVALID_ID', (row) => set(row, 0, '')],
  ['INVALID_ID', (row) => set(row, 0, '1.23E+14')],
];
const PAYMENTS: Array<[code: string, spoil: Spoil<PaymentFields>]> = [
  ['INVOICE_UNKNOWN', (row) => set(row, 1, 'NO-SUCH-BILL')],
  ['INVOICE_UNKNOWN', (row) => set(row, 1, '')],
  ['INVALID_PAYMENT_DATE', (row) => set(row, 2, '2018-01-01')],
  ['INVALID_PAYMENT_DATE', (row) => set(row, 2, '2099-01-01')],
  ['INVALID_PAYMENT_DATE', (row) => set(row, 2, row[2].replaceAll('-', ''))],
  ['AMOUNT_OUTLIER', (row) => set(row, 3, '-500.00')],
  ['INVALID_ID', (row) => set(row, 0, '')],
];
const RETURNS: Array<[code: string, spoil: Spoil<ReturnFields>]> = [
  ['INVOICE_UNKNOWN', (row) => set(row, 1, 'NO-SUCH-BILL')],
  ['INVALID_DATE', (row) => set(row, 2, '2026-02-30')],
  ['AMOUNT_OUTLIER', (row) => set(row, 3, '12.345')],
];

/** Enough of them that each comes once, and of many rows one in 250. */
const every = (count: number): number => Math.max(1, Math.min(250, Math.floor(count / (INVOICES.length + 3))));

/** What stands behind an invoice's row, or behind those of its month, that has to be refused; null behind most. */
export function refusedAfter(trade: Trade, kind: Kind, number: number): Refused | null {
  const step = every(trade.count);
  if (!trade.peculiar || number % step !== step - 1) return null;
  const turn = Math.floor(number / step);
  if (kind === 'invoices') return refusedInvoice(trade, number, turn % (INVOICES.length + 3));
  const { id, day, paise } = trade.invoice(number);
  if (kind === 'payments')
    return spoilt(PAYMENTS, turn % PAYMENTS.length, paymentFields(`RX-${number}`, id, day, paise));
  return spoilt(RETURNS, turn % RETURNS.length, returnFields(`CX-${number}`, id, day, paise));
}

function refusedInvoice(trade: Trade, number: number, turn: number): Refused {
  const invoice = trade.invoice(number);
  const fields = invoiceFields(invoice, invoice.paise, trade.retailers[invoice.retailer]!);
  if (turn < INVOICES.length) return spoilt(INVOICES, turn, set(fields, 0, `X-${number}`));
  if (turn === INVOICES.length) return { code: 'ID_REPEATED', line: lineOf(set(fields, 4, '1.00')) };
  if (turn === INVOICES.length + 1) {
    const other = trade.retailers[(invoice.retailer + 1) % trade.retailers.length]!;
    return { code: 'ID_REUSED', line: lineOf(set(set(fields, 1, other.gstin ?? ''), 6, other.phone ?? '')) };
  }
  return { code: 'ROW_RAGGED', line: `X-${number},,${isoOf(invoice.day)},,1,200.00,Sharma, Main Road,` };
}

function spoilt<Fields extends string[]>(
  spoils: Array<[string, Spoil<Fields>]>,
  turn: number,
  fields: Fields,
): Refused {
  const [code, spoil] = spoils[turn]!;
  spoil(fields);
  return { code, line: lineOf(fields) };
}

function set<Fields extends string[]>(fields: Fields, place: number, value: string): Fields {
  fields[place] = value;
  return fields;
}
