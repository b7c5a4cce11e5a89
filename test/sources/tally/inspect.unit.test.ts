import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportBook, generateBook, totalsOf } from '../../../src/simulators/tally/index.js';
import { inspectFile } from '../../../src/sources/files/inspect.js';
import type { Inspection, Refusal } from '../../../src/sources/inspection.js';
import { against, file, line, voucher } from './export-files.js';

const TODAY = '2026-05-18';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inspect-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function inspect(content: string | Buffer): Promise<Inspection | Refusal> {
  const path = join(folder, 'export.xml');
  await writeFile(path, content);
  return inspectFile(path, { today: TODAY });
}
const plain = ({ count, paise }: { count: number; paise: number }) => ({ count, paise });

describe('inspecting a file that Tally exported with its masters', () => {
  // In two of these books a receipt came before its bill, and last year's bill of the same number is of the same party.
  it.each([
    [5, 14, 'utf-8'],
    [5, 14, 'utf-16le'],
    [1, 36, 'utf-8'],
    [18, 36, 'utf-8'],
  ] as const)('of seed %i over %i months counts in %s what the accountant counts', async (seed, months, encoding) => {
    const { book } = generateBook({ seed, months, vouchers: 1_500, today: TODAY });
    const path = join(folder, `${seed}-${encoding}.xml`);
    await exportBook(book, path, 'all', encoding);
    const truth = totalsOf(book);
    const own = await inspectFile(path, { today: TODAY, ownPhone: book.company.phone });
    if ('refused' in own) throw new Error(own.refused.message);
    expect(own).toMatchObject({ format: 'tally-xml', encoding });
    const { invoices, payments, returns, adjustments, voids } = own.records;
    expect({ invoices, payments, returns, adjustments }).toEqual({
      invoices: plain(truth.byType.invoices),
      payments: plain(truth.byType.payments),
      returns: plain(truth.byType.returns),
      adjustments: plain(truth.byType.adjustments),
    });
    expect(voids.count).toBe(truth.voids.cancelled + truth.voids.reversedPayments);
    expect(own.flagged).toEqual(truth.flagged);
    expect(own.ignored).toEqual(truth.ignored);
    expect(own.quarantined).toEqual(truth.quarantined);
  });

  it('counts the same wherever the masters stand, and however the text is laid out', async () => {
    const { book } = generateBook({ seed: 3, months: 6, vouchers: 300, today: TODAY });
    const path = join(folder, 'layout.xml');
    await exportBook(book, path, 'all', 'utf-8');
    const text = await readFile(path, 'utf8');
    const whole = await inspect(text);
    const [head, ...messages] = text.split(/(?=<TALLYMESSAGE)/);
    const last = messages.pop()!;
    const split = messages.findIndex((each) => each.includes('<VOUCHER '));
    const reordered = [...messages.slice(split), ...messages.slice(0, split)];
    expect(split).toBeGreaterThan(0);
    expect(await inspect(head + reordered.join('') + last)).toEqual(whole);
    expect(await inspect(text.replace(/>\s+</g, '><'))).toEqual(whole);
    expect(await inspect(text.replaceAll('\r\n', '\n'))).toEqual(whole);
    expect(await inspect(Buffer.from(`\ufeff${text}`, 'utf16le').swap16())).toEqual({ ...whole, encoding: 'utf-16be' });
  });
});

const message = (id: number, type: string, party: string, date: string, lines: string, more = ''): string =>
  voucher({ id, type, party, date, lines, more });
const sale = message(1, 'Sales', 'P', '20250401', line('P', '-100.00') + line('S', '100.00'));
const receipt = message(
  2,
  'Receipt',
  'Bank',
  '20250402',
  line('Bank', '-100.00') + line('P', '100.00', against('1', '100.00')),
);

describe('inspecting a file without masters', () => {
  it('takes the parties of sales, receipts and credit notes for debtors', async () => {
    const note = message(3, 'Credit Note', 'P', '20250403', line('P', '10.00') + line('S', '-10.00'));
    const other = message(4, 'Journal', 'P', '20250403', line('P', '10.00') + line('S', '-10.00'));
    const cancelled = message(5, 'Sales', '', '20250403', '', '<ISCANCELLED>Yes</ISCANCELLED>');
    expect(await inspect(file(sale + receipt + note + other + cancelled))).toEqual({
      format: 'tally-xml',
      encoding: 'utf-8',
      records: {
        invoices: { count: 1, paise: 10_000 },
        payments: { count: 1, paise: 10_000 },
        returns: { count: 1, paise: 1_000 },
        adjustments: { count: 0, paise: 0 },
        voids: { count: 1 },
      },
      quarantined: {},
      flagged: { GSTIN_CHECK_DIGIT: 3 },
      ignored: { not_a_debtor: 1 },
    });
  });

  it('counts a voucher that stands in it twice once, in its newest version', async () => {
    const edited = sale.replaceAll('100.00', '70.00').replace('<ALTERID> 1', '<ALTERID> 9');
    expect(await inspect(file(sale + edited + sale + edited))).toMatchObject({
      records: { invoices: { count: 1, paise: 7_000 } },
    });
  });

  it('of a valid export with no voucher counts nothing', async () => {
    expect(await inspect(file(''))).toMatchObject({
      records: { invoices: { count: 0, paise: 0 }, voids: { count: 0 } },
    });
  });
});

describe('inspecting a file with masters', () => {
  const masters =
    '<TALLYMESSAGE><GROUP NAME="Sundry Debtors"><PARENT>Current Assets</PARENT></GROUP></TALLYMESSAGE>' +
    '<TALLYMESSAGE><LEDGER NAME="P"><GUID>c0ffee-p</GUID><PARENT>Sundry Debtors</PARENT><PARTYGSTIN>27AABCU9601R1ZN</PARTYGSTIN></LEDGER></TALLYMESSAGE>';
  const bounce = message(
    6,
    'Payment',
    'P',
    '20250405',
    line('P', '-100.00', against('1', '-100.00')) + line('Bank', '100.00'),
  );

  it('lets the group decide, wherever in the file it stands, and takes bounced payments back', async () => {
    const stranger = message(7, 'Sales', 'Q', '20250401', line('Q', '-5.00') + line('S', '5.00'));
    expect(await inspect(file(sale + receipt + bounce + stranger + masters))).toMatchObject({
      records: {
        invoices: { count: 1, paise: 10_000 },
        payments: { count: 0, paise: 0 },
        adjustments: { count: 0, paise: 0 },
        voids: { count: 1 },
      },
      flagged: { GSTIN_CHECK_DIGIT: 1 },
      ignored: { not_a_debtor: 1 },
    });
  });
});

describe('inspecting what is no export', () => {
  it.each([
    ['EMPTY', ''],
    ['HTML', '<html><body>no</body></html>'],
    ['TRUNCATED', file(sale).slice(0, -20)],
    ['DOCTYPE_REFUSED', `<!DOCTYPE x [<!ENTITY a "b">]>${file(sale)}`],
    ['SCREEN_LAYOUT', '<ENVELOPE><DSPVCHDATE>1-Apr-25</DSPVCHDATE></ENVELOPE>'],
    ['TALLY_BACKUP', Buffer.from([0x54, 0x53, 0x42, 0x00, 0x01, 0xff, 0xfe])],
    ['NOT_AN_EXPORT', '<RESPONSE>Unknown Request, cannot be processed</RESPONSE>'],
    [
      'NOT_AN_EXPORT',
      '<ENVELOPE><HEADER><STATUS>0</STATUS></HEADER><BODY><DATA><LINEERROR>x</LINEERROR></DATA></BODY></ENVELOPE>',
    ],
  ])('refuses it as %s in one sentence', async (code, content) => {
    const found = await inspect(content);
    expect(found).toMatchObject({ refused: { code, message: expect.stringMatching(/^[A-Z].*\.$/) } });
  });

  it('says when there is no such file', async () => {
    expect(await inspectFile(join(folder, 'missing.xml'))).toMatchObject({ refused: { code: 'FILE_UNREADABLE' } });
  });
});
