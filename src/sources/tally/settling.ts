import { isoFromTally } from './dates.js';
import { normaliseName } from './masters.js';
import type { Voucher } from './voucher.js';

/** What settles the bills that some vouchers make. */
export interface Settling {
  /** ISO day of the oldest of those vouchers: nothing rightly settles a bill before its day. */
  since: string;
  /** Whether a voucher of which only the ledgers are known may be one. */
  mayBe: (voucher: Voucher) => boolean;
  is: (voucher: Voucher) => boolean;
}

const keyOf = (ledger: string, bill: string): string => JSON.stringify([normaliseName(ledger), bill]);

/**
 * A bill's date stands on the voucher that made it, and Tally shows it on those that settle it too: when the one is opened and
 * given another day, the others change, and their ALTERID does not. Null where none of the vouchers makes a bill.
 */
export function settlingBillsOf(vouchers: readonly Voucher[]): Settling | null {
  const bills = new Set<string>();
  const parties = new Set<string>();
  const days: string[] = [];
  for (const { date, legs } of vouchers) {
    for (const leg of legs) {
      const made = leg.bills.filter(({ name, type }) => name !== '' && !isAgainst(type));
      if (made.length === 0) continue;
      for (const { name } of made) bills.add(keyOf(leg.ledgerName, name));
      parties.add(normaliseName(leg.ledgerName));
      const day = isoFromTally(date);
      if (day !== null) days.push(day);
    }
  }
  const [since] = days.sort();
  if (since === undefined) return null;
  return {
    since,
    mayBe: ({ legs }) => legs.some(({ ledgerName }) => parties.has(normaliseName(ledgerName))),
    is: ({ legs }) =>
      legs.some((leg) => leg.bills.some(({ name, type }) => isAgainst(type) && bills.has(keyOf(leg.ledgerName, name)))),
  };
}

const isAgainst = (type: string): boolean => type.toLowerCase() === 'agst ref';
