import { financialYearStart } from '../calendar.js';
import { normaliseGstin } from '../gstin.js';
import type { Voucher } from './voucher.js';

/** As Tally compares names: case, spaces and hyphens do not count. */
export const comparableName = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s-]+/gu, '');

/**
 * What makes two vouchers of one company the same: kind, financial year, number, and for a purchase the supplier, since
 * suppliers number each for himself. It may hold a name or a GSTIN: hash it with a key before it is stored.
 */
export function voucherKey(voucher: Pick<Voucher, 'kind' | 'date' | 'number' | 'partyGstin' | 'partyName'>): string {
  const { kind, date, number, partyGstin, partyName } = voucher;
  const supplier = partyGstin ? normaliseGstin(partyGstin) : comparableName(partyName);
  return JSON.stringify([
    kind,
    financialYearStart(date),
    number.trim().toLowerCase(),
    ...(kind === 'purchase' ? [supplier] : []),
  ]);
}
