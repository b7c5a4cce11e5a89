import type { DraftParty, DraftRecord } from '../../../canonical/drafts.js';
import type { Paise } from '../../../canonical/money.js';
import type { Bill } from '../../../canonical/records.js';
import type { Masters } from '../masters.js';
import type { JournalRow, NamedJournal } from '../rows.js';
import { isForeign } from './understood.js';

/** Origins of journal entries that no document of its own stands behind. */
export const OPENING = 'ttOpeningBalance';
export const BY_HAND = 'ttJournalEntry';
export const isOpening = ({ OriginalJournal }: NamedJournal): boolean => OriginalJournal === OPENING;

/** What a payment may settle in a journal entry; an opening balance is dated by the day of the old bill. */
export const billOfJournal = (row: NamedJournal): Bill => ({
  name: row.Number,
  date: isOpening(row) ? (row.TaxDate ?? row.ReferenceDate) : row.ReferenceDate,
});

/**
 * The debtors' lines of a journal entry, those lines alone: what somebody owed when the books began is an invoice; all
 * else is an adjustment, positive when the debtor owes more.
 */
export const draftJournal = (row: JournalRow, masters: Masters): DraftRecord[] =>
  row.JournalEntryLines.flatMap((line): DraftRecord[] => {
    const party = masters.customer(line.ShortName)?.party('');
    if (!party) return [];
    const { Debit, Credit } = line;
    const paise = Debit === null || Credit === null ? null : Debit - Credit;
    if (paise === 0) return [];
    const foreign = isForeign(line.FCCurrency);
    return isOpening(row) && paise !== null && paise > 0
      ? [openingInvoice(row, party, paise, line.DueDate, foreign)]
      : [
          {
            type: 'adjustment',
            party,
            number: row.Number,
            date: row.ReferenceDate,
            amountPaise: paise,
            foreign,
            flags: [],
            kind: isOpening(row) ? 'opening' : 'journal',
            bill: null,
          },
        ];
  });

function openingInvoice(
  row: JournalRow,
  party: DraftParty,
  amountPaise: Paise,
  dueDate: string | null,
  foreign: boolean,
): DraftRecord {
  const bill = billOfJournal(row);
  const common = { party, number: row.Number, date: bill.date, amountPaise, foreign, flags: [] };
  return { type: 'invoice', ...common, dueDate, opening: true, bills: [bill] };
}
