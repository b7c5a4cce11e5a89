import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { BuildVoucher } from '../voucher-xml.js';
import { element, type XmlElement } from './element.js';
import { type Entries, entriesOf, listed } from './entries.js';
import { importRequest } from './envelope.js';
import { INVOICE_VIEW } from './head.js';
import { itemInvoice, ledgerInvoice } from './invoice.js';
import { remoteId } from './remote-id.js';
import { salesOrder } from './sales-order.js';

/**
 * The same voucher and settings give the same bytes. Tally ERP 9 and TallyPrime take the same vouchers: no difference in
 * what is printed here is known, so the company's release changes none of it.
 * @throws VoucherNotBuildable
 */
export const buildVoucher: BuildVoucher = (voucher, company) => {
  const entries = entriesOf(voucher, company);
  const voucherType = company.voucherTypes[voucher.kind];
  const id = remoteId(company.companyId, voucher);
  const object = element('VOUCHER', contentOf(voucher, company, entries), {
    REMOTEID: id,
    VCHTYPE: voucherType,
    ACTION: 'Create',
    OBJVIEW: INVOICE_VIEW,
  });
  return {
    xml: importRequest(company.name, 'Vouchers', object),
    remoteId: id,
    voucherType,
    entries: listed(entries).map(({ ledger, paise }) => ({ ledger, paise })),
  };
};

function contentOf(voucher: Voucher, company: BridgeCompany, entries: Entries): XmlElement[] {
  if (voucher.kind === 'sales_order') return salesOrder(voucher, company, entries);
  return company.view === 'item_invoice'
    ? itemInvoice(voucher, company, entries)
    : ledgerInvoice(voucher, company, entries);
}
