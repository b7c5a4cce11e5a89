import { z } from 'zod';
import { TAX_TREATMENTS, VOUCHER_KINDS } from './voucher.js';

/** A voucher as JSON carries it. Amounts are rupees, as decimal text or as a number with at most two decimals. */

const text = (most: number) => z.string().trim().min(1).max(most);
export const RupeesInput = z.union([z.string().trim().min(1).max(40), z.number()]);
const decimal = z.union([z.string().trim().min(1).max(40), z.number()]);

export const VoucherLineInput = z.strictObject({
  stock_item: text(500).optional(),
  hsn: text(20).optional(),
  quantity: decimal.optional(),
  unit: text(50).optional(),
  rate: decimal.optional(),
  godown: text(500).optional(),
  taxable_value: RupeesInput,
  cgst: RupeesInput.optional(),
  sgst: RupeesInput.optional(),
  igst: RupeesInput.optional(),
});
export type VoucherLineInput = z.infer<typeof VoucherLineInput>;

export const VoucherInput = z.strictObject({
  kind: z.enum(VOUCHER_KINDS),
  number: text(200),
  date: z.iso.date(),
  reference: text(200).optional(),
  narration: text(2_000).optional(),
  party_name: text(500),
  party_gstin: text(40).optional(),
  party_state: text(100).optional(),
  place_of_supply: text(100),
  reverse_charge: z.boolean().default(false),
  tax_treatment: z.enum(TAX_TREATMENTS).default('regular'),
  credit_days: z.int().min(0).max(3_650).optional(),
  invoice_value: RupeesInput,
  round_off: RupeesInput.optional(),
  lines: z.array(VoucherLineInput).min(1).max(1_000),
});
/** As it was handed in. */
export type VoucherInput = z.infer<typeof VoucherInput>;
