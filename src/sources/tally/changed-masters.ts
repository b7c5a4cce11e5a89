import type { NamedMaster, Voucher } from './voucher.js';

/** A ledger with all that it inherits from, and whether its identity is a phone alone. */
export interface DescribedLedger {
  /** Normal form. */
  name: string;
  alterId: number;
  /** Normal names of its group and all above. */
  groups: string[];
  /** A debtor that is known by a phone alone: another ledger with that phone makes it ambiguous. */
  byPhoneAlone: boolean;
}

/** Whether a voucher names a master that changed. */
export type NamesChanged = (voucher: Voucher) => boolean;

/**
 * A master that changes leaves the ALTERID of its vouchers as it was: a party moved to another group, a mended GSTIN, a
 * renamed ledger, a voucher type under another parent. So each ledger counts as changed that was altered itself or
 * stands under an altered group, whether it is a debtor now or not: it may have been one. And where any ledger changed,
 * every debtor known by a phone alone, for whom the phone may have become ambiguous, or ceased to be.
 *
 * @returns null when nothing changed since the counter for masters stood at `since`.
 */
export function namesChangedSince(
  since: number,
  ledgers: readonly DescribedLedger[],
  groups: readonly NamedMaster[],
  typeChains: ReadonlyMap<string, { alterId: number; chain: string[] }>,
  normalise: (name: string) => string,
): NamesChanged | null {
  const alteredGroups = new Set(groups.filter(({ alterId }) => alterId > since).map(({ name }) => normalise(name)));
  const changedLedgers = new Set(
    ledgers
      .filter(({ alterId, groups: above }) => alterId > since || above.some((group) => alteredGroups.has(group)))
      .map(({ name }) => name),
  );
  if (changedLedgers.size > 0) for (const { name, byPhoneAlone } of ledgers) if (byPhoneAlone) changedLedgers.add(name);
  const isAltered = (type: string): boolean => (typeChains.get(type)?.alterId ?? 0) > since;
  const changedTypes = new Set([...typeChains].filter(([, { chain }]) => chain.some(isAltered)).map(([name]) => name));
  if (changedLedgers.size === 0 && changedTypes.size === 0) return null;
  return ({ voucherType, legs }) =>
    changedTypes.has(normalise(voucherType)) ||
    legs.some(({ ledgerName }) => changedLedgers.has(normalise(ledgerName)));
}
