import { gstinCheckCharacter } from '../gstin.js';
import type { Book } from './book.js';
import type { LedgerObject } from './import-request.js';
import { Refused } from './import-voucher.js';
import { EMPTY_LEDGER } from './masters.js';
import type { Ledger, LedgerKind } from './model.js';

const KINDS: Record<string, LedgerKind> = {
  'Sundry Debtors': 'debtor',
  'Sundry Creditors': 'creditor',
  'Duties & Taxes': 'tax',
  'Sales Accounts': 'sales',
  'Purchase Accounts': 'purchase',
  'Bank Accounts': 'bank',
  'Cash-in-Hand': 'cash',
  'Direct Expenses': 'expense',
  'Indirect Expenses': 'expense',
};

/** Makes the ledger, or changes the one of that name without a word. Throws what Tally refuses. */
export function putLedger(book: Book, object: LedgerObject): { ledger: Ledger; created: boolean } {
  const group = book.named('groups', object.parent);
  if (!group) throw new Refused(`Group '${object.parent}' does not exist!`);
  const { gstin, billWise, creditPeriod, mobile } = object;
  const content = {
    parent: group.name,
    kind: kindUnder(book, group.name),
    billWise,
    creditPeriod,
    partyGstin: gstin,
    mobile,
    ...identity(gstin, mobile),
  };
  const known = book.named('ledgers', object.name);
  if (known) {
    Object.assign(known, content);
    book.touchMaster(known);
    return { ledger: known, created: false };
  }
  const ledger: Ledger = {
    ...book.masterIds(),
    ...EMPTY_LEDGER,
    registrations: [],
    openingBills: [],
    name: object.name,
    ...content,
  };
  book.ledgers.push(ledger);
  return { ledger, created: true };
}

function kindUnder(book: Book, parent: string): LedgerKind {
  for (let name = parent; name; name = book.named('groups', name)?.parent ?? '') {
    const kind = KINDS[book.named('groups', name)?.name ?? ''];
    if (kind) return kind;
  }
  return 'other';
}

function identity(gstin: string, mobile: string): Pick<Ledger, 'fault' | 'wrongCheckDigit'> {
  if (!gstin) return { fault: mobile ? null : 'IDENTITY_UNRESOLVABLE', wrongCheckDigit: false };
  if (gstin.length !== 15) return { fault: 'INVALID_GSTIN', wrongCheckDigit: false };
  return { fault: null, wrongCheckDigit: gstinCheckCharacter(gstin) !== gstin[14] };
}
