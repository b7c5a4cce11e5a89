import { day, type Fields, list, number, rupees, text } from './fields.js';
import type { JournalEntry } from './model.js';

export const JOURNAL: Fields<JournalEntry> = {
  JdtNum: number(({ number: value }) => value),
  Number: number(({ number: value }) => value),
  Series: number(() => 17),
  ReferenceDate: day((entry) => entry.day),
  TaxDate: day(({ taxDay }) => taxDay),
  DueDate: day(({ lines }) => lines[0]!.dueDay),
  VatDate: day((entry) => entry.day),
  Memo: text(({ memo }) => memo),
  Reference: text(({ reference }) => reference),
  OriginalJournal: text(({ origin }) => origin),
  Original: number(({ original }) => original),
  JournalEntryLines: list((entry, _, write) =>
    entry.lines.map(({ account, partner, paise, dueDay, reference }, index) => ({
      Line_ID: index,
      AccountCode: account,
      Debit: rupees(Math.max(0, paise)),
      Credit: rupees(Math.max(0, -paise)),
      FCDebit: 0,
      FCCredit: 0,
      FCCurrency: null,
      DueDate: write(dueDay),
      TaxDate: write(entry.taxDay),
      ReferenceDate1: write(entry.day),
      ShortName: partner?.cardCode ?? account,
      ControlAccount: partner ? account : null,
      ContraAccount: null,
      LineMemo: entry.memo,
      Reference1: reference,
      BPLID: 1,
    })),
  ),
};
