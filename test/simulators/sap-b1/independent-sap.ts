import type { ServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { Asker, type Row } from './asking.js';

/**
 * A second accountant: reads the whole book over HTTPS and adds it up from the JSON alone, by rules written a second
 * time. He has of the simulator only its address.
 */

type Sum = { count: number; paise: number };
interface Found {
  kind: 'invoices' | 'payments' | 'returns' | 'adjustments';
  cardCode: string;
  payTo: unknown;
  day: string;
  paise: number;
  billDay?: string | undefined;
  foreign: boolean;
  dueDay?: string | null;
  /** Of an invoice, and of the one a payment settles. */
  entry?: unknown;
  settles?: unknown;
}
export interface Independent {
  counts: Record<string, Sum>;
  months: Record<string, Sum>;
  pending: Sum;
  openingInvoices: Sum;
  cancelled: number;
  cancellations: number;
  quarantined: Record<string, number>;
  flagged: Record<string, number>;
  ignored: Record<string, number>;
  accepted: Record<string, number>;
  /** By the ledger: every debtor's line of every journal entry there is. */
  ledger: Record<string, number>;
}

const paiseOf = (value: unknown): number => Math.round(Number(value) * 100);
const dayOf = (value: unknown): string => String(value).slice(0, 10);
const rowsOf = (value: unknown): Row[] => value as Row[];
const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
const add = (sums: Record<string, number>, key: string, by = 1): void => {
  sums[key] = (sums[key] ?? 0) + by;
};
const count = (sums: Record<string, Sum>, key: string, paise: number): void => {
  const sum = sums[key] ?? { count: 0, paise: 0 };
  sums[key] = { count: sum.count + 1, paise: sum.paise + paise };
};

const SYMBOLS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
function checkCharacter(gstin: string): string {
  const total = [...gstin.slice(0, 14)].reduce((sum, symbol, at) => {
    const product = SYMBOLS.indexOf(symbol) * (1 + (at % 2));
    return sum + Math.trunc(product / 36) + (product % 36);
  }, 0);
  return SYMBOLS[(36 - (total % 36)) % 36]!;
}

const DOCUMENT = 'CardCode,PayToCode,DocDate,DocCurrency,DocTotal,CancelStatus';
const PAYMENT = 'DocType,CardCode,PayToCode,DocDate,DocCurrency,CashSum,TransferSum,PaymentChecks,Cancelled';

export async function addUp(simulator: ServiceLayerSimulator, today: string): Promise<Independent> {
  const asker = new Asker(simulator);
  await asker.login();
  const [partners, groups, terms, invoices, notes, incoming, outgoing, journals] = await Promise.all([
    asker.everything(
      'BusinessPartners',
      'CardCode',
      'CardType,GroupCode,Cellular,Phone1,FederalTaxID,BilltoDefault,BPAddresses',
    ),
    asker.everything('BusinessPartnerGroups', 'Code', 'Name'),
    asker.everything('PaymentTermsTypes', 'GroupNumber', 'NumberOfAdditionalDays'),
    asker.everything('Invoices', 'DocEntry', `${DOCUMENT},DocDueDate,PaymentGroupCode,DocumentSubType`),
    asker.everything('CreditNotes', 'DocEntry', DOCUMENT),
    asker.everything('IncomingPayments', 'DocEntry', `${PAYMENT},PaymentInvoices`),
    asker.everything('VendorPayments', 'DocEntry', PAYMENT, "DocType eq 'rCustomer'"),
    asker.everything('JournalEntries', 'JdtNum', 'OriginalJournal,ReferenceDate,TaxDate,JournalEntryLines'),
  ]);
  await asker.close();

  const cash = new Set(groups.filter(({ Name }) => /cash/i.test(String(Name))).map(({ Code }) => Code));
  const customers = new Map(
    partners.filter(({ CardType }) => CardType === 'cCustomer').map((partner) => [String(partner.CardCode), partner]),
  );
  const isDebtor = (code: unknown): boolean => {
    const customer = customers.get(String(code));
    return customer !== undefined && !cash.has(customer.GroupCode);
  };
  const phoneOf = (partner: Row): string | null => {
    const digits = String(partner.Cellular ?? partner.Phone1 ?? '').replace(/\D/g, '');
    return /^(91|0)?[6-9]\d{9}$/.test(digits) ? digits.slice(-10) : null;
  };
  const phones: Record<string, number> = {};
  for (const customer of customers.values()) add(phones, phoneOf(customer) ?? '');
  const gstinOf = (partner: Row, payTo: unknown): string => {
    const addresses = rowsOf(partner.BPAddresses).filter(({ AddressType }) => AddressType === 'bo_BillTo');
    const address =
      addresses.find(({ AddressName }) => AddressName === payTo) ??
      addresses.find(({ AddressName }) => AddressName === partner.BilltoDefault);
    return String(address?.GSTIN ?? partner.FederalTaxID ?? '')
      .trim()
      .toUpperCase();
  };

  const result: Independent = {
    counts: {},
    months: {},
    pending: { count: 0, paise: 0 },
    openingInvoices: { count: 0, paise: 0 },
    cancelled: 0,
    cancellations: 0,
    quarantined: {},
    flagged: {},
    ignored: {},
    accepted: {},
    ledger: {},
  };
  const faultOf = (found: Found, gstin: string, partner: Row): string | null => {
    if (gstin && !/^\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/.test(gstin)) return 'INVALID_GSTIN';
    const phone = phoneOf(partner);
    if (!gstin && !phone) return 'IDENTITY_UNRESOLVABLE';
    if (!gstin && phones[phone!]! > 1) return 'IDENTITY_AMBIGUOUS';
    if (found.foreign) return 'CURRENCY_UNSUPPORTED';
    if (found.kind === 'payments') {
      if (found.paise <= 0) return 'AMOUNT_OUTLIER';
      return found.day < (found.billDay ?? '2018-01-01') || found.day < '2018-01-01' ? 'INVALID_PAYMENT_DATE' : null;
    }
    if (found.day > today || found.day < '2018-01-01') return 'INVALID_DATE';
    return found.kind !== 'adjustments' && (found.paise <= 0 || found.paise >= 500_000_000) ? 'AMOUNT_OUTLIER' : null;
  };
  const refused = new Set<unknown>();
  const judge = (found: Found): boolean => {
    const partner = customers.get(found.cardCode)!;
    const gstin = gstinOf(partner, found.payTo);
    const fault =
      faultOf(found, gstin, partner) ??
      (found.settles !== undefined && refused.has(found.settles) ? 'INVOICE_QUARANTINED' : null);
    if (fault) {
      if (found.entry !== undefined) refused.add(found.entry);
      add(result.quarantined, fault);
      return false;
    }
    count(result.counts, found.kind, found.paise);
    count(result.months, `${found.kind} ${found.day.slice(0, 7)}`, found.paise);
    if (gstin && checkCharacter(gstin) !== gstin[14]) add(result.flagged, 'GSTIN_CHECK_DIGIT');
    if (found.dueDay) {
      const days = daysBetween(found.day, found.dueDay);
      if (days < 0 || days > 180) add(result.flagged, 'DUE_DATE_DROPPED');
    }
    if (found.kind === 'payments' && found.day > today) {
      result.pending.count += 1;
      result.pending.paise += found.paise;
    } else {
      const owesMore = found.kind === 'invoices' || found.kind === 'adjustments';
      add(result.accepted, found.cardCode, owesMore ? found.paise : -found.paise);
    }
    return true;
  };

  const isVoid = (row: Row): boolean => {
    if (row.CancelStatus === 'csCancellation') result.cancellations += 1;
    else if (row.CancelStatus === 'csYes') result.cancelled += 1;
    return row.CancelStatus !== 'csNo';
  };
  const common = (row: Row) => ({
    cardCode: String(row.CardCode),
    payTo: row.PayToCode,
    day: dayOf(row.DocDate),
    foreign: row.DocCurrency !== 'INR',
  });
  const dueOf = (row: Row): string | null => {
    if (row.DocDueDate !== null) return dayOf(row.DocDueDate);
    const term = terms.find(({ GroupNumber }) => GroupNumber === row.PaymentGroupCode);
    return term ? dayOf(row.DocDate) : null;
  };
  for (const row of invoices) {
    if (isVoid(row)) continue;
    if (!isDebtor(row.CardCode)) add(result.ignored, 'cash_sale');
    else if (row.DocTotal === 0) add(result.ignored, 'zero_amount');
    else if (row.DocumentSubType === 'bod_DebitMemo')
      judge({ kind: 'adjustments', ...common(row), paise: paiseOf(row.DocTotal) });
    else
      judge({
        kind: 'invoices',
        ...common(row),
        paise: paiseOf(row.DocTotal),
        dueDay: dueOf(row),
        entry: row.DocEntry,
      });
  }
  for (const row of notes) {
    if (isVoid(row)) continue;
    if (!isDebtor(row.CardCode)) add(result.ignored, 'not_a_debtor');
    else judge({ kind: 'returns', ...common(row), paise: paiseOf(row.DocTotal) });
  }

  const invoiceDays = new Map(invoices.map((row) => [row.DocEntry, dayOf(row.DocDate)]));
  const journalDays = new Map(
    journals.map((row) => [
      row.JdtNum,
      dayOf(row.OriginalJournal === 'ttOpeningBalance' ? row.TaxDate : row.ReferenceDate),
    ]),
  );
  const moneyOf = (row: Row): number =>
    paiseOf(row.CashSum) +
    paiseOf(row.TransferSum) +
    rowsOf(row.PaymentChecks).reduce((sum, { CheckSum }) => sum + paiseOf(CheckSum), 0);
  for (const row of incoming) {
    if (row.Cancelled === 'tYES') {
      result.cancelled += 1;
      continue;
    }
    if (row.DocType !== 'rCustomer' || !isDebtor(row.CardCode)) {
      add(result.ignored, 'not_a_debtor');
      continue;
    }
    const whole = common(row);
    const day = [whole.day, ...rowsOf(row.PaymentChecks).map(({ DueDate }) => dayOf(DueDate))].sort().at(-1)!;
    let rest = moneyOf(row);
    for (const { InvoiceType, DocEntry, SumApplied, TotalDiscount } of rowsOf(row.PaymentInvoices)) {
      const paise = paiseOf(SumApplied);
      rest -= paise;
      const billDay = InvoiceType === 'it_Invoice' ? invoiceDays.get(DocEntry) : journalDays.get(DocEntry);
      const settles = InvoiceType === 'it_Invoice' ? DocEntry : undefined;
      if (paise > 0) judge({ kind: 'payments', ...whole, day, paise, billDay, settles });
      else judge({ kind: 'adjustments', ...whole, paise: -paise });
      if (TotalDiscount !== 0) judge({ kind: 'adjustments', ...whole, paise: -paiseOf(TotalDiscount) });
    }
    if (rest !== 0) judge({ kind: 'payments', ...whole, day, paise: rest });
  }
  for (const row of outgoing) {
    if (row.Cancelled === 'tYES') result.cancelled += 1;
    else judge({ kind: 'adjustments', ...common(row), paise: moneyOf(row) });
  }
  for (const row of journals) {
    const lines = rowsOf(row.JournalEntryLines).filter(({ ShortName }) => isDebtor(ShortName));
    for (const line of lines) add(result.ledger, String(line.ShortName), paiseOf(line.Debit) - paiseOf(line.Credit));
    const opening = row.OriginalJournal === 'ttOpeningBalance';
    if (!opening && row.OriginalJournal !== 'ttJournalEntry') continue;
    if (lines.length === 0) add(result.ignored, 'not_a_debtor');
    for (const line of lines) {
      const paise = paiseOf(line.Debit) - paiseOf(line.Credit);
      const leg = { cardCode: String(line.ShortName), payTo: null, foreign: false, paise };
      if (opening && paise > 0) {
        if (judge({ ...leg, kind: 'invoices', day: dayOf(row.TaxDate), dueDay: dayOf(line.DueDate) })) {
          result.openingInvoices.count += 1;
          result.openingInvoices.paise += paise;
        }
      } else judge({ ...leg, kind: 'adjustments', day: dayOf(row.ReferenceDate) });
    }
  }
  return result;
}
