import type { DraftRecord, DraftReturn } from '../../../canonical/drafts.js';
import { adjustmentsOf } from './adjustments.js';
import { mainLeg } from './sales.js';
import { billsOf, sumOf, type UnderstoodVoucher } from './understood.js';

/** A credit note: one return of the party's legs together, of goods where goods stand on it. */
export function draftCreditNote(understood: UnderstoodVoucher): DraftRecord[] {
  const { voucher, date, debtorLegs } = understood;
  const { party } = mainLeg(understood);
  const legs = debtorLegs.filter((leg) => leg.party.key === party.key);
  const amountPaise = sumOf(legs);
  const returned: DraftReturn = {
    type: 'return',
    party,
    number: voucher.number,
    date,
    amountPaise,
    foreign: legs.some(({ foreign }) => foreign),
    flags: amountPaise !== null && amountPaise < 0 ? ['SIGN_UNEXPECTED'] : [],
    kind: voucher.hasGoods ? 'goods' : 'allowance',
    bills: billsOf(legs, ['against']),
  };
  const others = debtorLegs.filter((leg) => leg.party.key !== party.key);
  return [returned, ...others.flatMap((leg) => adjustmentsOf(leg, 'unknown', understood))];
}
