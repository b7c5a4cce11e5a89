import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DraftRecord } from '../../src/canonical/drafts.js';
import { ADJUSTMENT_KINDS, CanonicalDocument, ERP_TYPES, FLAGS, PAYMENT_METHODS } from '../../src/canonical/records.js';
import { judge, type RuleSettings } from '../../src/canonical/rules.js';
import {
  adjustment,
  documentOf,
  GSTIN,
  goodsReturn,
  invoice,
  PHONE,
  party,
  payment,
  settings,
} from './draft-examples.js';

const judgeOne = (draft: DraftRecord, changed: Partial<RuleSettings> = {}) => {
  const { document, quarantined } = judge(documentOf([draft]), { ...settings, ...changed });
  CanonicalDocument.parse(document);
  return { record: document.records[0], refused: quarantined[0], flags: document.records[0]?.flags };
};
const withParty = (change: Partial<typeof party> | object) => ({ ...invoice, party: { ...party, ...change } });

describe('the canonical records of the specification', () => {
  it('makes an invoice of a sale', () => {
    expect(judgeOne(invoice).record).toEqual({
      type: 'invoice',
      source_key: 'tally/company-guid/voucher-guid#1',
      party_key: 'ledger-1',
      invoice_id: 'dist_c4f9ee2a::INV-2026-00142',
      retailer_gst: GSTIN,
      retailer_name: 'Sharma General Store',
      retailer_phone: PHONE,
      invoice_date: '2026-05-03',
      due_date: '2026-05-17',
      amount_inr: 42000,
      is_return: false,
      original_invoice_id: null,
      erp_type: 'tally_prime',
      flags: [],
      opening: false,
      bills: [{ name: 'INV-2026-00142', date: '2026-05-03' }],
    });
  });

  it('makes a payment of a receipt, tied to the invoice its bill names', () => {
    expect(judgeOne(payment).record).toMatchObject({
      payment_id: 'dist_c4f9ee2a::REC-2026-00087',
      invoice_id: 'dist_c4f9ee2a::INV-2026-00142',
      paid_date: '2026-05-15',
      amount_paid_inr: 42000,
      payment_method: 'NEFT',
      status: 'cleared',
    });
  });

  it('makes a return of a credit note, with the invoice of its first bill', () => {
    expect(judgeOne(goodsReturn).record).toMatchObject({
      is_return: true,
      return_kind: 'goods',
      original_invoice_id: 'dist_c4f9ee2a::INV-2026-00142',
    });
  });

  it('keeps the sign of an adjustment', () => {
    expect(judgeOne({ ...adjustment, amountPaise: -1_05 }).record).toMatchObject({
      amount_inr: -1.05,
      kind: 'journal',
    });
  });

  it('prefixes ids from SAP as the specification says', () => {
    const { document } = judge(documentOf([invoice, payment], { erpType: 'sap_b1' }), settings);
    expect(document.records).toMatchObject([
      { invoice_id: 'dist_c4f9ee2a::SAP::INV-2026-00142' },
      { invoice_id: 'dist_c4f9ee2a::SAP::INV-2026-00142', payment_id: 'dist_c4f9ee2a::SAP::REC-2026-00087' },
    ]);
  });

  it('tells the allocations of one receipt apart, and renumbers none when one of them is quarantined', () => {
    const bad = { ...payment, amountPaise: -1 };
    const { document, quarantined } = judge(documentOf([payment, bad, payment]), settings);
    expect(document.records).toMatchObject([
      { source_key: 'tally/company-guid/voucher-guid#1', payment_id: 'dist_c4f9ee2a::REC-2026-00087' },
      { source_key: 'tally/company-guid/voucher-guid#3', payment_id: 'dist_c4f9ee2a::REC-2026-00087#3' },
    ]);
    expect(quarantined).toEqual([
      {
        recordType: 'payment',
        originalId: 'REC-2026-00087',
        code: 'AMOUNT_OUTLIER',
        field: 'amount_paid_inr',
        value: '-1',
      },
    ]);
  });

  it('calls a document without a number by its key', () => {
    expect(judgeOne({ ...invoice, number: ' ' }).record).toMatchObject({
      invoice_id: 'dist_c4f9ee2a::tally/company-guid/voucher-guid',
    });
  });

  it('makes a void of a cancelled document', () => {
    const { document, quarantined } = judge(documentOf([], { cancelled: true }), settings);
    expect(document.records).toEqual([]);
    expect(quarantined).toEqual([]);
  });
});

describe('the mark of a quarantined document', () => {
  const tooMuch = { ...invoice, amountPaise: 60_00_000_00 };
  it('names the rules broken, the day, and the bills that payments would settle, and nobody', () => {
    const { document } = judge(
      documentOf([{ ...payment, amountPaise: 0 }, tooMuch, withParty({ gstin: 'x' }), adjustment]),
      settings,
    );
    expect(CanonicalDocument.parse(document).quarantined).toEqual({
      codes: ['INVALID_GSTIN', 'AMOUNT_OUTLIER'],
      day: '2026-05-15',
      bills: [
        { party_key: 'ledger-1', name: 'INV-2026-00142', date: '2026-05-03' },
        { party_key: 'ledger-1', name: 'INV-2026-00142', date: '2026-05-03' },
      ],
    });
    expect(document.records).toMatchObject([{ type: 'adjustment' }]);
    expect(judge(documentOf([invoice]), settings).document.quarantined).toBeNull();
  });

  it('makes another digest of it than that of a void, or under another rule', () => {
    const digests = [
      documentOf([], { cancelled: true }),
      documentOf([tooMuch]),
      documentOf([{ ...tooMuch, foreign: true }]),
      documentOf([invoice]),
    ].map((draft) => judge(draft, settings).document.digest);
    expect(new Set(digests).size).toBe(4);
  });
});

describe('identity', () => {
  it.each([
    ['trims and upper-cases a GSTIN', { gstin: ` ${GSTIN.toLowerCase()} ` }, GSTIN, PHONE],
    ['falls back to the phone where there is no GSTIN', { gstin: null }, null, PHONE],
    ['takes a blank GSTIN for none', { gstin: '  ' }, null, PHONE],
    ['drops +91 and punctuation', { gstin: null, phone: '+91 98765-43210' }, null, PHONE],
    ['drops a trunk 0', { gstin: null, phone: '09876543210' }, null, PHONE],
    ['needs no phone beside a GSTIN', { phone: 'call after six' }, GSTIN, null],
    ['minds no shared phone beside a GSTIN', { phoneShared: true }, GSTIN, PHONE],
  ])('%s', (_story, change, gst, phone) => {
    expect(judgeOne(withParty(change)).record).toMatchObject({ retailer_gst: gst, retailer_phone: phone });
  });

  it.each([
    [
      'a wrong GSTIN, even where a phone is known',
      { gstin: '27AAPFU0939F1XV' },
      'INVALID_GSTIN',
      'retailer_gst',
      '27AAPFU0939F1XV',
    ],
    ['neither GSTIN nor phone', { gstin: null, phone: null }, 'IDENTITY_UNRESOLVABLE', 'retailer_gst', ''],
    [
      'a landline alone',
      { gstin: null, phone: '022 2345 6789' },
      'IDENTITY_UNRESOLVABLE',
      'retailer_phone',
      '022 2345 6789',
    ],
    [
      'a number that starts with 5',
      { gstin: '', phone: '5876543210' },
      'IDENTITY_UNRESOLVABLE',
      'retailer_phone',
      '5876543210',
    ],
    [
      'two numbers in one field',
      { gstin: '', phone: '9876543210/9876543211' },
      'IDENTITY_UNRESOLVABLE',
      'retailer_phone',
      '9876543210/9876543211',
    ],
    [
      'a phone that stands for several',
      { gstin: null, phoneShared: true },
      'IDENTITY_AMBIGUOUS',
      'retailer_phone',
      PHONE,
    ],
  ])('quarantines %s', (_story, change, code, field, value) => {
    expect(judgeOne(withParty(change))).toMatchObject({ record: undefined, refused: { code, field, value } });
  });

  it('flags a wrong check digit and refuses nothing for it', () => {
    expect(judgeOne(withParty({ gstin: '27AAPFU0939F1ZA' })).flags).toEqual(['GSTIN_CHECK_DIGIT']);
  });

  it.each([
    ['TCS', '29AABCF8078M1C8'],
    ['TDS', '06DELI09652G1DA'],
    ['UIN', '0717UNO00157UNO'],
    ['OIDAR', '9917SGP29001OST'],
  ])('takes a %s registration only where the distributor says so', (_form, gstin) => {
    expect(judgeOne(withParty({ gstin })).refused?.code).toBe('INVALID_GSTIN');
    expect(judgeOne(withParty({ gstin }), { gstinForms: 'all' }).record?.retailer_gst).toBe(gstin);
  });
});

describe('rules at their boundaries', () => {
  it.each<[string, DraftRecord, string | undefined]>([
    ['an invoice of today', { ...invoice, date: '2026-05-19', dueDate: null }, undefined],
    ['an invoice of tomorrow', { ...invoice, date: '2026-05-20' }, 'INVALID_DATE'],
    ['an invoice of the first believed day', { ...invoice, date: '2018-01-01', dueDate: null }, undefined],
    ['an invoice of the day before', { ...invoice, date: '2017-12-31' }, 'INVALID_DATE'],
    ['an invoice without a date', { ...invoice, date: null }, 'INVALID_DATE'],
    ['an invoice of 30 February', { ...invoice, date: '2026-02-30' }, 'INVALID_DATE'],
    ['a return of tomorrow', { ...goodsReturn, date: '2026-05-20' }, 'INVALID_DATE'],
    ['an adjustment of tomorrow', { ...adjustment, date: '2026-05-20' }, 'INVALID_DATE'],
    ['an invoice of one paisa', { ...invoice, amountPaise: 1 }, undefined],
    ['an invoice of nothing', { ...invoice, amountPaise: 0 }, 'AMOUNT_OUTLIER'],
    ['an invoice of less than nothing', { ...invoice, amountPaise: -42_000_00 }, 'AMOUNT_OUTLIER'],
    ['an invoice without an amount', { ...invoice, amountPaise: null }, 'AMOUNT_OUTLIER'],
    ['an invoice just below ₹50,00,000', { ...invoice, amountPaise: 50_00_000_00 - 1 }, undefined],
    ['an invoice of ₹50,00,000', { ...invoice, amountPaise: 50_00_000_00 }, 'AMOUNT_OUTLIER'],
    ['a return of ₹50,00,000', { ...goodsReturn, amountPaise: 50_00_000_00 }, 'AMOUNT_OUTLIER'],
    ['a payment of ₹50,00,000', { ...payment, amountPaise: 50_00_000_00 }, undefined],
    ['a payment of nothing', { ...payment, amountPaise: 0 }, 'AMOUNT_OUTLIER'],
    ['an adjustment of nothing', { ...adjustment, amountPaise: 0 }, 'AMOUNT_OUTLIER'],
    ['a payment on the day of its bill', { ...payment, date: '2026-05-03' }, undefined],
    ['a payment before its bill', { ...payment, date: '2026-05-02' }, 'INVALID_PAYMENT_DATE'],
    [
      'a payment before a bill of unknown day',
      { ...payment, date: '2026-05-02', bill: { name: 'B', date: null } },
      undefined,
    ],
    ['an advance of 2017', { ...payment, date: '2017-12-31', bill: null }, 'INVALID_PAYMENT_DATE'],
    ['a payment 366 days ahead', { ...payment, date: '2027-05-20' }, undefined],
    ['a payment 367 days ahead', { ...payment, date: '2027-05-21' }, 'INVALID_PAYMENT_DATE'],
    ['a payment without a date', { ...payment, date: null }, 'INVALID_PAYMENT_DATE'],
    ['an invoice in dollars', { ...invoice, foreign: true, amountPaise: null }, 'CURRENCY_UNSUPPORTED'],
  ])('%s', (_story, draft, code) => {
    expect(judgeOne(draft).refused?.code).toBe(code);
  });

  it('holds to the limit the distributor has set', () => {
    expect(judgeOne({ ...invoice, amountPaise: 100 }, { maxInvoicePaise: 100 }).refused?.code).toBe('AMOUNT_OUTLIER');
  });

  it('names the first rule broken, in the order of the specification', () => {
    const worst = { ...withParty({ gstin: 'X' }), foreign: true, date: null, amountPaise: null };
    expect(judgeOne(worst).refused?.code).toBe('INVALID_GSTIN');
    expect(judgeOne({ ...worst, party }).refused?.code).toBe('CURRENCY_UNSUPPORTED');
    expect(judgeOne({ ...worst, party, foreign: false }).refused?.code).toBe('INVALID_DATE');
    expect(judgeOne({ ...payment, date: null, amountPaise: 0 }).refused?.code).toBe('AMOUNT_OUTLIER');
  });

  it.each([
    ['on the day of the invoice', '2026-05-03', '2026-05-03', []],
    ['180 days after', '2026-10-30', '2026-10-30', []],
    ['181 days after', '2026-10-31', null, ['DUE_DATE_DROPPED']],
    ['before the invoice', '2026-05-02', null, ['DUE_DATE_DROPPED']],
    ['no date at all', 'soon', null, ['DUE_DATE_DROPPED']],
    ['unknown', null, null, []],
  ])('due date %s', (_story, dueDate, kept, flags) => {
    expect(judgeOne({ ...invoice, dueDate }).record).toMatchObject({ due_date: kept, flags });
  });

  it.each([
    ['of today', { date: '2026-05-19' }, 'cleared'],
    ['of tomorrow', { date: '2026-05-20' }, 'pending'],
    ['marked post-dated, whose day has come', { postDated: true }, 'cleared'],
  ])('a payment %s is %s', (_story, change, status) => {
    expect(judgeOne({ ...payment, ...change }).record).toMatchObject({ status });
  });

  it('quarantines every draft of a document whose legs do not balance', () => {
    const fault = { code: 'UNBALANCED', recordType: 'payment', number: 'R1', field: 'AMOUNT', value: '0.01' } as const;
    const several = judge(documentOf([payment, payment], { fault }), settings);
    expect(several.document.records).toEqual([]);
    expect(several.quarantined.map(({ code }) => code)).toEqual(['UNBALANCED', 'UNBALANCED']);
    expect(judge(documentOf([], { fault }), settings).quarantined).toEqual([
      { recordType: 'payment', originalId: 'R1', code: 'UNBALANCED', field: 'AMOUNT', value: '0.01' },
    ]);
  });

  it('quarantines a document of more records than a batch may hold', () => {
    const { document, quarantined } = judge(documentOf(Array(1_001).fill(adjustment)), settings);
    expect(document.records).toEqual([]);
    expect(quarantined).toHaveLength(1_001);
    expect(quarantined[0]?.code).toBe('DOCUMENT_TOO_LARGE');
  });
});

describe('whatever an ERP holds', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.constantFrom(GSTIN, PHONE, '', ' ', '\u0000', '\ud800'),
  );
  const date = fc.oneof(
    fc.constantFrom(null, '2026-05-03', '2017-12-31', '2026-02-30', '9999-12-31', '2026-05-19'),
    fc.string({ maxLength: 12 }),
  );
  const bill = fc.record({ name: text, date });
  const base = {
    party: fc.record({
      key: fc.string({ minLength: 1, maxLength: 200 }),
      name: text,
      gstin: fc.option(text),
      phone: fc.option(text),
      phoneShared: fc.boolean(),
    }),
    number: text,
    date,
    amountPaise: fc.option(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double())),
    foreign: fc.boolean(),
    flags: fc.array(fc.constantFrom(...FLAGS), { maxLength: 5 }),
  };
  const draft: fc.Arbitrary<DraftRecord> = fc.oneof(
    fc.record({
      type: fc.constant('invoice' as const),
      ...base,
      dueDate: date,
      opening: fc.boolean(),
      bills: fc.array(bill),
    }),
    fc.record({
      type: fc.constant('payment' as const),
      ...base,
      bill: fc.option(bill),
      method: fc.constantFrom(null, ...PAYMENT_METHODS),
      postDated: fc.boolean(),
      instrumentDate: date,
      clearedOn: date,
    }),
    fc.record({
      type: fc.constant('return' as const),
      ...base,
      kind: fc.constantFrom('goods' as const, 'allowance' as const),
      bills: fc.array(bill),
    }),
    fc.record({
      type: fc.constant('adjustment' as const),
      ...base,
      kind: fc.constantFrom(...ADJUSTMENT_KINDS),
      bill: fc.option(bill),
    }),
  );

  it('what the rules let through is what the platform accepts, and every draft is either a record or quarantined', () => {
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 5 }), fc.constantFrom(...ERP_TYPES), (drafts, erpType) => {
        const { document, quarantined } = judge(documentOf(drafts, { erpType }), settings);
        CanonicalDocument.parse(document);
        expect(document.records.length + quarantined.length).toBe(drafts.length);
        expect(new Set(document.records.map((record) => record.source_key)).size).toBe(document.records.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('amounts come through to the paisa', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50_00_000_00 - 1 }), (amountPaise) => {
        const { record } = judgeOne({ ...invoice, amountPaise });
        expect(record && 'amount_inr' in record && record.amount_inr.toFixed(2)).toBe(
          `${Math.floor(amountPaise / 100)}.${String(amountPaise % 100).padStart(2, '0')}`,
        );
      }),
    );
  });
});
