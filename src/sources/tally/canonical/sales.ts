import type { DraftInvoice, DraftRecord } from '../../../canonical/drafts.js';
import { addCreditPeriod } from '../dates.js';
import { normaliseName } from '../masters.js';
import { adjustmentsOf } from './adjustments.js';
import { billsOf, type DebtorLeg, negated, sumOf, type UnderstoodVoucher } from './understood.js';

/**
 * A sale: one invoice of the party's legs together. A sale whose party owes less is written with the wrong sign; its
 * amount stays negative, for the rules to refuse. Legs of further debtors move those debtors' balances.
 */
export function draftSales(understood: UnderstoodVoucher): DraftRecord[] {
  const { voucher, date, debtorLegs, settings } = understood;
  const { party } = mainLeg(understood);
  const legs = debtorLegs.filter((leg) => leg.party.key === party.key);
  const amountPaise = negated(sumOf(legs));
  const invoice: DraftInvoice = {
    type: 'invoice',
    party,
    number: voucher.number,
    date,
    amountPaise,
    foreign: legs.some(({ foreign }) => foreign),
    flags: amountPaise !== null && amountPaise < 0 ? ['SIGN_UNEXPECTED'] : [],
    dueDate: dueDateOf(legs, date, settings.defaultCreditDays),
    opening: false,
    bills: billsOf(legs, ['new', 'against']),
  };
  const others = debtorLegs.filter((leg) => leg.party.key !== party.key);
  return [invoice, ...others.flatMap((leg) => adjustmentsOf(leg, 'unknown', understood))];
}

/** The leg of the ledger Tally calls the party, where that is a debtor; else the first debtor's. */
export function mainLeg({ voucher, debtorLegs }: UnderstoodVoucher): DebtorLeg {
  const [first] = debtorLegs;
  if (debtorLegs.length === 1) return first!;
  const partyName = normaliseName(voucher.partyLedgerName);
  return debtorLegs.find(({ party }) => normaliseName(party.name) === partyName) ?? first!;
}

/** The latest day on which one of the new bills falls due; without bills, as if the voucher were one without a term. */
function dueDateOf(legs: DebtorLeg[], date: string | null, defaultCreditDays: number | null): string | null {
  let latest: string | null = null;
  let hasBill = false;
  for (const leg of legs) {
    for (const { type, bill, creditPeriod } of leg.allocations) {
      if (type !== 'new') continue;
      hasBill = true;
      const due = dueDate(bill?.date ?? date, creditPeriod, leg.ledger.creditPeriod, defaultCreditDays);
      if (due !== null && (latest === null || due > latest)) latest = due;
    }
  }
  return hasBill || legs.length === 0 ? latest : dueDate(date, '', legs[0]!.ledger.creditPeriod, defaultCreditDays);
}

/** The bill's own term, else the ledger's, else the distributor's; null when nobody says one. */
export function dueDate(
  billDate: string | null,
  ofBill: string,
  ofLedger: string,
  defaultCreditDays: number | null,
): string | null {
  if (billDate === null) return null;
  return (
    addCreditPeriod(billDate, ofBill) ??
    addCreditPeriod(billDate, ofLedger) ??
    (defaultCreditDays === null ? null : addCreditPeriod(billDate, `${defaultCreditDays} Days`))
  );
}
