import type { VoucherInput, VoucherLineInput } from '../../canonical/vouchers/input.js';
import type { VoucherKind } from '../../canonical/vouchers/voucher.js';

/** The columns of the three templates, as data. */

export type HeaderField = Exclude<keyof VoucherInput, 'lines'>;
export type LineField = keyof VoucherLineInput;

interface Column<Field> {
  field: Field;
  name: string;
  required?: true;
}

/** The same on every row of a voucher. Number and date are called after what the file holds. */
const numberAndDate = (document: 'Invoice' | 'Order'): Column<HeaderField>[] => [
  { field: 'number', name: `${document}_No`, required: true },
  { field: 'date', name: `${document}_Date`, required: true },
];
const HEADER: readonly Column<HeaderField>[] = [
  { field: 'kind', name: 'Voucher_Type' },
  { field: 'party_name', name: 'Party_Name', required: true },
  { field: 'party_gstin', name: 'Party_GSTIN' },
  { field: 'party_state', name: 'Party_State_Code' },
  { field: 'place_of_supply', name: 'Place_Of_Supply', required: true },
  { field: 'reverse_charge', name: 'Reverse_Charge' },
  { field: 'tax_treatment', name: 'Tax_Treatment' },
  { field: 'reference', name: 'Reference_No' },
  { field: 'narration', name: 'Narration' },
  { field: 'credit_days', name: 'Credit_Days' },
  { field: 'round_off', name: 'Round_Off' },
  { field: 'invoice_value', name: 'Invoice_Value', required: true },
];
const LINE: readonly Column<LineField>[] = [
  { field: 'stock_item', name: 'Stock_Item_Name' },
  { field: 'hsn', name: 'HSN_Code' },
  { field: 'quantity', name: 'Quantity' },
  { field: 'unit', name: 'UOM' },
  { field: 'rate', name: 'Rate' },
  { field: 'godown', name: 'Godown' },
  { field: 'taxable_value', name: 'Taxable_Value', required: true },
  { field: 'cgst', name: 'CGST_Amount' },
  { field: 'sgst', name: 'SGST_Amount' },
  { field: 'igst', name: 'IGST_Amount' },
];
const ORDERED: ReadonlySet<LineField> = new Set<LineField>(['stock_item', 'quantity', 'unit', 'rate']);

/** Sales and purchases have the same columns. */
export interface Template {
  document: 'invoice' | 'order';
  header: readonly Column<HeaderField>[];
  line: readonly Column<LineField>[];
}
const ORDER: Template = {
  document: 'order',
  header: [...numberAndDate('Order'), ...HEADER],
  line: LINE.map((column) => (ORDERED.has(column.field) ? { ...column, required: true } : column)),
};
const INVOICE: Template = { document: 'invoice', header: [...numberAndDate('Invoice'), ...HEADER], line: LINE };

export const TEMPLATES: readonly Template[] = [INVOICE, ORDER];
export const templateOf = (kind: VoucherKind): Template => (kind === 'sales_order' ? ORDER : INVOICE);

export const columnsOf = ({ header, line }: Template): string[] => [...header, ...line].map(({ name }) => name);
export const requiredOf = ({ header, line }: Template): string[] =>
  [...header, ...line].filter(({ required }) => required).map(({ name }) => name);
