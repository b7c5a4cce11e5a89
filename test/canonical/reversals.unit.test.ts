import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchReversals, mayReverse, type SettlementItem } from '../../src/canonical/reversals.js';

const item = (key: string, date: string, change: Partial<SettlementItem> = {}): SettlementItem => ({
  key,
  partyKey: 'ledger-1',
  billName: 'INV-1',
  billDate: '2026-05-01',
  amountPaise: 5_000_00,
  date,
  ...change,
});
const matched = (payments: SettlementItem[], adjustments: SettlementItem[]) => [
  ...matchReversals(payments, adjustments).entries(),
];

describe('a reversed payment', () => {
  it('is voided by a bounce of the same amount against the same bill', () => {
    expect(matched([item('p', '2026-05-05')], [item('r', '2026-05-08')])).toEqual([['r', 'p']]);
  });
  it('may be reversed on its own day', () => {
    expect(matched([item('p', '2026-05-05')], [item('r', '2026-05-05')])).toEqual([['r', 'p']]);
  });
  it.each<[string, Partial<SettlementItem>]>([
    ['before it was made', { date: '2026-05-04' }],
    ['of another party', { partyKey: 'ledger-2' }],
    ['against another bill', { billName: 'INV-2' }],
    ['against a bill of the same name of another year', { billDate: '2025-05-01' }],
    ['of a paisa less', { amountPaise: 4_999_99 }],
  ])('stands when the reversal is %s', (_story, change) => {
    expect(matched([item('p', '2026-05-05')], [item('r', '2026-05-08', change)])).toEqual([]);
  });
  it('is found when one side does not know the day of the bill', () => {
    expect(matched([item('p', '2026-05-05')], [item('r', '2026-05-08', { billDate: null })])).toEqual([['r', 'p']]);
  });
  it('gives the second bounce the second payment, whatever order they are given in', () => {
    const payments = [item('p2', '2026-05-10'), item('p1', '2026-05-05'), item('p3', '2026-05-20')];
    const reversals = [item('r2', '2026-05-12'), item('r1', '2026-05-12')];
    expect(matched(payments, reversals)).toEqual([
      ['r1', 'p1'],
      ['r2', 'p2'],
    ]);
  });
});

describe('what may reverse a payment', () => {
  it.each([
    ['a bounce booked as a payment voucher', { kind: 'payment', amountPaise: 1, billName: 'B' }, true],
    ['as a journal', { kind: 'journal', amountPaise: 1, billName: 'B' }, true],
    ['as a debit note', { kind: 'debit_note', amountPaise: 1, billName: 'B' }, true],
    ['not a credit', { kind: 'journal', amountPaise: -1, billName: 'B' }, false],
    ['not one without a bill', { kind: 'journal', amountPaise: 1, billName: null }, false],
    ['not an opening balance', { kind: 'opening', amountPaise: 1, billName: 'B' }, false],
  ] as const)('%s', (_story, adjustment, expected) => {
    expect(mayReverse(adjustment)).toBe(expected);
  });
});

it('never voids a payment twice, nor one that differs, and never depends on the order given', () => {
  const day = fc.constantFrom('2026-05-01', '2026-05-02', '2026-05-03');
  const items = (prefix: string) =>
    fc
      .array(
        fc.record({
          partyKey: fc.constantFrom('a', 'b'),
          billName: fc.constantFrom('x', 'y'),
          billDate: fc.constantFrom(null, '2026-01-01', '2026-02-02'),
          amountPaise: fc.constantFrom(100, 200),
          date: day,
        }),
        { maxLength: 12 },
      )
      .map((list) => list.map((entry, index) => ({ key: `${prefix}${index}`, ...entry })));
  fc.assert(
    fc.property(items('p'), items('r'), (payments, reversals) => {
      const voided = matchReversals(payments, reversals);
      expect(new Set(voided.values()).size).toBe(voided.size);
      for (const [reversalKey, paymentKey] of voided) {
        const reversal = reversals.find(({ key }) => key === reversalKey)!;
        const payment = payments.find(({ key }) => key === paymentKey)!;
        expect(payment).toMatchObject({
          partyKey: reversal.partyKey,
          billName: reversal.billName,
          amountPaise: reversal.amountPaise,
        });
        expect(payment.date <= reversal.date).toBe(true);
        if (payment.billDate && reversal.billDate) expect(payment.billDate).toBe(reversal.billDate);
      }
      expect(matchReversals([...payments].reverse(), [...reversals].reverse())).toEqual(voided);
    }),
  );
});
