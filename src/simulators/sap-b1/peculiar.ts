import type { Event } from './trade.js';

/** Records that have to be refused, each in turn. */
export const refused: Event[] = [
  (trader) => {
    const cents = trader.random.int(100_00, 900_00);
    const rate = 82.99;
    return trader.sell(trader.random.pick(trader.sound), {
      paise: Math.round(cents * rate),
      foreign: { currency: 'USD', cents, rate },
    });
  },
  (trader) => {
    const cents = trader.random.int(100_00, 900_00);
    const rate = 83.5;
    const paise = Math.round(cents * rate);
    return trader.receive(trader.random.pick(trader.sound), [], {
      cashPaise: 0,
      transferPaise: paise,
      transferReference: 'SWIFT',
      checks: [],
      foreign: { currency: 'USD', cents, rate },
    });
  },
  (trader) =>
    trader.sell(trader.random.pick(trader.sound), { paise: 50_00_000_00 + trader.random.int(0, 9_00_000_00) }),
  (trader) => {
    const debtor = trader.random.pick(trader.sound);
    const doc = trader.sell(debtor);
    const item = trader.items.of(debtor).find(({ type, entry }) => type === 'it_Invoice' && entry === doc.entry)!;
    return trader.receive(debtor, [trader.items.apply(debtor, item, item.paise)], {
      day: trader.day - 3,
      means: 'cash',
    });
  },
  ...[0, 1, 2, 3, 4, 5, 6].map<Event>((index) => (trader) => {
    const debtor = trader.faulty[index % trader.faulty.length]!;
    trader.sell(debtor);
    return trader.receive(debtor, trader.items.settle(debtor, 1));
  }),
];

/** What stands in the books on the last day although its own day has not come. */
export const ahead: Event[] = [
  ...[12, 45].map<Event>((days) => (trader) => {
    const debtor = trader.debtorOwing();
    const allocations = trader.items.settle(debtor, 1);
    return trader.receive(debtor, allocations, {
      cashPaise: 0,
      transferPaise: 0,
      transferReference: null,
      checks: [trader.check(allocations[0]!.paise, trader.day + days)],
    });
  }),
  (trader) => {
    const debtor = trader.debtorOwing();
    return trader.receive(debtor, trader.items.settle(debtor, 1), { day: trader.day + 2, means: 'transfer' });
  },
  (trader) => trader.sell(trader.random.pick(trader.sound), { day: trader.day + 5 }),
];
