import { describe, expect, it } from '@jest/globals';
import type { Upload } from '../../src/canonical/uploads.js';
import { uploadText } from '../../src/client/upload-text.js';

const PREVIEW: NonNullable<Upload['preview']> = {
  format: 'csv-invoices',
  refused: null,
  rows_read: 125_004,
  rows_accepted: 125_000,
  rows_ignored: 1,
  rows_refused: 3,
  refused_by_code: { INVALID_DATE: 2, AMOUNT_OUTLIER: 1 },
  faults: [{ line: 3, column: 'invoice_date', code: 'INVALID_DATE', message: 'The date is empty.' }],
  records: {
    invoices: { count: 125_000, paise: 1_234_567_890_55 },
    payments: { count: 0, paise: 0 },
    returns: { count: 0, paise: 0 },
    adjustments: { count: 0, paise: 0 },
  },
  from: '2026-04-01',
  to: '2026-05-31',
  drift: { message: 'The columns are not those of before, and do not fit them: due_date is gone.', waits: true },
};
const UPLOAD: Upload = {
  upload_id: 'upl_0123456789abcdef',
  distributor_id: 'dist_c4f9ee2a',
  name: 'invoices.csv',
  bytes: 9_876_543,
  sha256: 'a'.repeat(64),
  state: 'ready',
  created_at: '2026-06-01T10:00:00.000Z',
  committed_at: null,
  committed_by: null,
  discarded_at: null,
  discarded_by: null,
  preview: PREVIEW,
  committed_before: { source_id: 'sftp_a', file_id: 7, at: '2026-05-30T10:00:00.000Z' },
  file: null,
};

describe('an upload on the operator’s screen', () => {
  it('is counts, rupees, refused rows, and what to do next', () => {
    expect(uploadText(UPLOAD)).toBe(
      `upl_0123456789abcdef  invoices.csv, 98,76,543 bytes
csv-invoices: 1,25,004 read, 1,25,000 accepted, 3 refused, 1 ignored; 2026-04-01 to 2026-05-31
  invoices       1,25,000  ₹1,23,45,67,890.55
  refused INVALID_DATE: 2
  refused AMOUNT_OUTLIER: 1
  line 3, invoice_date: The date is empty. (INVALID_DATE)
  … and 2 more rows that are refused
  The columns are not those of before, and do not fit them: due_date is gone. Committed, the file waits until a person accepts them.
The same bytes were committed on 2026-05-30 (sftp_a, file 7): they change nothing.
nothing is taken yet; to take it: altscore files commit upl_0123456789abcdef --by WHO`,
    );
  });

  it('is a sentence where nothing can be taken', () => {
    const refused = { code: 'TALLY_BACKUP', message: 'The file is a backup: expected XML.' };
    expect(uploadText({ ...UPLOAD, state: 'refused', committed_before: null, preview: { ...PREVIEW, refused } })).toBe(
      `upl_0123456789abcdef  invoices.csv, 98,76,543 bytes
refused: The file is a backup: expected XML. (TALLY_BACKUP)
nothing of it can be taken`,
    );
  });

  it('says what became of it', () => {
    const file = {
      file_id: 9,
      stream_id: 'file.upload.csv.invoices',
      state: 'committed' as const,
      code: null,
      message: null,
      rows_accepted: 125_000,
      rows_refused: 3,
    };
    const text = uploadText({ ...UPLOAD, state: 'committed', committed_by: 'Asha', file });
    expect(text.split('\n').at(-1)).toBe('committed by Asha; file 9 of file.upload.csv.invoices is committed');
  });
});
