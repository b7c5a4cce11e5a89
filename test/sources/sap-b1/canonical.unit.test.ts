import { describe, expect, it } from '@jest/globals';
import type { DraftDocument } from '../../../src/canonical/drafts.js';
import { IncompleteAnswer } from '../../../src/sources/errors.js';
import { documentOf } from '../../../src/sources/sap-b1/canonical/document.js';
import { documentKey, partsOfKey } from '../../../src/sources/sap-b1/canonical/keys.js';
import { buildMasters, type Masters } from '../../../src/sources/sap-b1/masters.js';
import { paiseFromAmount } from '../../../src/sources/sap-b1/money.js';
import type { SapRecord } from '../../../src/sources/sap-b1/records.js';
import {
  CreditNoteRow,
  IncomingPaymentRow,
  InvoiceRow,
  JournalRow,
  PartnerRow,
  TermsRow,
  VendorPaymentRow,
} from '../../../src/sources/sap-b1/rows.js';
import { dayAndMinute, stampOf } from '../../../src/sources/sap-b1/stamps.js';

const GSTIN = '27AAPFU0939F1ZV';
const OTHER_GSTIN = '29AABCT1332L1ZV';
const billTo = (name: string, gstin: string | null) => ({ AddressName: name, AddressType: 'bo_BillTo', GSTIN: gstin });
const shipTo = (name: string, gstin: string | null) => ({ ...billTo(name, gstin), AddressType: 'bo_ShipTo' });

const partner = (more: Record<string, unknown> = {}) => ({
  CardCode: 'C20000',
  CardName: 'Gupta Kirana',
  GroupCode: 100,
  FederalTaxID: null,
  Cellular: null,
  Phone1: null,
  BilltoDefault: 'Bill To',
  UpdateDate: '2026-05-01T00:00:00Z',
  UpdateTime: '10:15:00',
  BPAddresses: [billTo('Bill To', GSTIN)],
  ...more,
});
const mastersOf = (...partners: Record<string, unknown>[]): Masters =>
  buildMasters(
    {
      customers: (partners.length > 0 ? partners : [partner()]).map((one) => PartnerRow.parse(one)),
      terms: [
        { GroupNumber: 1, StartFrom: 'pdt_None', NumberOfAdditionalMonths: 0, NumberOfAdditionalDays: 30 },
        { GroupNumber: 2, StartFrom: 'pdt_MonthEnd', NumberOfAdditionalMonths: 1, NumberOfAdditionalDays: 10 },
        { GroupNumber: 3, StartFrom: 'pdt_HalfMonth', NumberOfAdditionalMonths: 0, NumberOfAdditionalDays: 5 },
      ].map((one) => TermsRow.parse(one)),
      openings: [],
      readAtMs: 1,
    },
    {
      companyDb: 'SBO',
      ownPhone: '98765 00000',
      cashGroups: [109],
      excludedPartners: ['C-STAFF1'],
      hashCode: () => 'hashed',
    },
  );

const head = {
  DocEntry: 7,
  DocNum: 142,
  DocDate: '2026-05-03T00:00:00Z',
  CardCode: 'C20000',
  CardName: 'Gupta Kirana',
  PayToCode: 'Bill To',
  DocCurrency: 'INR',
};
const invoice = (more: Record<string, unknown> = {}): SapRecord => ({
  kind: 'invoice',
  row: InvoiceRow.parse({
    ...head,
    DocDueDate: '2026-05-17',
    DocumentSubType: 'bod_None',
    DocTotal: 42_000.5,
    PaymentGroupCode: 1,
    CancelStatus: 'csNo',
    UpdateDate: '2026-05-04',
    UpdateTime: '17:13:12',
    ...more,
  }),
});
const payment = (
  more: Record<string, unknown> = {},
  bills: ({ name: string; date: string } | null)[] = [],
): SapRecord => ({
  kind: 'incomingPayment',
  readAtMs: 99,
  bills,
  row: IncomingPaymentRow.parse({
    ...head,
    DocType: 'rCustomer',
    Cancelled: 'tNO',
    CashSum: 0,
    TransferSum: 0,
    TransferReference: null,
    BillOfExchangeAmount: 0,
    PaymentChecks: [],
    PaymentCreditCards: [],
    PaymentInvoices: [],
    ...more,
  }),
});
const draft = (
  record: SapRecord,
  masters = mastersOf(),
  settings = { defaultCreditDays: null as number | null, adjustments: true },
): DraftDocument => documentOf(record, masters, settings);
const only = (document: DraftDocument) => {
  expect(document.drafts).toHaveLength(1);
  return document.drafts[0]!;
};

describe('an A/R invoice', () => {
  it('is an invoice that people call by its number and the platform by its key', () => {
    const document = draft(invoice());
    expect(document).toMatchObject({ docKey: 'sap/SBO/13-7', erpType: 'sap_b1', cancelled: false, ignored: null });
    expect(document.version.sequence).toBe(stampOf('2026-05-04', '17:13:12') * 2);
    expect(only(document)).toMatchObject({
      type: 'invoice',
      number: '142',
      date: '2026-05-03',
      dueDate: '2026-05-17',
      amountPaise: 42_000_50,
      foreign: false,
      bills: [{ name: '142', date: '2026-05-03' }],
      party: { key: 'C20000', name: 'Gupta Kirana', gstin: GSTIN },
    });
  });

  it.each([
    [
      'the document’s own due date, whatever its terms say',
      { DocDueDate: '2026-05-08', PaymentGroupCode: 2 },
      null,
      '2026-05-08',
    ],
    ['its terms where it has none', { DocDueDate: null, PaymentGroupCode: 1 }, null, '2026-06-02'],
    ['terms that count from the end of the month', { DocDueDate: null, PaymentGroupCode: 2 }, null, '2026-07-10'],
    [
      'the distributor’s own days where terms are not understood',
      { DocDueDate: null, PaymentGroupCode: 3 },
      14,
      '2026-05-17',
    ],
    ['nothing where nobody says', { DocDueDate: null, PaymentGroupCode: null }, null, null],
    ['nothing where the terms are unknown', { DocDueDate: null, PaymentGroupCode: 77 }, null, null],
  ])('is due by %s', (_story, more, defaultCreditDays, dueDate) => {
    expect(only(draft(invoice(more), mastersOf(), { defaultCreditDays, adjustments: true }))).toMatchObject({
      dueDate,
    });
  });

  it('and its cancellation are nothing, and cancelled comes after open though the second be the same', () => {
    for (const CancelStatus of ['csYes', 'csCancellation']) {
      expect(draft(invoice({ CancelStatus }))).toMatchObject({ cancelled: true, drafts: [] });
      expect(draft(invoice({ CancelStatus })).version.sequence).toBeGreaterThan(draft(invoice()).version.sequence);
    }
  });

  it('in another currency is marked so, and of the debit-memo kind an adjustment', () => {
    expect(only(draft(invoice({ DocCurrency: 'USD' })))).toMatchObject({ foreign: true });
    expect(only(draft(invoice({ DocumentSubType: 'bod_DebitMemo' })))).toMatchObject({
      type: 'adjustment',
      kind: 'debit_note',
      amountPaise: 42_000_50,
    });
  });

  it('of somebody at the counter, of one who is left out, of nothing, is counted and not sent', () => {
    const masters = mastersOf(partner({ GroupCode: 109 }), partner({ CardCode: 'C-STAFF1' }));
    expect(draft(invoice(), masters)).toMatchObject({ ignored: 'cash_sale', drafts: [] });
    expect(draft(invoice({ CardCode: 'C-STAFF1' }), masters)).toMatchObject({ ignored: 'not_a_debtor' });
    expect(draft(invoice({ DocTotal: 0 }))).toMatchObject({ ignored: 'zero_amount' });
  });

  it('of a customer made after the masters were read asks for them anew', () => {
    expect(() => draft(invoice({ CardCode: 'C99999' }))).toThrow(IncompleteAnswer);
  });
});

describe('who the retailer is', () => {
  const partyOf = (more: Record<string, unknown>, PayToCode = '') =>
    only(draft(invoice({ PayToCode }), mastersOf(partner(more)))).party;
  const inTwoStates = { BPAddresses: [billTo('Delhi', OTHER_GSTIN), billTo('Mumbai', GSTIN)], BilltoDefault: 'Mumbai' };

  it.each([
    ['the bill-to address of the document', inTwoStates, 'Delhi', OTHER_GSTIN],
    ['his usual bill-to address where the document names none', inTwoStates, '', GSTIN],
    ['his only bill-to address', { BilltoDefault: null }, 'Gone', GSTIN],
    [
      'never the address goods go to',
      { BPAddresses: [shipTo('Godown', OTHER_GSTIN)], FederalTaxID: null },
      'Godown',
      null,
    ],
    [
      'his tax number where the address says nothing',
      { BPAddresses: [billTo('Bill To', '')], FederalTaxID: GSTIN },
      'Bill To',
      GSTIN,
    ],
  ])('GSTIN by %s', (_story, more, payTo, gstin) => {
    expect(partyOf(more, payTo).gstin).toBe(gstin);
  });

  it('phone by the mobile, else by the first telephone', () => {
    expect(partyOf({ Cellular: '98765 43210', Phone1: '011-2654321' }).phone).toBe('98765 43210');
    expect(partyOf({ Cellular: ' ', Phone1: '9876543210' }).phone).toBe('9876543210');
  });

  it('a phone that is another’s too, or the distributor’s own, tells nobody apart', () => {
    const others = [
      partner({ CardCode: 'C1', Cellular: '9876543210' }),
      partner({ CardCode: 'C2', Phone1: '+91-98765 43210' }),
      partner({ CardCode: 'C3', Cellular: '9876500000' }),
      partner({ CardCode: 'C4', Cellular: '9876511111' }),
    ];
    const shared = ['C1', 'C2', 'C3', 'C4'].map(
      (CardCode) => only(draft(invoice({ CardCode }), mastersOf(...others))).party.phoneShared,
    );
    expect(shared).toEqual([true, true, true, false]);
  });

  it.each(['9876543210', 'C-9876543210', GSTIN, 'SHARMA'])(
    'a card code that is itself personal (%s) is kept as a keyed hash',
    (CardCode) => {
      expect(only(draft(invoice({ CardCode }), mastersOf(partner({ CardCode })))).party.key).toBe('card-hashed');
    },
  );

  it('a change of one customer touches his documents, and those of all who are known by a phone alone', () => {
    const read = mastersOf(
      partner({ CardCode: 'C1' }),
      partner({ CardCode: 'C2', BPAddresses: [], Cellular: '9876543210' }),
      partner({ CardCode: 'C3', UpdateDate: '2026-05-10' }),
    );
    const masters = stampOf('2026-05-02', '00:00:00');
    expect(read.changedSince({ mastersCount: 3, masters })).toEqual(new Set(['C2', 'C3']));
    expect(read.changedSince({ mastersCount: 3, masters: stampOf('2026-05-10', '10:15:00') })).toBeNull();
    expect(read.changedSince({ mastersCount: 2, masters: stampOf('2026-05-10', '10:15:00') })).toContain('C2');
  });
});

describe('an incoming payment', () => {
  const BILL = { name: '142', date: '2026-05-03' };
  const settles = (SumApplied: number, more: Record<string, unknown> = {}) => ({
    DocEntry: 7,
    InvoiceType: 'it_Invoice',
    SumApplied,
    TotalDiscount: 0,
    ...more,
  });
  const brief = (record: SapRecord) =>
    draft(record).drafts.map((one) => [one.type, one.amountPaise, 'bill' in one ? (one.bill?.name ?? null) : null]);

  it('is one payment for each invoice it settles, and one for the rest', () => {
    const record = payment({ TransferSum: 1_000, PaymentInvoices: [settles(600.25), settles(300, { DocEntry: 8 })] }, [
      BILL,
      { name: '143', date: '2026-05-04' },
    ]);
    expect(brief(record)).toEqual([
      ['payment', 600_25, '142'],
      ['payment', 300_00, '143'],
      ['payment', 99_75, null],
    ]);
    expect(draft(record)).toMatchObject({ docKey: 'sap/SBO/24-7', version: { sequence: 99 } });
  });

  it('gives back what is set off in the customer’s favour, and takes a cash discount off', () => {
    expect(
      brief(
        payment(
          {
            CashSum: 800,
            PaymentInvoices: [
              settles(1_000, { TotalDiscount: 20 }),
              settles(-150, { InvoiceType: 'it_CredItnote', DocEntry: 3 }),
              settles(-50, { InvoiceType: 'it_Receipt', DocEntry: 4 }),
            ],
          },
          [BILL, null, null],
        ),
      ),
    ).toEqual([
      ['payment', 1_000_00, '142'],
      ['adjustment', -20_00, '142'],
      ['adjustment', 150_00, null],
      ['adjustment', 50_00, null],
    ]);
  });

  it('adds up all its means, and counts from the day its last cheque can be cashed', () => {
    const record = payment({
      CashSum: 100,
      BillOfExchangeAmount: 10,
      PaymentCreditCards: [{ CreditSum: 5 }],
      PaymentChecks: [
        { DueDate: '2026-06-20T00:00:00Z', CheckSum: 200.1 },
        { DueDate: '2026-05-28T00:00:00Z', CheckSum: 300.2 },
      ],
    });
    expect(only(draft(record))).toMatchObject({
      amountPaise: 615_30,
      date: '2026-06-20',
      instrumentDate: '2026-06-20',
      postDated: true,
      method: null,
      bill: null,
    });
  });

  it.each([
    ['cash', { CashSum: 10 }, 'cash'],
    ['a cheque', { PaymentChecks: [{ DueDate: '2026-05-03', CheckSum: 10 }] }, 'cheque'],
    ['a transfer by a rail', { TransferSum: 10, TransferReference: 'rtgs/HDFCR52' }, 'RTGS'],
    ['a transfer with the rail before its number', { TransferSum: 10, TransferReference: 'UTR NEFTN123' }, 'NEFT'],
    ['a transfer by IMPS', { TransferSum: 10, TransferReference: 'IMPS 4321' }, 'IMPS'],
    ['a transfer that nobody names', { TransferSum: 10, TransferReference: 'ft' }, null],
    ['two means', { CashSum: 5, TransferSum: 5, TransferReference: 'NEFT' }, null],
  ])('knows %s', (_story, more, method) => {
    expect(only(draft(payment(more)))).toMatchObject({ method });
  });

  it('that was cancelled, as when a cheque bounced, is nothing; and so is one of no customer', () => {
    expect(draft(payment({ CashSum: 10, Cancelled: 'tYES' }))).toMatchObject({ cancelled: true, drafts: [] });
    expect(draft(payment({ CashSum: 10, DocType: 'rAccount', CardCode: null }))).toMatchObject({
      ignored: 'not_a_debtor',
    });
  });
});

describe('all else that moves a debtor’s account', () => {
  it('a credit note is a return of the invoices its lines were copied from', () => {
    const record = (DocType: string): SapRecord => ({
      kind: 'creditNote',
      bills: [{ name: '142', date: '2026-05-03' }],
      row: CreditNoteRow.parse({
        ...head,
        DocType,
        DocTotal: 10,
        CancelStatus: 'csNo',
        UpdateDate: null,
        UpdateTime: null,
        DocumentLines: [{ BaseType: 13, BaseEntry: 7, ItemCode: 'SECRET', Price: 3 }],
      }),
    });
    expect(only(draft(record('dDocument_Items')))).toMatchObject({
      type: 'return',
      kind: 'goods',
      bills: [{ name: '142', date: '2026-05-03' }],
    });
    expect(only(draft(record('dDocument_Service')))).toMatchObject({ kind: 'allowance' });
    expect(JSON.stringify(record('dDocument_Items'))).not.toMatch(/SECRET|Price/);
  });

  it('money to a customer makes him owe more; to anybody else it is nothing', () => {
    const row = (DocType: string) =>
      VendorPaymentRow.parse({
        ...head,
        DocType,
        Cancelled: 'tNO',
        CashSum: 0,
        TransferSum: 12.5,
        BillOfExchangeAmount: null,
        PaymentChecks: [],
        PaymentCreditCards: [],
      });
    expect(only(draft({ kind: 'vendorPayment', row: row('rCustomer'), readAtMs: 1 }))).toMatchObject({
      type: 'adjustment',
      kind: 'payment',
      amountPaise: 12_50,
    });
    expect(draft({ kind: 'vendorPayment', row: row('rSupplier'), readAtMs: 1 })).toMatchObject({
      ignored: 'not_a_debtor',
    });
  });

  const journal = (OriginalJournal: string, lines: Record<string, unknown>[]): SapRecord => ({
    kind: 'journal',
    readAtMs: 5,
    row: JournalRow.parse({
      JdtNum: 31,
      Number: 900,
      ReferenceDate: '2024-04-01',
      TaxDate: '2024-03-12',
      OriginalJournal,
      JournalEntryLines: lines.map((line) => ({
        Debit: 0,
        Credit: 0,
        FCCurrency: null,
        DueDate: '2024-04-11',
        ...line,
      })),
    }),
  });

  it('of a journal entry the debtors’ lines alone count, with their signs', () => {
    const document = draft(
      journal('ttJournalEntry', [
        { ShortName: 'C20000', Credit: 70 },
        { ShortName: '600400', Debit: 70 },
      ]),
    );
    expect(document.docKey).toBe('sap/SBO/30-31');
    expect(only(document)).toMatchObject({
      type: 'adjustment',
      kind: 'journal',
      amountPaise: -70_00,
      date: '2024-04-01',
    });
    expect(draft(journal('ttJournalEntry', [{ ShortName: '600100', Debit: 5 }]))).toMatchObject({
      ignored: 'not_a_debtor',
    });
  });

  it('an opening balance is an invoice of the day of the old bill where the debtor owes, else an adjustment', () => {
    expect(only(draft(journal('ttOpeningBalance', [{ ShortName: 'C20000', Debit: 500 }])))).toMatchObject({
      type: 'invoice',
      opening: true,
      date: '2024-03-12',
      dueDate: '2024-04-11',
      bills: [{ name: '900', date: '2024-03-12' }],
    });
    expect(only(draft(journal('ttOpeningBalance', [{ ShortName: 'C20000', Credit: 500 }])))).toMatchObject({
      type: 'adjustment',
      kind: 'opening',
      amountPaise: -500_00,
    });
  });
});

describe('amounts, stamps and keys', () => {
  it.each([
    [1234.56, 1234_56],
    [1234.565, 1234_57],
    [-1234.565, -1234_57],
    [0.1 + 0.2, 30],
    [42_000.000000001, 42_000_00],
    [99.995, 100_00],
    ['17.5', 17_50],
    [0, 0],
    [1e21, null],
    ['₹ 5', null],
    [null, null],
    [Number.NaN, null],
  ])('%p is %p paise', (amount, paise) => {
    expect(paiseFromAmount(amount)).toBe(paise);
  });

  it('a stamp orders by second and is asked for by minute', () => {
    expect(stampOf('2026-05-04', '17:13:12')).toBeGreaterThan(stampOf('2026-05-04', '17:13'));
    expect(dayAndMinute(stampOf('2026-05-04', '17:13:12'))).toEqual({ day: '2026-05-04', minute: '17:13:00' });
    expect(stampOf(null, '17:13')).toBe(0);
  });

  it('a key tells the kind of a document and its entry', () => {
    expect(partsOfKey(documentKey('SBO', 'creditNote', 12))).toEqual({ kind: 'creditNote', entry: 12 });
    expect(partsOfKey('tally/x/y')).toBeNull();
  });
});
