import { XMLBuilder } from 'fast-xml-parser';
import { tallyFromIso } from './dates.js';
import {
  BALANCE_FIELDS,
  CENSUS_FIELDS,
  FIELDS,
  FIGURE_FIELDS,
  type LegsForm,
  legFields,
  NAMED_MASTER_FIELDS,
  NUMBERED_FIELDS,
  PRESENCE_FIELDS,
} from './fields.js';

/** A request as it is posted, and a name for it that may stand in logs. */
export interface TallyRequest {
  name: string;
  xml: string;
}
/** ISO days, both included. */
export interface Days {
  from: string;
  to: string;
  /** Only vouchers whose ALTERID is above it. */
  alteredAfter?: number;
}

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', format: false });
const EXPORT_FORMAT = '$$SysName:XML';

/** Lists every loaded company, whatever company is named; so none is. */
export const companyRequest = (): TallyRequest => collection('Company', FIELDS.Company, {});

export const groupRequest = (company: string): TallyRequest => collection('Group', FIELDS.Group, { company });
export const voucherTypeRequest = (company: string): TallyRequest =>
  collection('VoucherType', FIELDS.VoucherType, { company });
/** Never with dates: a dated ledger collection was seen to freeze Tally until somebody closed a dialog. */
export const ledgerRequest = (company: string): TallyRequest => collection('Ledger', FIELDS.Ledger, { company });

export const voucherRequest = (company: string, days: Days, legs: LegsForm): TallyRequest =>
  collection('Voucher', [...FIELDS.Voucher, ...legFields(legs)], { company, days });

/** The vouchers of some days, as far as their sums need. */
export const figuresRequest = (company: string, days: Days): TallyRequest => ({
  ...collection('Voucher', FIGURE_FIELDS, { company, days }),
  name: 'figures',
});

/** Never with dates, as all ledgers: so the balances are those of the period Tally shows. */
export const balancesRequest = (company: string): TallyRequest => ({
  ...collection('Ledger', BALANCE_FIELDS, { company }),
  name: 'balances',
});

/** (GUID, ALTERID) of the vouchers of some days: what a full read of them has to hold. */
export const censusRequest = (company: string, days: Days): TallyRequest => ({
  ...collection('Voucher', CENSUS_FIELDS, { company, days }),
  name: 'census',
});

/** Which masters the vouchers of some days name. */
export const namedMastersRequest = (company: string, days: Days): TallyRequest => ({
  ...collection('Voucher', NAMED_MASTER_FIELDS, { company, days }),
  name: 'named masters',
});

/** Which numbers the vouchers of some days bear. */
export const numberedRequest = (company: string, days: Days): TallyRequest => ({
  ...collection('Voucher', NUMBERED_FIELDS, { company, days }),
  name: 'numbers',
});

/**
 * Which of these GUIDs there is, whatever the date: one request, so that nothing can move from days not yet asked to
 * days already asked. GUIDs go into a formula, so anything but letters, digits and hyphens is refused.
 */
export function presenceRequest(
  company: string,
  type: 'Voucher' | 'Ledger',
  guids: readonly string[],
  days: Days,
): TallyRequest {
  if (!guids.every(isAskable)) throw new RangeError('A GUID holds letters, digits and hyphens only.');
  const having = guids.map((guid) => `$GUID = "${guid}"`).join(' OR ');
  // Never with dates for ledgers: see ledgerRequest.
  return {
    ...collection(type, PRESENCE_FIELDS, { company, having, ...(type === 'Voucher' && { days }) }),
    name: `presence of ${type.toLowerCase()}s`,
  };
}
export const isAskable = (guid: string): boolean => /^[0-9A-Za-z-]{1,100}$/.test(guid);

/** The report of specification §3, in the form current builds understand. It holds whole vouchers. */
export const voucherRegisterRequest = (company: string, days: Days): TallyRequest => ({
  name: 'voucher register',
  xml: envelope('Data', 'Voucher Register', { STATICVARIABLES: variables({ company, days }) }),
});

export const billsReceivableRequest = (company: string, days: Days): TallyRequest => ({
  name: 'bills receivable',
  xml: envelope('Data', 'Bills Receivable', { STATICVARIABLES: variables({ company, days }) }),
});

export interface Scope {
  company?: string;
  /** The days Tally loads; without `having`, also those asked for. */
  days?: Days;
  /** A formula in place of the days. */
  having?: string;
}

/** Asks for the named fields of all objects of a type. `having` goes into a formula: its caller answers for what stands in it. */
export function collection(type: string, fields: readonly string[], scope: Scope): TallyRequest {
  const id = `AltScore${type}`;
  const formula = scope.having ?? (scope.days && withinDays(scope.days));
  const filter = formula && `${id}Filter`;
  return {
    name: type.toLowerCase(),
    xml: envelope('Collection', id, {
      STATICVARIABLES: variables(scope),
      TDL: {
        TDLMESSAGE: {
          ...(filter && { SYSTEM: { '@TYPE': 'Formulae', '@NAME': filter, '#text': formula } }),
          COLLECTION: {
            '@NAME': id,
            '@ISMODIFY': 'No',
            TYPE: type,
            FETCH: fields.join(','),
            ...(filter && { FILTERS: filter }),
          },
        },
      },
    }),
  };
}

/** Dates choose the period Tally loads, and only when typed; which vouchers come is for the filter to say. */
const variables = ({ company, days }: Scope): object => ({
  SVEXPORTFORMAT: EXPORT_FORMAT,
  ...(company !== undefined && { SVCURRENTCOMPANY: company }),
  ...(days && {
    SVFROMDATE: { '@TYPE': 'Date', '#text': tallyFromIso(days.from) },
    SVTODATE: { '@TYPE': 'Date', '#text': tallyFromIso(days.to) },
  }),
});

/** With dates written out: `##SVFromDate` was measured to match nothing. */
const withinDays = ({ from, to, alteredAfter }: Days): string =>
  `$Date >= $$Date:"${tallyFromIso(from)}" AND $Date <= $$Date:"${tallyFromIso(to)}"${
    alteredAfter === undefined ? '' : ` AND $AlterID > ${alteredAfter}`
  }`;

const envelope = (type: 'Collection' | 'Data', id: string, description: object): string =>
  builder.build({
    ENVELOPE: {
      HEADER: { VERSION: '1', TALLYREQUEST: 'Export', TYPE: type, ID: id },
      BODY: { DESC: description },
    },
  });
