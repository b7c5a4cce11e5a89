import { paiseFromDecimal } from '../../canonical/money.js';
import { isoFromTally } from '../../sources/tally/dates.js';
import {
  counter,
  detach,
  type ElementShape,
  element,
  emptyLeg,
  field,
  isYes,
} from '../../sources/tally/element-shapes.js';
import { chooseLegs } from '../../sources/tally/legs.js';
import type { Leg } from '../../sources/tally/voucher.js';
import type { BuiltEntry } from '../voucher-xml.js';

/** A voucher as Tally shows it to the bridge. */
export interface FoundVoucher {
  masterId: number | null;
  guid: string;
  alterId: number;
  /** ISO; '' where Tally wrote none. */
  date: string;
  voucherType: string;
  number: string;
  reference: string;
  partyName: string;
  cancelled: boolean;
  optional: boolean;
  /** Where they were asked for. An amount that is no plain one, such as of a foreign currency, is NaN. */
  entries: BuiltEntry[];
}

const empty = (): FoundVoucher => ({
  masterId: null,
  guid: '',
  alterId: 0,
  date: '',
  voucherType: '',
  number: '',
  reference: '',
  partyName: '',
  cancelled: false,
  optional: false,
  entries: [],
});

/** What the bridge asks of a voucher, without and with its entries. */
export const NUMBER_FIELDS = [
  'GUID',
  'MASTERID',
  'ALTERID',
  'DATE',
  'VOUCHERTYPENAME',
  'VOUCHERNUMBER',
  'REFERENCE',
  'PARTYLEDGERNAME',
  'ISCANCELLED',
  'ISOPTIONAL',
];
export const WHOLE_FIELDS = [...NUMBER_FIELDS, 'ALLLEDGERENTRIES.LEDGERNAME', 'ALLLEDGERENTRIES.AMOUNT'];

export function foundVoucherShape(receive: (voucher: FoundVoucher) => void): ElementShape {
  let voucher = empty();
  let all: Leg[] = [];
  let some: Leg[] = [];
  let ofGoods: Leg[] = [];
  const text = (take: (value: string) => void) => field((_draft, value) => take(detach(value)));
  return element(
    {
      GUID: text((value) => {
        voucher.guid = value;
      }),
      MASTERID: text((value) => {
        voucher.masterId = counter(value);
      }),
      ALTERID: text((value) => {
        voucher.alterId = counter(value) ?? 0;
      }),
      DATE: text((value) => {
        voucher.date = isoFromTally(value) ?? '';
      }),
      VOUCHERTYPENAME: text((value) => {
        voucher.voucherType = value;
      }),
      VOUCHERNUMBER: text((value) => {
        voucher.number = value;
      }),
      REFERENCE: text((value) => {
        voucher.reference = value;
      }),
      PARTYLEDGERNAME: text((value) => {
        voucher.partyName = value;
      }),
      ISCANCELLED: text((value) => {
        voucher.cancelled = isYes(value);
      }),
      ISOPTIONAL: text((value) => {
        voucher.optional = isYes(value);
      }),
      'ALLLEDGERENTRIES.LIST': entryShape((leg) => all.push(leg)),
      'LEDGERENTRIES.LIST': entryShape((leg) => some.push(leg)),
      'ALLINVENTORYENTRIES.LIST': element({ 'ACCOUNTINGALLOCATIONS.LIST': entryShape((leg) => ofGoods.push(leg)) }),
    },
    {
      open: () => {
        voucher = empty();
        [all, some, ofGoods] = [[], [], []];
      },
      close: () => {
        voucher.entries = chooseLegs(all, some, ofGoods).map(({ ledgerName, amount }) => ({
          ledger: ledgerName,
          paise: paiseFromDecimal(amount) ?? Number.NaN,
        }));
        receive(voucher);
      },
    },
  );
}

function entryShape(receive: (leg: Leg) => void): ElementShape {
  let leg = emptyLeg();
  return element(
    {
      LEDGERNAME: field((_draft, text) => {
        leg.ledgerName = detach(text);
      }),
      AMOUNT: field((_draft, text) => {
        leg.amount = detach(text);
      }),
    },
    {
      open: () => {
        leg = emptyLeg();
      },
      close: () => {
        if (leg.ledgerName !== '' || leg.amount !== '') receive(leg);
      },
    },
  );
}

/** A master of which only its name is asked. */
export function namedShape(receive: (name: string) => void): ElementShape {
  let name = '';
  return element(
    {
      NAME: field((_draft, text) => {
        name ||= detach(text);
      }),
      'LANGUAGENAME.LIST': element({
        'NAME.LIST': element({
          NAME: field((_draft, text) => {
            name ||= detach(text);
          }),
        }),
      }),
    },
    {
      open: (_draft, attributes) => {
        name = detach((attributes.NAME ?? '').trim());
      },
      close: () => receive(name),
    },
  );
}
