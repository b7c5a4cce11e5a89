import { type Paise, paiseFromDecimal } from '../money.js';

/** Thousand crores for one amount, so that the sums of 1,000 lines stay whole numbers. */
const MOST_PAISE = 1_000_00_00_000_00;

/** Decimal text of what JSON had as text or number: a number's shortest form, which is what was written. */
const textOf = (value: string | number): string => (typeof value === 'number' ? String(value) : value.trim());

/** Paise of rupees with at most two decimals, null for anything else. Never through a binary fraction. */
export function paiseOf(rupees: string | number): Paise | null {
  const paise = paiseFromDecimal(textOf(rupees));
  return paise === null || Math.abs(paise) > MOST_PAISE ? null : paise;
}

const DECIMAL = /^\d{1,12}(\.\d{1,10})?$/;

/** A quantity or rate above zero as it was written, null for anything else. */
export function positiveDecimalOf(value: string | number): string | null {
  const text = textOf(value);
  return DECIMAL.test(text) && /[1-9]/.test(text) ? text : null;
}

export const inRupees = (paise: Paise): string =>
  `${paise < 0 ? '-' : ''}₹${(Math.abs(paise) / 100).toLocaleString('en-IN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
