import { financialYearStart } from '../../canonical/calendar.js';
import { CENTRE_JURISDICTION, stateName } from '../../canonical/vouchers/states.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import { tallyFromIso } from '../../sources/tally/dates.js';
import type { BridgeCompany } from '../company.js';
import { element, flag, type XmlElement } from './element.js';
import { importRequest } from './envelope.js';
import { VoucherNotBuildable } from './not-buildable.js';

/**
 * The request that makes the ledger of a voucher's party, under the group that the company's settings give its kind.
 *
 * The one known difference of the releases: Tally ERP 9 holds state and registration in the ledger itself, TallyPrime in
 * lists that say from when they hold, here from the voucher's financial year; early Primes still read the old fields. Where
 * there is no GSTIN nothing is said of a registration. A GSTIN does not tell a composition dealer, so it is `Regular`.
 * @throws VoucherNotBuildable where the company has no template, or the party's name cannot be carried
 */
export function newLedgerRequest(voucher: Voucher, company: BridgeCompany): string {
  const { newLedgers } = company;
  if (newLedgers === null)
    throw new VoucherNotBuildable('The settings name no groups to create missing ledgers under.');
  const { partyName, partyGstin, partyState } = voucher;
  const state = partyState === null || NOT_IN_INDIA.includes(partyState) ? null : stateName(partyState);
  return importRequest(
    company.name,
    'All Masters',
    element(
      'LEDGER',
      [
        element('NAME', partyName),
        element('PARENT', voucher.kind === 'purchase' ? newLedgers.suppliers : newLedgers.customers),
        flag('ISBILLWISEON', true),
        ...(state === null ? [] : [element('COUNTRYOFRESIDENCE', 'India'), element('LEDSTATENAME', state)]),
        ...(partyGstin === null ? [] : [REGULAR, element('PARTYGSTIN', partyGstin)]),
        ...(company.release === 'prime' ? dated(voucher, state) : []),
      ],
      { NAME: partyName, ACTION: 'Create' },
    ),
  );
}

/** Other countries, and those registered with the centre from abroad. */
const NOT_IN_INDIA = ['96', CENTRE_JURISDICTION];
const REGULAR = element('GSTREGISTRATIONTYPE', 'Regular');

function dated({ date, partyName, partyGstin }: Voucher, state: string | null): XmlElement[] {
  const since = element('APPLICABLEFROM', tallyFromIso(financialYearStart(date)));
  return [
    ...(state === null
      ? []
      : [
          element('LEDMAILINGDETAILS.LIST', [
            since,
            element('MAILINGNAME', partyName),
            element('STATE', state),
            element('COUNTRY', 'India'),
          ]),
        ]),
    ...(partyGstin === null ? [] : [element('LEDGSTREGDETAILS.LIST', [since, REGULAR, element('GSTIN', partyGstin)])]),
  ];
}
