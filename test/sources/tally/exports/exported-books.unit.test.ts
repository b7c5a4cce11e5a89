import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../../src/simulators/tally/index.js';
import { ExportedBooks, type ExportSettings } from '../../../../src/sources/tally/exports/exported-books.js';
import { createTallySource } from '../../../../src/sources/tally/tally-source.js';
import { DEBTORS, debtor, file, line, voucher, voucherType } from '../export-files.js';
import { forIngestion, fromFiles, type Known, overHttp, tallyAt } from './documents.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'exported-books-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([5, 42])('the book of seed %i, exported from the menus of Tally', (seed) => {
  let simulator: TallySimulator;
  let read: Known;
  let settings: ExportSettings;
  const at = (name: string) => () => createReadStream(join(folder, `${seed}-${name}.xml`));
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed, months: 14, vouchers: 600, today: '2026-05-18' });
    const source = createTallySource(tallyAt(simulator));
    // Which day the books begin, and the company's own phone, no file says.
    const { booksFrom } = (await source.probe()).company;
    settings = forIngestion({ booksFrom, ownPhones: [simulator.book.company.phone] });
    read = await overHttp(source);
    await simulator.exportFile(join(folder, `${seed}-all.xml`), 'all', 'utf-16le');
    await simulator.exportFile(join(folder, `${seed}-masters.xml`), 'masters');
    await simulator.exportFile(join(folder, `${seed}-vouchers.xml`), 'vouchers');
  });
  afterAll(() => simulator.close());

  it('becomes the documents that are read over HTTP, key by key, version by version and digest by digest', async () => {
    const books = await ExportedBooks.open({ data: [at('all')], masters: null }, settings);
    expect(books).toMatchObject({
      companyGuid: simulator.book.company.guid,
      encoding: 'utf-16le',
      holds: { masters: 0, vouchers: simulator.book.voucherCount },
    });
    expect(await fromFiles(books)).toEqual(read);
    expect(await fromFiles(books)).toEqual(read);
  });

  it('becomes the same from a file of masters and one of vouchers, each document from one of them', async () => {
    const masters = await ExportedBooks.open({ data: [at('masters')], masters: null }, settings);
    const vouchers = await ExportedBooks.open({ data: [at('vouchers')], masters: at('masters') }, settings);
    expect(masters.holds).toEqual({ masters: 0, vouchers: 0 });
    expect(vouchers.holds).toEqual({ masters: null, vouchers: simulator.book.voucherCount });
    const [openings, rest] = [await fromFiles(masters), await fromFiles(vouchers)];
    expect(Object.keys(openings).every((key) => key.endsWith('/opening'))).toBe(true);
    expect(Object.keys(rest).some((key) => key.endsWith('/opening'))).toBe(false);
    expect({ ...openings, ...rest }).toEqual(read);
  });
});

const C = '11111111-2222-3333-4444-555555555555';
const sold = (id: number, more: { alterId?: number; party?: string; type?: string; amount?: string } = {}): string => {
  const { party = 'P', amount = '100.00', ...given } = more;
  return voucher({ id, party, lines: line(party, `-${amount}`) + line('Sales', amount), ...given }).replaceAll(
    'c0ffee-',
    `${C}-`,
  );
};
const ledgers = (...names: string[]): string =>
  DEBTORS +
  voucherType('Sales', 'Sales') +
  names.map((name) => debtor(name).replace(`c0ffee-${name}`, `${C}-000000${name.charCodeAt(0)}`)).join('') +
  '<TALLYMESSAGE><LEDGER NAME="Sales"><PARENT>Sales Accounts</PARENT></LEDGER></TALLYMESSAGE>';
const open = (content: string) =>
  async function* () {
    yield Buffer.from(content);
  };

async function documentsOf(data: string | string[], more: Partial<ExportSettings> = {}, masters: string | null = null) {
  const files = { data: [data].flat().map(open), masters: masters === null ? null : open(masters) };
  const books = await ExportedBooks.open(files, forIngestion(more));
  const found = [];
  for await (const piece of books.documents()) found.push(...piece);
  return found;
}
const refusal = (code: string) => ({
  name: expect.stringMatching(/Refused$/),
  code,
  message: expect.stringMatching(/^[A-Z][^\n]*\.$/),
});

describe('an export that is taken in', () => {
  it('says of each document at which of its vouchers it stands', async () => {
    const found = await documentsOf([
      file(ledgers('P') + sold(1) + sold(2, { alterId: 2 })),
      file(sold(3) + sold(2, { alterId: 9 })),
    ]);
    expect(found.map(({ draft, position }) => [draft.docKey.slice(-8), draft.version.sequence, position])).toEqual([
      ['00000001', 1, 1],
      ['00000003', 3, 3],
      ['00000002', 9, 4],
    ]);
  });

  it('takes masters of its own before those of its neighbour', async () => {
    const named = (gstin: string) => ledgers('P').replace('27AABCU9601R1ZN', gstin);
    const [{ draft }] = (await documentsOf(
      file(named('29AABCU9601R1ZN') + sold(1)),
      {},
      file(named('33AABCU9601R1ZN')),
    )) as [Awaited<ReturnType<typeof documentsOf>>[number]];
    expect(draft.drafts[0]!.party.gstin).toBe('29AABCU9601R1ZN');
  });

  it.each([
    ['VOUCHERS_WITHOUT_ID', 'no GUID', file(ledgers('P') + sold(1).replace(/<GUID>.*?<\/GUID>/, '') + sold(2))],
    ['VOUCHERS_WITHOUT_ID', 'no ALTERID', file(ledgers('P') + sold(1).replace(/<ALTERID>.*?<\/ALTERID>/, ''))],
    ['LEDGERS_WITHOUT_ID', 'a debtor without GUID', file(ledgers('P').replace(/<GUID>.*?<\/GUID>/, '') + sold(1))],
    [
      'COMPANY_UNKNOWN',
      'GUIDs of no company',
      file(ledgers('P').replaceAll(`${C}-`, 'x') + sold(1).replaceAll(`${C}-`, 'y')),
    ],
    ['COMPANY_UNKNOWN', 'GUIDs of two companies', file(ledgers('P') + sold(1) + sold(2).replaceAll(C, `9${C}`))],
    ['MASTERS_MISSING', 'no ledgers', file(sold(1))],
    ['MASTERS_OUTDATED', 'a ledger that no masters hold', file(ledgers('P') + sold(1, { party: 'Q' }))],
    ['MASTERS_OUTDATED', 'a voucher type that no masters hold', file(ledgers('P') + sold(1, { type: 'Counter' }))],
    ['TRUNCATED', 'no end', file(ledgers('P') + sold(1)).slice(0, -30)],
    ['NOT_AN_EXPORT', 'an error of Tally', '<RESPONSE>Unknown Request, cannot be processed</RESPONSE>'],
  ])('is refused as %s where it has %s', async (code, _what, content) => {
    await expect(documentsOf(content)).rejects.toMatchObject(refusal(code));
  });

  it('is refused where it, or its neighbour, is of another company', async () => {
    const own = file(ledgers('P') + sold(1));
    await expect(documentsOf(own, { companyGuid: 'another' })).rejects.toMatchObject(refusal('OTHER_COMPANY'));
    const other = file(ledgers('P').replaceAll(C, `9${C}`));
    await expect(documentsOf(file(sold(1)), {}, other)).rejects.toMatchObject(refusal('OTHER_COMPANY'));
    expect(await documentsOf(own, { companyGuid: C.toUpperCase() })).toHaveLength(1);
  });

  it('is refused where a later file of it is cut short', async () => {
    await expect(documentsOf([file(ledgers('P') + sold(1)), file(sold(2)).slice(0, -9)])).rejects.toMatchObject(
      refusal('TRUNCATED'),
    );
  });
});
