import { describe, expect, it } from '@jest/globals';
import { type CompanyRules, checkForCompany } from '../../../src/canonical/vouchers/company-checks.js';
import { gstinOf, type HandedIn, order, purchase, sale, voucherOf } from './examples.js';

/** A company of Karnataka. */
const LAW: CompanyRules = {
  gstin: gstinOf('29'),
  intraStateTest: 'supplier_state',
  booksFrom: '2025-04-01',
  booksTo: null,
};
const SPECIFICATION: CompanyRules = { ...LAW, intraStateTest: 'party_state' };

const within = { lines: [{ taxable_value: '10000', cgst: '900', sgst: '900' }] };
const between = { lines: [{ taxable_value: '10000', igst: '1800' }] };
const codeOf = (input: HandedIn, rules: CompanyRules) => checkForCompany(voucherOf(input), rules)?.code ?? null;
const REFUSED = 'TAX_CONTRADICTS_STATES';

describe('the taxes of a voucher in a company of Karnataka', () => {
  it.each([
    ['sale to Karnataka, CGST and SGST', sale(within), null],
    ['sale to Karnataka, IGST', sale(between), REFUSED],
    ['sale to Maharashtra, IGST', sale({ ...between, party_gstin: gstinOf('27'), place_of_supply: '27' }), null],
    [
      'sale to Maharashtra, CGST and SGST',
      sale({ ...within, party_gstin: gstinOf('27'), place_of_supply: '27' }),
      REFUSED,
    ],
    ['buyer of Maharashtra who takes the goods in Karnataka', sale({ ...within, party_gstin: gstinOf('27') }), null],
    ['sale abroad, IGST', sale({ ...between, party_gstin: undefined, place_of_supply: '96' }), null],
    ['purchase from Maharashtra, IGST', purchase(between), null],
    ['purchase from Maharashtra, CGST and SGST', purchase(within), REFUSED],
    ['purchase within Maharashtra on a journey', purchase({ ...within, place_of_supply: '27' }), null],
    ['purchase from nobody knows where', purchase({ ...within, party_gstin: undefined }), null],
    ['order for Karnataka, IGST', order({ lines: [{ ...order().lines[0]!, cgst: 0, sgst: 0, igst: 1800 }] }), REFUSED],
  ])('by the law: %s', (_, input, code) => expect(codeOf(input, LAW)).toBe(code));

  it.each([
    ['party of Karnataka, CGST and SGST', sale(within), null],
    ['party of Karnataka, IGST', sale(between), REFUSED],
    ['party of Maharashtra, place Karnataka, IGST', sale({ ...between, party_gstin: gstinOf('27') }), null],
    ['party of Maharashtra, place Karnataka, CGST and SGST', sale({ ...within, party_gstin: gstinOf('27') }), REFUSED],
    ['party of nobody knows where', sale({ ...between, party_gstin: undefined }), null],
  ])('by the specification: %s', (_, input, code) => expect(codeOf(input, SPECIFICATION)).toBe(code));

  it('cannot be judged where the company’s own state is not known', () => {
    expect(codeOf(sale(between), { ...LAW, gstin: null })).toBeNull();
  });

  it('are never missed where there are none', () => {
    expect(codeOf(sale({ invoice_value: '10000', lines: [{ taxable_value: '10000' }] }), LAW)).toBeNull();
  });

  it('are IGST for an SEZ wherever it lies, and nothing else', () => {
    expect(codeOf(sale({ ...between, tax_treatment: 'sez' }), LAW)).toBeNull();
    expect(codeOf(sale({ ...within, tax_treatment: 'sez' }), LAW)).toBe(REFUSED);
  });

  it('are refused with both states and what to do', () => {
    expect(checkForCompany(voucherOf(sale(between)), LAW)!.message).toBe(
      'The company’s state is Karnataka, the place of supply is Karnataka, and the voucher bears IGST: expected CGST and SGST within one state; supplies to SEZ need `tax_treatment: "sez"`.',
    );
    expect(checkForCompany(voucherOf(purchase(within)), LAW)!.message).toBe(
      'The supplier’s state is Maharashtra, the place of supply is Karnataka, and the voucher bears CGST and SGST: expected IGST between two states.',
    );
  });
});

describe('the date of a voucher', () => {
  it.each([
    ['2025-03-31', 'DATE_OUTSIDE_BOOKS'],
    ['2025-04-01', null],
    ['2026-03-31', null],
    ['2026-04-01', 'DATE_OUTSIDE_BOOKS'],
  ])('%s is held against the books: %s', (date, code) => {
    expect(codeOf(sale({ date }), { ...LAW, booksTo: '2026-03-31' })).toBe(code);
  });

  it('may be any later one where the books have no end', () => {
    expect(codeOf(sale({ date: '2031-01-01' }), LAW)).toBeNull();
  });
});
