import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildVoucher } from '../../../src/bridge/xml/build-voucher.js';
import {
  sumsOf,
  TAX_TREATMENTS,
  VOUCHER_KINDS,
  type Voucher,
  type VoucherLine,
} from '../../../src/canonical/vouchers/voucher.js';
import { aCompany } from './examples.js';
import { childrenOf, found, type Tree, textOf, voucherOf } from './tree.js';

const PIECES = [
  'Duties & Taxes',
  '&amp;',
  '&#4;',
  '<',
  '>',
  ']]>',
  '<!--',
  '"',
  "'",
  '😀',
  'गुप्ता',
  'é',
  '{x}',
  '$&',
  'A',
  ' ',
  '\u00a0',
  '0',
];
const text = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme' })), { minLength: 1, maxLength: 6 })
  .map((pieces) =>
    pieces
      .join('')
      .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, '')
      .trim(),
  )
  .filter((joined) => joined !== '');
const paise = fc.oneof(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 10_000_000_00 }));
const taxPaise = fc.oneof(fc.constant(0), paise);

const line: fc.Arbitrary<VoucherLine> = fc.record({
  stockItem: text,
  hsn: fc.option(fc.constantFrom('1006', '100630', '10063020')),
  quantity: fc.option(fc.constantFrom('1', '2.500', '1000000.001')),
  unit: text,
  rate: fc.option(fc.constantFrom('0.01', '12', '99.999')),
  godown: fc.option(text),
  taxablePaise: paise,
  cgstPaise: taxPaise,
  sgstPaise: taxPaise,
  igstPaise: taxPaise,
});
const voucher: fc.Arbitrary<Voucher> = fc
  .record({
    kind: fc.constantFrom(...VOUCHER_KINDS),
    number: text,
    date: fc
      .date({ min: new Date('2017-07-01'), max: new Date('2040-12-31'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
    reference: text,
    narration: fc.oneof(fc.constant(''), text, fc.constant('one\n\ttwo')),
    partyName: text,
    partyGstin: fc.option(fc.constant('29AAAAA0000A1Z5')),
    partyState: fc.option(fc.constant('29')),
    placeOfSupply: fc.constantFrom('04', '07', '27', '29'),
    reverseCharge: fc.boolean(),
    taxTreatment: fc.constantFrom(...TAX_TREATMENTS),
    creditDays: fc.option(fc.integer({ min: 0, max: 90 })),
    roundOffPaise: fc.integer({ min: 0, max: 99 }),
    lines: fc.array(line, { minLength: 1, maxLength: 5 }),
  })
  .map((facts) => {
    const { taxablePaise, cgstPaise, sgstPaise, igstPaise } = sumsOf(facts);
    const tax = facts.reverseCharge ? 0 : cgstPaise + sgstPaise + igstPaise;
    return { ...facts, invoicePaise: taxablePaise + tax + facts.roundOffPaise };
  });
const company = fc
  .record({ name: text, view: fc.constantFrom('ledger_only', 'item_invoice'), billAllocations: fc.boolean() })
  .map(aCompany);

/** Amounts add up as text, without a binary fraction. */
const paiseOf = (tree: Tree): bigint => BigInt(textOf(tree, 'AMOUNT')!.replace('.', ''));

test('any voucher adds up to nothing, arrives as it was written, and is built to the same bytes again', () => {
  fc.assert(
    fc.property(voucher, company, (facts, settings) => {
      const built = buildVoucher(facts, settings);
      const tree = voucherOf(built.xml);

      const lists = ['ALLLEDGERENTRIES.LIST', 'LEDGERENTRIES.LIST'].flatMap((name) => childrenOf(tree, name));
      const goods = childrenOf(tree, 'ALLINVENTORYENTRIES.LIST');
      const inEntries = lists.some(({ name }) => name === 'ALLLEDGERENTRIES.LIST');
      const summed = inEntries ? lists : [...lists, ...goods.map((item) => found(item, 'ACCOUNTINGALLOCATIONS.LIST')!)];
      expect(summed.reduce((sum, entry) => sum + paiseOf(entry), 0n)).toBe(0n);
      expect(built.entries.reduce((sum, { paise: signed }) => sum + BigInt(signed), 0n)).toBe(0n);
      expect(paiseOf(lists[0]!) < 0n).toBe(facts.kind !== 'purchase');
      // Of the sign alone; round off keeps its side whatever its sign.
      for (const entry of lists.filter((each) => textOf(each, 'LEDGERNAME') !== 'Round Off')) {
        expect(textOf(entry, 'ISDEEMEDPOSITIVE')).toBe(paiseOf(entry) < 0n ? 'Yes' : 'No');
      }

      expect({
        number: textOf(tree, 'VOUCHERNUMBER'),
        reference: textOf(tree, 'REFERENCE'),
        narration: textOf(tree, 'NARRATION'),
        party: textOf(tree, 'PARTYLEDGERNAME'),
        entered: textOf(lists[0]!, 'LEDGERNAME'),
        items: goods.map((item) => textOf(item, 'STOCKITEMNAME')),
      }).toEqual({
        number: facts.number,
        reference: facts.reference,
        narration: facts.narration,
        party: facts.partyName,
        entered: facts.partyName,
        items:
          facts.kind === 'sales_order' || settings.view === 'item_invoice'
            ? facts.lines.map((each) => each.stockItem)
            : [],
      });

      expect(buildVoucher(structuredClone(facts), structuredClone(settings))).toEqual(built);
    }),
    { numRuns: 300 },
  );
});
