import { describe, expect, it } from '@jest/globals';
import { bearsNumber, differencesOf } from '../../../src/bridge/tally/same-voucher.js';
import type { Voucher } from '../../../src/canonical/vouchers/voucher.js';

const voucher = {
  kind: 'sales',
  number: 'INV/25-26/7',
  reference: 'INV/25-26/7',
  date: '2026-02-14',
  partyName: 'Lakshmi Traders',
} as Voucher;
const built = {
  voucherType: 'Sales',
  entries: [
    { ledger: 'Lakshmi Traders', paise: -118_000 },
    { ledger: 'Sales', paise: 100_000 },
    { ledger: 'CGST', paise: 9_000 },
    { ledger: 'SGST', paise: 9_000 },
  ],
};
const found = {
  masterId: 12,
  guid: 'g-0000000c',
  alterId: 40,
  date: '2026-02-14',
  voucherType: 'Sales',
  number: 'INV/25-26/7',
  reference: 'INV/25-26/7',
  partyName: 'Lakshmi Traders',
  cancelled: false,
  optional: false,
  entries: [...built.entries],
};
const company = { voucherTypes: { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' } } as const;
const manual = { ...company, numbering: 'manual' } as const;
const automatic = { ...company, numbering: 'automatic' } as const;

describe('a voucher that reads back', () => {
  it('is as it was sent, whatever the spelling of names and the order of entries', () => {
    const spelt = {
      ...found,
      partyName: 'LAKSHMI-TRADERS',
      entries: found.entries.toReversed().map((entry) => ({ ...entry, ledger: entry.ledger.toUpperCase() })),
    };
    expect(differencesOf(spelt, voucher, built, 'manual')).toEqual([]);
  });

  it('may have an entry in two', () => {
    const [party, , ...taxes] = found.entries;
    const halves = [party!, { ledger: 'Sales', paise: 60_000 }, { ledger: 'Sales', paise: 40_000 }, ...taxes];
    expect(differencesOf({ ...found, entries: halves }, voucher, built, 'manual')).toEqual([]);
  });

  it.each([
    ['an amount', { entries: [...found.entries.slice(1), { ledger: 'Lakshmi Traders', paise: 118_000 }] }, '1180.00'],
    ['a ledger', { entries: [...found.entries.slice(0, 3), { ledger: 'SGST 9%', paise: 9_000 }] }, 'SGST 9%'],
    [
      'an amount nobody can read',
      { entries: [...found.entries.slice(1), { ledger: 'Lakshmi Traders', paise: Number.NaN }] },
      'NaN',
    ],
    ['its date', { date: '2026-02-01' }, '2026-02-01 instead of 2026-02-14'],
    ['its number', { number: '7' }, '"7" instead of "INV/25-26/7"'],
    ['its party', { partyName: 'Lakshmi Stores' }, 'party'],
    ['its type', { voucherType: 'Sales GST' }, 'Sales GST'],
    ['its state', { cancelled: true }, 'cancelled'],
    ['its weight', { optional: true }, 'optional'],
  ])('is another when Tally changed %s', (_what, change, words) => {
    expect(differencesOf({ ...found, ...change }, voucher, built, 'manual').join('; ')).toContain(words);
  });

  it('may have lost its number where Tally numbers by itself', () => {
    expect(differencesOf({ ...found, number: '41' }, voucher, built, 'automatic')).toEqual([]);
  });
});

describe('the number of a voucher', () => {
  it('is its number, or its reference where Tally numbers by itself', () => {
    expect(bearsNumber({ ...found, number: 'inv/25-26/7 ' }, voucher, manual)).toBe(true);
    expect(bearsNumber({ ...found, number: '41' }, voucher, manual)).toBe(false);
    expect(bearsNumber({ ...found, number: '41' }, voucher, automatic)).toBe(true);
  });

  it('is counted by type', () => {
    expect(bearsNumber({ ...found, voucherType: 'Credit Note' }, voucher, manual)).toBe(false);
  });

  it('is each supplier’s own', () => {
    const purchase = { ...voucher, kind: 'purchase' } as Voucher;
    const inTally = { ...found, voucherType: 'Purchase' };
    expect(bearsNumber(inTally, purchase, manual)).toBe(true);
    expect(bearsNumber({ ...inTally, partyName: 'Balaji Mills' }, purchase, manual)).toBe(false);
  });
});
