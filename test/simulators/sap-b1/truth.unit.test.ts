import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  generateBook,
  type ServiceLayerSimulator,
  startServiceLayerSimulator,
  totalsOf,
} from '../../../src/simulators/sap-b1/index.js';
import { addUp } from './independent-sap.js';

const TODAY = '2026-05-18';

async function expectBothAgree(simulator: ServiceLayerSimulator): Promise<void> {
  const totals = simulator.totals();
  const found = await addUp(simulator, TODAY);
  for (const [kind, { count, paise, byMonth }] of Object.entries(totals.byType)) {
    expect({ kind, count, paise }).toEqual({ kind, ...found.counts[kind] });
    for (const [month, sum] of Object.entries(byMonth))
      expect([kind, month, sum]).toEqual([kind, month, found.months[`${kind} ${month}`]]);
  }
  expect(totals.openingInvoices).toEqual(found.openingInvoices);
  expect(totals.pendingPayments).toEqual(found.pending);
  expect(totals.voids).toEqual({ cancelled: found.cancelled, cancellations: found.cancellations });
  expect(totals.quarantined).toEqual(found.quarantined);
  expect(totals.flagged).toEqual(found.flagged);
  expect(totals.ignored).toEqual(found.ignored);
  for (const { cardCode, acceptedPaise } of totals.debtors)
    expect([cardCode, acceptedPaise]).toEqual([cardCode, found.accepted[cardCode] ?? 0]);
  // What the ledger says includes money that has not come yet.
  const closing = totals.debtors.reduce((sum, { closingPaise }) => sum + closingPaise, 0);
  const ledger = Object.values(found.ledger).reduce((sum, paise) => sum + paise, 0);
  expect(closing - totals.pendingPayments.paise - totals.pendingInQuarantine.paise).toBe(ledger);
}

describe('the truth about a simulated book', () => {
  let simulator: ServiceLayerSimulator;
  beforeAll(async () => {
    simulator = await startServiceLayerSimulator({ seed: 7, documents: 1_500, today: TODAY });
  });
  afterAll(() => simulator.close());

  it('is what a second accountant finds who reads the book over HTTPS', async () => {
    await expectBothAgree(simulator);
  });

  it.each([1, 2, 3])('holds for small books too (seed %i)', async (seed) => {
    const small = await startServiceLayerSimulator({ seed, documents: 200, today: TODAY, months: 12 });
    try {
      await expectBothAgree(small);
    } finally {
      await small.close();
    }
  });

  it('still holds after every kind of change, and after a day of trade', async () => {
    const kinds = [
      'add_invoice',
      'add_payment',
      'add_credit_note',
      'add_journal',
      'add_partner',
      'edit_due_date',
      'edit_comment',
      'cancel_invoice',
      'cancel_credit_note',
      'cancel_payment',
      'bounce_check',
      'rename_partner',
      'repair_identity',
    ] as const;
    for (const kind of kinds) simulator.mutate({ kind });
    simulator.dayOfTrade({ sales: 20, receipts: 15, credits: 4, edits: 5, cancels: 3, bounces: 2 });
    await expectBothAgree(simulator);
  });

  it('is the same for the same seed, and another for another', () => {
    const totals = (seed: number) => totalsOf(generateBook({ seed, documents: 400, today: TODAY }).book);
    expect(totals(5)).toEqual(totals(5));
    expect(totals(5)).not.toEqual(totals(6));
  });

  it.each([1, 2, 3, 11])('holds every case that has a name (seed %i)', (seed) => {
    const { book } = generateBook({ seed, documents: 200, today: TODAY });
    const totals = totalsOf(book);
    expect(
      Object.keys(totals.quarantined)
        // Not every book has a payment of an invoice that is refused.
        .filter((code) => code !== 'INVOICE_QUARANTINED')
        .sort(),
    ).toEqual([
      'AMOUNT_OUTLIER',
      'CURRENCY_UNSUPPORTED',
      'IDENTITY_AMBIGUOUS',
      'IDENTITY_UNRESOLVABLE',
      'INVALID_DATE',
      'INVALID_GSTIN',
      'INVALID_PAYMENT_DATE',
    ]);
    expect(Object.keys(totals.ignored).sort()).toEqual(['cash_sale', 'not_a_debtor', 'zero_amount']);
    expect(Object.keys({ ...totals.flagged, ...totals.flaggedInQuarantine }).sort()).toEqual([
      'DUE_DATE_DROPPED',
      'GSTIN_CHECK_DIGIT',
    ]);
    for (const [from, count] of Object.entries(totals.dueDates)) expect([from, count > 0]).toEqual([from, true]);
    for (const kind of ['invoices', 'payments', 'returns', 'adjustments'] as const)
      expect([kind, totals.byType[kind].count > 0]).toEqual([kind, true]);
    expect(totals.voids.cancelled).toBeGreaterThan(totals.voids.cancellations);
    expect(totals.voids.cancellations).toBeGreaterThan(0);
    expect(totals.pendingPayments.count).toBeGreaterThan(0);
    expect(totals.openingInvoices.count).toBeGreaterThan(0);
    const allocations = book.payments.rows.flatMap((payment) => payment.allocations);
    expect(new Set(allocations.map(({ type }) => type))).toEqual(
      new Set(['it_Invoice', 'it_CredItnote', 'it_JournalEntry', 'it_OpeningBalance', 'it_Receipt']),
    );
    expect(allocations.some(({ discountPaise }) => discountPaise > 0)).toBe(true);
    expect(allocations.some(({ installment }) => installment === 2)).toBe(true);
  });

  it('gives the same number to two invoices of different series or years', () => {
    const { book } = generateBook({ seed: 3, documents: 600, today: TODAY });
    const { rows } = book.invoices;
    expect(new Set(rows.map(({ number }) => number)).size).toBeLessThan(rows.length / 2);
    expect(new Set(rows.map(({ series, number }) => `${series} ${number}`)).size).toBe(rows.length);
  });

  it('lets a post-dated cheque count from its day on', async () => {
    const later = await startServiceLayerSimulator({ seed: 4, documents: 200, today: TODAY });
    try {
      const before = later.totals();
      later.setToday('2026-05-21');
      const after = later.totals();
      expect(after.pendingPayments.count).toBeLessThan(before.pendingPayments.count);
      expect(after.byType.payments.paise).toBe(before.byType.payments.paise);
    } finally {
      await later.close();
    }
  });

  it('puts the canaries on one ordinary debtor', () => {
    const canaries = { gstin: '29AABCT1332L1ZD', name: 'Canary & Sons', phone: '9123456780' };
    const { book } = generateBook({ documents: 200, today: TODAY, canaries });
    const debtor = book.partners.find(({ name }) => name === canaries.name)!;
    expect([debtor.addresses[0]!.gstin, debtor.cellular, debtor.fault]).toEqual([canaries.gstin, canaries.phone, null]);
    expect(book.invoices.rows.some(({ partner, cancel }) => partner === debtor && cancel === 'csNo')).toBe(true);
  });
});
