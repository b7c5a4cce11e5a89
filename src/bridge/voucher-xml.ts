import type { Voucher } from '../canonical/vouchers/voucher.js';
import type { BridgeCompany } from './company.js';

/** One ledger entry as it will stand in Tally: negative is debit. */
export interface BuiltEntry {
  ledger: string;
  paise: number;
}
/** A voucher ready to be sent, and what must be read back. */
export interface BuiltVoucher {
  /** The whole request of the specification §1. */
  xml: string;
  remoteId: string;
  voucherType: string;
  /** All entries of the books, the goods' accounting allocations among them; they add up to nothing. */
  entries: BuiltEntry[];
}
export type BuildVoucher = (voucher: Voucher, company: BridgeCompany) => BuiltVoucher;
