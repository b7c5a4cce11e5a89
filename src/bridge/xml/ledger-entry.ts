import { decimalFromPaise } from '../../canonical/money.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import { element, flag, type XmlElement } from './element.js';
import { hsnGroups, type LedgerEntry } from './entries.js';

/** Vouchers of ledgers alone and orders have their entries in the first, invoices with goods in the second. */
export type EntryList = 'ALLLEDGERENTRIES.LIST' | 'LEDGERENTRIES.LIST';

export const ledgerEntry = (list: EntryList, entry: LedgerEntry, further: XmlElement[] = []): XmlElement =>
  element(list, [
    element('LEDGERNAME', entry.ledger),
    flag('ISDEEMEDPOSITIVE', entry.deemedPositive),
    element('AMOUNT', decimalFromPaise(entry.paise)),
    ...further,
  ]);

/** The bill the party's entry makes, where the company keeps its parties bill by bill. */
export const billAllocations = (voucher: Voucher, party: LedgerEntry, company: BridgeCompany): XmlElement[] =>
  company.billAllocations
    ? [
        element('BILLALLOCATIONS.LIST', [
          element('NAME', voucher.number),
          element('BILLTYPE', 'New Ref'),
          ...(voucher.creditDays === null ? [] : [element('BILLCREDITPERIOD', `${voucher.creditDays} Days`)]),
          element('AMOUNT', decimalFromPaise(party.paise)),
        ]),
      ]
    : [];

/** What the sales or purchase ledger says of GST; unsigned on either side, as the specification prints it. */
export function gstOfTrade(voucher: Voucher): XmlElement[] {
  const groups = hsnGroups(voucher);
  return [
    reverseCharge(voucher),
    ...(groups.length === 0
      ? []
      : [
          element(
            'GSTOVRDNALLEDGER.LIST',
            groups.map(({ hsn, taxablePaise }) =>
              element('GSTOVRDNHSNDETAILS.LIST', [
                element('HSNCODE', hsn),
                element('TAXABLEAMOUNT', decimalFromPaise(taxablePaise)),
              ]),
            ),
          ),
        ]),
  ];
}

export const reverseCharge = (voucher: Voucher): XmlElement => flag('GSTOVRDNISREVCHARGEAPPL', voucher.reverseCharge);
