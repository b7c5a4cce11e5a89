import { describe, expect, it } from '@jest/globals';
import type { DraftRecord } from '../../src/canonical/drafts.js';
import { addRecord, BooksOwed, type Figures, OPENING } from '../../src/canonical/figures.js';
import {
  compareBalances,
  compareFigures,
  type MonthDifference,
  periodsOf,
  periodsToRead,
  ReconciliationAsked,
  sentenceOfDifferences,
} from '../../src/canonical/reconciliation.js';
import { judge } from '../../src/canonical/rules.js';
import { adjustment, documentOf, goodsReturn, invoice, party, payment, settings } from './draft-examples.js';

const april = { ...invoice, date: '2026-04-30', amountPaise: 10_050 };
const opening = { ...invoice, date: '2024-03-01', opening: true, bills: [] };
const BOOK: DraftRecord[] = [april, invoice, payment, goodsReturn, adjustment, opening];
const MONTHS = [OPENING, '2026-04', '2026-05'];

function figuresOf(drafts: DraftRecord[]): Figures {
  const figures: Figures = new Map();
  for (const record of judge(documentOf(drafts), settings).document.records) addRecord(figures, record);
  return figures;
}
const differences = (bronze: DraftRecord[], erp = BOOK): MonthDifference[] =>
  compareFigures(figuresOf(erp), figuresOf(bronze), MONTHS);

describe('ERP and Bronze side by side', () => {
  it('agree when both hold the same, in whatever order, and in months of which neither holds anything', () => {
    expect(differences([...BOOK].reverse())).toEqual([]);
    expect(compareFigures(new Map(), new Map(), ['2026-01'])).toEqual([]);
  });

  it.each<[string, DraftRecord[], MonthDifference[]]>([
    [
      'a lost record in its month, by count',
      BOOK.filter((draft) => draft !== april),
      [{ month: '2026-04', types: { invoice: { erp: 1, bronze: 0 } }, parties: 1, settled: true }],
    ],
    [
      'an amount off by one paisa, though the count is right',
      [{ ...april, amountPaise: 10_051 }, ...BOOK.slice(1)],
      [{ month: '2026-04', types: { invoice: { erp: 1, bronze: 1 } }, parties: 1, settled: true }],
    ],
    [
      'a record of another debtor, though counts and sums are right',
      [{ ...april, party: { ...party, key: 'ledger-2' } }, ...BOOK.slice(1)],
      [{ month: '2026-04', types: {}, parties: 2, settled: true }],
    ],
    [
      'what stood open when the books began, apart from all months',
      BOOK.slice(0, -1),
      [{ month: OPENING, types: { invoice: { erp: 1, bronze: 0 } }, parties: 1, settled: true }],
    ],
    [
      'a record that moved, in both its months',
      [{ ...april, date: '2026-05-02' }, ...BOOK.slice(1)],
      [
        { month: '2026-04', types: { invoice: { erp: 1, bronze: 0 } }, parties: 1, settled: true },
        { month: '2026-05', types: { invoice: { erp: 1, bronze: 2 } }, parties: 1, settled: true },
      ],
    ],
  ])('show %s', (_what, bronze, expected) => {
    expect(differences(bronze)).toEqual(expected);
  });

  it('do not differ by what the rules refuse: it is in the ERP, and rightly not in Bronze', () => {
    const refused = { ...april, party: { ...party, gstin: 'NOT A GSTIN' } };
    expect(differences(BOOK, [...BOOK, refused])).toEqual([]);
  });
});

describe("a debtor's closing balance", () => {
  const owedBy = (...drafts: DraftRecord[]) => {
    const owed = new BooksOwed(settings.today);
    owed.add(documentOf(drafts));
    return owed.byParty;
  };

  it('is the opening balance and every record since, refused ones too', () => {
    const refused = { ...april, party: { ...party, gstin: 'NOT A GSTIN' } };
    const paise = opening.amountPaise! + april.amountPaise + invoice.amountPaise! - payment.amountPaise!;
    const owed = owedBy(opening, refused, invoice, payment);
    expect(owed).toEqual(new Map([['ledger-1', paise]]));
    expect(compareBalances(new Map([['ledger-1', paise]]), owed)).toEqual({ compared: 1, differing: 0 });
    expect(compareBalances(new Map([['ledger-1', paise + 1]]), owed)).toEqual({ compared: 1, differing: 1 });
  });

  it('is less by returns, and moves by adjustments as they are signed', () => {
    expect(owedBy(goodsReturn, { ...adjustment, amountPaise: -5 }).get('ledger-1')).toBe(-goodsReturn.amountPaise! - 5);
  });

  it('counts a receipt from its day on', () => {
    expect(owedBy(invoice, { ...payment, date: '2026-06-01' }).get('ledger-1')).toBe(invoice.amountPaise);
  });

  it.each<[string, DraftRecord]>([
    ['an amount that is none', { ...invoice, amountPaise: null }],
    ['an entry dated ahead', { ...invoice, date: '2027-05-01' }],
    ['an entry without a day', { ...payment, date: null }],
  ])('is not compared where there is %s', (_what, draft) => {
    const owed = owedBy(draft, april);
    expect(compareBalances(new Map([['ledger-1', april.amountPaise]]), owed)).toEqual({ compared: 0, differing: 0 });
  });

  it('is nothing for a debtor without records', () => {
    const closing = new Map([
      ['quiet', 0],
      ['loud', 7],
    ]);
    expect(compareBalances(closing, new Map())).toEqual({ compared: 2, differing: 1 });
  });
});

describe('what is read again', () => {
  const of = (...months: string[]) =>
    periodsToRead(
      months.map((month) => ({ month, types: {}, parties: 1, settled: true })),
      '2024-03-20',
    );

  it('is one period for months in a row, across the year, and one each for others', () => {
    expect(periodsOf(['2026-01', '2025-12', '2026-03', '2025-12'])).toEqual([
      { from: '2025-12-01', to: '2026-01-31' },
      { from: '2026-03-01', to: '2026-03-31' },
    ]);
    expect(periodsOf([])).toEqual([]);
  });

  it('is any month where only the openings differ, since they come with whatever is read first', () => {
    expect(of(OPENING)).toEqual([{ from: '2024-03-01', to: '2024-03-31' }]);
    expect(of(OPENING, '2024-02')).toEqual([{ from: '2024-02-01', to: '2024-02-29' }]);
    expect(of()).toEqual([]);
  });
});

describe('what people are told', () => {
  it('is counts and months in one sentence, however many there are', () => {
    const [first] = differences(BOOK.slice(1));
    expect(sentenceOfDifferences([first!], { compared: 40, differing: 2 })).toBe(
      'ERP and Bronze differ: 2026-04 (invoice 1 in the ERP, 0 in Bronze, 1 debtors); 2 of 40 debtors close otherwise in the ERP than their records add up to.',
    );
    const many = Array.from({ length: 40 }, (_each, index) => ({ ...first!, month: `m${index}` }));
    expect(sentenceOfDifferences(many, null)).toMatch(/m7 .*; 32 more months\.$/);
    expect(sentenceOfDifferences(many, null).length).toBeLessThan(2_000);
  });
});

describe('what a reconciliation is asked for', () => {
  const distributorId = 'dist_c4f9ee2a';
  it('is a distributor, and days where only some months are wanted', () => {
    expect(ReconciliationAsked.safeParse({ distributorId }).success).toBe(true);
    expect(ReconciliationAsked.safeParse({ distributorId, from: '2026-04-01', to: '2026-04-30' }).success).toBe(true);
  });
  it.each([
    [{}, /distributorId/],
    [{ distributorId: 'x" OR ""="' }, /dist_/],
    [{ distributorId, from: '2026-04-01' }, /both from and to/],
    [{ distributorId, from: '2026-04-31', to: '2026-05-01' }, /day such as/],
    [{ distributorId, from: '2026-05-01', to: '2026-04-01' }, /not before from/],
    [{ distributorId, month: '2026-04' }, /month/],
  ])('is refused otherwise: %j', (asked, sentence) => {
    const { error } = ReconciliationAsked.safeParse(asked);
    expect(error?.issues.map(({ message, path }) => `${path.join('.')} ${message}`).join('; ')).toMatch(sentence);
  });
});
