import type { Paise } from '../money.js';

/** A voucher to be written into an ERP: facts of an invoice or order as somebody issued it, never recomputed. */

export const VOUCHER_KINDS = ['sales', 'purchase', 'sales_order'] as const;
export type VoucherKind = (typeof VOUCHER_KINDS)[number];

/** `sez`: to or by a unit of a special economic zone, which is taxed as between two states wherever it lies. */
export const TAX_TREATMENTS = ['regular', 'sez'] as const;
export type TaxTreatment = (typeof TAX_TREATMENTS)[number];

export interface VoucherLine {
  stockItem: string | null;
  /** HSN or SAC: 4, 6 or 8 digits. */
  hsn: string | null;
  /** Decimal text without sign or grouping, as it was given: never through a binary fraction. */
  quantity: string | null;
  unit: string | null;
  /** Rupees for one unit, decimal text as `quantity`. */
  rate: string | null;
  godown: string | null;
  taxablePaise: Paise;
  cgstPaise: Paise;
  /** SGST or UTGST. */
  sgstPaise: Paise;
  igstPaise: Paise;
}

export interface Voucher {
  kind: VoucherKind;
  /** Of the invoice or order, as it was issued; for a purchase the supplier's. */
  number: string;
  /** ISO day. */
  date: string;
  /** What stands as Reference in Tally; the number itself where none was given. */
  reference: string;
  narration: string;
  partyName: string;
  partyGstin: string | null;
  /** GST state code of two digits. */
  partyState: string | null;
  /** GST state code of two digits. */
  placeOfSupply: string;
  reverseCharge: boolean;
  taxTreatment: TaxTreatment;
  /** Days from the voucher's date; null where none was agreed. */
  creditDays: number | null;
  invoicePaise: Paise;
  /** Either sign. */
  roundOffPaise: Paise;
  /** At least one. */
  lines: readonly VoucherLine[];
}

/** What is wrong with a voucher that was handed in, one sentence: what, where, what was expected. It repeats no value. */
export interface VoucherFault {
  /** Position among the vouchers handed in, from 0. */
  index: number;
  /** Path within the voucher as JSON has it, such as `lines.0.taxable_value`; '' for the voucher as a whole. */
  path: string;
  code: string;
  message: string;
}

export interface VoucherSums {
  taxablePaise: Paise;
  cgstPaise: Paise;
  sgstPaise: Paise;
  igstPaise: Paise;
}

export function sumsOf({ lines }: Pick<Voucher, 'lines'>): VoucherSums {
  const sums = { taxablePaise: 0, cgstPaise: 0, sgstPaise: 0, igstPaise: 0 };
  for (const line of lines) {
    sums.taxablePaise += line.taxablePaise;
    sums.cgstPaise += line.cgstPaise;
    sums.sgstPaise += line.sgstPaise;
    sums.igstPaise += line.igstPaise;
  }
  return sums;
}
