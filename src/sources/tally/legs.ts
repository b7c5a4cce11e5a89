import { type Paise, paiseFromDecimal } from '../../canonical/money.js';
import type { Leg } from './voucher.js';

export interface Amount {
  /** Null where the text is no amount. Of a compound amount, its value in rupees. */
  paise: Paise | null;
  /** Written in another currency: `-$448.44 @ ₹82.99/$ = -₹37216.04`. */
  foreign: boolean;
}

const NOTHING: Amount = { paise: 0, foreign: false };

/** `-₹ 1,00,234.50`: marked as rupees, or grouped in the Indian or the western way. */
const DRESSED = /^([+-]?)\s*(?:₹|Rs\.?)?\s*(\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(\.\d+)?$/u;

/** An AMOUNT as Tally writes it, or as people do who edit a file. An empty one is zero. */
export function readAmount(text: string): Amount {
  if (text === '') return NOTHING;
  const paise = paiseFromDecimal(text) ?? paiseFromDecimal(text.replace(DRESSED, undress));
  if (paise !== null) return { paise, foreign: false };
  if (!/[@=$€£¥₹]|[A-Za-z]{1,3}\s*\d/u.test(text)) return { paise: null, foreign: false };
  const rupees = text.slice(text.lastIndexOf('=') + 1).replace(/[^0-9.+-]/g, '');
  return { paise: paiseFromDecimal(rupees), foreign: true };
}

const undress = (_all: string, sign: string, whole: string, fraction = ''): string =>
  sign + whole.replaceAll(',', '') + fraction;

/** Sum of the legs in paise, null where one is unreadable. Zero in every voucher that balances. */
export function sumOfLegs(legs: Leg[]): Paise | null {
  let sum = 0;
  for (const leg of legs) {
    const { paise } = readAmount(leg.amount);
    if (paise === null) return null;
    sum += paise;
  }
  return sum;
}

/**
 * Tally writes a voucher's ledger lines in up to three places, and which of them together are the voucher depends on
 * build and view: ALLLEDGERENTRIES alone in collections (where the sales ledger stands *again* under the goods),
 * LEDGERENTRIES with the goods' ACCOUNTINGALLOCATIONS in an invoice of a file or report. The first reading that
 * balances is taken; when none does, the first that holds anything, and the imbalance is reported later.
 */
export function chooseLegs(allLedgerEntries: Leg[], ledgerEntries: Leg[], accountingAllocations: Leg[]): Leg[] {
  if (accountingAllocations.length === 0) {
    if (ledgerEntries.length === 0) return allLedgerEntries;
    if (allLedgerEntries.length === 0) return ledgerEntries;
  }
  const readings: Leg[][] = [];
  if (allLedgerEntries.length > 0) readings.push(allLedgerEntries, [...allLedgerEntries, ...accountingAllocations]);
  if (ledgerEntries.length > 0) readings.push([...ledgerEntries, ...accountingAllocations], ledgerEntries);
  if (readings.length === 0) return accountingAllocations;
  return readings.find((legs) => sumOfLegs(legs) === 0) ?? readings[0]!;
}
