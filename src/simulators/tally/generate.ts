import { DateTime } from 'luxon';
import { dayOf, financialYearStart, parseDay, plusMonths } from '../calendar.js';
import { makeGstin } from '../gstin.js';
import { Random } from '../random.js';
import { Book } from './book.js';
import { addMasters, type Canaries } from './masters.js';
import { ahead, refused } from './peculiar.js';
import { addStock } from './stock.js';
import { ordinary, uncommon } from './trade.js';
import { Trader } from './trader.js';

export interface BookOptions {
  /** The same seed, months, vouchers and today give the same book. */
  seed?: number;
  /** Length of the books in months before today. */
  months?: number;
  /** Vouchers altogether; at least 150, so that every case has room. */
  vouchers?: number;
  /** ISO day; by default the current one in India. */
  today?: string;
  companyName?: string;
  debtors?: number;
  canaries?: Canaries;
}

/** Writes the books of one distributor. Returns the trader too, who can go on trading in them. */
export function generateBook(options: BookOptions = {}): { book: Book; trader: Trader } {
  const { seed = 1, months = 36 } = options;
  const vouchers = Math.max(150, options.vouchers ?? 3_000);
  const today = options.today === undefined ? dayOf(indianToday()) : parseDay(options.today);
  if (today === null) throw new Error(`today is ${options.today}, expected a date such as 2026-05-18`);
  const random = new Random(seed);
  const first = plusMonths(today, -months);
  const hex = random.hex(32);
  const guid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  const book = new Book(
    {
      name: options.companyName ?? 'Sharma FMCG Distributors & Sons',
      guid,
      booksFrom: financialYearStart(first),
      phone: '9811099999',
      gstin: makeGstin(random),
    },
    today,
  );
  addMasters(
    book,
    random,
    options.debtors ?? Math.min(2_000, Math.max(48, Math.round(vouchers / 60))),
    options.canaries,
  );

  addStock(book);
  const trader = new Trader(book, random, first);
  const target = vouchers - ahead.length * 2;
  // Each rare case comes at least once, whatever the size of the book.
  const refusedEvery = Math.min(200, Math.floor(target / (refused.length * 1.6)));
  const uncommonEvery = Math.min(9, Math.max(1, Math.floor(target / (uncommon.length * 2))));
  let uncommonTurn = 0;
  let refusedTurn = 0;
  for (
    let step = 0;
    book.voucherCount < target || uncommonTurn < uncommon.length || refusedTurn < refused.length;
    step += 1
  ) {
    trader.day = Math.min(today, first + Math.floor(((today - first) * book.voucherCount) / target));
    if (step % refusedEvery === refusedEvery - 1) refused[refusedTurn++ % refused.length]!(trader);
    else if (step % uncommonEvery === uncommonEvery - 1) uncommon[uncommonTurn++ % uncommon.length]!(trader);
    else ordinary(trader);
  }
  trader.day = today;
  for (const event of ahead) event(trader);
  while (book.voucherCount < vouchers) trader.sell(trader.debtor());
  return { book, trader };
}

const indianToday = (): DateTime => {
  const { year, month, day } = DateTime.now().setZone('Asia/Kolkata');
  return DateTime.utc(year, month, day);
};
