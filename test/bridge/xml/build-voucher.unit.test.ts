import { describe, expect, test } from '@jest/globals';
import { buildVoucher } from '../../../src/bridge/xml/build-voucher.js';
import { newLedgerRequest } from '../../../src/bridge/xml/new-ledger.js';
import { VoucherNotBuildable } from '../../../src/bridge/xml/not-buildable.js';
import type { Voucher } from '../../../src/canonical/vouchers/voucher.js';
import { aCompany, aLine, aVoucher } from './examples.js';
import { childrenOf, entriesOf, found, textOf, treeOf, voucherOf } from './tree.js';

const company = aCompany();
const items = aCompany({ view: 'item_invoice' });

test.each([
  ['14/02/2026', '20260214'],
  ['01/01/2026', '20260101'],
  ['31/12/2025', '20251231'],
  ['29/02/2024', '20240229'],
])('the day that a file calls %s is %s to Tally', (written, expected) => {
  const [day, month, year] = written.split('/');
  const { xml } = buildVoucher({ ...aVoucher('sales', 'intra'), date: `${year}-${month}-${day}` }, company);
  expect(textOf(voucherOf(xml), 'DATE')).toBe(expected);
});

test.each([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&apos;'],
])('%s is written %s, in texts and attributes', (character, escaped) => {
  const text = `A${character}B`;
  const settings = aCompany({ voucherTypes: { ...company.voucherTypes, sales: text } });
  const { xml } = buildVoucher({ ...aVoucher('sales', 'intra'), narration: text }, settings);
  expect(xml).toContain(`<NARRATION>A${escaped}B</NARRATION>`);
  expect(xml).toContain(`VCHTYPE="A${escaped}B"`);
  expect(textOf(voucherOf(xml), 'NARRATION')).toBe(text);
});

test.each([
  ['a NUL', 'Gupta\u0000'],
  ['the character Tally puts before its own names', '\u0004 Primary'],
  ['a carriage return', 'Gupta\rSons'],
  ['a C1 control', 'Gupta\u0085'],
  ['half an emoji', 'Gupta \ud83d'],
  ['the other half', 'Gupta \ude00'],
  ['a noncharacter', 'Gupta\uffff'],
])('a text with %s cannot be built, and is not repeated', (_, partyName) => {
  const attempt = () => buildVoucher({ ...aVoucher('sales', 'intra'), partyName }, company);
  expect(attempt).toThrow(VoucherNotBuildable);
  expect(attempt).toThrow(/^PARTYLEDGERNAME holds a control character/);
  expect(() => newLedgerRequest({ ...aVoucher('sales', 'intra'), partyName }, company)).toThrow(VoucherNotBuildable);
});

test.each(['\u0000', '\n', '\t'])('an attribute carries no %j', (character) => {
  const settings = aCompany({ voucherTypes: { ...company.voucherTypes, sales: `Sales${character}` } });
  expect(() => buildVoucher(aVoucher('sales', 'intra'), settings)).toThrow(VoucherNotBuildable);
});

test.each(['sales', 'purchase', 'sales_order'] as const)('a %s that does not balance cannot be built', (kind) => {
  const voucher = aVoucher(kind, 'intra');
  const attempt = () => buildVoucher({ ...voucher, invoicePaise: voucher.invoicePaise + 1 }, company);
  expect(attempt).toThrow(/has to balance/);
  expect(attempt).toThrow(VoucherNotBuildable);
});

test.each([
  ['sales', 'debit'],
  ['sales_order', 'debit'],
  ['purchase', 'credit'],
] as const)('the party of a %s is a %s or nothing is built, though it balances', (kind, side) => {
  const voucher = aVoucher(kind, 'intra');
  const turned: Voucher = {
    ...voucher,
    invoicePaise: -voucher.invoicePaise,
    lines: voucher.lines.map((line) => ({
      ...line,
      taxablePaise: -line.taxablePaise,
      cgstPaise: -line.cgstPaise,
      sgstPaise: -line.sgstPaise,
    })),
  };
  expect(() => buildVoucher(turned, company)).toThrow(`has to be a ${side}`);
});

test('half a paisa is no amount', () => {
  const voucher = aVoucher('sales', 'intra');
  const lines = [
    { ...voucher.lines[0]!, taxablePaise: voucher.lines[0]!.taxablePaise + 0.5 },
    ...voucher.lines.slice(1),
  ];
  const attempt = () => buildVoucher({ ...voucher, invoicePaise: voucher.invoicePaise + 0.5, lines }, company);
  expect(attempt).toThrow(/whole number of paise/);
});

test('what must be read back is what the request says, allocations within the sales ledger and not beside it', () => {
  for (const settings of [company, items]) {
    for (const kind of ['sales', 'purchase', 'sales_order'] as const) {
      const { entries, xml } = buildVoucher(aVoucher(kind, 'intra', { roundOffPaise: -47 }), settings);
      const voucher = voucherOf(xml);
      const allocated = childrenOf(voucher, 'ALLINVENTORYENTRIES.LIST').map((goods) =>
        Math.round(Number(textOf(found(goods, 'ACCOUNTINGALLOCATIONS.LIST')!, 'AMOUNT')) * 100),
      );
      const [party, trade, ...rest] = entries.map(({ ledger, paise }) => `${ledger} ${(paise / 100).toFixed(2)}`);
      const ofGoods = settings === items && kind !== 'sales_order';
      expect(entriesOf(voucher)).toEqual(ofGoods ? [party, ...rest] : [party, trade, ...rest]);
      if (allocated.length > 0) expect(allocated.reduce((sum, paise) => sum + paise)).toBe(entries[1]!.paise);
      expect(entries.reduce((sum, { paise }) => sum + paise, 0)).toBe(0);
    }
  }
});

test('a purchase in reverse charge owes its tax to the state and not to the supplier', () => {
  const voucher = aVoucher('purchase', 'intra', { reverseCharge: true });
  const { entries } = buildVoucher(voucher, company);
  expect(entries).toEqual([
    { ledger: voucher.partyName, paise: 555_613 },
    { ledger: 'Purchase - GST', paise: -555_613 },
    { ledger: 'Input CGST', paise: -50_006 },
    { ledger: 'Input SGST', paise: -50_006 },
    { ledger: 'RCM CGST', paise: 50_006 },
    { ledger: 'RCM SGST', paise: 50_006 },
  ]);
});

test('a purchase in reverse charge needs ledgers for its liability only where there is tax', () => {
  const settings = aCompany({ ledgers: { ...company.ledgers, reverseCharge: null } });
  const voucher = aVoucher('purchase', 'inter', { reverseCharge: true });
  expect(() => buildVoucher(voucher, settings)).toThrow(VoucherNotBuildable);
  const exempt = { ...voucher, lines: voucher.lines.map((line) => ({ ...line, igstPaise: 0 })) };
  expect(buildVoucher(exempt, settings).entries).toHaveLength(2);
});

test.each([
  ['04', 'UTGST', 'UTGST'],
  ['04', null, 'SGST'],
  ['07', 'UTGST', 'SGST'],
])('for a supply in %s with the ledger %s configured the second tax goes into %s', (placeOfSupply, utgst, expected) => {
  const output = { ...company.ledgers.output, utgst };
  const settings = aCompany({ ledgers: { ...company.ledgers, output } });
  const { entries } = buildVoucher(aVoucher('sales', 'intra', { placeOfSupply }), settings);
  expect(entries.map(({ ledger }) => ledger)).toEqual([expect.anything(), 'Sales - GST', 'CGST', expected]);
});

test('without HSN codes nothing is said of them', () => {
  const voucher = aVoucher('sales', 'intra');
  const { xml } = buildVoucher({ ...voucher, lines: voucher.lines.map((line) => ({ ...line, hsn: null })) }, company);
  expect(xml).not.toContain('GSTOVRDNALLEDGER');
});

test('a party without a GSTIN and a voucher without a narration keep their elements, empty', () => {
  const { xml } = buildVoucher({ ...aVoucher('sales', 'intra', { partyGstin: null }), narration: '' }, company);
  expect(xml).toContain('<PARTYGSTIN></PARTYGSTIN>');
  expect(xml).toContain('<NARRATION></NARRATION>');
});

test('goods without godown, quantity or rate say nothing of them', () => {
  const bare = aLine({ godown: null, quantity: null, unit: null, rate: null });
  const voucher: Voucher = { ...aVoucher('sales_order', 'intra'), invoicePaise: bare.taxablePaise, lines: [bare] };
  const goods = found(voucherOf(buildVoucher(voucher, company).xml), 'ALLINVENTORYENTRIES.LIST')!;
  expect(goods.children.map(({ name }) => name)).toEqual([
    'STOCKITEMNAME',
    'ISDEEMEDPOSITIVE',
    'AMOUNT',
    'BATCHALLOCATIONS.LIST',
    'ACCOUNTINGALLOCATIONS.LIST',
  ]);
  expect(found(goods, 'BATCHALLOCATIONS.LIST')!.children.map(({ name }) => name)).toEqual(['BATCHNAME', 'AMOUNT']);
});

test.each([
  ['names no stock item', { stockItem: null }],
  ['has a quantity or a rate and no unit', { unit: null }],
])('a line that %s cannot be an item', (message, over) => {
  const voucher = aVoucher('sales', 'inter');
  const [first, ...others] = voucher.lines;
  const lacking: Voucher = { ...voucher, lines: [first!, { ...others[0]!, ...over }, ...others.slice(1)] };
  expect(() => buildVoucher(lacking, items)).toThrow(`Line 2 ${message}`);
  expect(() => buildVoucher({ ...lacking, kind: 'sales_order' }, company)).toThrow(VoucherNotBuildable);
  expect(buildVoucher(lacking, company).entries).toHaveLength(3);
});

test('a bill has the credit period only where one was agreed, and the amount of its party', () => {
  const settings = aCompany({ billAllocations: true });
  const billOf = (creditDays: number | null) => {
    const { xml } = buildVoucher(aVoucher('purchase', 'intra', { creditDays }), settings);
    return found(voucherOf(xml), 'BILLALLOCATIONS.LIST')!.children.map(({ name, text }) => `${name} ${text}`);
  };
  const [name, type, amount] = ['NAME INV/2025-26/0042', 'BILLTYPE New Ref', 'AMOUNT 6556.25'];
  expect(billOf(null)).toEqual([name, type, amount]);
  expect(billOf(0)).toEqual([name, type, 'BILLCREDITPERIOD 0 Days', amount]);
  expect(billOf(30)).toEqual([name, type, 'BILLCREDITPERIOD 30 Days', amount]);
});

describe('the id by which Tally knows a voucher again', () => {
  const voucher = aVoucher('purchase', 'intra');
  const idOf = (over: Partial<Voucher>, companyId = 'sharma-main') =>
    buildVoucher({ ...voucher, ...over }, aCompany({ companyId })).remoteId;
  const known = idOf({});

  test('stays the same whatever else of the voucher changes', () => {
    expect(idOf({ narration: 'other', reference: 'other', date: '2026-03-31', creditDays: 9 })).toBe(known);
    expect(idOf({ partyName: 'Gupta Traders' })).toBe(known);
  });

  test('is another for another kind, number, year, supplier or company', () => {
    const others = [
      idOf({ kind: 'sales' }),
      idOf({ number: 'INV/2025-26/0043' }),
      idOf({ date: '2026-04-01' }),
      idOf({ partyGstin: '27AAAAA0000A1Z5' }),
      idOf({}, 'sharma-two'),
    ];
    expect(new Set([known, ...others]).size).toBe(6);
  });

  test('holds nothing of the voucher', () => {
    expect(known).toMatch(/^altscore-sharma-main-[0-9a-f]{32}$/);
  });
});

describe('a ledger to be made', () => {
  const ledgerOf = (over: Partial<Voucher>, release: 'erp9' | 'prime' = 'prime') =>
    found(treeOf(newLedgerRequest({ ...aVoucher('sales', 'intra'), ...over }, aCompany({ release }))), 'LEDGER')!;

  test('is billwise, under the group of its kind', () => {
    expect(textOf(ledgerOf({}), 'PARENT')).toBe('Sundry Debtors');
    expect(textOf(ledgerOf({ kind: 'purchase' }), 'PARENT')).toBe('Sundry Creditors');
    expect(textOf(ledgerOf({}), 'ISBILLWISEON')).toBe('Yes');
    expect(ledgerOf({}).attributes).toEqual({ NAME: 'Gupta & Sons "Kirana"', ACTION: 'Create' });
  });

  test('says nothing of a registration or a state it does not know', () => {
    const names = ledgerOf({ partyState: null, partyGstin: null }).children.map(({ name }) => name);
    expect(names).toEqual(['NAME', 'PARENT', 'ISBILLWISEON']);
  });

  test.each(['96', '99'])('is of no state of India where its code is %s', (partyState) => {
    expect(found(ledgerOf({ partyState }), 'LEDSTATENAME')).toBeUndefined();
    expect(found(ledgerOf({ partyState }), 'LEDMAILINGDETAILS.LIST')).toBeUndefined();
  });

  test('has its registration from the beginning of the financial year, in TallyPrime alone', () => {
    const dated = childrenOf(ledgerOf({}), 'LEDGSTREGDETAILS.LIST')[0]!;
    expect(textOf(dated, 'APPLICABLEFROM')).toBe('20250401');
    expect(found(ledgerOf({}, 'erp9'), 'LEDGSTREGDETAILS.LIST')).toBeUndefined();
    expect(textOf(ledgerOf({}, 'erp9'), 'PARTYGSTIN')).toBe('29AAAAA0000A1Z5');
  });

  test('is not made where the settings name no groups', () => {
    expect(() => newLedgerRequest(aVoucher('sales', 'intra'), aCompany({ newLedgers: null }))).toThrow(
      VoucherNotBuildable,
    );
  });
});
