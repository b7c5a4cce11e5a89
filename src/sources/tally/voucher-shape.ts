import { isCounted, isoFromDayNumber } from './dates.js';
import {
  counter,
  type Draft,
  detach,
  type ElementShape,
  element,
  emptyBank,
  emptyBill,
  emptyLeg,
  emptyVoucher,
  field,
  Interned,
  isYes,
} from './element-shapes.js';
import { chooseLegs } from './legs.js';
import type { BillAllocation, Leg, Voucher } from './voucher.js';

export const billChildren = (bill: (draft: Draft) => BillAllocation): Record<string, ElementShape> => ({
  NAME: field((draft, text) => {
    bill(draft).name = detach(text);
  }),
  BILLTYPE: field((draft, text) => {
    bill(draft).type = detach(text);
  }),
  AMOUNT: field((draft, text) => {
    bill(draft).amount = detach(text);
  }),
  // What an opening bill of a ledger calls its amount.
  OPENINGBALANCE: field((draft, text) => {
    bill(draft).amount = detach(text);
  }),
  BILLDATE: field((draft, text) => {
    bill(draft).date = detach(text);
  }),
  BILLCREDITPERIOD: {
    ...field((draft, text) => {
      if (text !== '') bill(draft).creditPeriod = detach(text);
    }),
    open: (draft, attributes) => {
      const period = (attributes.P ?? '').trim();
      bill(draft).creditPeriod = period;
      // Beside a counted period stands the bill's own day; beside a literal date, that date.
      if (bill(draft).date === '' && isCounted(period)) bill(draft).date = isoFromDayNumber(attributes.JD ?? '') ?? '';
    },
  },
});
/** `<BILLALLOCATIONS.LIST>      </BILLALLOCATIONS.LIST>` is how Tally writes that there are none. */
export const isBill = (bill: BillAllocation): boolean => bill.type !== '' || bill.name !== '' || bill.amount !== '';

export function voucherShape(receive: (voucher: Voucher) => void): ElementShape {
  const interned = new Interned();
  const bills = element(
    billChildren((draft) => draft.bill),
    {
      open: (draft) => {
        draft.bill = emptyBill();
      },
      close: (draft) => {
        if (isBill(draft.bill)) draft.leg.bills.push(draft.bill);
      },
    },
  );
  const banks = element(
    {
      TRANSACTIONTYPE: field((draft, text) => {
        draft.bank.transactionType = interned.of(text);
      }),
      TRANSFERMODE: field((draft, text) => {
        draft.bank.transferMode = interned.of(text);
      }),
      INSTRUMENTDATE: field((draft, text) => {
        draft.bank.instrumentDate = text;
      }),
      BANKERSDATE: field((draft, text) => {
        draft.bank.bankersDate = text;
      }),
    },
    {
      open: (draft) => {
        draft.bank = emptyBank();
      },
      close: (draft) => {
        const { transactionType, transferMode, instrumentDate, bankersDate } = draft.bank;
        if (transactionType || transferMode || instrumentDate || bankersDate) draft.leg.banks.push(draft.bank);
      },
    },
  );
  const legs = (into: (draft: Draft) => Leg[]): ElementShape =>
    element(
      {
        LEDGERNAME: field((draft, text) => {
          draft.leg.ledgerName = interned.of(text);
        }),
        AMOUNT: field((draft, text) => {
          draft.leg.amount = detach(text);
        }),
        'BILLALLOCATIONS.LIST': bills,
        'BANKALLOCATIONS.LIST': banks,
      },
      {
        open: (draft) => {
          draft.leg = emptyLeg();
        },
        close: (draft) => {
          if (draft.leg.ledgerName !== '' || draft.leg.amount !== '') into(draft).push(draft.leg);
        },
      },
    );
  const markGoods = field((draft) => {
    draft.voucher.hasGoods = true;
  });
  const goods = element({
    // Any of these shows that the list is not one of Tally's empty ones; what they say is not kept.
    ISDEEMEDPOSITIVE: markGoods,
    STOCKITEMNAME: markGoods,
    'ACCOUNTINGALLOCATIONS.LIST': legs((draft) => draft.accountingAllocations),
  });

  return element(
    {
      GUID: field((draft, text) => {
        if (text !== '') draft.voucher.guid = detach(text);
      }),
      ALTERID: field((draft, text) => {
        draft.voucher.alterId = counter(text) ?? 0;
      }),
      DATE: field((draft, text) => {
        draft.voucher.date = interned.of(text);
      }),
      VOUCHERTYPENAME: field((draft, text) => {
        if (text !== '') draft.voucher.voucherType = interned.of(text);
      }),
      VOUCHERNUMBER: field((draft, text) => {
        draft.voucher.number = detach(text);
      }),
      PARTYLEDGERNAME: field((draft, text) => {
        draft.voucher.partyLedgerName = interned.of(text);
      }),
      PARTYGSTIN: field((draft, text) => {
        draft.voucher.partyGstin = interned.of(text);
      }),
      ISCANCELLED: field((draft, text) => {
        draft.voucher.cancelled ||= isYes(text);
      }),
      ISOPTIONAL: field((draft, text) => {
        draft.voucher.optional = isYes(text);
      }),
      ISPOSTDATED: field((draft, text) => {
        draft.voucher.postDated = isYes(text);
      }),
      ISDELETED: field((draft, text) => {
        draft.voucher.deleted ||= isYes(text);
      }),
      'ALLLEDGERENTRIES.LIST': legs((draft) => draft.allLedgerEntries),
      'LEDGERENTRIES.LIST': legs((draft) => draft.ledgerEntries),
      'ALLINVENTORYENTRIES.LIST': goods,
      'INVENTORYENTRIES.LIST': goods,
    },
    {
      open: (draft, attributes) => {
        draft.voucher = emptyVoucher();
        draft.voucher.guid = detach((attributes.REMOTEID ?? '').trim());
        draft.voucher.voucherType = interned.of((attributes.VCHTYPE ?? '').trim());
        // So an import file takes a voucher back.
        draft.voucher.cancelled = attributes.ACTION === 'Cancel';
        draft.voucher.deleted = attributes.ACTION === 'Delete';
        draft.allLedgerEntries = [];
        draft.ledgerEntries = [];
        draft.accountingAllocations = [];
      },
      close: (draft) => {
        draft.voucher.legs = chooseLegs(draft.allLedgerEntries, draft.ledgerEntries, draft.accountingAllocations);
        receive(draft.voucher);
      },
    },
  );
}
