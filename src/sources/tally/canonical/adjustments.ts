import type { DraftAdjustment } from '../../../canonical/drafts.js';
import { type DebtorLeg, negated, partsOf, type UnderstoodVoucher } from './understood.js';

/** A debtor's leg of anything that is no sale, receipt or credit note: signed, positive when the debtor owes more. */
export function adjustmentsOf(
  leg: DebtorLeg,
  kind: DraftAdjustment['kind'],
  { voucher, date }: UnderstoodVoucher,
): DraftAdjustment[] {
  return partsOf(leg).map(({ paise, foreign, bill }) => ({
    type: 'adjustment',
    party: leg.party,
    number: voucher.number,
    date,
    amountPaise: negated(paise),
    foreign,
    flags: [],
    kind,
    bill,
  }));
}

const KINDS = {
  payment: 'payment',
  journal: 'journal',
  debit_note: 'debit_note',
  contra: 'contra',
  purchase: 'unknown',
} as const;

export function draftAdjustments(understood: UnderstoodVoucher): DraftAdjustment[] {
  const voucherClass = understood.class as keyof typeof KINDS;
  const writesOff = voucherClass === 'journal' && understood.legs.some(({ ledger }) => ledger.isWriteOff);
  const kind = writesOff ? 'write_off' : KINDS[voucherClass];
  return understood.debtorLegs.flatMap((leg) => adjustmentsOf(leg, kind, understood));
}

const REVERSING: ReadonlySet<string> = new Set(['payment', 'journal', 'debit_note']);

/**
 * Whether an adjustment is needed even where adjustments are switched off: it may take a payment back (a bounced
 * cheque), and without it that payment would count although the money never came.
 */
export const mayReversePayment = (draft: DraftAdjustment): boolean =>
  REVERSING.has(draft.kind) && draft.bill !== null && (draft.amountPaise ?? 0) > 0;
