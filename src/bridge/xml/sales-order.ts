import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { XmlElement } from './element.js';
import type { Entries } from './entries.js';
import { inventoryEntries } from './goods.js';
import { voucherHead } from './head.js';
import { ledgerEntry } from './ledger-entry.js';

/** A sales order as specification §4 prints it, in either view. It owes nothing yet, so it makes no bill. */
export function salesOrder(voucher: Voucher, company: BridgeCompany, entries: Entries): XmlElement[] {
  const { party, trade, taxes, roundOff } = entries;
  return [
    ...voucherHead(voucher, company),
    ledgerEntry('ALLLEDGERENTRIES.LIST', party),
    ledgerEntry('ALLLEDGERENTRIES.LIST', trade),
    ...inventoryEntries(voucher, trade),
    ...[...taxes, ...roundOff].map((entry) => ledgerEntry('ALLLEDGERENTRIES.LIST', entry)),
  ];
}
