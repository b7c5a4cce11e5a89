import { XMLBuilder } from 'fast-xml-parser';
import { tallyFromIso } from '../../sources/tally/dates.js';
import type { Days, TallyRequest } from '../../sources/tally/requests.js';

/**
 * The lookups of specification §6, for a Tally that refuses collections as unknown. Reports hold whole objects and know no filter:
 * what is looked for is found here, in what they bring.
 */

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: false });

export const companiesReport = (): TallyRequest => report('List of Companies');

/** The report that holds the objects of a kind, null where the specification has none; days are for vouchers. */
export function reportOf(kind: string, company: string, days: Days | undefined): TallyRequest | null {
  switch (kind) {
    case 'Ledger':
      return report('List of Ledgers', { SVCURRENTCOMPANY: company });
    case 'StockItem':
      return report('List of Stock Items', { SVCURRENTCOMPANY: company });
    case 'Voucher':
      return report(
        'Voucher Register',
        { SVCURRENTCOMPANY: company, SVEXPORTFORMAT: '$$SysName:XML', ...periodOf(days) },
        ['VOUCHERNUMBER', 'DATE', 'PARTYLEDGERNAME'],
      );
    default:
      return null;
  }
}

/** Beyond the specification: without them Tally shows the period of its screen. */
const periodOf = (days: Days | undefined): object =>
  days === undefined
    ? {}
    : {
        SVFROMDATE: { '@TYPE': 'Date', '#text': tallyFromIso(days.from) },
        SVTODATE: { '@TYPE': 'Date', '#text': tallyFromIso(days.to) },
      };

const report = (name: string, variables?: object, fetch?: string[]): TallyRequest => ({
  name: name.toLowerCase(),
  xml: builder.build({
    ENVELOPE: {
      HEADER: { TALLYREQUEST: 'Export Data' },
      BODY: {
        EXPORTDATA: {
          REQUESTDESC: {
            ...(variables && { STATICVARIABLES: variables }),
            REPORTNAME: name,
            ...(fetch && { FETCHLIST: { FETCH: fetch } }),
          },
        },
      },
    },
  }),
});
