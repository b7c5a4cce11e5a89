import { DateTime } from 'luxon';
import { type Day, dayOf, financialYearStart, parseDay, plusMonths } from '../calendar.js';
import { makeGstin } from '../gstin.js';
import { Random } from '../random.js';
import { Book } from './book.js';
import type { JournalLine } from './model.js';
import { addMasters, type Canaries } from './partners.js';
import { ahead, refused } from './peculiar.js';
import { ordinary, uncommon } from './trade.js';
import { Trader } from './trader.js';

export interface BookOptions {
  /** The same seed, months, documents and today give the same book. */
  seed?: number;
  /** Length of the books in months before today. */
  months?: number;
  /** Invoices, credit notes and incoming payments altogether; at least 200, so that every case has room. */
  documents?: number;
  /** ISO day; by default the current one in India. */
  today?: string;
  companyName?: string;
  /** `CompanyDB` of the login. */
  database?: string;
  debtors?: number;
  canaries?: Canaries;
}

/** Writes the books of one distributor. Returns the trader too, who can go on trading in them. */
export function generateBook(options: BookOptions = {}): { book: Book; trader: Trader } {
  const { seed = 1, months = 36 } = options;
  const documents = Math.max(200, options.documents ?? 3_000);
  const today = options.today === undefined ? dayOf(indianToday()) : parseDay(options.today);
  if (today === null) throw new Error(`today is ${options.today}, expected a date such as 2026-05-18`);
  const random = new Random(seed);
  const first = plusMonths(today, -months);
  const book = new Book(
    {
      name: options.companyName ?? 'Sharma FMCG Distributors & Sons',
      database: options.database ?? 'SBODEMOIN',
      booksFrom: financialYearStart(first),
      gstin: makeGstin(random),
      phone: '9811099999',
    },
    today,
  );
  addMasters(
    book,
    random,
    options.debtors ?? Math.min(2_000, Math.max(48, Math.round(documents / 60))),
    options.canaries,
  );
  const trader = new Trader(book, random, first);
  open(trader);

  const target = documents - ahead.length * 3;
  // Each rare case comes at least once, whatever the size of the book.
  const refusedEvery = Math.min(200, Math.floor(target / (refused.length * 2)));
  const uncommonEvery = Math.min(9, Math.max(1, Math.floor(target / (uncommon.length * 3))));
  let uncommonTurn = 0;
  let refusedTurn = 0;
  for (
    let step = 0;
    book.documentCount < target || uncommonTurn < uncommon.length || refusedTurn < refused.length;
    step += 1
  ) {
    trader.day = Math.min(today, first + Math.floor(((today - first) * book.documentCount) / target));
    if (step % refusedEvery === refusedEvery - 1) refused[refusedTurn++ % refused.length]!(trader);
    else if (step % uncommonEvery === uncommonEvery - 1) uncommon[uncommonTurn++ % uncommon.length]!(trader);
    else ordinary(trader);
  }
  trader.day = today;
  for (const event of ahead) event(trader);
  while (book.documentCount < documents) trader.sell(trader.debtor());
  return { book, trader };
}

/** 15 June 2017: before anything may be dated. */
const DAY_IN_2017: Day = 42900;

/**
 * Balances of the time before the books: one journal entry a debtor, a line a bill, dated by the document date of the
 * entry. Credit lines are money he had paid in advance.
 */
function open(trader: Trader): void {
  const { book, random } = trader;
  const { booksFrom } = book.company;
  trader.debtors.forEach((partner, index) => {
    if (index % 3 !== 0) return;
    const bill = (paise: number, taxDay: Day, dueDay: Day, dueDropped = false): void => {
      const reference = `OB-${index}/${book.journals.length + 1}`;
      const lines: JournalLine[] = [
        { account: '130000', partner, paise, dueDay, reference },
        { account: '999999', partner: null, paise: -paise, dueDay, reference: null },
      ];
      trader.items.addJournal(
        book.addJournal({
          day: booksFrom,
          taxDay,
          origin: 'ttOpeningBalance',
          memo: 'Opening balance',
          reference,
          lines,
          dueDropped,
        }),
      );
    };
    const day = booksFrom - random.int(5, 60);
    bill(random.int(1_000_00, 90_000_00), day, day + 30);
    if (index % 2 === 0) bill(random.int(1_000_00, 90_000_00), booksFrom - 4, booksFrom + 41);
    if (index % 4 === 0) bill(-random.int(500_00, 5_000_00), booksFrom - 8, booksFrom - 8);
    if (index === 12) bill(7_500_00, DAY_IN_2017, DAY_IN_2017 + 30);
    if (index === 15) bill(8_250_00, booksFrom - 10, booksFrom + 355, true);
  });
}

const indianToday = (): DateTime => {
  const { year, month, day } = DateTime.now().setZone('Asia/Kolkata');
  return DateTime.utc(year, month, day);
};
