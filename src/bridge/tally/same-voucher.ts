import { rupeesFromPaise } from '../../canonical/money.js';
import { comparableName } from '../../canonical/vouchers/key.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { BuiltVoucher } from '../voucher-xml.js';
import type { FoundVoucher } from './found-voucher.js';

const sameText = (left: string, right: string): boolean => left.trim().toLowerCase() === right.trim().toLowerCase();

/**
 * Whether a voucher in Tally bears the number of the one to be written: as its number, or, where Tally gives numbers of its
 * own, as its reference. Suppliers number for themselves, so a purchase must be of the same party.
 */
export function bearsNumber(
  found: Pick<FoundVoucher, 'voucherType' | 'number' | 'reference' | 'partyName'>,
  voucher: Voucher,
  company: Pick<BridgeCompany, 'voucherTypes' | 'numbering'>,
): boolean {
  if (!sameText(found.voucherType, company.voucherTypes[voucher.kind])) return false;
  if (voucher.kind === 'purchase' && comparableName(found.partyName) !== comparableName(voucher.partyName))
    return false;
  return company.numbering === 'manual'
    ? sameText(found.number, voucher.number)
    : sameText(found.reference, voucher.reference);
}

/** What of a voucher in Tally is not as it was sent, in words; empty when nothing. */
export function differencesOf(
  found: FoundVoucher,
  voucher: Voucher,
  built: Pick<BuiltVoucher, 'entries' | 'voucherType'>,
  numbering: BridgeCompany['numbering'],
): string[] {
  const differences: string[] = [];
  if (found.cancelled) differences.push('it is cancelled');
  if (found.optional) differences.push('it is optional');
  if (found.date !== voucher.date)
    differences.push(`its date is ${found.date || 'missing'} instead of ${voucher.date}`);
  if (!sameText(found.voucherType, built.voucherType)) differences.push(`its type is "${found.voucherType}"`);
  if (comparableName(found.partyName) !== comparableName(voucher.partyName)) differences.push('its party is another');
  if (numbering === 'manual' && !sameText(found.number, voucher.number))
    differences.push(`its number is "${found.number}" instead of "${voucher.number}"`);
  differences.push(...differingEntries(found.entries, built.entries));
  return differences;
}

/** By ledger: Tally may write the entries of one ledger as one or several. */
function differingEntries(found: FoundVoucher['entries'], sent: BuiltVoucher['entries']): string[] {
  const inTally = byLedger(found);
  const asSent = byLedger(sent);
  const names = new Set([...asSent.keys(), ...inTally.keys()]);
  return [...names].flatMap((name) => {
    const [left, right] = [asSent.get(name), inTally.get(name)];
    if ((left?.paise ?? 0) === (right?.paise ?? 0)) return [];
    return [
      `ledger "${(left ?? right)!.ledger}" has ${inRupees(right?.paise ?? 0)} instead of ${inRupees(left?.paise ?? 0)}`,
    ];
  });
}

function byLedger(entries: BuiltVoucher['entries']): Map<string, { ledger: string; paise: number }> {
  const sums = new Map<string, { ledger: string; paise: number }>();
  for (const { ledger, paise } of entries) {
    const name = comparableName(ledger);
    sums.set(name, { ledger, paise: (sums.get(name)?.paise ?? 0) + paise });
  }
  return sums;
}

const inRupees = (amountPaise: number): string => rupeesFromPaise(amountPaise).toFixed(2);
