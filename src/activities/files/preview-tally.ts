import { paiseFromRupees } from '../../canonical/money.js';
import type { CanonicalRecord, RecordType } from '../../canonical/records.js';
import { LISTED_FAULTS, type UploadPreview } from '../../canonical/uploads.js';
import type { ReadPiece } from '../../sources/csv/read.js';
import { dayOf } from './staging.js';

const KIND = {
  invoice: 'invoices',
  payment: 'payments',
  return: 'returns',
  adjustment: 'adjustments',
} as const satisfies Record<RecordType, keyof UploadPreview['records']>;

const emptyPreview = (): UploadPreview => ({
  format: null,
  refused: null,
  rows_read: 0,
  rows_accepted: 0,
  rows_ignored: 0,
  rows_refused: 0,
  refused_by_code: {},
  faults: [],
  records: {
    invoices: { count: 0, paise: 0 },
    payments: { count: 0, paise: 0 },
    returns: { count: 0, paise: 0 },
    adjustments: { count: 0, paise: 0 },
  },
  from: null,
  to: null,
  drift: null,
});

/** Adds up what a file that is only looked at would bring. */
export class PreviewTally {
  readonly preview = emptyPreview();

  take({ documents, faults, read, repeated }: ReadPiece): void {
    const { preview } = this;
    preview.rows_read += read;
    preview.rows_ignored += repeated;
    preview.rows_refused += faults.length;
    for (const { line, column, code, message } of faults) {
      preview.refused_by_code[code] = (preview.refused_by_code[code] ?? 0) + 1;
      // Masters, and a file as a whole, have no line.
      if (preview.faults.length < LISTED_FAULTS) preview.faults.push({ line: line || null, column, code, message });
    }
    for (const { document } of documents) {
      if (document.records.length === 0 && document.quarantined === null) preview.rows_ignored += 1;
      preview.rows_accepted += document.records.length;
      for (const record of document.records) this.#add(record);
    }
  }

  /** Of a file that is refused nothing counts, whatever was read before. */
  nothing(): UploadPreview {
    return { ...emptyPreview(), format: this.preview.format };
  }

  #add(record: CanonicalRecord): void {
    const { preview } = this;
    const sum = preview.records[KIND[record.type]];
    sum.count += 1;
    sum.paise += paiseFromRupees(record.type === 'payment' ? record.amount_paid_inr : record.amount_inr);
    const day = dayOf(record);
    if (preview.from === null || day < preview.from) preview.from = day;
    if (preview.to === null || day > preview.to) preview.to = day;
  }
}
