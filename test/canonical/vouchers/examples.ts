import type { z } from 'zod';
import { gstinCheckDigit } from '../../../src/canonical/gstin.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import { readVoucher } from '../../../src/canonical/vouchers/read-voucher.js';
import type { Voucher, VoucherFault } from '../../../src/canonical/vouchers/voucher.js';

export type HandedIn = z.input<typeof VoucherInput>;

/** A made-up registration in a state, with the right check digit. */
export function gstinOf(state: string, holder = 'AAAPS1234A'): string {
  const body = `${state}${holder}1Z`;
  return body + gstinCheckDigit(`${body}0`);
}

/** Sold within Karnataka: 10,000 and 18 % make 11,800. */
export const sale = (changes: Partial<HandedIn> = {}): HandedIn => ({
  kind: 'sales',
  number: 'INV-2026-001',
  date: '2026-02-14',
  party_name: 'Asha Stores',
  party_gstin: gstinOf('29'),
  place_of_supply: 'Karnataka',
  invoice_value: '11800.00',
  lines: [{ hsn: '8517', taxable_value: '10000.00', cgst: '900.00', sgst: '900.00' }],
  ...changes,
});

/** Bought from Maharashtra. */
export const purchase = (changes: Partial<HandedIn> = {}): HandedIn =>
  sale({
    kind: 'purchase',
    number: 'B/77',
    party_name: 'Deccan Supplies',
    party_gstin: gstinOf('27'),
    lines: [{ taxable_value: '10000.00', igst: '1800.00' }],
    ...changes,
  });

export const order = (changes: Partial<HandedIn> = {}): HandedIn =>
  sale({
    kind: 'sales_order',
    number: 'SO-9',
    lines: [
      {
        stock_item: 'Phone X',
        quantity: '2',
        unit: 'Nos',
        rate: '5000',
        taxable_value: '10000',
        cgst: '900',
        sgst: '900',
      },
    ],
    ...changes,
  });

export function voucherOf(input: HandedIn): Voucher {
  const read = readVoucher(input, 0);
  if ('faults' in read) throw new Error(read.faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return read.voucher;
}

export function faultsOf(input: HandedIn): VoucherFault[] {
  const read = readVoucher(input, 0);
  return 'faults' in read ? read.faults : [];
}
