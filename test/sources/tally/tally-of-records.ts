import type { DraftDocument } from '../../../src/canonical/drafts.js';
import type { CanonicalRecord } from '../../../src/canonical/records.js';
import { matchReversals, mayReverse, type SettlementItem } from '../../../src/canonical/reversals.js';
import { judge, type RuleSettings } from '../../../src/canonical/rules.js';
import type { Totals } from '../../../src/simulators/tally/index.js';

const KINDS = { invoice: 'invoices', payment: 'payments', return: 'returns', adjustment: 'adjustments' } as const;

const paiseOf = (record: CanonicalRecord): number =>
  Math.round((record.type === 'payment' ? record.amount_paid_inr : record.amount_inr) * 100);
const dayOf = (record: CanonicalRecord): string =>
  record.type === 'payment'
    ? record.paid_date
    : record.type === 'adjustment'
      ? record.adjusted_on
      : record.invoice_date;

type RecordTotals = Pick<Totals, 'byType' | 'pendingPayments' | 'flagged'> & {
  reversedPayments: number;
  acceptedByParty: Record<string, number>;
};

const bump = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
};

/** Adds documents up into the form of the simulator's own totals, so that the two can be compared whole. */
export function tallyOf(
  documents: Iterable<DraftDocument>,
  settings: RuleSettings,
): Omit<Totals, 'company' | 'guid' | 'flaggedInQuarantine' | 'debtors'> & { acceptedByParty: Record<string, number> } {
  const counts = {
    voids: { cancelled: 0, reversedPayments: 0 },
    quarantined: {} as Record<string, number>,
    ignored: {} as Record<string, number>,
  };
  const records: CanonicalRecord[] = [];
  for (const draft of documents) {
    if (draft.cancelled) counts.voids.cancelled += 1;
    if (draft.ignored) bump(counts.ignored, draft.ignored);
    const { document, quarantined } = judge(draft, settings);
    for (const { code } of quarantined) bump(counts.quarantined, code);
    records.push(...document.records);
  }
  const { reversedPayments, ...sums } = tallyOfRecords(records);
  return { ...sums, ...counts, voids: { ...counts.voids, reversedPayments } };
}

/** The same of records that stand. */
export function tallyOfRecords(records: CanonicalRecord[]): RecordTotals {
  const sum = () => ({ count: 0, paise: 0, byMonth: {} as Record<string, { count: number; paise: number }> });
  const totals: RecordTotals = {
    byType: { invoices: sum(), payments: sum(), returns: sum(), adjustments: sum() },
    pendingPayments: { count: 0, paise: 0 },
    flagged: {},
    reversedPayments: 0,
    acceptedByParty: {},
  };
  const items = (keep: (record: CanonicalRecord) => boolean): SettlementItem[] =>
    records.filter(keep).map((record) => {
      const { bill } = record as Extract<CanonicalRecord, { type: 'payment' }>;
      return {
        key: record.source_key,
        partyKey: record.party_key,
        billName: bill!.name,
        billDate: bill!.date,
        amountPaise: paiseOf(record),
        date: dayOf(record),
      };
    });
  const reversed = matchReversals(
    items((record) => record.type === 'payment' && record.bill !== null),
    items(
      (record) =>
        record.type === 'adjustment' &&
        mayReverse({ kind: record.kind, amountPaise: paiseOf(record), billName: record.bill?.name ?? null }),
    ),
  );
  totals.reversedPayments = reversed.size;
  const gone = new Set([...reversed.keys(), ...reversed.values()]);
  for (const record of records) {
    if (gone.has(record.source_key)) continue;
    const paise = paiseOf(record);
    const kind = totals.byType[KINDS[record.type]];
    const month = dayOf(record).slice(0, 7);
    kind.byMonth[month] ??= { count: 0, paise: 0 };
    for (const counted of [kind, kind.byMonth[month]]) {
      counted.count += 1;
      counted.paise += paise;
    }
    for (const flag of record.flags) bump(totals.flagged, flag);
    if (record.type === 'payment' && record.status === 'pending') {
      totals.pendingPayments.count += 1;
      totals.pendingPayments.paise += paise;
      continue;
    }
    const effect = record.type === 'invoice' || record.type === 'adjustment' ? paise : -paise;
    totals.acceptedByParty[record.party_key] = (totals.acceptedByParty[record.party_key] ?? 0) + effect;
  }
  return totals;
}
