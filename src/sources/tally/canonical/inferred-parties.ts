import { type Masters, normaliseName, type VoucherClass } from '../masters.js';
import type { Voucher } from '../voucher.js';
import type { UnderstoodLeg } from './understood.js';

/** What the ledgers of taxes, rounding and the like are mostly called. A leg with bills is a party whatever its name. */
const NO_PARTY =
  /\b(?:[csi]|ut)?gst\b|\bcess\b|\bvat\b|\bt[dc]s\b|\btax(?:es)?\b|\bround(?:ed|ing)?\b|\bdiscounts?\b|\bfreight\b/;

/**
 * The legs of a voucher with whom it makes its party, for files without masters: a sale, receipt or credit note has a
 * debtor, nothing else has. The party is
 * - the ledger of PARTYLEDGERNAME; in a receipt where that is credited (it is often the bank), and beside it whoever
 *   else is credited against bills;
 * - where that names nobody: of the legs on the party's side (debit in a sale, else credit) those with bills; else any
 *   with bills, so that a wrong sign is seen; else all on that side that are not called after a tax or rounding.
 *
 * Cash, and a leg with bank allocations, never are.
 */
export function withInferredParties(
  voucher: Voucher,
  voucherClass: VoucherClass,
  legs: UnderstoodLeg[],
  masters: Masters,
): UnderstoodLeg[] {
  if (voucherClass !== 'sales' && voucherClass !== 'receipt' && voucherClass !== 'credit_note') return legs;
  const known = legs.map((leg, index) =>
    voucher.legs[index]!.banks.length > 0 ? { ...leg, ledger: { ...leg.ledger, isBank: true } } : leg,
  );
  const parties = partiesOf(voucher, voucherClass, known);
  return known.map((leg, index) =>
    parties.has(index)
      ? { ...leg, ledger: { ...leg.ledger, party: masters.strangerNamed(voucher.legs[index]!.ledgerName) } }
      : leg,
  );
}

/** Positions among the legs. */
function partiesOf(
  voucher: Voucher,
  voucherClass: 'sales' | 'receipt' | 'credit_note',
  legs: UnderstoodLeg[],
): ReadonlySet<number> {
  const names = voucher.legs.map(({ ledgerName }) => normaliseName(ledgerName));
  const positions = (keep: (leg: UnderstoodLeg, index: number) => boolean): number[] =>
    [...legs.keys()].filter((index) => names[index] !== '' && keep(legs[index]!, index));
  const mayBe = ({ ledger }: UnderstoodLeg): boolean => !ledger.isCash && !ledger.isBank;
  const sign = voucherClass === 'sales' ? -1 : 1;
  const isOnSide = ({ paise }: UnderstoodLeg): boolean => paise !== null && paise * sign > 0;
  const isBilled = (leg: UnderstoodLeg): boolean => mayBe(leg) && leg.allocations.length > 0;

  const partyName = normaliseName(voucher.partyLedgerName);
  const named = partyName === '' ? [] : positions((_leg, index) => names[index] === partyName);
  if (named.length > 0 && (voucherClass !== 'receipt' || named.some((index) => isOnSide(legs[index]!)))) {
    const others = voucherClass === 'receipt' ? positions((leg) => isBilled(leg) && isOnSide(leg)) : [];
    return new Set([...named.filter((index) => mayBe(legs[index]!)), ...others]);
  }
  const choices = [
    positions((leg) => isBilled(leg) && isOnSide(leg)),
    positions(isBilled),
    positions((leg, index) => mayBe(leg) && isOnSide(leg) && !NO_PARTY.test(names[index]!)),
  ];
  return new Set(choices.find((choice) => choice.length > 0) ?? []);
}
