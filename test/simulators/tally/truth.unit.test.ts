import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  generateBook,
  startTallySimulator,
  type TallySimulator,
  totalsOf,
} from '../../../src/simulators/tally/index.js';
import { tallyUp } from './independent-tally.js';

const TODAY = '2026-05-18';

async function expectBothAgree(simulator: TallySimulator): Promise<void> {
  const totals = simulator.totals();
  const tally = await tallyUp(simulator.url, TODAY);
  for (const [kind, { count, paise, byMonth }] of Object.entries(totals.byType)) {
    expect({ kind, count, paise }).toEqual({ kind, ...tally.counts[kind] });
    for (const [month, sum] of Object.entries(byMonth))
      expect([kind, month, sum.paise]).toEqual([kind, month, tally.months[`${kind} ${month}`]]);
  }
  expect(totals.pendingPayments).toEqual(tally.pending);
  expect(totals.voids).toEqual({ cancelled: tally.cancelled, reversedPayments: tally.reversed });
  expect(totals.quarantined).toEqual(tally.quarantined);
  expect(totals.flagged).toEqual(tally.flagged);
  expect(totals.ignored).toEqual(tally.ignored);
  for (const { guid, closingPaise } of totals.debtors)
    expect([guid, closingPaise]).toEqual([guid, tally.closingPaise[guid]]);
}

describe('the truth about a simulated book', () => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 7, vouchers: 3_000, today: TODAY });
  });
  afterAll(() => simulator.close());

  it('is what a second accountant finds who reads the book over HTTP', async () => {
    await expectBothAgree(simulator);
  });

  it.each([1, 2, 3])('holds for small books too (seed %i)', async (seed) => {
    const small = await startTallySimulator({ seed, vouchers: 200, today: TODAY, months: 12 });
    try {
      await expectBothAgree(small);
    } finally {
      await small.close();
    }
  });

  it('still holds after every kind of change, and after a day of trade', async () => {
    const kinds = [
      'add_sale',
      'add_receipt',
      'edit_amount',
      'edit_bills',
      'cancel',
      'delete',
      'make_optional',
      'make_regular',
      'change_type',
      'bounce',
      'renumber',
      'backdate',
      'repair_identity',
      'rename_ledger',
    ] as const;
    for (const kind of kinds) {
      const before = simulator.book.alterId;
      simulator.mutate({ kind });
      expect([kind, simulator.book.alterId > before]).toEqual([kind, true]);
    }
    for (let round = 0; round < 5; round += 1)
      for (const kind of ['edit_amount', 'bounce', 'backdate', 'delete'] as const) simulator.mutate({ kind });
    simulator.dayOfTrade({ sales: 20, receipts: 15, edits: 5, cancels: 3 });
    await expectBothAgree(simulator);
  });

  it('is the same for the same seed, and another for another', () => {
    const totals = (seed: number) => totalsOf(generateBook({ seed, vouchers: 400, today: TODAY }).book);
    expect(totals(5)).toEqual(totals(5));
    expect(totals(5)).not.toEqual(totals(6));
  });

  it('holds every case that has a name', () => {
    const totals = totalsOf(generateBook({ seed: 11, vouchers: 1_000, today: TODAY }).book);
    expect(Object.keys(totals.quarantined).sort()).toEqual([
      'AMOUNT_OUTLIER',
      'CURRENCY_UNSUPPORTED',
      'IDENTITY_AMBIGUOUS',
      'IDENTITY_UNRESOLVABLE',
      'INVALID_DATE',
      'INVALID_GSTIN',
      'INVALID_PAYMENT_DATE',
    ]);
    expect(Object.keys(totals.ignored).sort()).toEqual([
      'cash_sale',
      'not_a_debtor',
      'not_accounting',
      'optional',
      'zero_amount',
    ]);
    expect(Object.keys({ ...totals.flagged, ...totals.flaggedInQuarantine }).sort()).toEqual([
      'DUE_DATE_DROPPED',
      'GSTIN_CHECK_DIGIT',
      'SIGN_UNEXPECTED',
    ]);
    expect(totals.voids.cancelled).toBeGreaterThan(0);
    expect(totals.voids.reversedPayments).toBeGreaterThan(0);
    expect(totals.pendingPayments.count).toBeGreaterThan(0);
  });

  it('gives the same number to two vouchers of different years', () => {
    const { book } = generateBook({ seed: 3, vouchers: 600, today: TODAY });
    const numbers = [...book.vouchers()].filter(({ type }) => type.name === 'Sales').map(({ number }) => number);
    expect(new Set(numbers).size).toBeLessThan(numbers.length);
  });

  it('lets a post-dated receipt count from its day on', async () => {
    const later = await startTallySimulator({ seed: 4, vouchers: 200, today: TODAY });
    try {
      const before = later.totals();
      later.setToday('2026-05-21');
      const after = later.totals();
      expect(after.pendingPayments.count).toBe(before.pendingPayments.count - 1);
      expect(after.byType.payments.paise).toBe(before.byType.payments.paise);
    } finally {
      await later.close();
    }
  });

  it('puts the canaries on one ordinary debtor', () => {
    const canaries = { gstin: '29AABCT1332L1ZD', name: 'Canary & Sons', phone: '9123456780' };
    const { book } = generateBook({ vouchers: 200, today: TODAY, canaries });
    const debtor = book.ledger(canaries.name);
    expect([debtor.partyGstin, debtor.mobile, debtor.fault]).toEqual([canaries.gstin, canaries.phone, null]);
  });
});
