import { parseDay } from '../calendar.js';
import type { Book } from './book.js';
import { putLedger } from './import-ledger.js';
import { leg } from './trader.js';

/** A voucher as somebody types it: names as Tally compares them, paise with Tally's sign. */
export interface TypedVoucher {
  type: string;
  number: string;
  /** ISO day. */
  date: string;
  party?: string;
  reference?: string;
  narration?: string;
  /** They add up to nothing. */
  entries: { ledger: string; paise: number }[];
}

/** Somebody who sits at the Tally and works in its books. */
export interface Person {
  /** Throws for names that are not in the books, and for entries that do not add up. */
  enterVoucher(voucher: TypedVoucher): { masterId: number; guid: string };
  deleteVoucher(masterId: number): void;
  /** Throws for a group that is not in the books. */
  openLedger(name: string, group: string): void;
}

export const personAt = (book: Book): Person => ({
  enterVoucher: (typed) => {
    const ledger = (name: string) => book.named('ledgers', name) ?? book.ledger(name);
    const day = parseDay(typed.date);
    if (day === null) throw new Error(`date is ${typed.date}, expected a day such as 2026-05-18`);
    const legs = typed.entries.map((entry) => leg(ledger(entry.ledger), entry.paise));
    const rest = legs.reduce((sum, { paise }) => sum + paise, 0);
    if (rest !== 0) throw new Error(`the entries add up to ${rest} paise, expected nothing`);
    const voucher = book.add({
      day,
      type: book.named('voucherTypes', typed.type) ?? book.voucherType(typed.type),
      number: typed.number,
      party: typed.party === undefined ? null : ledger(typed.party),
      narration: typed.narration ?? '',
      state: 'regular',
      postDated: false,
      invoiceView: false,
      legs,
      goods: [],
      reference: typed.reference,
    });
    return { masterId: voucher.masterId, guid: book.guidOf(voucher) };
  },
  deleteVoucher: (masterId) => {
    const voucher = book.voucher(masterId);
    if (!voucher) throw new Error(`no voucher has the master id ${masterId}`);
    book.remove(voucher);
  },
  openLedger: (name, group) => {
    putLedger(book, { name, parent: group, gstin: '', billWise: true, creditPeriod: '', mobile: '' });
  },
});
