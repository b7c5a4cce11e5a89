import type { DraftParty } from '../../../canonical/drafts.js';
import type { Paise } from '../../../canonical/money.js';
import { IncompleteAnswer } from '../../errors.js';
import type { Masters } from '../masters.js';

/** What the draft of a document depends on beside the document and the masters. */
export interface DraftSettings {
  defaultCreditDays: number | null;
  adjustments: boolean;
}

const RUPEES = 'INR';
export const isForeign = (currency: string): boolean => currency !== '' && currency !== RUPEES;

/**
 * Who a document of a customer is with; null for who is no debtor.
 *
 * @throws IncompleteAnswer when he was made after the masters were read: they must be read again
 */
export function partyOf(
  row: { CardCode: string; CardName: string; PayToCode: string },
  masters: Masters,
): { party: DraftParty | null; isCash: boolean } {
  const customer = masters.customer(row.CardCode);
  if (customer === undefined) {
    throw new IncompleteAnswer(
      'A document names a customer that the masters read before do not hold: expected masters as new as the documents.',
    );
  }
  const party = customer.party(row.PayToCode);
  return {
    isCash: customer.isCash,
    party: party && { ...party, name: row.CardName.trim() === '' ? party.name : row.CardName },
  };
}

/** Null where one is no amount. */
export function sumOf(amounts: readonly (Paise | null)[]): Paise | null {
  let sum = 0;
  for (const amount of amounts) {
    if (amount === null) return null;
    sum += amount;
  }
  return sum;
}

/** Turns a sign without ever making a negative zero. */
export const negated = (paise: Paise | null): Paise | null => (paise === null ? null : 0 - paise);
