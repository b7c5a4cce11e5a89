import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnswerReader } from '../../../src/sources/tally/answer-reader.js';
import type { Voucher } from '../../../src/sources/tally/voucher.js';

const envelope = (objects: string): string =>
  `<ENVELOPE>\r\n <HEADER><VERSION>1</VERSION><STATUS>1</STATUS></HEADER><BODY><DESC><CMPINFO><VOUCHER>4</VOUCHER></CMPINFO></DESC><DATA><COLLECTION>${objects}</COLLECTION></DATA></BODY>\r\n</ENVELOPE>`;
const voucher = (fields: string): string => `<VOUCHER REMOTEID="g-00000001" VCHTYPE="Sales">${fields}</VOUCHER>`;
const leg = (name: string, amount: string, more = ''): string =>
  `<ALLLEDGERENTRIES.LIST><LEDGERNAME TYPE="String">${name}</LEDGERNAME><AMOUNT TYPE="Amount">${amount}</AMOUNT>${more}</ALLLEDGERENTRIES.LIST>`;

function read(chunks: Uint8Array[], charset: string | null = null): { vouchers: Voucher[]; encoding: string } {
  const vouchers: Voucher[] = [];
  const reader = new AnswerReader({ voucher: (each) => vouchers.push(each) }, charset);
  for (const chunk of chunks) reader.write(chunk);
  return { vouchers, encoding: reader.end().encoding };
}
const readText = (text: string): Voucher[] => read([Buffer.from(text)]).vouchers;
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'accepted';
};

const SAMPLE = envelope(
  voucher(
    `<DATE TYPE="Date">20250401</DATE><GUID>g-00000001</GUID><ALTERID TYPE="Number"> 283</ALTERID><NARRATION>a\u0004b &#4; &#x1f;&#0;</NARRATION><VOUCHERNUMBER>&#4; É–&amp;&#2325;/1</VOUCHERNUMBER>` +
      leg('शर्मा &amp; Sons 😀', '-100.50', '<BILLALLOCATIONS.LIST>   </BILLALLOCATIONS.LIST>') +
      leg('Sales', '100.50'),
  ),
);
const EXPECTED = { number: 'É–&क/1', alterId: 283, date: '20250401' };

function split(bytes: Buffer, cuts: number[]): Buffer[] {
  const borders = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return borders.slice(1).map((end, index) => bytes.subarray(borders[index], end));
}
const cuts = fc.array(fc.nat({ max: 5_000 }), { maxLength: 40 });

describe('reading an answer in pieces', () => {
  it.each([
    ['utf-8', Buffer.from(SAMPLE)],
    ['utf-8', Buffer.from(`\ufeff${SAMPLE}`)],
    ['utf-16le', Buffer.from(SAMPLE, 'utf16le')],
    ['utf-16le', Buffer.from(`\ufeff${SAMPLE}`, 'utf16le')],
    ['utf-16be', Buffer.from(SAMPLE, 'utf16le').swap16()],
  ] as const)('gives the same vouchers in %s however the bytes are torn', (encoding, bytes) => {
    const whole = read([bytes]);
    expect(whole.encoding).toBe(encoding);
    expect(whole.vouchers[0]).toMatchObject(EXPECTED);
    expect(whole.vouchers[0]!.legs[0]!.ledgerName).toBe('शर्मा & Sons 😀');
    fc.assert(
      fc.property(cuts, (at) => expect(read(split(bytes, at))).toEqual(whole)),
      { numRuns: 150 },
    );
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(whole);
  });

  it('takes bytes that are no UTF-8 for Windows-1252, wherever the first of them comes', () => {
    const text = envelope(`${' '.repeat(500)}${voucher('<VOUCHERNUMBER>Caf\xe9 \x96 \x80</VOUCHERNUMBER>')}`);
    const bytes = Buffer.from(text, 'latin1');
    fc.assert(
      fc.property(cuts, (at) => {
        const { vouchers, encoding } = read(split(bytes, at));
        expect(encoding).toBe('windows-1252');
        expect(vouchers[0]!.number).toBe('Café – €');
      }),
      { numRuns: 100 },
    );
  });

  it('believes the bytes where the declared charset contradicts them', () => {
    expect(read([Buffer.from(SAMPLE, 'utf16le')], 'utf-8').vouchers[0]).toMatchObject(EXPECTED);
    expect(read([Buffer.from(SAMPLE)], 'utf-16').vouchers[0]).toMatchObject(EXPECTED);
  });
});

describe('what is read of a voucher', () => {
  it('takes counters named like objects, and objects in strange places, for nothing', () => {
    expect(readText(envelope(''))).toEqual([]);
    expect(readText(`<ENVELOPE><BODY><DATA><OTHER>${voucher('')}</OTHER></DATA></BODY></ENVELOPE>`)).toEqual([]);
  });

  it('does not double the sales ledger that a collection repeats under the goods', () => {
    const goods = `<ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>Soap</STOCKITEMNAME><RATE>5/Nos</RATE><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>Sales</LEDGERNAME><AMOUNT>100.00</AMOUNT></ACCOUNTINGALLOCATIONS.LIST></ALLINVENTORYENTRIES.LIST>`;
    const [collected] = readText(envelope(voucher(leg('A', '-100.00') + leg('Sales', '100.00') + goods)));
    expect(collected!.legs.map(({ ledgerName }) => ledgerName)).toEqual(['A', 'Sales']);
    expect(collected!.hasGoods).toBe(true);
    expect(JSON.stringify(collected)).not.toMatch(/Soap|Nos/);
    const invoice = `<LEDGERENTRIES.LIST><LEDGERNAME>A</LEDGERNAME><AMOUNT>-100.00</AMOUNT></LEDGERENTRIES.LIST>${goods}`;
    const [exported] = readText(
      `<ENVELOPE><BODY><IMPORTDATA><REQUESTDATA><TALLYMESSAGE>${voucher(invoice)}</TALLYMESSAGE></REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`,
    );
    expect(exported!.legs.map(({ ledgerName }) => ledgerName)).toEqual(['A', 'Sales']);
    const both = leg('A', '-100.00') + leg('Sales', '100.00') + invoice;
    expect(readText(envelope(voucher(both)))[0]!.legs).toHaveLength(2);
  });

  it('sees that goods stand on a voucher from one flag alone, and none in a blank list', () => {
    const flagged = '<ALLINVENTORYENTRIES.LIST><ISDEEMEDPOSITIVE>No</ISDEEMEDPOSITIVE></ALLINVENTORYENTRIES.LIST>';
    expect(readText(envelope(voucher(flagged)))[0]!.hasGoods).toBe(true);
    expect(readText(envelope(voucher('<ALLINVENTORYENTRIES.LIST>   </ALLINVENTORYENTRIES.LIST>')))[0]!.hasGoods).toBe(
      false,
    );
  });

  it('drops what a wildcard brings beyond the fields asked for', () => {
    const more =
      '<BANKALLOCATIONS.LIST><ACCOUNTNUMBER>SECRET</ACCOUNTNUMBER><TRANSACTIONTYPE>Cheque/DD</TRANSACTIONTYPE><BANKNAME>SECRET</BANKNAME></BANKALLOCATIONS.LIST>';
    const [found] = readText(envelope(voucher(`<ADDRESS>SECRET</ADDRESS>${leg('Bank', '-1.00', more)}`)));
    expect(found!.legs[0]!.banks).toEqual([
      { transactionType: 'Cheque/DD', transferMode: '', instrumentDate: '', bankersDate: '' },
    ]);
    expect(JSON.stringify(found)).not.toContain('SECRET');
  });
});

describe('answers of which nothing may be used', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY x0 "ha">${Array.from({ length: 9 }, (_, n) => `<!ENTITY x${n + 1} "&x${n};&x${n};">`).join('')}]><ENVELOPE>&x9;</ENVELOPE>`;
  it.each([
    ['EMPTY', ''],
    ['EMPTY', ' \r\n '],
    ['HTML', '<!DOCTYPE html><html><body>Login</body></html>'],
    ['HTML', '<html><head><meta></head></html>'],
    ['NOT_TALLY_XML', 'Date,Particulars,Vch Type'],
    ['NOT_TALLY_XML', '\u0001\u0000TSB'],
    ['NOT_TALLY_XML', '<rss><channel/></rss>'],
    ['DOCTYPE_REFUSED', bomb],
    ['DOCTYPE_REFUSED', bomb.replace('<!DOCTYPE', '<!DOCT&#4;YPE')],
    ['UNKNOWN_REQUEST', '<RESPONSE>Unknown Request, cannot be processed</RESPONSE>'],
    ['NOT_AN_EXPORT', '<RESPONSE><CREATED>0</CREATED></RESPONSE>'],
    ['NOT_AN_EXPORT', '<RESPONSE/>'],
    ['NOT_AN_EXPORT', '<ENVELOPE></ENVELOPE>'],
    ['SCREEN_LAYOUT', '<ENVELOPE><DBCFIXED><DBCDATE>1-Apr-25</DBCDATE></DBCFIXED></ENVELOPE>'],
    [
      'COMPANY_NOT_OPEN',
      `<ENVELOPE><HEADER><STATUS>0</STATUS></HEADER><BODY><DATA><LINEERROR>Could not set &apos;SVCurrentCompany&apos; to &apos;X&apos;</LINEERROR></DATA></BODY></ENVELOPE>`,
    ],
    ['REQUEST_FAILED', '<ENVELOPE><HEADER><STATUS>0</STATUS></HEADER><BODY><DATA/></BODY></ENVELOPE>'],
    [
      'REQUEST_FAILED',
      '<ENVELOPE><BODY><DATA><LINEERROR>Ledger Sharma does not exist!</LINEERROR></DATA></BODY></ENVELOPE>',
    ],
    ['MALFORMED', envelope('<VOUCHER><DATE>1</VOUCHER>')],
    ['MALFORMED', envelope('&undefined;')],
    ['TRUNCATED', SAMPLE.slice(0, -5)],
    ['TRUNCATED', SAMPLE.slice(0, SAMPLE.indexOf('<DATE'))],
    ['TOO_LARGE', `<ENVELOPE><BODY><DATA>${'<A>'.repeat(200)}`],
  ])('%s', (code, text) => {
    expect(refusal(() => readText(text))).toBe(code);
  });

  it('refuses text that turns from UTF-8 into something else', () => {
    const bytes = Buffer.concat([Buffer.from(SAMPLE), Buffer.from([0xff, 0xfe, 0xe9])]);
    expect(refusal(() => read([Buffer.from(SAMPLE.slice(0, 900)), Buffer.from([0xff, 0x41])]))).toBe(
      'UNREADABLE_ENCODING',
    );
    expect(refusal(() => read([bytes]))).toBe('UNREADABLE_ENCODING');
  });

  it('never quotes what it refuses', () => {
    try {
      readText('<ENVELOPE><BODY><DATA><LINEERROR>Ledger Sharma does not exist!</LINEERROR></DATA></BODY></ENVELOPE>');
    } catch (error) {
      expect((error as Error).message).not.toContain('Sharma');
    }
    expect.assertions(1);
  });

  it('does not gather a text without end', () => {
    const reader = new AnswerReader({ voucher: () => {} });
    reader.write(Buffer.from('<ENVELOPE><BODY><DATA><COLLECTION><VOUCHER><GUID>'));
    const piece = Buffer.alloc(256 * 1024, 'a');
    expect(
      refusal(() => {
        for (let index = 0; index < 40; index += 1) reader.write(piece);
      }),
    ).toBe('TOO_LARGE');
  });
});
