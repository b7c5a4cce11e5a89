import { columnOf, type Day } from '../calendar.js';
import type { Book } from './book.js';
import type { Ledger } from './model.js';
import { EOL, escapeXml, rupees } from './xml.js';

interface Pending {
  ledger: Ledger;
  name: string;
  day: Day;
  paise: number;
}

/** Bills Receivable: what is still open on the debtors' bills, as flat siblings and without a STATUS. */
export function* billsReceivable(book: Book): Generator<string> {
  const bills = new Map<string, Pending>();
  const add = (ledger: Ledger, name: string, day: Day, paise: number): void => {
    const key = `${ledger.masterId} ${day} ${name}`;
    const known = bills.get(key);
    if (known) known.paise += paise;
    else bills.set(key, { ledger, name, day, paise });
  };
  for (const ledger of book.ledgers)
    if (ledger.kind === 'debtor') for (const { name, day, paise } of ledger.openingBills) add(ledger, name, day, paise);
  for (const voucher of book.vouchers()) {
    if (voucher.state !== 'regular' || voucher.type.class === 'not_accounting' || voucher.day > book.today) continue;
    for (const { ledger, bills: allocations } of voucher.legs)
      if (ledger.kind === 'debtor')
        for (const { name, day, paise } of allocations) if (name !== null) add(ledger, name, day, paise);
  }
  for (const { ledger, name, day, paise } of bills.values()) {
    if (paise >= 0) continue;
    const days = book.today - day;
    yield ` <BILLFIXED>${EOL}  <BILLDATE>${columnOf(day)}</BILLDATE>${EOL}  <BILLREF>${escapeXml(name)}</BILLREF>${EOL}  <BILLPARTY>${escapeXml(ledger.name)}</BILLPARTY>${EOL}</BILLFIXED>${EOL}` +
      ` <BILLCL>${rupees(paise)}</BILLCL>${EOL} <BILLDUE>${columnOf(day)}</BILLDUE>${EOL} <BILLOVERDUE>${days}</BILLOVERDUE>${EOL}`;
  }
}
