import type { DraftDocument, DraftRecord } from '../../../canonical/drafts.js';
import { readAmount } from '../legs.js';
import type { Masters, Opening } from '../masters.js';
import { openingKey } from './keys.js';
import { dueDate } from './sales.js';
import { allocationOf, type DraftSettings, negated } from './understood.js';

/**
 * A debtor's opening balance: its debit bills are invoices that stood open when the books began; its credit bills, and
 * what no bill covers, are adjustments on the day the books began.
 */
export function openingDocument(opening: Opening, masters: Masters, settings: DraftSettings): DraftDocument {
  const { party } = opening;
  const balance = readAmount(opening.balance);
  const drafts: DraftRecord[] = [];
  const adjustment = (number: string, paise: number | null, foreign: boolean): DraftRecord => ({
    type: 'adjustment',
    party,
    number,
    date: masters.booksFrom,
    amountPaise: negated(paise),
    foreign,
    flags: [],
    kind: 'opening',
    bill: null,
  });

  let covered = 0;
  for (const raw of opening.bills) {
    const { bill, paise, foreign, creditPeriod } = allocationOf(raw, null);
    if (paise === 0) continue;
    covered += paise ?? 0;
    const number = bill?.name ?? '';
    if (paise !== null && paise > 0) {
      drafts.push(adjustment(number, paise, foreign));
      continue;
    }
    drafts.push({
      type: 'invoice',
      party,
      number,
      date: bill?.date ?? null,
      amountPaise: negated(paise),
      foreign,
      flags: [],
      dueDate: dueDate(bill?.date ?? null, creditPeriod, opening.creditPeriod, settings.defaultCreditDays),
      opening: true,
      bills: bill === null ? [] : [bill],
    });
  }
  const rest = balance.paise === null ? null : balance.paise - covered;
  if (rest !== 0) drafts.push(adjustment('', rest, balance.foreign));

  const kept = settings.adjustments ? drafts : drafts.filter(({ type }) => type !== 'adjustment');
  return {
    docKey: openingKey(masters.companyGuid, opening.guid),
    version: { epoch: 0, sequence: opening.alterId },
    erpType: 'tally_prime',
    drafts: kept,
    cancelled: false,
    ignored: kept.length > 0 ? null : drafts.length > 0 ? 'adjustments_off' : 'zero_amount',
    fault: null,
  };
}
