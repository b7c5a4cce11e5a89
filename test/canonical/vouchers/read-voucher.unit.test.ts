import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkVouchers, readVoucher } from '../../../src/canonical/vouchers/read-voucher.js';
import { faultsOf, gstinOf, type HandedIn, order, purchase, sale, voucherOf } from './examples.js';

const refusal = (input: HandedIn): string[] => faultsOf(input).map(({ path, message }) => `${path} | ${message}`);
const withLine = (changes: Partial<HandedIn['lines'][number]>, input: HandedIn = sale()): HandedIn => ({
  ...input,
  lines: [{ ...input.lines[0]!, ...changes }],
});
const paise = fc.integer({ min: 0, max: 99_999_999_99 });
const asText = (amount: number): string => {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

describe('a voucher that was handed in', () => {
  it('is understood as it stands', () => {
    expect(voucherOf(sale({ credit_days: 30, narration: 'धन्यवाद 🙏' }))).toEqual({
      kind: 'sales',
      number: 'INV-2026-001',
      date: '2026-02-14',
      reference: 'INV-2026-001',
      narration: 'धन्यवाद 🙏',
      partyName: 'Asha Stores',
      partyGstin: gstinOf('29'),
      partyState: '29',
      placeOfSupply: '29',
      reverseCharge: false,
      taxTreatment: 'regular',
      creditDays: 30,
      invoicePaise: 11_800_00,
      roundOffPaise: 0,
      lines: [
        {
          stockItem: null,
          hsn: '8517',
          quantity: null,
          unit: null,
          rate: null,
          godown: null,
          taxablePaise: 10_000_00,
          cgstPaise: 900_00,
          sgstPaise: 900_00,
          igstPaise: 0,
        },
      ],
    });
  });

  it('has its own number for a reference where none was given', () => {
    expect(voucherOf(sale()).reference).toBe('INV-2026-001');
  });

  it('has no other reference, but for an order: where Tally numbers by itself the reference is all that is left', () => {
    expect(faultsOf(sale({ reference: 'PO 4' }))).toMatchObject([{ path: 'reference', code: 'INPUT_INVALID' }]);
    expect(voucherOf(sale({ reference: 'INV-2026-001' })).reference).toBe('INV-2026-001');
    const goods = { stock_item: 'Soap 100 g', quantity: 1, unit: 'Nos', rate: '10000' };
    expect(voucherOf(withLine(goods, sale({ kind: 'sales_order', reference: 'PO 4' }))).reference).toBe('PO 4');
  });

  it('keeps every paisa of every amount, whether it came as text or as a number', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ taxable: paise, tax: paise }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: -100, max: 100 }),
        fc.boolean(),
        (lines, off, asNumbers) => {
          const write = (amount: number) => (asNumbers ? amount / 100 : asText(amount));
          const sum = lines.reduce((total, { taxable, tax }) => total + taxable + 2 * tax, off);
          fc.pre(sum >= 0);
          const input = sale({
            invoice_value: write(sum),
            round_off: write(off),
            lines: lines.map(({ taxable, tax }) => ({
              taxable_value: write(taxable),
              cgst: write(tax),
              sgst: write(tax),
            })),
          });
          const voucher = voucherOf(input);
          expect(voucher.invoicePaise).toBe(sum);
          expect(voucher.roundOffPaise).toBe(off);
          expect(voucher.lines.map(({ taxablePaise }) => taxablePaise)).toEqual(lines.map(({ taxable }) => taxable));
          expect(faultsOf({ ...input, invoice_value: write(sum + 1) })).toMatchObject([{ path: 'invoice_value' }]);
        },
      ),
    );
  });

  it.each(['1,000.00', '₹5', '1e3', '1.005', '', '0x10', '१००', 'NaN', '10000000000.01', 0.1 + 0.2, 1e21])(
    'with %p for an amount is refused, and the sum is not spoken of',
    (taxable_value) => {
      expect(faultsOf(withLine({ taxable_value })).map(({ path }) => path)).toEqual(['lines.0.taxable_value']);
    },
  );

  it('whose sums differ is refused with both', () => {
    expect(refusal(sale({ invoice_value: '123456.5', round_off: '-0.25' }))).toEqual([
      'invoice_value | The taxable values, taxes and round off add up to ₹11,799.75 and the invoice value is ₹1,23,456.50: expected the same to the paisa.',
    ]);
  });

  it('of a purchase in reverse charge has its tax beside the invoice value', () => {
    const bought = purchase({ reverse_charge: true, invoice_value: '10000' });
    expect(voucherOf(bought).lines[0]!.igstPaise).toBe(1_800_00);
    expect(refusal({ ...bought, invoice_value: '11800' })).toEqual([
      'invoice_value | The taxable values and round off (in reverse charge the tax is not part of the invoice value) add up to ₹10,000.00 and the invoice value is ₹11,800.00: expected the same to the paisa.',
    ]);
  });

  it('of a sale in reverse charge bears no tax', () => {
    expect(refusal(sale({ reverse_charge: true, invoice_value: '10000' }))).toEqual([
      'lines.0.cgst | The CGST of item 1 is charged on a sale in reverse charge: expected none, since the buyer pays the tax.',
      'lines.0.sgst | The SGST of item 1 is charged on a sale in reverse charge: expected none, since the buyer pays the tax.',
    ]);
    const untaxed = sale({ reverse_charge: true, invoice_value: '10000', lines: [{ taxable_value: '10000' }] });
    expect(voucherOf(untaxed).reverseCharge).toBe(true);
  });

  it('bears both halves of the tax within a state, or neither, and never IGST beside them', () => {
    expect(refusal(withLine({ sgst: undefined }))[0]).toMatch(/^lines\.0\.sgst \| The SGST of item 1 is nothing where/);
    const mixed = sale({
      invoice_value: '23600',
      lines: [
        { taxable_value: '10000', cgst: '900', sgst: '900' },
        { taxable_value: '10000', igst: '1800' },
      ],
    });
    expect(refusal(mixed)).toEqual([
      'lines.1.igst | The IGST of item 2 stands beside CGST and SGST on one voucher: expected either IGST or CGST and SGST.',
    ]);
    expect(faultsOf(withLine({ cgst: '899.99', sgst: '900.01' }))).toEqual([]);
  });

  it('charges nothing below zero, but may be rounded down', () => {
    expect(faultsOf(sale({ invoice_value: '-1', lines: [{ taxable_value: '-1' }] })).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['invoice_value', 'lines.0.taxable_value']),
    );
    expect(voucherOf(sale({ invoice_value: '11799.50', round_off: '-0.50' })).roundOffPaise).toBe(-50);
  });

  it('says with its items what a sales order delivers', () => {
    expect(voucherOf(order()).lines[0]).toMatchObject({ stockItem: 'Phone X', quantity: '2', rate: '5000' });
    const empty = order({ lines: [{ taxable_value: '10000', cgst: '900', sgst: '900' }] });
    expect(faultsOf(empty).map(({ path }) => path)).toEqual(
      ['stock_item', 'quantity', 'unit', 'rate'].map((field) => `lines.0.${field}`),
    );
    const discounted = withLine({ rate: '7000.125' }, order());
    expect(voucherOf(discounted).lines[0]!.rate).toBe('7000.125');
  });

  it.each(['0', '0.00', '-1', '1e3', '1,5', '.5', 'two'])('with "%s" for a quantity is refused', (quantity) => {
    expect(faultsOf(withLine({ quantity }, order())).map(({ path }) => path)).toEqual(['lines.0.quantity']);
  });

  it.each(['123', '12345', '1234567', '123456789', '85.17', 'ABCD'])('with "%s" for an HSN is refused', (hsn) => {
    expect(refusal(withLine({ hsn }))).toEqual([
      'lines.0.hsn | The HSN or SAC of item 1 is none: expected 4, 6 or 8 digits.',
    ]);
  });
});

describe('the other side of a voucher', () => {
  it('lies in the state of its registration where none is given', () => {
    expect(voucherOf(sale({ party_gstin: gstinOf('25') })).partyState).toBe('26');
    expect(voucherOf(sale({ party_gstin: undefined })).partyState).toBeNull();
    expect(voucherOf(sale({ party_gstin: undefined, party_state: '27-Maharashtra' })).partyState).toBe('27');
  });

  it('is refused with both states where they contradict one another', () => {
    expect(refusal(sale({ party_state: 'Maharashtra' }))).toEqual([
      'party_state | The party’s GSTIN is of Karnataka and the party’s state is Maharashtra: expected the same state, or the GSTIN alone.',
    ]);
  });

  it('may be registered with the centre and lie elsewhere', () => {
    const input = purchase({ party_gstin: '9917SGP29001OST', party_state: 'Other Countries' });
    expect(voucherOf(input).partyState).toBe('96');
    expect(refusal(sale({ place_of_supply: '99' }))[0]).toMatch(/^place_of_supply \| /);
  });

  it('may have any form of GSTIN, in small letters, and a check digit that is wrong', () => {
    const right = gstinOf('29');
    const wrong = `${right.slice(0, 14)}${right.endsWith('0') ? '1' : '0'}`;
    expect(voucherOf(sale({ party_gstin: wrong.toLowerCase() })).partyGstin).toBe(wrong);
    expect(voucherOf(sale({ party_gstin: '0717UNO00157UNO' })).partyState).toBe('07');
  });

  it.each(['URP', '29AAAPS1234A1Z', '55AAAPS1234A1Z5'])('is refused with "%s" for a GSTIN', (party_gstin) => {
    const [fault, ...others] = faultsOf(sale({ party_gstin }));
    expect(others).toEqual([]);
    expect(fault!.path).toBe('party_gstin');
    expect(fault!.message).not.toContain(party_gstin);
  });
});

describe('a voucher that cannot be written', () => {
  it('is told all of its faults at once, and none of its values', () => {
    const faults = faultsOf(
      sale({
        number: ' ',
        date: '2026-02-30',
        party_gstin: 'SECRET',
        place_of_supply: 'Gotham',
        narration: 'x'.repeat(2_001),
        lines: [
          { hsn: 'SECRET', taxable_value: 'SECRET' },
          { taxable_value: '1', quantity: 'SECRET', stock_item: 'a\u0000b' },
        ],
      }),
    );
    expect(faults.map(({ path }) => path).sort()).toEqual([
      'date',
      'lines.0.hsn',
      'lines.0.taxable_value',
      'lines.1.quantity',
      'lines.1.stock_item',
      'narration',
      'number',
      'party_gstin',
      'place_of_supply',
    ]);
    for (const { message, code } of faults) {
      expect(code).toBe('INPUT_INVALID');
      expect(message).toMatch(/^[A-Z][^\n]*: expected [^\n]*\.$/);
      expect(message).not.toMatch(/SECRET|Gotham|2026-02-30/);
    }
  });

  it.each([
    ['missing fields', {}],
    ['something else', 'a text'],
    ['nothing', null],
    ['no lines', sale({ lines: [] })],
    ['a field nobody knows', { ...sale(), colour: 'red' }],
    ['a line that is none', { ...sale(), lines: ['x'] }],
    ['another kind', { ...sale(), kind: 'payment' }],
  ])('is refused for %s', (_, input) => {
    const faults = faultsOf(input as HandedIn);
    expect(faults).not.toEqual([]);
    for (const { message } of faults) expect(message).toMatch(/^(The|Item) [^\n]*: expected [^\n]*\.$/);
  });

  it.each(['\u0000', '\u0008', '\n', '\t', '\u007f', '\u0085', '\ufffe', '\uffff', '\ufffd', '\ud83d'])(
    'is refused for a character XML cannot carry: %j',
    (character) => {
      const spoilt = `a${character}b`;
      const input = withLine(
        { stock_item: spoilt, unit: spoilt, godown: spoilt },
        sale({ number: spoilt, reference: spoilt, narration: spoilt, party_name: spoilt }),
      );
      expect(faultsOf(input).map(({ path }) => path)).toEqual(
        expect.arrayContaining([
          'number',
          'reference',
          'narration',
          'party_name',
          'lines.0.stock_item',
          'lines.0.unit',
        ]),
      );
      expect(faultsOf(sale({ narration: spoilt }))).toHaveLength(1);
    },
  );

  it('never brings the reader down, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), fc.dictionary(fc.constantFrom(...Object.keys(sale())), fc.anything()), (any, some) => {
        for (const input of [any, { ...sale(), ...some }]) {
          const read = readVoucher(input as HandedIn, 3);
          if ('faults' in read) expect(read.faults.every(({ index }) => index === 3)).toBe(true);
        }
      }),
    );
  });
});

describe('the vouchers of one job', () => {
  it('are each there once', () => {
    const vouchers = [
      voucherOf(sale()),
      voucherOf(purchase()),
      null,
      voucherOf(sale({ number: 'inv-2026-001', date: '2026-03-31' })),
      voucherOf(sale({ date: '2026-04-01' })),
      voucherOf(purchase({ party_gstin: gstinOf('27', 'AAAPT9999B') })),
      voucherOf(purchase({ party_name: 'Another name' })),
      voucherOf(order({ number: 'INV-2026-001' })),
    ];
    expect(checkVouchers(vouchers)).toEqual([
      {
        index: 3,
        path: 'number',
        code: 'DUPLICATE_IN_JOB',
        message: 'Voucher 1 has the same kind, number and financial year as voucher 4: expected each voucher once.',
      },
      expect.objectContaining({
        index: 6,
        message: expect.stringContaining('Voucher 2 has the same number, supplier'),
      }),
    ]);
  });
});
