import { addDays, isIsoDate } from './calendar.js';
import { digestRecords } from './digest.js';
import type { DraftDocument, DraftRecord } from './drafts.js';
import { type GstinForms, hasRightCheckDigit, isGstin, normaliseGstin } from './gstin.js';
import { normalisePhone } from './phone.js';
import { MAX_QUARANTINED_BILLS, QUARANTINE_CODES, type QuarantineCode, type QuarantineMark } from './quarantine.js';
import { billsOf, buildRecord, type Identity } from './record-builder.js';
import type { CanonicalDocument, CanonicalRecord, Flag, RecordType } from './records.js';

/** The validation rules of the integration specification §6, as amended (DESIGN §5, §8). */
export interface RuleSettings {
  distributorId: string;
  /** ISO, in the distributor's time zone. */
  today: string;
  /** Invoices and returns must stay below it. */
  maxInvoicePaise: number;
  gstinForms: GstinForms;
  /** The distributor's key for digests. */
  digestKey: Buffer;
}

/** ₹50,00,000. */
export const DEFAULT_MAX_INVOICE_PAISE = 50_00_000_00;
/** Nothing is believed to have happened before. */
export const EARLIEST_DATE = '2018-01-01';
export const MAX_CREDIT_DAYS = 180;
/** A cheque is post-dated by a year at most; beyond is a typing error. */
export const MAX_POST_DATED_DAYS = 366;
export const MAX_RECORDS_PER_DOCUMENT = 1_000;
const MAX_BILLS = 500;

/** Why a draft was refused. `value` is raw: it may only ever leave as a keyed hash (see `hashValue`). */
export interface QuarantinedDraft {
  recordType: RecordType;
  /** The ERP's own number, without the distributor's prefix. */
  originalId: string;
  code: QuarantineCode;
  field: string;
  value: string;
}

export interface Judged {
  /**
   * Without records where every draft was refused, or there was none: then it withdraws what stood under its key. Its mark
   * says which rules were broken.
   */
  document: CanonicalDocument;
  quarantined: QuarantinedDraft[];
}

interface Fault {
  code: QuarantineCode;
  field: string;
  value: string;
}

/**
 * Judges one document: each draft becomes a record or is quarantined for the first rule it breaks. Records are
 * numbered by their place among the drafts, so one that is quarantined does not renumber its neighbours. Pure; never
 * throws for what a draft holds.
 */
export function judge(draft: DraftDocument, settings: RuleSettings): Judged {
  const records: CanonicalRecord[] = [];
  const quarantined: QuarantinedDraft[] = [];
  const refused = faultOfDocument(draft);
  const withheld: DraftRecord[] = [];
  const seen = new Map<string, number>();

  draft.drafts.forEach((item, index) => {
    const occurrence = (seen.get(item.number) ?? 0) + 1;
    seen.set(item.number, occurrence);
    const identity = refused ?? examine(item, settings);
    if (isFault(identity)) {
      quarantined.push({ recordType: item.type, originalId: item.number, ...identity });
      withheld.push(item);
      return;
    }
    const dueDate = item.type === 'invoice' ? acceptedDueDate(item.dueDate, item.date!) : null;
    const flags: Flag[] = [...item.flags];
    if (identity.gstin !== null && !hasRightCheckDigit(identity.gstin)) flags.push('GSTIN_CHECK_DIGIT');
    if (item.type === 'invoice' && item.dueDate !== null && dueDate === null) flags.push('DUE_DATE_DROPPED');
    records.push(
      buildRecord(item, {
        document: draft,
        position: index + 1,
        occurrence,
        distributorId: settings.distributorId,
        today: settings.today,
        identity,
        dueDate,
        flags,
      }),
    );
  });

  if (draft.fault && draft.drafts.length === 0) {
    const { recordType, number, ...fault } = draft.fault;
    quarantined.push({ recordType, originalId: number, ...fault });
  }
  const mark = markOf(draft, quarantined, withheld);
  return {
    document: {
      doc_key: draft.docKey,
      version: draft.version,
      digest: digestRecords(records, settings.digestKey, mark),
      records,
      quarantined: mark,
    },
    quarantined,
  };
}

/** What the platform is told of the records it does not get. */
function markOf(draft: DraftDocument, quarantined: QuarantinedDraft[], withheld: DraftRecord[]): QuarantineMark | null {
  if (quarantined.length === 0) return null;
  const broken = new Set(quarantined.map(({ code }) => code));
  const bills = withheld.flatMap((item) =>
    item.type === 'invoice'
      ? billsOf(item.bills).map(({ name, date }) => ({ party_key: item.party.key, name, date }))
      : [],
  );
  return {
    codes: QUARANTINE_CODES.filter((code) => broken.has(code)),
    day: draft.drafts.map(({ date }) => date).find((date) => date !== null && isIsoDate(date)) ?? null,
    bills: bills.slice(0, MAX_QUARANTINED_BILLS),
  };
}

function faultOfDocument(draft: DraftDocument): Fault | null {
  if (draft.fault) return { code: draft.fault.code, field: draft.fault.field, value: draft.fault.value };
  if (draft.drafts.length > MAX_RECORDS_PER_DOCUMENT) {
    return { code: 'DOCUMENT_TOO_LARGE', field: 'records', value: String(draft.drafts.length) };
  }
  return null;
}

const isFault = (result: Identity | Fault): result is Fault => 'code' in result;

/** Who the retailer of a draft is, or the first rule the draft breaks. */
function examine(item: DraftRecord, settings: RuleSettings): Identity | Fault {
  const identity = identify(item, settings);
  return isFault(identity) ? identity : (faultOf(item, settings) ?? identity);
}

/** A GSTIN that is there must be right, even where a phone is known: the pattern quarantines. */
function identify({ party }: DraftRecord, settings: RuleSettings): Identity | Fault {
  const phone = party.phone === null ? null : normalisePhone(party.phone);
  const gstin = party.gstin === null ? '' : normaliseGstin(party.gstin);
  if (gstin !== '') {
    return isGstin(gstin, settings.gstinForms)
      ? { gstin, phone }
      : { code: 'INVALID_GSTIN', field: 'retailer_gst', value: party.gstin! };
  }
  if (phone === null) {
    return party.phone === null || party.phone.trim() === ''
      ? { code: 'IDENTITY_UNRESOLVABLE', field: 'retailer_gst', value: '' }
      : { code: 'IDENTITY_UNRESOLVABLE', field: 'retailer_phone', value: party.phone };
  }
  if (party.phoneShared) return { code: 'IDENTITY_AMBIGUOUS', field: 'retailer_phone', value: party.phone! };
  return { gstin: null, phone };
}

const DATE_FIELD = {
  invoice: 'invoice_date',
  return: 'invoice_date',
  adjustment: 'adjusted_on',
  payment: 'paid_date',
} as const;

/** The first rule a draft breaks after its identity: currency, date, amount, paid date; null when it keeps them all. */
function faultOf(item: DraftRecord, settings: RuleSettings): Fault | null {
  const amountField = item.type === 'payment' ? 'amount_paid_inr' : 'amount_inr';
  const amountValue = String(item.amountPaise ?? '');
  if (item.foreign) return { code: 'CURRENCY_UNSUPPORTED', field: amountField, value: amountValue };

  const dateFault = { field: DATE_FIELD[item.type], value: item.date ?? '' };
  if (item.type !== 'payment' && !isDateBetween(item.date, EARLIEST_DATE, settings.today)) {
    return { code: 'INVALID_DATE', ...dateFault };
  }
  if (!isAmount(item, settings.maxInvoicePaise)) {
    return { code: 'AMOUNT_OUTLIER', field: amountField, value: amountValue };
  }
  if (item.type === 'payment') {
    const billDate = item.bill?.date ?? EARLIEST_DATE;
    const earliest = billDate > EARLIEST_DATE ? billDate : EARLIEST_DATE;
    if (!isDateBetween(item.date, earliest, addDays(settings.today, MAX_POST_DATED_DAYS))) {
      return { code: 'INVALID_PAYMENT_DATE', ...dateFault };
    }
  }
  if ('bills' in item && item.bills.length > MAX_BILLS) {
    return { code: 'DOCUMENT_TOO_LARGE', field: 'bills', value: String(item.bills.length) };
  }
  return null;
}

const isDateBetween = (date: string | null, earliest: string, latest: string): boolean =>
  date !== null && isIsoDate(date) && date >= earliest && date <= latest;

function isAmount({ type, amountPaise }: DraftRecord, maxInvoicePaise: number): boolean {
  if (amountPaise === null || !Number.isSafeInteger(amountPaise)) return false;
  if (type === 'adjustment') return amountPaise !== 0;
  return amountPaise > 0 && (type === 'payment' || amountPaise < maxInvoicePaise);
}

/** An unbelievable due date is dropped and flagged, never the invoice. */
function acceptedDueDate(dueDate: string | null, invoiceDate: string): string | null {
  return isDateBetween(dueDate, invoiceDate, addDays(invoiceDate, MAX_CREDIT_DAYS)) ? dueDate : null;
}
