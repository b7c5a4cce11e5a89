import { literalOf } from '../calendar.js';
import type { BillAllocation, Voucher } from './model.js';
import { NO_GOODS } from './model.js';
import { bill, leg, type Trader } from './trader.js';

/** One thing that happens in a distributor's year, written down the way its accountant writes it. */
export type Event = (trader: Trader) => unknown;

/** Takes a cleared receipt back: the debtor owes each of its bills again. */
export function bounce(
  trader: Trader,
  how: 'Bank Charges & Bounces' | 'Journal' | 'Debit Note',
  chargePaise = 0,
  receipt?: Voucher,
): Voucher | null {
  const bounced =
    receipt ?? trader.receipts.splice(trader.random.int(0, Math.max(0, trader.receipts.length - 1)), 1)[0];
  if (bounced?.state !== 'regular') return null;
  const credited = bounced.legs[0]!;
  const bills: BillAllocation[] = credited.bills.map(({ name, day, paise }) => bill('Agst Ref', name, day, -paise));
  for (const { name, day, paise } of credited.bills) trader.open(credited.ledger).push({ name: name!, day, paise });
  if (chargePaise) bills.push(bill('New Ref', `CHG-${trader.day}-${bounced.masterId}`, trader.day, -chargePaise));
  const legs = [
    leg(credited.ledger, -(credited.paise + chargePaise), bills),
    leg(trader.book.ledger('HDFC Bank'), credited.paise),
  ];
  if (chargePaise) legs.push(leg(trader.book.ledger('Bank Charges'), chargePaise));
  return trader.post(how, credited.ledger, legs);
}

/** The greater part of every day. */
export const ordinary: Event = (trader) => {
  const { book, random } = trader;
  const roll = random.next();
  if (roll < 0.5) return trader.sell(trader.debtor());
  if (roll < 0.9) {
    const debtor = random.chance(0.06) ? trader.debtor() : trader.debtorOwing();
    const bills = debtor.billWise ? trader.settle(debtor, random.pick([1, 1, 1, 2, 3])) : [];
    if (bills.length > 0) return trader.receive(debtor, bills);
    return trader.receive(debtor, [], { paise: random.int(500_00, 20_000_00) });
  }
  if (roll < 0.95) return trader.sellTo(book.ledger(random.chance(0.7) ? 'Cash' : 'HDFC Bank'));
  return purchase(trader);
};

const creditor = ({ book, random }: Trader) => random.pick(book.ledgers.filter(({ kind }) => kind === 'creditor'));

const purchase: Event = (trader) => {
  const { book, random } = trader;
  const paise = random.int(5_000_00, 200_000_00);
  const tax = Math.round(paise * 0.09);
  const supplier = creditor(trader);
  return trader.post('Purchase', supplier, [
    leg(supplier, paise + 2 * tax, [bill('New Ref', `SUP-${random.int(1, 99999)}`, trader.day, paise + 2 * tax)]),
    leg(book.ledger('Purchase GST 18%'), -paise),
    leg(book.ledger('Input CGST'), -tax),
    leg(book.ledger('Input SGST'), -tax),
  ]);
};

const creditNote = (trader: Trader, goods: boolean): unknown => {
  const debtor = trader.debtorOwing();
  const owed = trader.open(debtor)[0]!;
  const bills = trader.settle(debtor, 1, owed.paise > 1_000_00 ? 0.3 : 1);
  const paise = bills[0]!.paise;
  const counter = { ...leg(trader.book.ledger('Sales GST 18%'), -paise), fromGoods: goods };
  return trader.post(goods ? 'Sales Return' : 'Credit Note', debtor, [leg(debtor, paise, bills), counter], {
    invoiceView: goods,
    goods: goods ? trader.goods(-paise) : NO_GOODS,
  });
};

const writeOff = (trader: Trader, ledger: string): unknown => {
  const debtor = trader.debtorOwing();
  const bills = trader.settle(debtor, 1, 0.05);
  return trader.post('Journal', debtor, [
    leg(debtor, bills[0]!.paise, bills),
    leg(trader.book.ledger(ledger), -bills[0]!.paise),
  ]);
};

const orderLike =
  (type: string): Event =>
  (trader) => {
    const debtor = trader.debtor();
    const paise = trader.random.int(1_000_00, 50_000_00);
    return trader.post(
      type,
      debtor,
      [leg(debtor, -paise), { ...leg(trader.book.ledger('Sales GST 18%'), paise), fromGoods: true }],
      {
        goods: trader.goods(paise),
        invoiceView: false,
      },
    );
  };

/** Every case that is not everyday, each in turn. */
export const uncommon: Event[] = [
  // Several bills, parts of bills, deductions.
  (trader) => trader.receive(...settled(trader, 4)),
  (trader) => trader.receive(...settled(trader, 2, 0.4)),
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    const tds = Math.round(bills[0]!.paise / 100);
    return trader.receive(debtor, bills, { deductions: [leg(trader.book.ledger('TDS Receivable'), -tds)] });
  },
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    return trader.receive(debtor, bills, {
      deductions: [leg(trader.book.ledger('Discount Allowed'), -Math.ceil(bills[0]!.paise / 50))],
    });
  },
  // Money that no bill asks for yet.
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const advance = { name: trader.advanceName(), day: trader.day, paise: trader.random.int(2_000_00, 9_000_00) };
    trader.receive(debtor, [bill('Advance', advance.name, advance.day, advance.paise)]);
    return trader.sell(debtor, { advance });
  },
  (trader) => {
    const paise = trader.random.int(500_00, 9_000_00);
    return trader.receive(trader.billWiseDebtor(), [bill('On Account', null, trader.day, paise)]);
  },
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    const paise = trader.random.int(100_00, 900_00);
    return trader.receive(debtor, [...bills, bill('On Account', null, trader.day, paise)]);
  },
  (trader) => {
    const paise = trader.random.int(500_00, 9_000_00);
    return trader.receive(trader.billWiseDebtor(), [bill('New Ref', trader.advanceName(), trader.day, paise)]);
  },
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    return trader.receive(debtor, bills, { paise: bills[0]!.paise + 123_45 });
  },
  // Several debtors, and one debtor twice, in one voucher.
  (trader) => {
    const [first, firstBills] = settled(trader, 1);
    const [second, secondBills] = settled(trader, 2);
    const firstPaise = sum(firstBills);
    const secondPaise = sum(secondBills);
    return trader.post('Receipt', trader.book.ledger('SBI Current A/c'), [
      leg(first, firstPaise, firstBills),
      leg(second, secondPaise, secondBills),
      trader.moneyLeg(-(firstPaise + secondPaise), trader.day),
    ]);
  },
  (trader) => {
    const [debtor, bills] = settled(trader, 2);
    const paise = sum(bills);
    return trader.post('Receipt', debtor, [
      leg(debtor, bills[0]!.paise, bills.slice(0, 1)),
      leg(debtor, bills[1]!.paise, bills.slice(1)),
      trader.moneyLeg(-paise, trader.day),
    ]);
  },
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    const paid = sum(bills);
    const back = Math.floor(paid / 10);
    return trader.post('Bank Receipt', debtor, [
      leg(debtor, paid, bills),
      leg(debtor, -back, [bill('On Account', null, trader.day, -back)]),
      trader.moneyLeg(-(paid - back), trader.day),
    ]);
  },
  (trader) => {
    const paise = trader.random.int(10_000_00, 90_000_00);
    return trader.post('Receipt', trader.book.ledger('Director Loan'), [
      leg(trader.book.ledger('Director Loan'), paise),
      trader.moneyLeg(-paise, trader.day),
    ]);
  },
  // Payments taken back.
  (trader) => bounce(trader, 'Bank Charges & Bounces'),
  (trader) => bounce(trader, 'Journal'),
  (trader) => bounce(trader, 'Debit Note'),
  (trader) => bounce(trader, 'Bank Charges & Bounces', 590_00),
  (trader) => {
    const [debtor, bills] = settled(trader, 1);
    const receipt = trader.receive(debtor, bills);
    trader.receipts.splice(trader.receipts.indexOf(receipt), 1);
    bounce(trader, 'Journal', 0, receipt);
    trader.open(debtor).splice(
      trader.open(debtor).findIndex(({ name, day }) => name === bills[0]!.name && day === bills[0]!.day),
      1,
    );
    return trader.receive(debtor, bills);
  },
  (trader) => trader.post('Receipt', null, [], { state: 'cancelled' }),
  (trader) => trader.post('GST Sales', null, [], { state: 'cancelled' }),
  (trader) => trader.post('Credit Note', null, [], { state: 'cancelled' }),
  // What else moves a debtor's account.
  (trader) => writeOff(trader, 'Bad Debts'),
  (trader) => writeOff(trader, 'Small Balances'),
  (trader) => {
    const [from, to] = [trader.billWiseDebtor(), trader.billWiseDebtor()];
    const paise = trader.random.int(100_00, 5_000_00);
    return trader.post('Journal', from, [
      leg(to, -paise, [bill('New Ref', `JV-${trader.day}-${trader.random.int(1, 999)}`, trader.day, -paise)]),
      leg(from, paise, [bill('On Account', null, trader.day, paise)]),
    ]);
  },
  (trader) => {
    const debtor = trader.sound[trader.random.int(0, trader.sound.length - 1)]!;
    const paise = trader.random.int(100_00, 2_000_00);
    return trader.post('Debit Note', debtor, [
      leg(
        debtor,
        -paise,
        debtor.billWise
          ? [bill('New Ref', `DN-${trader.day}-${trader.random.int(1, 999)}`, trader.day, -paise, '15 Days')]
          : [],
      ),
      leg(trader.book.ledger('Freight & Cartage'), paise),
    ]);
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = trader.random.int(100_00, 2_000_00);
    return trader.post('Payment', debtor, [
      leg(debtor, -paise, [bill('On Account', null, trader.day, -paise)]),
      leg(trader.bank(), paise),
    ]);
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = trader.random.int(500_00, 8_000_00);
    return trader.post('Purchase', debtor, [
      leg(debtor, paise, [bill('New Ref', `PUR-${trader.day}-${trader.random.int(1, 999)}`, trader.day, paise)]),
      leg(trader.book.ledger('Purchase GST 18%'), -paise),
    ]);
  },
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = trader.random.int(100_00, 900_00);
    return trader.post('Contra', debtor, [leg(debtor, -paise), leg(trader.book.ledger('Cash'), paise)]);
  },
  (trader) => creditNote(trader, true),
  (trader) => creditNote(trader, false),
  // What moves no debtor's account.
  (trader) => {
    const paise = trader.random.int(1_000_00, 90_000_00);
    return trader.post('Contra', trader.book.ledger('Cash'), [
      leg(trader.book.ledger('Cash'), paise),
      leg(trader.bank(), -paise),
    ]);
  },
  (trader) => {
    const paise = trader.random.int(1_000_00, 9_000_00);
    return trader.post('Journal', null, [
      leg(trader.book.ledger('Rent'), -paise),
      leg(trader.book.ledger('Director Loan'), paise),
    ]);
  },
  (trader) => {
    const supplier = creditor(trader);
    const paise = trader.random.int(1_000_00, 90_000_00);
    return trader.post('Payment', supplier, [
      leg(supplier, -paise, [bill('On Account', null, trader.day, -paise)]),
      leg(trader.bank(), paise),
    ]);
  },
  (trader) => trader.sellTo(trader.book.ledger('Staff Advance')),
  (trader) => trader.sellTo(creditor(trader)),
  (trader) => trader.sell(trader.debtor(), { state: 'optional' }),
  (trader) => {
    const debtor = trader.debtor();
    return trader.post('Sales', debtor, [leg(debtor, 0), leg(trader.book.ledger('Sales GST 18%'), 0)]);
  },
  orderLike('Sales Order'),
  orderLike('Proforma Order'),
  orderLike('Delivery Note'),
  orderLike('Memorandum'),
  orderLike('Reversing Journal'),
  // Credit periods in every form.
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: literalOf(trader.day + 45) }),
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: '3 Months' }),
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: '' }),
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: '1 Years', dueDropped: true }),
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: '210 Days', dueDropped: true }),
  (trader) => trader.sell(trader.billWiseDebtor(), { credit: literalOf(trader.day - 3), dueDropped: true }),
  (trader) => trader.sell(trader.billWiseDebtor(), { references: 3, credit: '30 Days' }),
  (trader) => {
    const debtor = trader.billWiseDebtor();
    const paise = trader.random.int(500_00, 9_000_00);
    const number = trader.number('Sales', trader.day);
    const half = Math.floor(paise / 2);
    return trader.post(
      'Sales',
      debtor,
      [
        leg(debtor, -half, [bill('New Ref', `${number}-A`, trader.day, -half)]),
        leg(debtor, -(paise - half), [bill('New Ref', `${number}-B`, trader.day, -(paise - half))]),
        leg(trader.book.ledger('Sales GST 18%'), paise),
      ],
      { number },
    );
  },
];

/** A debtor who owes, and the allocations that settle `count` of his bills, or a share of each. */
export function settled(
  trader: Trader,
  count: number,
  share = 1,
): [ReturnType<Trader['debtorOwing']>, BillAllocation[]] {
  const debtor = trader.debtorOwing(count);
  return [debtor, trader.settle(debtor, count, share)];
}

const sum = (bills: BillAllocation[]): number => bills.reduce((total, { paise }) => total + paise, 0);
