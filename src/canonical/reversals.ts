import type { Adjustment } from './records.js';

/** A payment, or an adjustment that may reverse one. Both must be settled against a bill. */
export interface SettlementItem {
  /** `source_key`. */
  key: string;
  partyKey: string;
  billName: string;
  billDate: string | null;
  /** Positive, on either side. */
  amountPaise: number;
  /** ISO date of the document. */
  date: string;
}

/** A bounced cheque is booked as a payment voucher, a journal or a debit note. */
const REVERSING_KINDS: ReadonlySet<Adjustment['kind']> = new Set(['payment', 'journal', 'debit_note']);

/** Whether an adjustment can reverse a payment: a debit, against a bill, of a kind that bounced cheques are booked as. */
export const mayReverse = (adjustment: { kind: Adjustment['kind']; amountPaise: number; billName: string | null }) =>
  adjustment.amountPaise > 0 && adjustment.billName !== null && REVERSING_KINDS.has(adjustment.kind);

const byDate = (left: SettlementItem, right: SettlementItem): number =>
  compare(left.date, right.date) || compare(left.key, right.key);
const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const groupOf = (item: SettlementItem): string => JSON.stringify([item.partyKey, item.billName, item.amountPaise]);

/**
 * Which payment each reversing adjustment voids, however the reversal was booked. Oldest reversal first, each takes
 * the oldest payment not yet taken of the same party, bill and amount that was made on or before its day; bill dates
 * must be equal where both are known.
 *
 * @returns adjustment key → payment key; an adjustment that voids nothing is absent and stands as it is.
 */
export function matchReversals(payments: SettlementItem[], adjustments: SettlementItem[]): Map<string, string> {
  const waiting = new Map<string, SettlementItem[]>();
  for (const payment of [...payments].sort(byDate)) {
    const group = groupOf(payment);
    const list = waiting.get(group);
    if (list) list.push(payment);
    else waiting.set(group, [payment]);
  }
  const voided = new Map<string, string>();
  for (const reversal of [...adjustments].sort(byDate)) {
    const list = waiting.get(groupOf(reversal));
    if (!list) continue;
    const index = list.findIndex((payment) => payment.date <= reversal.date && sameBillDate(payment, reversal));
    if (index === -1) continue;
    const [payment] = list.splice(index, 1);
    voided.set(reversal.key, payment!.key);
  }
  return voided;
}

const sameBillDate = (left: SettlementItem, right: SettlementItem): boolean =>
  left.billDate === null || right.billDate === null || left.billDate === right.billDate;
