import type { DraftDocument, DraftRecord, IgnoredReason } from '../../../canonical/drafts.js';
import type { Masters } from '../masters.js';
import type { SapRecord } from '../records.js';
import { draftJournal } from './journals.js';
import { documentKey } from './keys.js';
import { draftIncomingPayment, draftVendorPayment } from './payments.js';
import { draftCreditNote, draftInvoice } from './sales.js';
import { type DraftSettings, partyOf } from './understood.js';

type Understood = { drafts: DraftRecord[] } | { ignored: IgnoredReason } | { cancelled: true };

/**
 * What a document becomes (DESIGN §5, "What becomes what"). Pure. Throws IncompleteAnswer when it names a customer that
 * the masters do not hold, and nothing else.
 */
export function documentOf(record: SapRecord, masters: Masters, settings: DraftSettings): DraftDocument {
  const understood = understand(record, masters, settings);
  const all = 'drafts' in understood ? understood.drafts : [];
  const drafts = settings.adjustments ? all : all.filter(({ type }) => type !== 'adjustment');
  const nothing = all.length > 0 ? 'adjustments_off' : 'zero_amount';
  return {
    docKey: documentKey(masters.companyDb, record.kind, entryOf(record)),
    version: { epoch: 0, sequence: sequenceOf(record) },
    erpType: 'sap_b1',
    drafts,
    cancelled: 'cancelled' in understood,
    ignored:
      'ignored' in understood ? understood.ignored : 'drafts' in understood && drafts.length === 0 ? nothing : null,
    fault: null,
  };
}

const entryOf = (record: SapRecord): number => (record.kind === 'journal' ? record.row.JdtNum : record.row.DocEntry);

/** Two changes may bear one stamp; a document is cancelled last, and for ever. */
const sequenceOf = (record: SapRecord): number =>
  'readAtMs' in record ? record.readAtMs : record.row.stamp * 2 + (isCancelled(record) ? 1 : 0);

/** An invoice or credit note is cancelled by a second one; a payment is only marked. Neither of a pair counts. */
const isCancelled = (record: SapRecord): boolean =>
  record.kind !== 'journal' &&
  ('Cancelled' in record.row
    ? record.row.Cancelled === 'tYES'
    : record.row.CancelStatus === 'csYes' || record.row.CancelStatus === 'csCancellation');

function understand(record: SapRecord, masters: Masters, settings: DraftSettings): Understood {
  if (isCancelled(record)) return { cancelled: true };
  if (record.kind === 'journal') {
    const drafts = draftJournal(record.row, masters);
    return drafts.length === 0 ? { ignored: 'not_a_debtor' } : { drafts };
  }
  if (record.kind === 'incomingPayment' || record.kind === 'vendorPayment') {
    if (record.row.DocType !== 'rCustomer') return { ignored: 'not_a_debtor' };
  }
  const { party, isCash } = partyOf(record.row, masters);
  if (party === null) return { ignored: isCash && record.kind === 'invoice' ? 'cash_sale' : 'not_a_debtor' };
  switch (record.kind) {
    case 'invoice':
      if (record.row.DocTotal === 0) return { ignored: 'zero_amount' };
      return { drafts: [draftInvoice(record.row, party, masters, settings.defaultCreditDays)] };
    case 'creditNote':
      if (record.row.DocTotal === 0) return { ignored: 'zero_amount' };
      return { drafts: [draftCreditNote(record.row, party, record.bills)] };
    case 'incomingPayment':
      return { drafts: draftIncomingPayment(record.row, party, record.bills) };
    case 'vendorPayment':
      return { drafts: draftVendorPayment(record.row, party) };
  }
}
