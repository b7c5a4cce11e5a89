import type {
  DraftAdjustment,
  DraftDocument,
  DraftInvoice,
  DraftPayment,
  DraftReturn,
} from '../../src/canonical/drafts.js';
import { DEFAULT_MAX_INVOICE_PAISE, type RuleSettings } from '../../src/canonical/rules.js';

/** A GSTIN of the ordinary form with its right check digit. */
export const GSTIN = '27AAPFU0939F1ZV';
export const PHONE = '9876543210';

export const settings: RuleSettings = {
  distributorId: 'dist_c4f9ee2a',
  today: '2026-05-19',
  maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
  gstinForms: 'ordinary',
  digestKey: Buffer.alloc(32, 7),
};

export const party = { key: 'ledger-1', name: 'Sharma General Store', gstin: GSTIN, phone: PHONE, phoneShared: false };
const base = { party, date: '2026-05-03', amountPaise: 42_000_00, foreign: false, flags: [] };

export const invoice: DraftInvoice = {
  ...base,
  type: 'invoice',
  number: 'INV-2026-00142',
  dueDate: '2026-05-17',
  opening: false,
  bills: [{ name: 'INV-2026-00142', date: '2026-05-03' }],
};
export const payment: DraftPayment = {
  ...base,
  type: 'payment',
  number: 'REC-2026-00087',
  date: '2026-05-15',
  bill: { name: 'INV-2026-00142', date: '2026-05-03' },
  method: 'NEFT',
  postDated: false,
  instrumentDate: null,
  clearedOn: null,
};
export const goodsReturn: DraftReturn = {
  ...base,
  type: 'return',
  number: 'CN-7',
  kind: 'goods',
  bills: [{ name: 'INV-2026-00142', date: '2026-05-03' }],
};
export const adjustment: DraftAdjustment = { ...base, type: 'adjustment', number: 'JV-3', kind: 'journal', bill: null };

export const documentOf = (drafts: DraftDocument['drafts'], rest: Partial<DraftDocument> = {}): DraftDocument => ({
  docKey: 'tally/company-guid/voucher-guid',
  version: { epoch: 0, sequence: 12 },
  erpType: 'tally_prime',
  drafts,
  cancelled: false,
  ignored: null,
  fault: null,
  ...rest,
});
