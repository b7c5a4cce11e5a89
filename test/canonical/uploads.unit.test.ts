import { describe, expect, it } from '@jest/globals';
import { uploadName } from '../../src/canonical/uploads.js';

describe('the name of an upload', () => {
  it.each([
    ['May invoices.csv', 'May invoices.csv'],
    ['बिक्री.csv', 'बिक्री.csv'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\asha\\a.csv', 'a.csv'],
    ['a\u202evsc.exe\u0007\n.csv', 'a_vsc.exe__.csv'],
    ['a<b>:"|?*.csv', 'a_b______.csv'],
    ['', 'upload'],
    ['a/', 'upload'],
    ['..', '_..'],
    // What programs call a file that is not whole would never be read.
    ['.hidden.csv', '_.hidden.csv'],
    ['~$book.csv', '_~$book.csv'],
    ['a.csv.PART', 'a.csv.PART_'],
    ['a.csv~', 'a.csv~_'],
    // The end says what it is.
    [`${'x'.repeat(300)}.TSB`, `${'x'.repeat(116)}.TSB`],
    [`${'😀'.repeat(200)}.csv`, `${'😀'.repeat(116)}.csv`],
  ])('%j is kept as %j', (given, kept) => {
    expect(uploadName(given)).toBe(kept);
  });
});
