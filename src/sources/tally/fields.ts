/**
 * Every field Tally is asked for. Nothing else ever is: no bank account number, rate, quantity, stock item, address or
 * narration. What a build sends beyond these is dropped while it is parsed.
 */
export const FIELDS = {
  Company: ['NAME', 'GUID', 'BOOKSFROM', 'PHONENUMBER', 'ALTVCHID', 'ALTMSTID'],
  Group: ['NAME', 'ALTERID', 'PARENT'],
  VoucherType: ['NAME', 'ALTERID', 'PARENT'],
  Ledger: [
    'NAME',
    'GUID',
    'ALTERID',
    'PARENT',
    'PARTYGSTIN',
    'LEDGSTREGDETAILS.APPLICABLEFROM',
    'LEDGSTREGDETAILS.GSTIN',
    'LEDGERMOBILE',
    'LEDGERPHONE',
    'CONTACTDETAILS.COUNTRYISDCODE',
    'CONTACTDETAILS.PHONENUMBER',
    'BILLCREDITPERIOD',
    'OPENINGBALANCE',
    'BILLALLOCATIONS.NAME',
    'BILLALLOCATIONS.BILLDATE',
    'BILLALLOCATIONS.BILLCREDITPERIOD',
    'BILLALLOCATIONS.OPENINGBALANCE',
  ],
  Voucher: [
    'GUID',
    'ALTERID',
    'DATE',
    'VOUCHERTYPENAME',
    'VOUCHERNUMBER',
    'PARTYLEDGERNAME',
    'PARTYGSTIN',
    'ISCANCELLED',
    'ISOPTIONAL',
    'ISPOSTDATED',
    // Says that goods stand on the voucher, and nothing about them.
    'ALLINVENTORYENTRIES.ISDEEMEDPOSITIVE',
  ],
} as const;

/** Ledger lines, field by field. */
const NAMED_LEGS = [
  'ALLLEDGERENTRIES.LEDGERNAME',
  'ALLLEDGERENTRIES.AMOUNT',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.NAME',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.BILLTYPE',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.BILLDATE',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.BILLCREDITPERIOD',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.AMOUNT',
  'ALLLEDGERENTRIES.BANKALLOCATIONS.TRANSACTIONTYPE',
  'ALLLEDGERENTRIES.BANKALLOCATIONS.TRANSFERMODE',
  'ALLLEDGERENTRIES.BANKALLOCATIONS.INSTRUMENTDATE',
  'ALLLEDGERENTRIES.BANKALLOCATIONS.BANKERSDATE',
];

/**
 * `named` costs Tally a tenth; but one build was seen to answer named bill fields with blanks, and only then are the
 * ledger lines asked for whole.
 */
export type LegsForm = 'named' | 'whole';
export const legFields = (form: LegsForm): readonly string[] =>
  form === 'named' ? NAMED_LEGS : ['ALLLEDGERENTRIES.*'];

/** What a voucher's sums need, and nothing that is sent. */
export const FIGURE_FIELDS = [
  'GUID',
  'ALTERID',
  'DATE',
  'VOUCHERTYPENAME',
  'PARTYLEDGERNAME',
  'PARTYGSTIN',
  'ISCANCELLED',
  'ISOPTIONAL',
  'ALLLEDGERENTRIES.LEDGERNAME',
  'ALLLEDGERENTRIES.AMOUNT',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.NAME',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.BILLTYPE',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.BILLDATE',
  'ALLLEDGERENTRIES.BILLALLOCATIONS.AMOUNT',
] as const;

/** What Tally itself says each ledger stands at. It is compared on the premises and never leaves them. */
export const BALANCE_FIELDS = ['NAME', 'GUID', 'CLOSINGBALANCE'] as const;

/** What tells whether an answer is complete. */
export const CENSUS_FIELDS = ['GUID', 'ALTERID', 'DATE', 'ISOPTIONAL'] as const;

/** What tells whether a voucher names a master that changed. */
export const NAMED_MASTER_FIELDS = [...CENSUS_FIELDS, 'VOUCHERTYPENAME', 'ALLLEDGERENTRIES.LEDGERNAME'] as const;

/** What tells which voucher a person means. */
export const NUMBERED_FIELDS = [...CENSUS_FIELDS, 'VOUCHERNUMBER'] as const;

/** What tells whether an object of a GUID is there. */
export const PRESENCE_FIELDS = ['GUID', 'ALTERID', 'DATE'] as const;
