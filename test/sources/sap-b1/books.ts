import { createHash } from 'node:crypto';
import type { DraftDocument } from '../../../src/canonical/drafts.js';
import type { Bill, CanonicalRecord } from '../../../src/canonical/records.js';
import { judge, type RuleSettings } from '../../../src/canonical/rules.js';
import { addInto } from '../../../src/canonical/run-report.js';
import type { ServiceLayerSimulator, Totals } from '../../../src/simulators/sap-b1/index.js';
import { createSapSource } from '../../../src/sources/sap-b1/index.js';
import type { SapSettingsInput } from '../../../src/sources/sap-b1/settings.js';

export const TODAY = '2026-05-18';
export const EVERYTHING = { from: '2018-01-01', to: '2027-06-30' };
export const never = new AbortController().signal;

export const settingsOf = (
  simulator: ServiceLayerSimulator,
  more: Partial<SapSettingsInput> = {},
): SapSettingsInput => ({
  host: '127.0.0.1',
  port: Number(new URL(simulator.url).port),
  companyDb: simulator.credentials.CompanyDB,
  userName: simulator.credentials.UserName,
  password: simulator.credentials.Password,
  tls: { authority: simulator.caPem, fingerprint: null },
  cashGroups: [simulator.cashGroup],
  ownPhone: simulator.book.company.phone,
  retryDelayMs: 1,
  hashCode: (code) => createHash('sha256').update(code).digest('hex'),
  ...more,
});

export type OpenedSource = ReturnType<typeof createSapSource>;
export const open = (simulator: ServiceLayerSimulator, more: Partial<SapSettingsInput> = {}): OpenedSource =>
  createSapSource(settingsOf(simulator, more));

const RULES: RuleSettings = {
  distributorId: 'dist_c4f9ee2a',
  today: TODAY,
  maxInvoicePaise: 50_00_000_00,
  gstinForms: 'ordinary',
  digestKey: Buffer.alloc(32, 7),
};

/** The platform as far as a source sees it: documents by key, the newest version standing. */
export class Shelf {
  readonly documents = new Map<string, { draft: DraftDocument; records: CanonicalRecord[] }>();

  put(draft: DraftDocument): void {
    const other = this.documents.get(draft.docKey);
    if (other && other.draft.version.sequence > draft.version.sequence) return;
    this.documents.set(draft.docKey, { draft, records: judge(draft, RULES).document.records });
  }

  get records(): CanonicalRecord[] {
    return [...this.documents.values()].flatMap(({ records }) => records);
  }

  /** As the platform has it: a payment waits for an invoice that is quarantined. */
  #refusedBills(): ReadonlySet<string> {
    const refused = new Set<string>();
    for (const { draft, records } of this.documents.values())
      if (records.length < draft.drafts.length)
        for (const one of draft.drafts)
          if (one.type === 'invoice') for (const bill of one.bills) refused.add(billKey(one.party.key, bill));
    return refused;
  }

  /** Judged anew, document by document. */
  books() {
    const byType: Record<
      string,
      { count: number; paise: number; byMonth: Record<string, { count: number; paise: number }> }
    > = {};
    for (const type of ['invoices', 'payments', 'returns', 'adjustments'])
      byType[type] = { count: 0, paise: 0, byMonth: {} };
    const pendingPayments = { count: 0, paise: 0 };
    const balances: Record<string, number> = {};
    const flagged: Record<string, number> = {};
    const quarantined: Record<string, number> = {};
    const refused = this.#refusedBills();
    for (const record of this.records) {
      if (record.type === 'payment' && record.bill && refused.has(billKey(record.party_key, record.bill))) {
        addInto(quarantined, { INVOICE_QUARANTINED: 1 });
        continue;
      }
      const [type, date, rupees] =
        record.type === 'invoice'
          ? (['invoices', record.invoice_date, record.amount_inr] as const)
          : record.type === 'payment'
            ? (['payments', record.paid_date, record.amount_paid_inr] as const)
            : record.type === 'return'
              ? (['returns', record.invoice_date, record.amount_inr] as const)
              : (['adjustments', record.adjusted_on, record.amount_inr] as const);
      const paise = Math.round(rupees * 100);
      const sum = byType[type]!;
      const month = date.slice(0, 7);
      sum.byMonth[month] ??= { count: 0, paise: 0 };
      for (const one of [sum, sum.byMonth[month]]) {
        one.count += 1;
        one.paise += paise;
      }
      for (const flag of record.flags) addInto(flagged, { [flag]: 1 });
      const isPending = record.type === 'payment' && record.status === 'pending';
      if (isPending) {
        pendingPayments.count += 1;
        pendingPayments.paise += paise;
        continue;
      }
      const owed = type === 'invoices' || type === 'adjustments' ? paise : -paise;
      balances[record.party_key] = (balances[record.party_key] ?? 0) + owed;
    }
    let cashSales = 0;
    for (const { draft } of this.documents.values()) {
      for (const { code } of judge(draft, RULES).quarantined) addInto(quarantined, { [code]: 1 });
      if (draft.ignored === 'cash_sale') cashSales += 1;
    }
    return { byType, pendingPayments, balances: owing(balances), quarantined, flagged, cashSales };
  }
}

const billKey = (party: string, { name, date }: Bill): string => JSON.stringify([party, name, date]);

const owing = (balances: Record<string, number>) =>
  Object.fromEntries(Object.entries(balances).filter(([, paise]) => paise !== 0));

/** What of the simulator's truth the books are held against. */
export const truthOf = ({ byType, pendingPayments, debtors, quarantined, flagged, ignored }: Totals) => ({
  byType,
  pendingPayments,
  balances: owing(Object.fromEntries(debtors.map(({ cardCode, acceptedPaise }) => [cardCode, acceptedPaise]))),
  quarantined,
  flagged,
  cashSales: ignored.cash_sale,
});

/** As a backfill reads: month by month, opening balances with the first. Answers the counters from before. */
export async function backfill(source: OpenedSource, shelf: Shelf): Promise<Record<string, number>> {
  const { counters } = await source.probe();
  const masters = await source.masters();
  for (const draft of source.openingDocuments(masters)) shelf.put(draft);
  for (const window of source.plan(EVERYTHING, 'whole'))
    for await (const record of source.read(window, never)) shelf.put(source.toCanonical(record, masters));
  return counters;
}

/** As a delta reads: what changed before the window, then the window. */
export async function delta(
  source: OpenedSource,
  shelf: Shelf,
  since: Record<string, number>,
  window = { from: '2026-05-11', to: '2027-05-19' },
): Promise<Record<string, number>> {
  const { counters } = await source.probe();
  const masters = await source.masters();
  for (const draft of source.openingDocuments(masters)) shelf.put(draft);
  const earlier = { from: '2020-04-01', to: '2026-05-10' };
  for await (const record of source.readChanged(earlier, since, masters, never))
    shelf.put(source.toCanonical(record, masters));
  for await (const record of source.read(window, never)) shelf.put(source.toCanonical(record, masters));
  return counters;
}
