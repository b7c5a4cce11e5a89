import { type Paise, paiseFromDecimal } from '../../canonical/money.js';

/**
 * Paise of an amount in SAP's JSON, null where it is none. A JSON number is read back to the decimals that SAP wrote
 * (they are the shortest that mean it) and rounded to paise half away from zero, as SAP rounds: companies may calculate
 * with up to six decimals.
 */
export function paiseFromAmount(amount: unknown): Paise | null {
  if (typeof amount !== 'number' && typeof amount !== 'string') return null;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(amount).trim());
  if (!match) return null;
  const [, sign, whole, fraction = ''] = match;
  const paise = paiseFromDecimal(`${whole}.${fraction.slice(0, 2).padEnd(2, '0')}`);
  if (paise === null) return null;
  const rounded = paise + (Number(fraction.charAt(2) || 0) >= 5 ? 1 : 0);
  return sign === '-' && rounded !== 0 ? -rounded : rounded;
}
