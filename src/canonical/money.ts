/** Integer paise: ₹1 = 100. Sums of a book stay far below 2^53. */
export type Paise = number;

/** Rupees as they travel in JSON (`42000.5`) from paise; exact, since a paise amount has at most two decimals. */
export const rupeesFromPaise = (amountPaise: Paise): number => amountPaise / 100;

/** Paise from rupees with at most two decimals; rounding only undoes the binary fraction. */
export const paiseFromRupees = (amountRupees: number): Paise => Math.round(amountRupees * 100);

const DECIMAL = /^([+-]?)(\d{1,13})(?:\.(\d{1,2})0*)?$/;

/**
 * Paise from decimal text as an ERP writes it (`-94990.00`, `101.5`). Returns null for anything else: text with a
 * currency symbol, more than two significant decimals, exponents. Never goes through a binary fraction.
 */
export function paiseFromDecimal(text: string): Paise | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const [, sign, whole, fraction = ''] = match;
  const paise = Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
  return sign === '-' && paise !== 0 ? -paise : paise;
}

/** Decimal text with two decimals, as an ERP reads it (`-94990.00`). Never goes through a binary fraction. */
export function decimalFromPaise(paise: Paise): string {
  const digits = String(Math.abs(paise)).padStart(3, '0');
  return `${paise < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
