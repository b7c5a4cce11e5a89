import { stateName } from '../../canonical/vouchers/states.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import { tallyFromIso } from '../../sources/tally/dates.js';
import type { BridgeCompany } from '../company.js';
import { element, flag, type XmlElement } from './element.js';

export const INVOICE_VIEW = 'Invoice Voucher View';

/**
 * What the three templates print before the first entry. Elements with nothing in them are printed empty, as the
 * templates have them and as Tally prints its own.
 */
export function voucherHead(voucher: Voucher, company: BridgeCompany): XmlElement[] {
  const { kind, partyName } = voucher;
  return [
    element('DATE', tallyFromIso(voucher.date)),
    element('VOUCHERTYPENAME', company.voucherTypes[kind]),
    element('VOUCHERNUMBER', voucher.number),
    element('REFERENCE', voucher.reference),
    element('PARTYLEDGERNAME', partyName),
    element('BASICBASEPARTYNAME', partyName),
    element('PERSISTEDVIEW', INVOICE_VIEW),
    flag('ISINVOICE', kind !== 'sales_order'),
    element('NARRATION', voucher.narration),
    ...(kind === 'sales' ? [element('BASICBUYERADDRESS.LIST', [element('BASICBUYERADDRESS', partyName)])] : []),
    element('PARTYGSTIN', voucher.partyGstin ?? ''),
    element('PLACEOFSUPPLY', stateName(voucher.placeOfSupply)),
  ];
}
