import type { DraftDocument } from '../canonical/drafts.js';
import { paiseFromRupees } from '../canonical/money.js';
import type { CanonicalRecord, Flag } from '../canonical/records.js';
import { mayReverse, type SettlementItem } from '../canonical/reversals.js';
import type { RuleSettings } from '../canonical/rules.js';

interface Sum {
  count: number;
  paise: number;
}
export interface InspectedRecords {
  invoices: Sum;
  payments: Sum;
  returns: Sum;
  adjustments: Sum;
  /** Cancelled vouchers, and payments that were taken back. */
  voids: { count: number };
}
export type Counts = Record<string, number>;

/** What a reader and the rules make of a file. */
export interface Inspection {
  format: 'tally-xml' | 'csv-invoices' | 'csv-payments' | 'csv-returns' | 'zip';
  /** Of an archive whose files differ, all of theirs, joined by a comma. */
  encoding: string;
  records: InspectedRecords;
  /** Records, by quarantine code. */
  quarantined: Counts;
  /** Accepted records, by flag. */
  flagged: Counts;
  /** What became no record, by reason. */
  ignored: Counts;
}
/** What a file cannot say. */
export interface InspectionRules {
  rules: RuleSettings;
  drafting: { defaultCreditDays: number | null; adjustments: boolean };
  /** The distributor's own numbers, which are nobody's identity. */
  ownPhones: string[];
}

export interface Refusal {
  refused: { code: string; message: string };
}

const KIND = { invoice: 'invoices', payment: 'payments', return: 'returns', adjustment: 'adjustments' } as const;

const noRecords = (): InspectedRecords => ({
  invoices: { count: 0, paise: 0 },
  payments: { count: 0, paise: 0 },
  returns: { count: 0, paise: 0 },
  adjustments: { count: 0, paise: 0 },
  voids: { count: 0 },
});

/** Adds records up as an accountant would: what was taken back counts as nothing. */
export class InspectionTally {
  readonly #records = noRecords();
  readonly #quarantined: Counts = {};
  readonly #flagged: Counts = {};
  readonly #ignored: Counts = {};
  readonly #flagsOfReversing = new Map<string, Flag[]>();
  /** Adjustments that may take a payment back. */
  readonly reversing: SettlementItem[] = [];

  countDocument({ cancelled, ignored }: DraftDocument): void {
    if (cancelled) this.#records.voids.count += 1;
    if (ignored !== null) this.countIgnored(ignored, 1);
  }

  countIgnored(reason: string, count: number): void {
    if (count > 0) bump(this.#ignored, reason, count);
  }

  countQuarantined(code: string): void {
    bump(this.#quarantined, code);
  }

  count(record: CanonicalRecord): void {
    const amountPaise = paiseOf(record);
    this.#add(record.type, amountPaise, record.flags, 1);
    if (record.type !== 'adjustment' || record.bill === null) return;
    if (mayReverse({ kind: record.kind, amountPaise, billName: record.bill.name })) {
      this.reversing.push(settlementOf(record)!);
      this.#flagsOfReversing.set(record.source_key, record.flags);
    }
  }

  paymentsThatMayBeReversed(): ReversiblePayments {
    return new ReversiblePayments(new Set(this.reversing.map(bandOf)));
  }

  /** One void for each payment that was taken back; neither it nor what took it back counts elsewhere. */
  takeBack(reversed: Map<string, string>, payments: ReversiblePayments): void {
    const amounts = new Map([...payments.items, ...this.reversing].map(({ key, amountPaise }) => [key, amountPaise]));
    for (const [adjustment, payment] of reversed) {
      this.#add('adjustment', amounts.get(adjustment)!, this.#flagsOfReversing.get(adjustment) ?? [], -1);
      this.#add('payment', amounts.get(payment)!, payments.flags.get(payment) ?? [], -1);
      this.#records.voids.count += 1;
    }
  }

  result(): { records: InspectedRecords; quarantined: Counts; flagged: Counts; ignored: Counts } {
    const flagged = Object.fromEntries(Object.entries(this.#flagged).filter(([, count]) => count > 0));
    return { records: this.#records, quarantined: this.#quarantined, flagged, ignored: this.#ignored };
  }

  #add(type: CanonicalRecord['type'], paise: number, flags: Flag[], times: 1 | -1): void {
    const sum = this.#records[KIND[type]];
    sum.count += times;
    sum.paise += times * paise;
    for (const flag of flags) bump(this.#flagged, flag, times);
  }
}

/** Payments like those that some adjustment may take back; all others are let go at once. */
export class ReversiblePayments {
  readonly items: SettlementItem[] = [];
  readonly flags = new Map<string, Flag[]>();

  constructor(private readonly bands: Set<string>) {}

  offer(record: CanonicalRecord): void {
    if (record.type !== 'payment' || record.bill === null) return;
    const item = settlementOf(record)!;
    if (!this.bands.has(bandOf(item))) return;
    this.items.push(item);
    this.flags.set(item.key, record.flags);
  }
}

const bandOf = ({ partyKey, billName, amountPaise }: SettlementItem): string =>
  JSON.stringify([partyKey, billName, amountPaise]);

function settlementOf(record: CanonicalRecord): SettlementItem | null {
  if ((record.type !== 'payment' && record.type !== 'adjustment') || record.bill === null) return null;
  return {
    key: record.source_key,
    partyKey: record.party_key,
    billName: record.bill.name,
    billDate: record.bill.date,
    amountPaise: paiseOf(record),
    date: record.type === 'payment' ? record.paid_date : record.adjusted_on,
  };
}

const paiseOf = (record: CanonicalRecord): number =>
  paiseFromRupees(record.type === 'payment' ? record.amount_paid_inr : record.amount_inr);

const bump = (counts: Counts, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

/** The sums of several files, as of one. */
export function addInspections(format: Inspection['format'], parts: Inspection[]): Inspection {
  const sum: Inspection = {
    format,
    encoding: [...new Set(parts.map(({ encoding }) => encoding))].join(', '),
    records: noRecords(),
    quarantined: {},
    flagged: {},
    ignored: {},
  };
  for (const part of parts) {
    for (const kind of Object.values(KIND)) {
      sum.records[kind].count += part.records[kind].count;
      sum.records[kind].paise += part.records[kind].paise;
    }
    sum.records.voids.count += part.records.voids.count;
    for (const counts of ['quarantined', 'flagged', 'ignored'] as const) {
      for (const [name, count] of Object.entries(part[counts])) bump(sum[counts], name, count);
    }
  }
  return sum;
}
