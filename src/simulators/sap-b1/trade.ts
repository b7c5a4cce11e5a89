import type { Line, Partner, Payment } from './model.js';
import type { OpenItem } from './open-items.js';
import { CASH_SALES, newDebtor, ONE_TIME } from './partners.js';
import type { Trader } from './trader.js';

/** One thing that happens in a distributor's year, written down the way its accountant writes it. */
export type Event = (trader: Trader) => unknown;

const AT_THE_COUNTER = ['Ramesh', 'Walk-in', 'Cash Customer (Auto)', 'सुरेश', 'M/s Unknown'];

/** The greater part of every day. */
export const ordinary: Event = (trader) => {
  const { book, random } = trader;
  const roll = random.next();
  if (roll < 0.5) return trader.sell(trader.debtor());
  if (roll < 0.92) {
    const debtor = random.chance(0.06) ? trader.debtor() : trader.debtorOwing();
    const allocations = trader.items.settle(debtor, random.pick([1, 1, 1, 2, 3]));
    if (allocations.length > 0) return trader.receive(debtor, allocations);
    return trader.receive(debtor, [], { extraPaise: random.int(500_00, 20_000_00) });
  }
  if (roll < 0.97) return counterSale(trader, book.partner(CASH_SALES));
  return supplierPaid(trader);
};

/** An invoice of a customer who pays at once and owes nothing. */
function counterSale(trader: Trader, customer: Partner, cardName = customer.name): unknown {
  const doc = trader.sell(customer, { paise: trader.random.int(50_00, 5_000_00), cardName });
  doc.paidPaise = doc.paise;
  const { entry, day, paise } = doc;
  return trader.receive(
    customer,
    [{ type: 'it_Invoice', entry, line: 0, day, paise, discountPaise: 0, installment: 1 }],
    { means: 'cash' },
  );
}

const supplierPaid: Event = (trader) => {
  const suppliers = trader.book.partners.filter(({ kind }) => kind === 'supplier');
  const paise = trader.random.int(5_000_00, 200_000_00);
  return trader.book.addPayment({
    object: 46,
    type: 'rSupplier',
    day: trader.day,
    partner: trader.random.pick(suppliers),
    ...trader.money(paise, trader.day, 'transfer'),
    allocations: [],
    foreign: null,
    cancelled: false,
    remarks: null,
  });
};

/** A credit note copied from the debtor's oldest invoices, whose rest it settles in part. */
function copiedCredit(trader: Trader, service: boolean, invoices = 1): unknown {
  const debtor = trader.debtorOwing(invoices);
  const items = trader.items
    .owed(debtor)
    .filter(({ doc }) => doc !== null)
    .slice(0, invoices);
  if (items.length < invoices) return trader.sell(debtor);
  const lines: Line[] = [];
  let paise = 0;
  for (const item of items) {
    const part = item.paise > 1_000_00 ? Math.floor(item.paise * 0.3) : item.paise;
    const [line] = trader.lines(part, true);
    const copied = item.doc!.lines[0]!;
    lines.push({
      ...line!,
      item: service ? null : copied.item,
      description: copied.description,
      quantity: service ? 0 : 1,
      base: { type: 13, entry: item.entry, line: 0 },
    });
    trader.items.apply(debtor, item, part);
    paise += part;
  }
  return trader.credit(debtor, { paise, lines, service, paidPaise: paise });
}

/** A payment of the last weeks that nothing else leans on, so that it can be taken back. */
export function retractable(trader: Trader, checksOnly = false): Payment | undefined {
  const { rows } = trader.book.payments;
  for (let at = rows.length - 1; at >= Math.max(0, rows.length - 400); at -= 1) {
    const payment = rows[at]!;
    const { partner, allocations, cancelled, checks } = payment;
    if (cancelled || partner?.kind !== 'debtor' || partner.fault || payment.day > trader.book.today) continue;
    if (payment.foreign || allocations.length === 0 || (checksOnly && checks.length === 0)) continue;
    const paid = payment.cashPaise + payment.transferPaise + checks.reduce((sum, { paise }) => sum + paise, 0);
    const applied = allocations.reduce((sum, { paise }) => sum + paise, 0);
    if (paid !== applied || allocations.some(({ type, paise }) => type !== 'it_Invoice' || paise <= 0)) continue;
    if (checks.some(({ dueDay }) => dueDay > payment.day)) continue;
    if (allocations.some(({ entry }) => trader.book.invoices.get(entry)!.cancel !== 'csNo')) continue;
    return payment;
  }
  return undefined;
}

const takeBack = (trader: Trader, checksOnly: boolean): unknown => {
  const payment = retractable(trader, checksOnly);
  if (payment) trader.cancelPayment(payment);
  return payment;
};

/** The debtor's oldest item in his favour, after making one if he has none. */
function inFavour(trader: Trader, type: OpenItem['type'], make: (debtor: Partner) => unknown): [Partner, OpenItem] {
  const find = (debtor: Partner) => trader.items.of(debtor).find((item) => item.type === type && item.paise < 0);
  for (const debtor of trader.sound) {
    const item = trader.items.owed(debtor).length > 0 && find(debtor);
    if (item) return [debtor, item];
  }
  const debtor = trader.debtorOwing();
  make(debtor);
  return [debtor, find(debtor)!];
}

/** Pays an invoice with what stands in the debtor's favour, and money for the rest. */
function setOff(trader: Trader, debtor: Partner, credit: OpenItem): unknown {
  const owed = trader.items.owed(debtor)[0]!;
  const used = Math.min(owed.paise, -credit.paise);
  const invoice = trader.items.apply(debtor, owed, owed.paise);
  return trader.receive(debtor, [invoice, trader.items.apply(debtor, credit, -used)], { means: 'transfer' });
}

const freeCredit = (trader: Trader, debtor: Partner, originalReference: string | null): unknown => {
  const paise = trader.random.int(100_00, 900_00);
  const service = trader.random.chance(0.5);
  return trader.credit(debtor, { paise, lines: trader.lines(paise, service), service, originalReference });
};

/** Every case that is not everyday, each in turn. */
export const uncommon: Event[] = [
  // Several invoices, parts of invoices, discounts, instalments.
  (trader) => receiveFor(trader, 4),
  (trader) => receiveFor(trader, 2, 0.4),
  (trader) => {
    const debtor = trader.debtorOwing();
    const item = trader.items.owed(debtor)[0]!;
    const discount = Math.ceil(item.paise / 50);
    return trader.receive(debtor, [trader.items.apply(debtor, item, item.paise - discount, discount)]);
  },
  (trader) => {
    const debtor = trader.random.pick(trader.sound);
    const doc = trader.sell(debtor, { installments: 2 });
    const item = trader.items.of(debtor).find(({ entry, type }) => type === 'it_Invoice' && entry === doc.entry)!;
    const half = Math.floor(doc.paise / 2);
    return trader.receive(debtor, [
      trader.items.apply(debtor, item, half, 0, 1),
      trader.items.apply(debtor, item, item.paise, 0, 2),
    ]);
  },
  // Money that no invoice asks for yet, and its use later on.
  (trader) => trader.receive(trader.random.pick(trader.sound), [], { extraPaise: trader.random.int(500_00, 9_000_00) }),
  (trader) => {
    const debtor = trader.debtorOwing();
    return trader.receive(debtor, trader.items.settle(debtor, 1), { extraPaise: trader.random.int(100_00, 900_00) });
  },
  (trader) =>
    setOff(trader, ...inFavour(trader, 'it_Receipt', (debtor) => trader.receive(debtor, [], { extraPaise: 1_234_50 }))),
  (trader) => setOff(trader, ...inFavour(trader, 'it_CredItnote', (debtor) => freeCredit(trader, debtor, null))),
  // Every means of payment, and cheques of two days.
  ...(['cash', 'transfer', 'check', 'mixed'] as const).map<Event>((means) => (trader) => {
    const debtor = trader.debtorOwing();
    return trader.receive(debtor, trader.items.settle(debtor, 1), { means });
  }),
  (trader) => {
    const debtor = trader.debtorOwing();
    const allocations = trader.items.settle(debtor, 1);
    const paise = allocations[0]!.paise;
    const half = Math.floor(paise / 2);
    const checks = [trader.check(half, trader.day + 3), trader.check(paise - half, trader.day + 20)];
    return trader.receive(debtor, allocations, { cashPaise: 0, transferPaise: 0, transferReference: null, checks });
  },
  // What is taken back.
  (trader) => takeBack(trader, false),
  (trader) => takeBack(trader, true),
  (trader) => {
    const payment = retractable(trader, true);
    if (!payment) return undefined;
    const paise = payment.checks.reduce((sum, check) => sum + check.paise, 0);
    return trader.journal(payment.partner!, paise, '100200', { memo: `Cheque returned, receipt ${payment.number}` });
  },
  (trader) => trader.cancel(trader.sell(trader.random.pick(trader.sound)), trader.day),
  (trader) => {
    const debtor = trader.random.pick(trader.sound);
    const doc = trader.sell(debtor);
    return trader.cancel(doc, Math.min(trader.book.today, trader.day + 9));
  },
  (trader) => {
    const paise = trader.random.int(100_00, 900_00);
    const doc = trader.credit(trader.random.pick(trader.sound), { paise, lines: trader.lines(paise) });
    return trader.cancel(doc, trader.day);
  },
  // Credit notes: goods and allowances, of one invoice and of several, and of none.
  (trader) => copiedCredit(trader, false),
  (trader) => copiedCredit(trader, true),
  (trader) => copiedCredit(trader, false, 2),
  (trader) => freeCredit(trader, trader.random.pick(trader.sound), null),
  (trader) => {
    const debtor = trader.debtorOwing();
    return freeCredit(trader, debtor, String(trader.items.owed(debtor)[0]!.doc?.number ?? 'OB-1'));
  },
  // What else moves a debtor's account.
  (trader) => trader.journal(trader.random.pick(trader.sound), -trader.random.int(100_00, 900_00), '600400'),
  (trader) => trader.journal(trader.random.pick(trader.sound), trader.random.int(100_00, 900_00), '600500'),
  (trader) => {
    const [from, to] = [trader.random.pick(trader.sound), trader.random.pick(trader.sound)];
    const paise = trader.random.int(100_00, 5_000_00);
    const { day } = trader;
    const line = { account: '130000', dueDay: day, reference: null };
    return trader.items.addJournal(
      trader.book.addJournal({
        day,
        taxDay: day,
        origin: 'ttJournalEntry',
        memo: 'Transfer between accounts',
        reference: null,
        dueDropped: false,
        lines: [
          { ...line, partner: to, paise },
          { ...line, partner: from, paise: -paise },
        ],
      }),
    );
  },
  (trader) => trader.sell(trader.random.pick(trader.sound), { debitMemo: true, service: true, paise: 750_00 }),
  (trader) => {
    const debtor = trader.random.pick(trader.sound);
    return trader.book.addPayment({
      object: 46,
      type: 'rCustomer',
      day: trader.day,
      partner: debtor,
      ...trader.money(trader.random.int(100_00, 2_000_00), trader.day, 'transfer'),
      allocations: [],
      foreign: null,
      cancelled: false,
      remarks: 'Refund',
    });
  },
  // What moves no debtor's account.
  (trader) => counterSale(trader, trader.book.partner(ONE_TIME), trader.random.pick(AT_THE_COUNTER)),
  (trader) => {
    const paise = trader.random.int(50_00, 500_00);
    return trader.credit(trader.book.partner(CASH_SALES), { paise, lines: trader.lines(paise) });
  },
  (trader) => {
    const paise = trader.random.int(10_000_00, 90_000_00);
    return trader.book.addPayment({
      object: 24,
      type: 'rAccount',
      day: trader.day,
      partner: null,
      ...trader.money(paise, trader.day, 'transfer'),
      allocations: [],
      foreign: null,
      cancelled: false,
      remarks: 'Loan of a director',
    });
  },
  (trader) => {
    const line = { partner: null, dueDay: trader.day, reference: null };
    const paise = trader.random.int(1_000_00, 9_000_00);
    return trader.book.addJournal({
      day: trader.day,
      taxDay: trader.day,
      origin: 'ttJournalEntry',
      memo: 'Rent',
      reference: null,
      dueDropped: false,
      lines: [
        { ...line, account: '600100', paise },
        { ...line, account: '200100', paise: -paise },
      ],
    });
  },
  (trader) => trader.sell(trader.debtor(), { paise: 0, lines: trader.lines(0, true), service: true }),
  supplierPaid,
  // Due dates: missing, so that the terms decide; unknown; unbelievable.
  (trader) => trader.sell(trader.random.pick(trader.sound), { dueDay: null, termsGroup: 1, due: 'terms' }),
  (trader) => trader.sell(trader.random.pick(trader.sound), { dueDay: null, termsGroup: 3, due: 'terms' }),
  (trader) => trader.sell(trader.random.pick(trader.sound), { dueDay: null, termsGroup: null, due: 'unknown' }),
  (trader) => trader.sell(trader.random.pick(trader.sound), { dueDay: trader.day - 3, due: 'dropped' }),
  (trader) => trader.sell(trader.random.pick(trader.sound), { dueDay: trader.day + 365, due: 'dropped' }),
  // Everyone whose identity is written in a way of its own buys something.
  ...[7, 8, 9, 10, 11].map<Event>((index) => (trader) => trader.sell(trader.debtors[index]!)),
  // A retailer who is new, and buys at once.
  (trader) => {
    const debtor = newDebtor(trader.book, trader.random, trader.day);
    trader.sound.push(debtor);
    trader.debtors.push(debtor);
    return trader.sell(debtor);
  },
];

function receiveFor(trader: Trader, count: number, share = 1): unknown {
  const debtor = trader.debtorOwing(count);
  return trader.receive(debtor, trader.items.settle(debtor, count, share));
}
