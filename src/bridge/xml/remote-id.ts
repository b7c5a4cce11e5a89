import { createHash } from 'node:crypto';
import { voucherKey } from '../../canonical/vouchers/key.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';

/**
 * By which Tally knows a voucher again: sent twice with the same one, it changes what it has in place of making a second.
 * So it is made of nothing but what makes two vouchers the same, and nothing of that can be read from it.
 */
export const remoteId = (companyId: string, voucher: Voucher): string =>
  `altscore-${companyId}-${createHash('sha256')
    .update(`${companyId}\n${voucherKey(voucher)}`)
    .digest('hex')
    .slice(0, 32)}`;
