import { type Event, settled } from './trade.js';
import { bill, leg } from './trader.js';

/** Records that have to be refused, each in turn. */
export const refused: Event[] = [
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const cents = trader.random.int(100_00, 900_00);
    const ratePaise = 82_99;
    const paise = Math.round((cents * ratePaise) / 100);
    const number = trader.number('Sales', trader.day);
    return trader.post(
      'Sales',
      debtor,
      [
        {
          ...leg(debtor, -paise, [bill('New Ref', number, trader.day, -paise)]),
          foreign: { cents: -cents, ratePaise },
        },
        { ...leg(trader.book.ledger('Export Sales'), paise), foreign: { cents, ratePaise } },
      ],
      { number },
    );
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = 50_00_000_00 + trader.random.int(0, 9_00_000_00);
    const number = trader.number('Sales', trader.day);
    return trader.post(
      'Sales',
      debtor,
      [
        leg(debtor, -paise, [bill('New Ref', number, trader.day, -paise)]),
        leg(trader.book.ledger('Sales GST 18%'), paise),
      ],
      { number },
    );
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = trader.random.int(500_00, 9_000_00);
    const number = trader.number('Sales', trader.day);
    return trader.post(
      'Sales',
      debtor,
      [
        leg(debtor, paise, [bill('New Ref', number, trader.day, paise)]),
        leg(trader.book.ledger('Sales GST 18%'), -paise),
      ],
      { number },
    );
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const sale = trader.sell(debtor, { references: 1 });
    const owed = trader.open(debtor).pop()!;
    return trader.receive(debtor, [bill('Agst Ref', sale.number, sale.day, owed.paise)], { day: trader.day - 3 });
  },
  ...[0, 1, 2, 3, 4, 5].map<Event>((index) => (trader) => {
    const debtor = trader.faulty[index % trader.faulty.length]!;
    trader.sell(debtor);
    return trader.receive(debtor, trader.settle(debtor, 1));
  }),
];

/** What stands in the books on the last day although its own day has not come. */
export const ahead: Event[] = [
  (trader) => trader.receive(...settled(trader, 1), { postDated: true, day: trader.day + 12 }),
  (trader) => trader.receive(...settled(trader, 2), { postDated: true, day: trader.day + 45 }),
  (trader) => trader.receive(...settled(trader, 1), { day: trader.day + 2 }),
  (trader) => trader.sell(trader.billWiseDebtor(), {}, trader.day + 5),
];
