import { isoFromTally } from '../dates.js';
import { readAmount } from '../legs.js';
import type { Masters, Opening } from '../masters.js';

/**
 * What of a debtor's opening balance in a company of split books is not known from the companies before it. Splitting
 * carries everything forward: the bills still open, under their names and days, and the rest as one sum. So of a debtor
 * whom an earlier company has
 * - a bill of a day that the earlier companies are read for was made by a voucher there: an invoice, but also a journal,
 *   a debit note or an advance, which Bronze does not hold by the name of the bill they make;
 * - an older bill is left out where the opening bills of an earlier company hold it, by party, name and day;
 * - what no bill covers comes from vouchers there too.
 * A debtor whom no earlier company has keeps everything.
 *
 * @param earlier oldest first
 * @param first ISO day from which on the earlier companies are read
 */
export function withoutCarried(opening: Opening, earlier: readonly Masters[], first: string): Opening {
  if (opening.party.key === opening.guid) return opening;
  const known = new Set(
    earlier
      .flatMap(({ openings }) => openings)
      .filter(({ party }) => party.key === opening.party.key)
      .flatMap(({ bills }) => bills.map(billKey)),
  );
  const bills = opening.bills.filter((bill) => {
    const day = isoFromTally(bill.date);
    return (day === null || day < first) && !known.has(billKey(bill));
  });
  const paise = bills.reduce((sum, bill) => sum + (readAmount(bill.amount).paise ?? 0), 0);
  return { ...opening, bills, balance: (paise / 100).toFixed(2) };
}

const billKey = ({ name, date }: { name: string; date: string }): string => `${isoFromTally(date) ?? ''} ${name}`;
