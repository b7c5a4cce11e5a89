import { describe, expect, it } from '@jest/globals';
import type { DraftDocument, DraftRecord } from '../../../src/canonical/drafts.js';
import { documentOf } from '../../../src/sources/tally/canonical/document.js';
import { openingDocument } from '../../../src/sources/tally/canonical/opening.js';
import type { DraftSettings } from '../../../src/sources/tally/canonical/understood.js';
import type { Leg, Voucher } from '../../../src/sources/tally/voucher.js';
import { aLedger, aVoucher, bill, books, LEDGERS, leg } from './books.js';

const SETTINGS: DraftSettings = { defaultCreditDays: null, adjustments: true };
const document = (voucher: Voucher, settings: Partial<DraftSettings> = {}, masters = books()): DraftDocument =>
  documentOf(voucher, masters, { ...SETTINGS, ...settings });
const drafts = (
  type: string,
  legs: Leg[],
  more: Partial<Voucher> = {},
  settings: Partial<DraftSettings> = {},
): DraftRecord[] => document(aVoucher(type, legs, more), settings).drafts;
/** Type, signed paise and bill name of each draft. */
const brief = (found: DraftRecord[]) =>
  found.map((draft) => [
    draft.type === 'adjustment' ? draft.kind : draft.type,
    draft.amountPaise,
    'bill' in draft ? (draft.bill?.name ?? null) : draft.bills.map(({ name }) => name).join(),
  ]);

describe('a sale', () => {
  const sold = (more: Partial<ReturnType<typeof bill>>) => [
    leg('Asha', '-1180.00', [bill('New Ref', 'V/1', '-1180.00', more)]),
    leg('Goods Sold', '1180.00'),
  ];

  it('becomes one invoice of its debtor legs, whatever its type is called', () => {
    const legs = [leg('Asha', '-1000.00'), leg('Asha', '-180.00'), leg('Goods Sold', '1180.00')];
    const { docKey, version, drafts: found, fault } = document(aVoucher('Counter', legs));
    expect({ docKey, version, fault }).toEqual({
      docKey: 'tally/company/company-00000001',
      version: { epoch: 0, sequence: 7 },
      fault: null,
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      type: 'invoice',
      amountPaise: 118_000,
      date: '2025-04-10',
      party: { key: 'guid-Asha', gstin: '27AABCU9601R1Z1' },
      opening: false,
      flags: [],
    });
  });

  it.each([
    ['30 Days', '2025-05-10'],
    ['2 Weeks', '2025-04-24'],
    ['1 Months', '2025-05-10'],
    ['1 Years', '2026-04-10'],
    ['0 Days', '2025-04-10'],
    ['31-May-2025', '2025-05-31'],
    ['20250601', '2025-06-01'],
    ['whenever', '2025-05-10'],
    ['', '2025-05-10'],
  ])('with the credit period "%s" is due on %s (its ledger says 30 Days)', (creditPeriod, due) => {
    expect(drafts('Sales', sold({ creditPeriod }))[0]).toMatchObject({ dueDate: due });
  });

  it('is due by the distributor’s own days, or at an unknown day, where neither bill nor ledger says', () => {
    const legs = [leg('Bala', '-5.00', [bill('New Ref', 'V/1', '-5.00')]), leg('Goods Sold', '5.00')];
    expect(drafts('Sales', legs)[0]).toMatchObject({ dueDate: null });
    expect(drafts('Sales', legs, {}, { defaultCreditDays: 7 })[0]).toMatchObject({ dueDate: '2025-04-17' });
  });

  it('is due with the last of its new bills, counted from the bill’s own date', () => {
    const bills = [
      bill('New Ref', 'A', '-1.00', { creditPeriod: '10 Days', date: '20250401' }),
      bill('New Ref', 'B', '-1.00', { creditPeriod: '5 Days', date: '20250409' }),
      bill('Agst Ref', 'ADV', '-1.00', { creditPeriod: '90 Days' }),
    ];
    const [invoice] = drafts('Sales', [leg('Bala', '-3.00', bills), leg('Goods Sold', '3.00')]);
    expect(invoice).toMatchObject({
      dueDate: '2025-04-14',
      bills: [
        { name: 'A', date: '2025-04-01' },
        { name: 'B', date: '2025-04-09' },
        { name: 'ADV', date: null },
      ],
    });
  });

  it('with the wrong sign keeps it and is flagged', () => {
    expect(drafts('Sales', [leg('Asha', '5.00'), leg('Goods Sold', '-5.00')])[0]).toMatchObject({
      amountPaise: -500,
      flags: ['SIGN_UNEXPECTED'],
    });
  });

  it('in dollars keeps its rupees and is marked foreign', () => {
    const legs = [leg('Asha', '-$448.44 @ ₹82.99/$ = -₹37216.04'), leg('Goods Sold', '$448.44 @ ₹82.99/$ = ₹37216.04')];
    expect(document(aVoucher('Sales', legs))).toMatchObject({
      fault: null,
      drafts: [{ amountPaise: 3_721_604, foreign: true }],
    });
  });
});

describe('a receipt', () => {
  it('becomes one payment a bill in order, and one for what no bill covers', () => {
    const bills = [
      bill('Agst Ref', 'B1', '100.00', { date: '20250401' }),
      bill('Advance', 'ADV', '20.00'),
      bill('On Account', '', '5.00'),
      bill('New Ref', 'N', '1.00'),
    ];
    const found = drafts('Receipt', [leg('Bank', '-130.00'), leg('Asha', '130.00', bills)], {
      partyLedgerName: 'Bank',
    });
    expect(brief(found)).toEqual([
      ['payment', 10_000, 'B1'],
      ['payment', 2_000, null],
      ['payment', 500, null],
      ['payment', 100, null],
      ['payment', 400, null],
    ]);
    expect(found[0]).toMatchObject({ bill: { name: 'B1', date: '2025-04-01' }, party: { key: 'guid-Asha' } });
  });

  it('that pays a debtor back adjusts what he owes', () => {
    const legs = [leg('Asha', '100.00'), leg('Bala', '-30.00'), leg('Cash', '-70.00')];
    expect(brief(drafts('Receipt', legs))).toEqual([
      ['payment', 10_000, null],
      ['unknown', 3_000, null],
    ]);
    const mixed = [bill('Agst Ref', 'B', '120.00'), bill('Agst Ref', 'CN', '-20.00')];
    expect(brief(drafts('Receipt', [leg('Asha', '100.00', mixed), leg('Cash', '-100.00')]))).toEqual([
      ['payment', 12_000, 'B'],
      ['unknown', 2_000, 'CN'],
    ]);
  });

  it.each([
    ['Cheque/DD', '', 'cheque'],
    ['Electronic Fund Transfer', 'NEFT', 'NEFT'],
    ['e-Fund Transfer', 'rtgs', 'RTGS'],
    ['IMPS', '', 'IMPS'],
    ['Others', '', null],
  ])('by %s %s has the method %s', (transactionType, transferMode, method) => {
    const banks = [{ transactionType, transferMode, instrumentDate: '20250409', bankersDate: '' }];
    const legs = [leg('Asha', '5.00'), leg('Bank', '-5.00', [], { banks })];
    expect(drafts('Receipt', legs)[0]).toMatchObject({ method, instrumentDate: '2025-04-09', clearedOn: null });
  });

  it('in cash says so, and a post-dated one too', () => {
    const legs = [leg('Asha', '5.00'), leg('Cash', '-5.00')];
    expect(drafts('Receipt', legs, { postDated: true })[0]).toMatchObject({ method: 'cash', postDated: true });
  });
});

describe('a credit note', () => {
  it('becomes a return of goods or an allowance, tied to its bills', () => {
    const legs = [leg('Asha', '50.00', [bill('Agst Ref', 'V/1', '50.00')]), leg('Goods Sold', '-50.00')];
    expect(drafts('Credit Note', legs, { hasGoods: true })[0]).toMatchObject({
      type: 'return',
      kind: 'goods',
      amountPaise: 5_000,
    });
    expect(drafts('Credit Note', legs)[0]).toMatchObject({ kind: 'allowance', bills: [{ name: 'V/1', date: null }] });
  });
});

describe('what else moves a debtor’s account', () => {
  it.each([
    ['Payment', 'payment'],
    ['Journal', 'journal'],
    ['Debit Note', 'debit_note'],
    ['Contra', 'contra'],
    ['Purchase', 'unknown'],
  ])('a %s becomes adjustments of kind %s, positive when more is owed', (type, kind) => {
    const bills = [bill('Agst Ref', 'B', '-60.00'), bill('New Ref', 'N', '-30.00')];
    expect(brief(drafts(type, [leg('Asha', '-100.00', bills), leg('Rent', '100.00')]))).toEqual([
      [kind, 6_000, 'B'],
      [kind, 3_000, null],
      [kind, 1_000, null],
    ]);
  });

  it('a journal to bad debts writes off', () => {
    expect(brief(drafts('Journal', [leg('Asha', '10.00'), leg('Bad Debts', '-10.00')]))).toEqual([
      ['write_off', -1_000, null],
    ]);
  });

  it('is left out where adjustments are off, unless it may take a payment back', () => {
    const bounced = [
      leg('Asha', '-100.00', [bill('Agst Ref', 'B', '-90.00'), bill('New Ref', 'CHG', '-10.00')]),
      leg('Bank', '100.00'),
    ];
    expect(brief(drafts('Payment', bounced, {}, { adjustments: false }))).toEqual([['payment', 9_000, 'B']]);
    const moved = aVoucher('Journal', [leg('Asha', '10.00'), leg('Bala', '-10.00')]);
    expect(document(moved, { adjustments: false })).toMatchObject({ drafts: [], ignored: 'adjustments_off' });
  });
});

describe('what becomes no record', () => {
  const legs = [leg('Asha', '-5.00'), leg('Goods Sold', '5.00')];
  it.each([
    ['an order', aVoucher('Sales Order', legs), 'not_accounting'],
    ['an optional sale', aVoucher('Sales', legs, { optional: true }), 'optional'],
    ['a sale for nothing', aVoucher('Sales', [leg('Asha', '0.00'), leg('Goods Sold', '')]), 'zero_amount'],
    ['a sale for cash', aVoucher('Sales', [leg('Cash', '-5.00'), leg('Goods Sold', '5.00')]), 'cash_sale'],
    ['a sale to no debtor', aVoucher('Sales', [leg('Odd', '-5.00'), leg('Goods Sold', '5.00')]), 'not_a_debtor'],
    ['rent from the bank', aVoucher('Payment', [leg('Rent', '-5.00'), leg('Bank', '5.00')]), 'not_a_debtor'],
    ['a voucher Tally calls deleted', aVoucher('Sales', legs, { deleted: true }), 'deleted'],
  ])('%s is ignored, counted and withdrawn', (_what, voucher, reason) => {
    expect(document(voucher)).toMatchObject({ drafts: [], cancelled: false, ignored: reason });
  });

  it('a cancelled voucher is void', () => {
    expect(document(aVoucher('Receipt', [], { cancelled: true }))).toMatchObject({
      drafts: [],
      cancelled: true,
      ignored: null,
    });
  });

  it('an excluded ledger is nobody’s record', () => {
    const masters = books(LEDGERS, { excludedLedgers: [' asha'] });
    expect(document(aVoucher('Sales', legs), {}, masters)).toMatchObject({ ignored: 'not_a_debtor' });
  });
});

describe('what cannot be trusted', () => {
  it('legs that do not balance fault the whole document', () => {
    expect(document(aVoucher('Sales', [leg('Asha', '-5.00'), leg('Goods Sold', '4.00')]))).toMatchObject({
      fault: { code: 'UNBALANCED', recordType: 'invoice', number: 'V/1' },
      drafts: [{ amountPaise: 500 }],
    });
  });

  it('an amount that is none is the fault of its own record', () => {
    expect(document(aVoucher('Sales', [leg('Asha', 'many'), leg('Goods Sold', '4.00')]))).toMatchObject({
      fault: null,
      drafts: [{ amountPaise: null, foreign: false }],
    });
  });

  it('a ledger that complete masters do not hold means that they are old', () => {
    const voucher = aVoucher('Sales', [leg('Newcomer', '-5.00'), leg('Goods Sold', '5.00')]);
    expect(() => document(voucher)).toThrow(expect.objectContaining({ name: 'IncompleteAnswer' }));
    expect(() => document(voucher)).not.toThrow(/Newcomer/);
    expect(document(voucher, {}, books(LEDGERS, { complete: false }))).toMatchObject({ ignored: 'not_a_debtor' });
  });
});

describe('who a debtor is', () => {
  const partyOf = (
    more: Parameters<typeof aLedger>[2],
    others = [] as ReturnType<typeof aLedger>[],
    ownPhones: string[] = [],
  ) => books([aLedger('X', 'Sundry Debtors', more), ...others], { ownPhones }).ledger(' x ')!.party;

  it('by the last registration that applies, before the GSTIN on the ledger', () => {
    const registrations = [
      { applicableFrom: '20250401', gstin: 'SECOND' },
      { applicableFrom: '20170701', gstin: 'FIRST' },
      { applicableFrom: '20990401', gstin: 'FUTURE' },
    ];
    expect(partyOf({ registrations, partyGstin: 'OLD' })?.gstin).toBe('SECOND');
    expect(partyOf({ partyGstin: 'OLD' })?.gstin).toBe('OLD');
    expect(partyOf({ partyGstin: ' ' })?.gstin).toBeNull();
  });

  it('by the voucher’s own GSTIN where the ledger has none', () => {
    const legs = [leg('Bala', '-5.00'), leg('Goods Sold', '5.00')];
    expect(drafts('Sales', legs, { partyGstin: '07AABCU9621R1Z1' })[0]?.party.gstin).toBe('07AABCU9621R1Z1');
  });

  it('by mobile, phone or contact, the first that can be one', () => {
    const contacts = [{ countryCode: '+91', phone: '9000000003' }];
    expect(partyOf({ mobile: '9000000001', phone: '9000000002', contacts })?.phone).toBe('9000000001');
    expect(partyOf({ phone: '0172-2654321', contacts })?.phone).toBe('9000000003');
    expect(partyOf({ phone: '0172-2654321' })?.phone).toBe('0172-2654321');
    expect(partyOf({ contacts: [{ countryCode: '+1', phone: '9000000003' }] })?.phone).toBe('+19000000003');
  });

  it('unless the phone is another debtor’s too, or the company’s own', () => {
    const twin = [aLedger('Y', 'North', { phone: '09876543210' })];
    expect(partyOf({ mobile: '98765 43210' }, twin)?.phoneShared).toBe(true);
    expect(
      partyOf({ mobile: '98765 43210' }, [aLedger('Y', 'Bank Accounts', { phone: '9876543210' })])?.phoneShared,
    ).toBe(false);
    expect(partyOf({ mobile: '98765 43210' }, [], ['+91-9876543210'])?.phoneShared).toBe(true);
  });

  it('by a keyed hash of the name where Tally gives the ledger no GUID', () => {
    expect(partyOf({ guid: '' })?.key).toBe('name:hash(1)');
  });
});

describe('an opening balance', () => {
  const opened = (
    openingBalance: string,
    openingBills: ReturnType<typeof bill>[],
    settings: Partial<DraftSettings> = {},
  ) => {
    const masters = books([aLedger('X', 'Sundry Debtors', { openingBalance, openingBills, creditPeriod: '10 Days' })]);
    return masters.openings.map((opening) => openingDocument(opening, masters, { ...SETTINGS, ...settings }));
  };

  it('becomes invoices for debit bills and adjustments for credit bills and the rest', () => {
    const [found] = opened('-95.00', [
      bill('', 'OB1', '-100.00', { date: '20240315' }),
      bill('', 'ADV', '20.00', { date: '20240320' }),
    ]);
    expect(found).toMatchObject({ docKey: 'tally/company/guid-X/opening', version: { epoch: 0, sequence: 5 } });
    expect(found!.drafts).toMatchObject([
      { type: 'invoice', opening: true, number: 'OB1', date: '2024-03-15', amountPaise: 10_000, dueDate: '2024-03-25' },
      { type: 'adjustment', kind: 'opening', date: '2024-04-01', amountPaise: -2_000 },
      { type: 'adjustment', kind: 'opening', date: '2024-04-01', amountPaise: 1_500 },
    ]);
  });

  it('of nothing is no document', () => {
    expect(opened('', [])).toEqual([]);
    expect(opened('0.00', [])).toEqual([]);
  });

  it('keeps its invoices only where adjustments are off', () => {
    expect(
      opened('-95.00', [bill('', 'OB1', '-90.00', { date: '20240315' })], { adjustments: false })[0]!.drafts,
    ).toHaveLength(1);
    expect(opened('-95.00', [], { adjustments: false })[0]).toMatchObject({ drafts: [], ignored: 'adjustments_off' });
  });
});

describe('a file without masters', () => {
  const none = books([], { complete: false }, { groups: [], voucherTypes: [] });
  const read = (type: string, legs: Leg[], partyLedgerName: string) =>
    document(aVoucher(type, legs, { partyLedgerName }), {}, none);

  it('takes the party of sales, receipts and credit notes for a debtor', () => {
    expect(brief(read('GST Sales', [leg('P', '-5.00'), leg('S', '5.00')], 'P').drafts)).toEqual([['invoice', 500, '']]);
    expect(brief(read('Credit Note', [leg('P', '5.00'), leg('S', '-5.00')], 'P').drafts)).toEqual([
      ['return', 500, ''],
    ]);
    expect(brief(read('Receipt', [leg('P', '5.00'), leg('B', '-5.00')], 'P').drafts)).toEqual([['payment', 500, null]]);
  });

  it('takes the credit side of a receipt whose party is the bank', () => {
    const { drafts: found } = read('Receipt', [leg('P', '5.00'), leg('Q', '2.00'), leg('B', '-7.00')], 'B');
    expect(brief(found)).toEqual([
      ['payment', 500, null],
      ['payment', 200, null],
    ]);
    expect(found[0]!.party).toMatchObject({ key: 'name:hash(1)', gstin: null });
  });

  it('ignores everything else', () => {
    expect(read('Journal', [leg('P', '5.00'), leg('Q', '-5.00')], 'P').ignored).toBe('not_a_debtor');
    expect(read('Sales Order', [leg('P', '-5.00'), leg('S', '5.00')], 'P').ignored).toBe('not_accounting');
    expect(read('Sales', [leg('Cash', '-5.00'), leg('S', '5.00')], 'Cash').ignored).toBe('cash_sale');
  });
});
