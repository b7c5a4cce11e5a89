import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { createTallySource } from '../../../src/sources/tally/tally-source.js';
import { aLedger, aVoucher, books } from './books.js';

describe('vouchers whose masters changed', () => {
  let simulator: TallySimulator;
  beforeEach(async () => {
    simulator = await startTallySimulator({ seed: 3, months: 6, vouchers: 400, today: '2026-05-18' });
  });
  afterEach(() => simulator.close());

  it('are read again whatever their date, and those alone', async () => {
    const { book } = simulator;
    const tally = createTallySource({
      host: '127.0.0.1',
      port: Number(new URL(simulator.url).port),
      companyName: book.company.name,
    });
    const { counters } = await tally.probe();
    const ledger = book.ledgers.find(
      ({ kind, fault, partyGstin }) => kind === 'debtor' && fault === 'INVALID_GSTIN' && partyGstin,
    )!;
    simulator.mutate({ kind: 'repair_identity', guid: book.guidOf(ledger) });
    const masters = await tally.masters();
    const { signal } = new AbortController();
    const read = [];
    const period = { from: '2024-04-01', to: '2026-05-10' };
    for await (const voucher of tally.readChanged(period, counters, masters, signal)) read.push(voucher);
    const names = read.map(({ legs }) => legs.map(({ ledgerName }) => ledgerName));
    expect(names.filter((each) => each.includes(ledger.name)).length).toBeGreaterThan(0);
    const others = book.ledgers.filter(({ kind, partyGstin, mobile, landline, contactPhone, registrations }) =>
      Boolean(kind === 'debtor' && !partyGstin && registrations.length === 0 && (mobile || landline || contactPhone)),
    );
    const allowed = new Set([ledger, ...others].map(({ name }) => name));
    expect(names.every((each) => each.some((name) => allowed.has(name)))).toBe(true);
  });
});

describe('a master', () => {
  const names = (ledger: string, type = 'Sales') =>
    aVoucher(type, [{ ledgerName: ledger, amount: '1', bills: [], banks: [] }]);
  const ledgers = (alterId: number) => [
    aLedger('Asha', 'Kirana', { alterId, partyGstin: '27AABCU9601R1Z1' }),
    aLedger('Bala', 'Sundry Debtors', { alterId: 1, mobile: '98765 43210' }),
    aLedger('Chand', 'Sundry Debtors', { alterId: 1, partyGstin: '27AABCU9602R1Z1' }),
  ];

  it('that did not change asks for nothing', () => {
    expect(books(ledgers(1)).namesChangedSince(1)).toBeNull();
  });

  it('that is a ledger asks for its vouchers, and for those of debtors known by a phone alone', () => {
    const changed = books(ledgers(2)).namesChangedSince(1)!;
    expect(['asha ', 'Bala', 'Chand'].map((name) => changed(names(name)))).toEqual([true, true, false]);
  });

  it('that is a group asks for all ledgers below it; a voucher type for those of the types below it', () => {
    const regrouped = books(
      ledgers(1),
      {},
      {
        groups: [
          { name: 'Kirana', alterId: 1, parent: 'North' },
          { name: 'North', alterId: 2, parent: 'Sundry Debtors' },
          { name: 'Sundry Debtors', alterId: 1, parent: '' },
        ],
      },
    ).namesChangedSince(1)!;
    expect(['Asha', 'Chand'].map((name) => regrouped(names(name)))).toEqual([true, false]);
    const retyped = books(
      ledgers(1),
      {},
      {
        voucherTypes: [
          { name: 'GST Sales', alterId: 2, parent: 'Sales' },
          { name: 'Counter', alterId: 1, parent: 'GST Sales' },
          { name: 'Sales', alterId: 1, parent: '' },
        ],
      },
    ).namesChangedSince(1)!;
    expect(['GST Sales', 'Counter', 'Sales'].map((type) => retyped(names('Chand', type)))).toEqual([true, true, false]);
  });
});
