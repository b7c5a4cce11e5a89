import { type Day, isoOf } from '../calendar.js';
import type { Kind } from './account.js';
import type { Invoice, Retailer } from './trade.js';

/** The three templates as a distributor's export fills them; the optional columns with those who know a retailer by them. */
export const HEADERS: Record<Kind, string> = {
  invoices: 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr,retailer_name,retailer_phone',
  payments: 'payment_id,invoice_id,paid_date,amount_paid_inr,retailer_gst,retailer_phone',
  returns: 'return_id,original_invoice_id,return_date,return_amount_inr',
};

export type InvoiceFields = [
  id: string,
  gst: string,
  date: string,
  dueDate: string,
  amount: string,
  name: string,
  phone: string,
];
export type PaymentFields = [id: string, invoice: string, date: string, amount: string, gst: string, phone: string];
export type ReturnFields = [id: string, invoice: string, date: string, amount: string];

export const rupees = (paise: number): string => `${Math.floor(paise / 100)}.${String(paise % 100).padStart(2, '0')}`;

export const invoiceFields = (
  { id, day, dueDay }: Invoice,
  paise: number,
  { name, gstin, phone }: Retailer,
): InvoiceFields => [
  id,
  gstin ?? '',
  isoOf(day),
  dueDay === null ? '' : isoOf(dueDay),
  rupees(paise),
  name,
  phone ?? '',
];
export const paymentFields = (id: string, invoice: string, day: Day, paise: number): PaymentFields => [
  id,
  invoice,
  isoOf(day),
  rupees(paise),
  '',
  '',
];
export const returnFields = (id: string, invoice: string, day: Day, paise: number): ReturnFields => [
  id,
  invoice,
  isoOf(day),
  rupees(paise),
];

/** One line, with quotation marks where a field needs them. */
export const lineOf = (fields: readonly string[]): string => fields.map(quoted).join(',');
const quoted = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
