import { paiseFromDecimal } from '../../canonical/money.js';
import { isoFromTally } from '../../sources/tally/dates.js';
import { counter, detach, type ElementShape, element, field, isYes } from '../../sources/tally/element-shapes.js';
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
  let entry = { ledger: '', amount: '' };
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
      // In a collection this list holds every entry; the goods' allocations below it say some of them again.
      'ALLLEDGERENTRIES.LIST': element(
        {
          LEDGERNAME: text((value) => {
            entry.ledger = value;
          }),
          AMOUNT: text((value) => {
            entry.amount = value;
          }),
        },
        {
          open: () => {
            entry = { ledger: '', amount: '' };
          },
          close: () => {
            if (entry.ledger !== '' || entry.amount !== '')
              voucher.entries.push({ ledger: entry.ledger, paise: paiseFromDecimal(entry.amount) ?? Number.NaN });
          },
        },
      ),
    },
    {
      open: () => {
        voucher = empty();
      },
      close: () => receive(voucher),
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
