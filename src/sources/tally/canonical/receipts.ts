import type { DraftPayment, DraftRecord } from '../../../canonical/drafts.js';
import { isoFromTally } from '../dates.js';
import type { BankAllocation } from '../voucher.js';
import { adjustmentsOf } from './adjustments.js';
import { type DebtorLeg, partsOf, type UnderstoodVoucher } from './understood.js';

/**
 * A receipt: one payment a bill allocation of each debtor who is credited. What a receipt debits a debtor with, in a
 * leg or within one, is no payment but an adjustment.
 */
export function draftReceipt(understood: UnderstoodVoucher): DraftRecord[] {
  const { voucher, date, legs } = understood;
  const banks = voucher.legs.flatMap((leg) => leg.banks);
  const method = methodOf(banks) ?? (legs.some(({ ledger }) => ledger.isCash) ? 'cash' : null);
  const [bank] = banks;
  const payment = (leg: DebtorLeg, part: ReturnType<typeof partsOf>[number]): DraftPayment => ({
    type: 'payment',
    party: leg.party,
    number: voucher.number,
    date,
    amountPaise: part.paise,
    foreign: part.foreign,
    flags: [],
    bill: part.bill,
    method,
    postDated: voucher.postDated,
    instrumentDate: isoFromTally(bank?.instrumentDate ?? ''),
    clearedOn: isoFromTally(bank?.bankersDate ?? ''),
  });
  return understood.debtorLegs.flatMap((leg): DraftRecord[] => {
    if (leg.paise !== null && leg.paise < 0) return adjustmentsOf(leg, 'unknown', understood);
    const debits = adjustmentsOf(leg, 'unknown', understood);
    return partsOf(leg).map((part, index) =>
      part.paise !== null && part.paise < 0 ? debits[index]! : payment(leg, part),
    );
  });
}

/** Null where the bank allocations say nothing, or contradict one another. */
function methodOf(banks: BankAllocation[]): DraftPayment['method'] {
  const methods = new Set(banks.map(methodOfBank));
  return methods.size === 1 ? [...methods][0]! : null;
}

function methodOfBank({ transactionType, transferMode }: BankAllocation): DraftPayment['method'] {
  if (/^\s*cheque/i.test(transactionType)) return 'cheque';
  const match = /\b(NEFT|RTGS|IMPS)\b/i.exec(`${transferMode} ${transactionType}`);
  return match ? (match[1]!.toUpperCase() as 'NEFT' | 'RTGS' | 'IMPS') : null;
}
