import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import {
  ask,
  askBytes,
  at,
  collectionRequest,
  nodes,
  objects,
  oldReportRequest,
  parse,
  reportRequest,
  textOf,
  type Xml,
} from './asking.js';

const fixture = async (name: string): Promise<Buffer> => readFile(join(import.meta.dirname, 'fixtures', name));

/** Everything up to the collection, with the change counters set to nought. */
const head = (text: string): string =>
  text
    .slice(0, text.indexOf('<COLLECTION'))
    .replace(/<([A-Z]+)>\d+<\//g, (whole, name) => (name === 'VERSION' || name === 'STATUS' ? whole : `<${name}>0</`));
const unix = (text: string): string => text.replaceAll('\r\n', '\n');
const names = (node: Xml): string[] => Object.keys(node);

describe('the simulated Tally', () => {
  const company = 'Sharma FMCG Distributors & Sons';
  const whole = { from: '20100401', to: '20400331' };
  let simulator: TallySimulator;
  let url: string;
  beforeAll(async () => {
    simulator = await startTallySimulator({
      seed: 2,
      vouchers: 600,
      today: '2026-05-18',
      otherCompanies: ['Old Books 2019'],
    });
    url = simulator.url;
  });
  afterAll(() => simulator.close());
  const vouchers = async (request: Partial<Parameters<typeof collectionRequest>[0]>): Promise<Xml[]> =>
    objects(
      await ask(url, collectionRequest({ type: 'Voucher', fetch: 'GUID,DATE,ALTERID', ...whole, ...request })),
      'VOUCHER',
    );

  it('says that it is running', async () => {
    expect(await (await fetch(url)).text()).toBe('<RESPONSE>TallyPrime Server is Running</RESPONSE>');
  });

  it('begins and ends a collection byte for byte as a real one', async () => {
    const recorded = (await fixture('vouchers_native_wr2.xml')).toString('utf8');
    const given = await ask(url, collectionRequest({ type: 'Voucher', fetch: 'GUID', ...whole }));
    expect(head(given)).toBe(head(recorded));
    expect(given).toContain('<COLLECTION ISCMPDEPTYPE="Yes" CMPLOCUS="4" CMPDEPTYPE="64">\r\n');
    expect(given.slice(-60)).toBe(recorded.slice(-60));
  });

  it('lists a company with the lines of a real one', async () => {
    const recorded = unix((await fixture('unit_a_company_extent_live.xml')).toString('utf8'));
    const given = unix(
      await ask(
        url,
        collectionRequest({ type: 'Company', fetch: 'NAME,GUID,BOOKSFROM,LASTVOUCHERDATE', company: 'Nobody' }),
      ),
    );
    const shape = (text: string): string =>
      text
        .slice(text.indexOf('<COMPANY NAME'), text.indexOf('</COMPANY>', text.indexOf('<COMPANY NAME')))
        .replace(/>[^<\n]+</g, '>…<')
        .replace(/NAME="[^"]+"/, 'NAME="…"');
    expect(shape(given)).toBe(shape(recorded));
    expect(objects(given, 'COMPANY').map((each) => each['@NAME'])).toEqual([company, 'Old Books 2019']);
  });

  it('writes a voucher with the tags and attributes of a real one, in their order', async () => {
    const [recorded] = objects((await fixture('vouchers_native_wr2.xml')).toString('utf8'), 'VOUCHER');
    const [given] = await vouchers({
      fetch:
        'GUID,DATE,ISOPTIONAL,EFFECTIVEDATE,ISCANCELLED,ALLLEDGERENTRIES.LEDGERNAME,ALLLEDGERENTRIES.ISDEEMEDPOSITIVE,ALLLEDGERENTRIES.AMOUNT,ALLLEDGERENTRIES.BILLALLOCATIONS.LIST',
    });
    expect(names(given!)).toEqual(names(recorded!));
    const bill = (voucher: Xml): Xml =>
      nodes(at(nodes(voucher['ALLLEDGERENTRIES.LIST'])[0], 'BILLALLOCATIONS.LIST'))[0]!;
    expect(names(bill(given!))).toEqual(['BILLDATE', ...names(bill(recorded!))]);
  });

  it('writes a ledger line asked for whole with all the empty tags of a real one, in their order', async () => {
    const full = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18', emptyTags: true });
    try {
      const request = collectionRequest({ type: 'Voucher', fetch: 'ALLLEDGERENTRIES.*', ...whole });
      const [given] = objects(await ask(full.url, request), 'VOUCHER');
      const [recorded] = objects((await fixture('whole_ledger_line.xml')).toString('utf8'), 'VOUCHER');
      const line = (voucher: Xml): Xml => nodes(voucher['ALLLEDGERENTRIES.LIST'])[0]!;
      expect(names(line(given!))).toEqual(names(line(recorded!)));
    } finally {
      await full.close();
    }
  });

  it('answers an empty window as a real one does, in UTF-16LE without a byte order mark', async () => {
    const recorded = await fixture('empty_voucher_window_wr2.utf16le.xml');
    const body = collectionRequest({ type: 'Voucher', fetch: 'GUID', from: '19990401', to: '19990430' });
    const given = await askBytes(url, Buffer.from(body, 'utf16le'), 'text/xml; charset=utf-16');
    expect(head(given.toString('utf16le'))).toBe(head(recorded.toString('utf16le')));
    expect(given.subarray(-250)).toEqual(recorded.subarray(-250));
  });

  it('mirrors the charset of the request, and loses what is not ASCII without one', async () => {
    const body = collectionRequest({ type: 'Ledger', fetch: 'NAME' });
    expect((await askBytes(url, body)).toString('utf8')).toContain('गुप्ता');
    expect(
      (await askBytes(url, Buffer.from(`\ufeff${body}`, 'utf16le'), 'text/xml; charset=utf-16')).toString('utf16le'),
    ).toContain('गुप्ता');
    const bare = (await askBytes(url, body, 'text/xml')).toString('utf8');
    expect(bare).toContain('??????');
    expect(bare).not.toContain('गुप्ता');
    expect((await askBytes(url, Buffer.from(body, 'utf16le'), 'text/xml')).toString('utf8')).toContain(
      'Unknown Request',
    );
  });

  it('shows the last financial year when dates are not typed, whatever was asked', async () => {
    const dates = (await vouchers({ from: '20260401', to: '20260430', untyped: true })).map((voucher) =>
      textOf(voucher.DATE),
    );
    expect(dates.length).toBeGreaterThan(0);
    expect(dates.every((date) => date >= '20250401' && date <= '20260331')).toBe(true);
    const typed = (await vouchers({ from: '20260401', to: '20260430' })).map((voucher) => textOf(voucher.DATE));
    expect(typed.length).toBeGreaterThan(0);
    expect(typed.every((date) => date.startsWith('202604'))).toBe(true);
  });

  it('filters by date, by counter and by GUID', async () => {
    const everything = await vouchers({});
    expect(everything).toHaveLength(600);
    const within = (low: string, high: string) =>
      everything.filter((voucher) => textOf(voucher.DATE) >= low && textOf(voucher.DATE) <= high).length;
    expect(await vouchers({ filter: '$Date >= $$Date:"20260401" AND $Date <= $$Date:"20260430"' })).toHaveLength(
      within('20260401', '20260430'),
    );
    expect(
      await vouchers({ filter: '($Date BETWEEN $$Date:"1-Apr-2026" AND $$Date:"30-Apr-2026") AND NOT $IsCancelled' }),
    ).not.toHaveLength(0);
    expect(await vouchers({ from: '20260101', filter: '$Date >= ##SVFromDate AND $Date <= ##SVToDate' })).toHaveLength(
      within('20260101', '20400331'),
    );
    const after = simulator.book.alterId - 25;
    expect(await vouchers({ filter: `$AlterID > ${after} AND $AlterID <= ${after + 10}` })).toHaveLength(10);
    const guid = textOf(everything[17]!.GUID);
    expect(
      (await vouchers({ filter: `$GUID = "${guid}" OR $GUID = "nobody"` })).map((voucher) => textOf(voucher.GUID)),
    ).toEqual([guid]);
    expect(
      await ask(url, collectionRequest({ type: 'Voucher', fetch: 'GUID', ...whole, filter: '$NoSuchThing = 3' })),
    ).toContain('Unknown Request');
  });

  it('sends only what FETCH names', async () => {
    const [bare] = await vouchers({ fetch: 'GUID' });
    expect(bare).not.toHaveProperty('DATE');
    expect(bare).not.toHaveProperty(['ALLLEDGERENTRIES.LIST']);
    const [dotted] = await vouchers({
      fetch: 'AllLedgerEntries.LedgerName, ALLLEDGERENTRIES.LIST.BILLALLOCATIONS.LIST.NAME',
    });
    const line = nodes(dotted!['ALLLEDGERENTRIES.LIST'])[0]!;
    expect(names(line)).toEqual(['LEDGERNAME', 'BILLALLOCATIONS.LIST']);
    expect(names(nodes(line['BILLALLOCATIONS.LIST'])[0]!)).toEqual(['NAME']);
  });

  it('answers a wrong company with no rows in collections and with an error in reports', async () => {
    expect(await vouchers({ company: 'Somebody else' })).toEqual([]);
    const recorded = (await fixture('bills_receivable_unloaded_company_failure.xml'))
      .toString('utf8')
      .replace('Bridge Ageing Lab', 'Somebody else');
    expect(
      unix(await ask(url, reportRequest('Voucher Register', '<SVCURRENTCOMPANY>Somebody else</SVCURRENTCOMPANY>'))),
    ).toBe(recorded);
    expect(await vouchers({ company: 'Sharma FMCG Distributors &amp; Sons' })).toHaveLength(600);
  });

  it('splits an invoice into party, taxes and goods in reports, and says it all twice in collections', async () => {
    const dates = '<SVFROMDATE>20100401</SVFROMDATE><SVTODATE>20400331</SVTODATE>';
    const report = nodes(
      at(parse(await ask(url, reportRequest('Voucher Register', dates))), 'ENVELOPE', 'BODY', 'DATA', 'TALLYMESSAGE'),
    ).flatMap((message) => nodes(message.VOUCHER));
    expect(report).toHaveLength(600);
    const old = await ask(url, oldReportRequest('Voucher Register', dates));
    expect(old.split('<VOUCHER ')).toHaveLength(601);
    const invoice = report.find(
      (voucher) =>
        textOf(voucher.PERSISTEDVIEW) === 'Invoice Voucher View' && voucher['LEDGERENTRIES.LIST'] !== undefined,
    )!;
    const rupees = (lines: Xml[]): number =>
      lines.reduce((sum, line) => sum + Math.round(Number(textOf(line.AMOUNT)) * 100), 0);
    const goods = nodes(invoice['ALLINVENTORYENTRIES.LIST']);
    const allocations = goods.flatMap((line) => nodes(line['ACCOUNTINGALLOCATIONS.LIST']));
    expect(rupees(nodes(invoice['LEDGERENTRIES.LIST'])) + rupees(allocations)).toBe(0);
    const [collected] = await vouchers({
      fetch: 'ALLLEDGERENTRIES.*,ALLINVENTORYENTRIES.*',
      filter: `$GUID = "${textOf(invoice.GUID)}"`,
    });
    expect(rupees(nodes(collected!['ALLLEDGERENTRIES.LIST']))).toBe(0);
    expect(nodes(collected!['ALLINVENTORYENTRIES.LIST'])).toHaveLength(goods.length);
  });

  it('leaves illegal characters in, as references and as they are', async () => {
    const groups = await ask(url, collectionRequest({ type: 'Group', fetch: 'PARENT' }));
    expect(groups).toContain('<PARENT TYPE="String">&#4; Primary</PARENT>');
    const narrated = await ask(url, collectionRequest({ type: 'Voucher', fetch: 'NARRATION', ...whole }));
    expect(narrated).toContain('\u0004');
  });

  it('writes Bills Receivable as flat siblings without a status', async () => {
    const shape = (text: string): string[] => [...new Set(text.match(/<\/?[A-Z]+>/g))];
    const recorded = (await fixture('bills_receivable_validation_lab.xml')).toString('utf8');
    expect(shape(await ask(url, reportRequest('Bills Receivable')))).toEqual(shape(recorded));
  });

  it('exports files in the shape Tally imports, masters mixed in, in both encodings', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tally-'));
    try {
      await simulator.exportFile(join(folder, 'all.xml'), 'all', 'utf-16le');
      await simulator.exportFile(join(folder, 'vouchers.xml'), 'vouchers');
      const all = await readFile(join(folder, 'all.xml'));
      expect([...all.subarray(0, 2)]).toEqual([0xff, 0xfe]);
      const messages = nodes(
        at(parse(all.toString('utf16le').slice(1)), 'ENVELOPE', 'BODY', 'IMPORTDATA', 'REQUESTDATA', 'TALLYMESSAGE'),
      );
      expect(messages.filter((message) => message.VOUCHER !== undefined)).toHaveLength(600);
      expect(messages.filter((message) => message.LEDGER !== undefined)).toHaveLength(simulator.book.ledgers.length);
      expect(messages.at(-1)).toHaveProperty('COMPANY');
      const text = await readFile(join(folder, 'vouchers.xml'), 'utf8');
      expect(text).toContain('<REPORTNAME>All Masters</REPORTNAME>');
      expect(text).not.toContain('BILLDATE');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('refuses what it cannot read', async () => {
    for (const body of [
      'garbage',
      '<ENVELOPE><HEADER/></ENVELOPE>',
      'x'.repeat(2_000_000),
      reportRequest('No Such Report'),
    ])
      expect(await ask(url, body)).toBe('<RESPONSE>Unknown Request, cannot be processed</RESPONSE>');
  });
});
