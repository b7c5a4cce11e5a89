import type { DraftParty } from '../../../canonical/drafts.js';
import type { Paise } from '../../../canonical/money.js';
import type { Bill } from '../../../canonical/records.js';
import { IncompleteAnswer } from '../../errors.js';
import { isoFromTally } from '../dates.js';
import { readAmount } from '../legs.js';
import { classByNameAlone, type Ledger, type Masters, normaliseName, type VoucherClass } from '../masters.js';
import type { BillAllocation, Voucher } from '../voucher.js';
import { withInferredParties } from './inferred-parties.js';

/** What the draft of a voucher depends on beside the voucher and the masters. */
export interface DraftSettings {
  defaultCreditDays: number | null;
  adjustments: boolean;
}

/** A ledger line with its ledger looked up and its amount read. */
export interface UnderstoodLeg {
  ledger: Ledger;
  /** Tally's sign: negative is debit. Null where the text is no amount. */
  paise: Paise | null;
  foreign: boolean;
  allocations: Allocation[];
}
export type DebtorLeg = UnderstoodLeg & { party: DraftParty };

export interface Allocation {
  type: 'new' | 'against' | 'advance' | 'on_account';
  /** Null where the allocation names no bill. */
  bill: Bill | null;
  paise: Paise | null;
  foreign: boolean;
  creditPeriod: string;
}

export interface UnderstoodVoucher {
  voucher: Voucher;
  class: Exclude<VoucherClass, 'not_accounting'>;
  /** ISO, null where the text is no date. */
  date: string | null;
  legs: UnderstoodLeg[];
  debtorLegs: DebtorLeg[];
  settings: DraftSettings;
}

const UNKNOWN_LEDGER: Ledger = { party: null, isCash: false, isBank: false, isWriteOff: false, creditPeriod: '' };
/** What every book calls its cash; no more than the name is known of it in a file without masters. */
const CASH_NAME = /^(?:petty )?cash(?: a\/c| account|[ -]in[ -]hand)?$/;
const CASH_LEDGER: Ledger = { ...UNKNOWN_LEDGER, isCash: true };

export function classOf(voucher: Voucher, masters: Masters): VoucherClass {
  const known = masters.voucherClass(voucher.voucherType);
  if (known !== undefined) return known;
  if (masters.complete) throw stale('voucher type');
  return classByNameAlone(voucher.voucherType);
}

/** The legs with what masters know of them; without masters, with whom the voucher itself makes its party. */
export function understandLegs(voucher: Voucher, voucherClass: VoucherClass, masters: Masters): UnderstoodLeg[] {
  const date = isoFromTally(voucher.date);
  const legs = voucher.legs.map((leg): UnderstoodLeg => {
    const { paise, foreign } = readAmount(leg.amount);
    return {
      ledger: ledgerOf(leg.ledgerName, masters),
      paise,
      foreign,
      allocations: leg.bills.map((bill) => allocationOf(bill, date)),
    };
  });
  return masters.withoutLedgers ? withInferredParties(voucher, voucherClass, legs, masters) : legs;
}

function ledgerOf(name: string, masters: Masters): Ledger {
  const ledger = masters.ledger(name);
  if (ledger !== undefined) return ledger;
  if (masters.complete) throw stale('ledger');
  return CASH_NAME.test(normaliseName(name)) ? CASH_LEDGER : UNKNOWN_LEDGER;
}

/** Somebody added or renamed a master after the masters were read: they must be read again. */
const stale = (kind: string): IncompleteAnswer =>
  new IncompleteAnswer(
    `A voucher names a ${kind} that the masters read before do not hold: expected masters as new as the vouchers.`,
  );

export const allocationOf = (bill: BillAllocation, voucherDate: string | null): Allocation => {
  const { paise, foreign } = readAmount(bill.amount);
  const type = allocationType(bill.type);
  return {
    type,
    bill:
      bill.name === ''
        ? null
        : { name: bill.name, date: isoFromTally(bill.date) ?? (type === 'new' ? voucherDate : null) },
    paise,
    foreign,
    creditPeriod: bill.creditPeriod,
  };
};

function allocationType(text: string): Allocation['type'] {
  switch (text.toLowerCase()) {
    case 'new ref':
      return 'new';
    case 'agst ref':
      return 'against';
    case 'advance':
      return 'advance';
    default:
      return 'on_account';
  }
}

/** Legs of debtors. A ledger that holds no GSTIN takes the voucher's own. */
export function debtorLegsOf(legs: UnderstoodLeg[], voucher: Voucher): DebtorLeg[] {
  const found: DebtorLeg[] = [];
  for (const leg of legs) {
    const { party } = leg.ledger;
    if (party === null) continue;
    const takesVoucherGstin = party.gstin === null && voucher.partyGstin !== '';
    found.push({ ...leg, party: takesVoucherGstin ? { ...party, gstin: voucher.partyGstin } : party });
  }
  return found;
}

/** Sum in paise, null where one is no amount. */
export function sumOf(items: { paise: Paise | null }[]): Paise | null {
  let sum = 0;
  for (const { paise } of items) {
    if (paise === null) return null;
    sum += paise;
  }
  return sum;
}

/** Turns a sign without ever making a negative zero. */
export const negated = (paise: Paise | null): Paise | null => (paise === null ? null : 0 - paise);

/** The bills of legs, each once. */
export function billsOf(legs: DebtorLeg[], types: Allocation['type'][]): Bill[] {
  const bills: Bill[] = [];
  for (const leg of legs) {
    for (const { type, bill } of leg.allocations) {
      if (bill === null || !types.includes(type)) continue;
      if (!bills.some((known) => known.name === bill.name && known.date === bill.date)) bills.push(bill);
    }
  }
  return bills;
}

export interface Part {
  paise: Paise | null;
  foreign: boolean;
  /** The bill settled, null for an advance, an on-account amount or what no allocation covers. */
  bill: Bill | null;
}

/** A leg, one part a bill allocation in order, and the rest its allocations do not cover. */
export function partsOf(leg: DebtorLeg): Part[] {
  const parts: Part[] = [];
  let covered = 0;
  for (const { type, bill, paise, foreign } of leg.allocations) {
    if (paise === 0) continue;
    parts.push({ paise, foreign: foreign || leg.foreign, bill: type === 'against' ? bill : null });
    covered += paise ?? 0;
  }
  if (leg.paise === null) return parts.length > 0 ? parts : [{ paise: null, foreign: leg.foreign, bill: null }];
  const rest = leg.paise - covered;
  if (rest !== 0) parts.push({ paise: rest, foreign: leg.foreign, bill: null });
  return parts;
}
