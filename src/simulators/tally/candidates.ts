import type { Day } from '../calendar.js';
import type { Book } from './book.js';
import type { Condition, Equality } from './formula.js';
import type { Voucher } from './model.js';

/** Vouchers within the days among which are all that the condition holds for, in date order; as few as can be told. */
export function candidates(book: Book, { onlyIf }: Condition, from: Day, to: Day): Iterable<Voucher> {
  const found = new Set<Voucher>();
  for (const equality of onlyIf ?? []) {
    const vouchers = lookedUp(book, equality);
    if (!vouchers) return book.vouchersBetween(from, to);
    for (const voucher of vouchers) if (voucher.day >= from && voucher.day <= to) found.add(voucher);
  }
  if (onlyIf === null) return book.vouchersBetween(from, to);
  return [...found].sort((a, b) => a.day - b.day || a.sequence - b.sequence);
}

/** Null for what only a walk through the book can tell. */
function lookedUp(book: Book, { field, value }: Equality): Iterable<Voucher> | null {
  switch (field) {
    case 'MASTERID':
      return present(book.voucher(Number(value)));
    case 'GUID':
    case 'REMOTEID':
      return present(book.voucher(Number.parseInt(String(value).slice(-8), 16)));
    case 'DATE':
      return book.vouchersBetween(Number(value), Number(value));
    case 'VOUCHERNUMBER':
    case 'REFERENCE':
      return typeof value === 'string' ? book.find(field, value) : null;
    default:
      return null;
  }
}

const present = (voucher: Voucher | undefined): Voucher[] => (voucher ? [voucher] : []);
