import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { buildVoucher } from '../../../src/bridge/xml/build-voucher.js';
import { newLedgerRequest } from '../../../src/bridge/xml/new-ledger.js';
import { VOUCHER_KINDS } from '../../../src/canonical/vouchers/voucher.js';
import { aCompany, aVoucher } from './examples.js';
import { filledTemplate, template } from './fill-template.js';
import { childrenOf, found, printed, textOf, treeOf, voucherOf } from './tree.js';

/** `UPDATE_GOLDEN=1` writes the files anew; the specification's templates say whether what they hold is right. */
const FOLDER = new URL('./golden/', import.meta.url);

const PLAIN = VOUCHER_KINDS.flatMap((kind) =>
  (['intra', 'inter'] as const).flatMap((tax) =>
    [false, true].flatMap((reverseCharge) =>
      [0, 47, -47].map((roundOffPaise) => ({
        name: `${kind}-${tax}${reverseCharge ? '-reverse-charge' : ''}${['-rounded-down', '', '-rounded-up'][Math.sign(roundOffPaise) + 1]}`,
        voucher: aVoucher(kind, tax, { reverseCharge, roundOffPaise }),
      })),
    ),
  ),
);
const ITEMS = aCompany({ view: 'item_invoice' });
const BILLS = aCompany({ billAllocations: true });
const OTHERS: [name: string, xml: string][] = [
  ['sales-items', buildVoucher(aVoucher('sales', 'intra', { roundOffPaise: 47 }), ITEMS).xml],
  ['sales-items-reverse-charge', buildVoucher(aVoucher('sales', 'inter', { reverseCharge: true }), ITEMS).xml],
  ['purchase-items', buildVoucher(aVoucher('purchase', 'inter', { roundOffPaise: -47 }), ITEMS).xml],
  ['purchase-items-reverse-charge', buildVoucher(aVoucher('purchase', 'intra', { reverseCharge: true }), ITEMS).xml],
  [
    'purchase-items-bills',
    buildVoucher(aVoucher('purchase', 'inter', { creditDays: 7 }), { ...ITEMS, billAllocations: true }).xml,
  ],
  ['sales-bills', buildVoucher(aVoucher('sales', 'intra', { creditDays: 30 }), BILLS).xml],
  ['purchase-bills-no-period', buildVoucher(aVoucher('purchase', 'intra'), BILLS).xml],
  ['sales-utgst', buildVoucher(aVoucher('sales', 'intra', { placeOfSupply: '04' }), aCompany()).xml],
  [
    'purchase-utgst-reverse-charge',
    buildVoucher(aVoucher('purchase', 'intra', { placeOfSupply: '04', reverseCharge: true }), aCompany()).xml,
  ],
  ['new-customer-prime', newLedgerRequest(aVoucher('sales', 'intra'), aCompany())],
  ['new-supplier-erp9', newLedgerRequest(aVoucher('purchase', 'intra'), aCompany({ release: 'erp9' }))],
];
const GOLDEN: [name: string, xml: string][] = [
  ...PLAIN.map(({ name, voucher }): [string, string] => [name, buildVoucher(voucher, aCompany()).xml]),
  ...OTHERS,
];

test.each(PLAIN)('$name is, element by element, what the specification prints', ({ voucher }) => {
  const { attributes, ...built } = voucherOf(buildVoucher(voucher, aCompany()).xml);
  const { attributes: asPrinted, ...expected } = filledTemplate(voucher);
  const withoutLiability = built.children.filter((child) => !textOf(child, 'LEDGERNAME')?.startsWith('RCM '));
  expect({ ...built, children: withoutLiability }).toEqual(expected);
  expect(attributes).toEqual({ REMOTEID: expect.stringMatching(/^altscore-sharma-main-[0-9a-f]{32}$/), ...asPrinted });
});

test('the envelope around a voucher is the one the specification prints', () => {
  const company = aCompany();
  const expected = template('envelope');
  found(expected, 'SVCURRENTCOMPANY')!.text = company.name;
  found(expected, 'TALLYMESSAGE')!.children = [];
  const { xml } = buildVoucher(aVoucher('sales', 'intra'), company);
  const built = treeOf(xml);
  const message = found(built, 'TALLYMESSAGE')!;
  expect(message.children.map(({ name }) => name)).toEqual(['VOUCHER']);
  message.children = [];
  expect(built).toEqual({ ...expected, children: expected.children });
  expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?><ENVELOPE>/);
});

test.each(GOLDEN)('%s is as it was', (name, xml) => {
  const file = new URL(`${name}.xml`, FOLDER);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, printed(treeOf(xml)));
  expect(existsSync(file)).toBe(true);
  expect(treeOf(xml)).toEqual(treeOf(readFileSync(file, 'utf8')));
});

test('every golden file is of a voucher that is built here', () => {
  const known = GOLDEN.map(([name]) => `${name}.xml`);
  expect(readdirSync(FOLDER).sort()).toEqual(known.sort());
});

test('an order is of the same goods in either view', () => {
  const order = aVoucher('sales_order', 'inter');
  expect(buildVoucher(order, ITEMS)).toEqual(buildVoucher(order, aCompany()));
});

test('neither release of Tally gets another voucher', () => {
  const voucher = aVoucher('sales', 'inter');
  expect(buildVoucher(voucher, aCompany({ release: 'erp9' }))).toEqual(buildVoucher(voucher, aCompany()));
});

test('an order makes no bill, though the company keeps bills', () => {
  const { xml } = buildVoucher(aVoucher('sales_order', 'intra', { creditDays: 30 }), BILLS);
  expect(found(voucherOf(xml), 'BILLALLOCATIONS.LIST')).toBeUndefined();
});

test('a request that makes a ledger holds that ledger alone', () => {
  const message = found(treeOf(newLedgerRequest(aVoucher('sales', 'intra'), aCompany())), 'TALLYMESSAGE')!;
  expect(message.children.map(({ name }) => name)).toEqual(['LEDGER']);
  expect(childrenOf(message.children[0]!, 'PARENT')[0]!.text).toBe('Sundry Debtors');
});
