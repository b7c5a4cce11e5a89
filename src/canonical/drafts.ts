import type { Paise } from './money.js';
import type { Adjustment, Bill, ErpType, Flag, Payment, RecordType, Return, Version } from './records.js';

/**
 * What a source makes of a document before the rules have judged it. Dates are ISO or, where the ERP's text was no
 * date, null; amounts are integer paise with the meaning of the record, or null where the text was no amount in
 * rupees. Identity is raw: exactly what the ERP holds.
 */
export interface DraftParty {
  /** Stable, nameless key of the party ledger. */
  key: string;
  name: string;
  /** Raw GSTIN text, null where the ERP holds none. */
  gstin: string | null;
  /** Raw phone text, null where the ERP holds none. */
  phone: string | null;
  /** This phone stands for more than one debtor, or is the distributor's own. */
  phoneShared: boolean;
}

interface DraftBase {
  party: DraftParty;
  /** The ERP's own number for people, without the distributor's prefix. */
  number: string;
  date: string | null;
  amountPaise: Paise | null;
  /** The amount's text names a foreign currency. */
  foreign: boolean;
  /** Flags the source itself raised. */
  flags: Flag[];
}

export interface DraftInvoice extends DraftBase {
  type: 'invoice';
  dueDate: string | null;
  opening: boolean;
  bills: Bill[];
}
export interface DraftPayment extends DraftBase {
  type: 'payment';
  /** Bill settled, null for an advance or on-account rest. */
  bill: Bill | null;
  method: Payment['payment_method'];
  /** The ERP marks it post-dated. */
  postDated: boolean;
  instrumentDate: string | null;
  clearedOn: string | null;
}
export interface DraftReturn extends DraftBase {
  type: 'return';
  kind: Return['return_kind'];
  bills: Bill[];
}
export interface DraftAdjustment extends DraftBase {
  type: 'adjustment';
  kind: Adjustment['kind'];
  bill: Bill | null;
}
export type DraftRecord = DraftInvoice | DraftPayment | DraftReturn | DraftAdjustment;

export const IGNORED_REASONS = [
  'not_accounting',
  'not_a_debtor',
  'cash_sale',
  'optional',
  'zero_amount',
  'adjustments_off',
  'deleted',
  'other_company',
] as const;
export type IgnoredReason = (typeof IGNORED_REASONS)[number];

/**
 * One document as a source understood it. With `drafts` empty it is either a void (`cancelled`) or ignored for the
 * reason given; both withdraw what stood under the key.
 */
export interface DraftDocument {
  docKey: string;
  version: Version;
  erpType: ErpType;
  drafts: DraftRecord[];
  cancelled: boolean;
  ignored: IgnoredReason | null;
  /** Set when the document as a whole cannot be trusted (its legs do not balance); every draft is then quarantined. */
  fault: { code: 'UNBALANCED'; recordType: RecordType; number: string; field: string; value: string } | null;
}
