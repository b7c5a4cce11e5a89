import { isIsoDate } from './calendar.js';
import type { DraftDocument, DraftRecord } from './drafts.js';
import { rupeesFromPaise } from './money.js';
import { type Bill, type CanonicalRecord, FLAGS, type Flag } from './records.js';

/** Who the retailer is; at least one of the two is known. */
export interface Identity {
  gstin: string | null;
  /** Ten digits. */
  phone: string | null;
}

/** What the rules found out about a draft that keeps them all. */
export interface Verdict {
  document: Pick<DraftDocument, 'docKey' | 'erpType'>;
  /** Place among the document's drafts, from 1. */
  position: number;
  /** How often the draft's number has stood in the document so far, this one included. */
  occurrence: number;
  distributorId: string;
  today: string;
  identity: Identity;
  dueDate: string | null;
  flags: Flag[];
}

const MAX_TEXT = 300;
/** Control characters and halves of surrogate pairs: no store or log should have to bear them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/gu;
const clean = (text: string): string =>
  text.replace(UNPRINTABLE, '').trim().slice(0, MAX_TEXT).replace(UNPRINTABLE, '');

/**
 * The record of a draft that keeps the rules.
 *
 * Ids are for people: `{distributor}::{number}`, from SAP `{distributor}::SAP::{number}` (specification §3, §4). Where
 * a document gives several records the same number (a receipt that settles three bills), the second is `…#2`, the
 * third `…#3`; a document without a number is called by its key. Records are kept apart by `source_key`, never by id.
 */
export function buildRecord(item: DraftRecord, verdict: Verdict): CanonicalRecord {
  const { document, identity } = verdict;
  const idOf = (number: string): string =>
    `${verdict.distributorId}::${document.erpType === 'sap_b1' ? 'SAP::' : ''}${number}`.slice(0, MAX_TEXT);
  const suffix = verdict.occurrence > 1 ? `#${verdict.occurrence}` : '';
  const id = idOf(clean(item.number) || document.docKey).slice(0, MAX_TEXT - suffix.length) + suffix;
  const amount = rupeesFromPaise(item.amountPaise!);
  const date = item.date!;
  const sourceKey = `${document.docKey}#${verdict.position}`;
  const name = clean(item.party.name) || null;
  const flags = FLAGS.filter((flag) => verdict.flags.includes(flag));

  // The keys of each record stand in alphabetical order: the digest is taken over this very JSON.
  switch (item.type) {
    case 'invoice':
      return {
        amount_inr: amount,
        bills: billsOf(item.bills),
        due_date: verdict.dueDate,
        erp_type: document.erpType,
        flags,
        invoice_date: date,
        invoice_id: id,
        is_return: false,
        opening: item.opening,
        original_invoice_id: null,
        party_key: item.party.key,
        retailer_gst: identity.gstin,
        retailer_name: name,
        retailer_phone: identity.phone,
        source_key: sourceKey,
        type: 'invoice',
      };
    case 'payment': {
      const bill = billOf(item.bill);
      return {
        amount_paid_inr: amount,
        bill,
        cleared_on: dateOrNull(item.clearedOn),
        erp_type: document.erpType,
        flags,
        instrument_date: dateOrNull(item.instrumentDate),
        invoice_id: bill && idOf(bill.name),
        paid_date: date,
        party_key: item.party.key,
        payment_id: id,
        payment_method: item.method,
        retailer_gst: identity.gstin,
        retailer_name: name,
        retailer_phone: identity.phone,
        source_key: sourceKey,
        // Tally leaves a cheque marked as post-dated after its day; the day alone says whether it has come.
        status: date > verdict.today ? 'pending' : 'cleared',
        type: 'payment',
      };
    }
    case 'return': {
      const bills = billsOf(item.bills);
      return {
        amount_inr: amount,
        bills,
        erp_type: document.erpType,
        flags,
        invoice_date: date,
        invoice_id: id,
        is_return: true,
        original_invoice_id: bills[0] ? idOf(bills[0].name) : null,
        party_key: item.party.key,
        retailer_gst: identity.gstin,
        retailer_name: name,
        retailer_phone: identity.phone,
        return_kind: item.kind,
        source_key: sourceKey,
        type: 'return',
      };
    }
    case 'adjustment':
      return {
        adjusted_on: date,
        adjustment_id: id,
        amount_inr: amount,
        bill: billOf(item.bill),
        erp_type: document.erpType,
        flags,
        kind: item.kind,
        party_key: item.party.key,
        retailer_gst: identity.gstin,
        retailer_name: name,
        retailer_phone: identity.phone,
        source_key: sourceKey,
        type: 'adjustment',
      };
  }
}

const dateOrNull = (date: string | null): string | null => (date !== null && isIsoDate(date) ? date : null);

function billOf(bill: Bill | null): Bill | null {
  if (bill === null) return null;
  const name = clean(bill.name);
  return name === '' ? null : { date: dateOrNull(bill.date), name };
}

/** Bills as they stand on records: printable, and named. */
export const billsOf = (bills: Bill[]): Bill[] => bills.map(billOf).filter((bill) => bill !== null);
