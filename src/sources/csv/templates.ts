import type { RecordType } from '../../canonical/records.js';

/** The three CSV templates of the integration specification §5, as data. */
export interface Template {
  name: 'invoices' | 'payments' | 'returns';
  recordType: RecordType;
  /** Columns by what they hold. */
  id: string;
  date: string;
  amount: string;
  /** Column with the id of the invoice that is settled. */
  settles: string | null;
  required: readonly string[];
  optional: readonly string[];
}

export const TEMPLATES: readonly Template[] = [
  {
    name: 'invoices',
    recordType: 'invoice',
    id: 'invoice_id',
    date: 'invoice_date',
    amount: 'amount_inr',
    settles: null,
    required: ['invoice_id', 'retailer_gst', 'invoice_date', 'due_date', 'amount_inr'],
    optional: ['retailer_name', 'retailer_phone'],
  },
  {
    name: 'payments',
    recordType: 'payment',
    id: 'payment_id',
    date: 'paid_date',
    amount: 'amount_paid_inr',
    settles: 'invoice_id',
    required: ['payment_id', 'invoice_id', 'paid_date', 'amount_paid_inr'],
    optional: ['retailer_gst', 'retailer_name', 'retailer_phone'],
  },
  {
    name: 'returns',
    recordType: 'return',
    id: 'return_id',
    date: 'return_date',
    amount: 'return_amount_inr',
    settles: 'original_invoice_id',
    required: ['return_id', 'original_invoice_id', 'return_date', 'return_amount_inr'],
    optional: ['retailer_gst', 'retailer_name', 'retailer_phone'],
  },
];

export const columnsOf = ({ required, optional }: Template): string[] => [...required, ...optional];
export const ALL_COLUMNS: ReadonlySet<string> = new Set(TEMPLATES.flatMap(columnsOf));
