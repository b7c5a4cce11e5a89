import {
  counter,
  type Draft,
  detach,
  type ElementShape,
  element,
  emptyBill,
  emptyCompany,
  emptyLedger,
  emptyOpenBill,
  field,
  type Receivers,
} from './element-shapes.js';
import type { LedgerMaster, NamedMaster, OpenBill } from './voucher.js';
import { billChildren, isBill, voucherShape } from './voucher-shape.js';

/** Shapes of the objects that have a receiver. */
export function objectShapes(receivers: Receivers): Map<string, ElementShape> {
  const shapes = new Map<string, ElementShape>(receivers.others);
  if (receivers.voucher) shapes.set('VOUCHER', voucherShape(receivers.voucher));
  if (receivers.ledger) shapes.set('LEDGER', ledgerShape(receivers.ledger));
  if (receivers.group) shapes.set('GROUP', namedShape(receivers.group));
  if (receivers.voucherType) shapes.set('VOUCHERTYPE', namedShape(receivers.voucherType));
  if (receivers.company || receivers.exportedCompany) shapes.set('COMPANY', companyShape(receivers));
  return shapes;
}
function ledgerShape(receive: (ledger: LedgerMaster) => void): ElementShape {
  const bill = emptyBill;
  return element(
    {
      NAME: field((draft, text) => {
        draft.ledger.name ||= detach(text);
      }),
      'LANGUAGENAME.LIST': languageNames((draft, name) => {
        draft.ledger.name ||= name;
      }),
      GUID: field((draft, text) => {
        draft.ledger.guid = detach(text);
      }),
      ALTERID: field((draft, text) => {
        draft.ledger.alterId = counter(text) ?? 0;
      }),
      PARENT: field((draft, text) => {
        draft.ledger.parent = detach(text);
      }),
      PARTYGSTIN: field((draft, text) => {
        draft.ledger.partyGstin = detach(text);
      }),
      LEDGERMOBILE: field((draft, text) => {
        draft.ledger.mobile = detach(text);
      }),
      LEDGERPHONE: field((draft, text) => {
        draft.ledger.phone = detach(text);
      }),
      BILLCREDITPERIOD: {
        ...field((draft, text) => {
          if (text !== '') draft.ledger.creditPeriod = detach(text);
        }),
        open: (draft, attributes) => {
          draft.ledger.creditPeriod = (attributes.P ?? '').trim();
        },
      },
      OPENINGBALANCE: field((draft, text) => {
        draft.ledger.openingBalance = detach(text);
      }),
      CLOSINGBALANCE: field((draft, text) => {
        draft.ledger.closingBalance = detach(text);
      }),
      'LEDGSTREGDETAILS.LIST': element(
        {
          APPLICABLEFROM: field((draft, text) => {
            draft.registration.applicableFrom = detach(text);
          }),
          GSTIN: field((draft, text) => {
            draft.registration.gstin = detach(text);
          }),
        },
        {
          open: (draft) => {
            draft.registration = { applicableFrom: '', gstin: '' };
          },
          close: (draft) => {
            if (draft.registration.gstin !== '') draft.ledger.registrations.push(draft.registration);
          },
        },
      ),
      'CONTACTDETAILS.LIST': element(
        {
          COUNTRYISDCODE: field((draft, text) => {
            draft.contact.countryCode = detach(text);
          }),
          PHONENUMBER: field((draft, text) => {
            draft.contact.phone = detach(text);
          }),
        },
        {
          open: (draft) => {
            draft.contact = { countryCode: '', phone: '' };
          },
          close: (draft) => {
            if (draft.contact.phone !== '') draft.ledger.contacts.push(draft.contact);
          },
        },
      ),
      'BILLALLOCATIONS.LIST': element(
        billChildren((draft) => draft.bill),
        {
          open: (draft) => {
            draft.bill = bill();
          },
          close: (draft) => {
            if (isBill(draft.bill)) draft.ledger.openingBills.push(draft.bill);
          },
        },
      ),
    },
    {
      open: (draft, attributes) => {
        draft.ledger = { ...emptyLedger(), name: detach((attributes.NAME ?? '').trim()) };
      },
      close: (draft) => receive(draft.ledger),
    },
  );
}

function namedShape(receive: (named: NamedMaster) => void): ElementShape {
  return element(
    {
      NAME: field((draft, text) => {
        draft.named.name ||= detach(text);
      }),
      'LANGUAGENAME.LIST': languageNames((draft, name) => {
        draft.named.name ||= name;
      }),
      ALTERID: field((draft, text) => {
        draft.named.alterId = counter(text) ?? 0;
      }),
      PARENT: field((draft, text) => {
        draft.named.parent = detach(text);
      }),
    },
    {
      open: (draft, attributes) => {
        draft.named = { name: detach((attributes.NAME ?? '').trim()), alterId: 0, parent: '' };
      },
      close: (draft) => receive(draft.named),
    },
  );
}

/** Some builds write a master's name only here; the first is the name, further ones are aliases. */
const languageNames = (take: (draft: Draft, name: string) => void): ElementShape =>
  element({ 'NAME.LIST': element({ NAME: field((draft, text) => take(draft, detach(text))) }) });

function companyShape({ company: receive, exportedCompany }: Receivers): ElementShape {
  const phone = field((draft, text) => {
    if (text !== '') draft.company.phones.push(detach(text));
  });
  return element(
    {
      NAME: field((draft, text) => {
        draft.company.name ||= detach(text);
      }),
      GUID: field((draft, text) => {
        draft.company.guid = detach(text);
      }),
      BOOKSFROM: field((draft, text) => {
        draft.company.booksFrom = detach(text);
      }),
      PHONENUMBER: phone,
      MOBILENO: phone,
      ALTVCHID: field((draft, text) => {
        draft.company.voucherCounter = counter(text);
      }),
      ALTMSTID: field((draft, text) => {
        draft.company.masterCounter = counter(text);
      }),
      // The trailing object of a file export names the company by its GUID.
      'REMOTECMPINFO.LIST': element({ NAME: field((_draft, text) => exportedCompany?.(detach(text))) }),
    },
    {
      open: (draft, attributes) => {
        draft.company = { ...emptyCompany(), name: detach((attributes.NAME ?? '').trim()) };
      },
      close: (draft) => receive?.(draft.company),
    },
  );
}
/** The Bills Receivable report has no object around a bill: BILLFIXED, BILLCL, BILLDUE follow each other. */
export function openBillShapes(receive: (bill: OpenBill) => void): Record<string, ElementShape> {
  return {
    BILLFIXED: element(
      {
        BILLDATE: field((draft, text) => {
          draft.openBill.date = detach(text);
        }),
        BILLREF: field((draft, text) => {
          draft.openBill.name = detach(text);
        }),
        BILLPARTY: field((draft, text) => {
          draft.openBill.partyName = detach(text);
        }),
      },
      {
        open: (draft) => {
          draft.openBill = emptyOpenBill();
        },
      },
    ),
    BILLCL: field((draft, text) => {
      draft.openBill.closing = detach(text);
    }),
    BILLDUE: field((draft, text) => {
      draft.openBill.due = detach(text);
    }),
    BILLOVERDUE: field((draft) => receive(draft.openBill)),
  };
}
