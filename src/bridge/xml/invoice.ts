import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { XmlElement } from './element.js';
import type { Entries } from './entries.js';
import { inventoryEntries } from './goods.js';
import { voucherHead } from './head.js';
import { billAllocations, gstOfTrade, ledgerEntry } from './ledger-entry.js';

/** A sales or purchase invoice as specification §2 and §3 print it: ledgers alone. */
export function ledgerInvoice(voucher: Voucher, company: BridgeCompany, entries: Entries): XmlElement[] {
  const { party, trade, taxes, roundOff } = entries;
  return [
    ...voucherHead(voucher, company),
    ledgerEntry('ALLLEDGERENTRIES.LIST', party, billAllocations(voucher, party, company)),
    ledgerEntry('ALLLEDGERENTRIES.LIST', trade, gstOfTrade(voucher)),
    ...[...taxes, ...roundOff].map((entry) => ledgerEntry('ALLLEDGERENTRIES.LIST', entry)),
  ];
}

/** The same invoice with its goods, which carry the sales or purchase ledger, as Tally writes its own item invoices. */
export function itemInvoice(voucher: Voucher, company: BridgeCompany, entries: Entries): XmlElement[] {
  const { party, trade, taxes, roundOff } = entries;
  return [
    ...voucherHead(voucher, company),
    ledgerEntry('LEDGERENTRIES.LIST', party, billAllocations(voucher, party, company)),
    ...inventoryEntries(voucher, trade),
    ...[...taxes, ...roundOff].map((entry) => ledgerEntry('LEDGERENTRIES.LIST', entry)),
  ];
}
