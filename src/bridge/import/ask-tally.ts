import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { FoundVoucher } from '../tally/found-voucher.js';
import { bearsNumber, differencesOf } from '../tally/same-voucher.js';
import type { BooksState, TallyBooks } from '../tally/tally-books.js';
import type { BuiltVoucher } from '../voucher-xml.js';

/** What Tally holds of a voucher that may have been written. */
export interface Answer {
  /** Exactly as it would be sent. */
  equal: FoundVoucher[];
  /** Of its number, but not as it would be sent. */
  different: Different[];
  /** Of its reference and all its content, under a number of Tally's own, though the settings say that Tally gives none. */
  renumbered: Different[];
}
interface Different {
  found: FoundVoucher;
  differences: string[];
}

/** Asks by its day and number. An answer without a match proves nothing yet: see `isAbsent`. */
export async function askForVoucher(
  tally: TallyBooks,
  company: BridgeCompany,
  voucher: Voucher,
  built: BuiltVoucher,
  signal: AbortSignal,
): Promise<Answer> {
  const found = await tally.numbered(voucher.date, [voucher.number, voucher.reference], signal);
  const answer: Answer = { equal: [], different: [], renumbered: [] };
  for (const one of found) {
    const differences = differencesOf(one, voucher, built, company.numbering);
    if (!bearsNumber(one, voucher, company)) {
      if (isRenumbered(one, voucher, company, built)) answer.renumbered.push({ found: one, differences });
    } else if (differences.length === 0) answer.equal.push(one);
    else answer.different.push({ found: one, differences });
  }
  return answer;
}

const isRenumbered = (found: FoundVoucher, voucher: Voucher, company: BridgeCompany, built: BuiltVoucher): boolean => {
  const automatic = { ...company, numbering: 'automatic' } as const;
  return bearsNumber(found, voucher, automatic) && differencesOf(found, voucher, built, 'automatic').length === 0;
};

/**
 * Whether Tally certainly does not hold a voucher that was not found. Tally answers "no rows" with STATUS 1 where no company is open
 * (facts: Transport), and does not show what lies outside its period. So the pinned company must be open after the
 * asking, and whatever changed since `counterBefore`, taken before the voucher was sent, must be there to be seen: other people's work.
 * Without a counter of before, nothing may be found a second time; and where the voucher would be sent, Tally must show at least the
 * newest voucher of the books.
 */
export async function isAbsent(
  tally: TallyBooks,
  counterBefore: number | null,
  askAgain: () => Promise<Answer>,
  { date, wouldBeSent, signal }: { date: string; wouldBeSent: boolean; signal: AbortSignal },
): Promise<boolean> {
  const now = await tally.state(signal);
  const counter = Math.max(now.voucherCounter, now.masterCounter);
  if (counterBefore === counter) return true;
  const again = await askAgain();
  if (again.equal.length + again.different.length > 0) return false;
  if (counterBefore === null) return !wouldBeSent || (await showsNewest(tally, now, date, signal));
  const changed = await tally.changedSince(counterBefore, { booksFrom: now.booksFrom, near: date }, signal);
  const seen = new Set(changed.map(({ alterId }) => alterId)).size;
  // Masters share the sequence: once they moved too, nobody can tell whose the numbers are that were not seen.
  return now.masterCounter <= counterBefore && seen >= counter - counterBefore;
}

/** What was deleted last, or lies outside the period, cannot be told from what is not shown. */
const showsNewest = async (
  tally: TallyBooks,
  { voucherCounter, booksFrom }: BooksState,
  near: string,
  signal: AbortSignal,
): Promise<boolean> =>
  voucherCounter === 0 || (await tally.changedSince(voucherCounter - 1, { booksFrom, near }, signal)).length > 0;
