import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import type { Voucher } from '../../../src/simulators/tally/model.js';
import { ask, collectionRequest, objects, oldReportRequest, textOf } from './asking.js';
import { importRequest, send, voucherXml } from './importing.js';

describe('what a client looks up in Tally', () => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 2, vouchers: 300, today: '2026-05-18', imports: {} });
    for (const number of ['A/1', 'A/2', 'B/1']) await send(simulator.url, { number, reference: `ref ${number}` });
  });
  afterAll(() => simulator.close());
  const found = async (filter: string, from = '20260401', to = '20260531') => {
    const request = collectionRequest({ type: 'Voucher', fetch: 'MASTERID', from, to, filter });
    return objects(await ask(simulator.url, request), 'VOUCHER').map((voucher) => textOf(voucher.MASTERID));
  };

  it.each([
    ['$MasterID = 302', ['302']],
    ['302 = $MasterID', ['302']],
    ['$VoucherNumber = "a/1" OR $Reference = "REF B/1"', ['301', '303']],
    ['($VoucherNumber = "A/1" OR $MasterID = 302) AND $Reference = "ref A/2"', ['302']],
    ['$Date = $$Date:"20260502" AND $VoucherNumber = "B/1"', ['303']],
    ['$VoucherNumber = "A/1" AND NOT $MasterID = 301', []],
    ['$VoucherNumber = "A/1" AND $VoucherTypeName = "Purchase"', []],
    ['$VoucherNumber = "A/1" OR ($MasterID > 301 AND $Reference = "ref A/2")', ['301', '302']],
    ['$VoucherNumber = "A/1" OR $MasterID > 302', ['301', '303']],
    ['NOT $MasterID = 301 AND $MasterID > 300', ['302', '303']],
    ['$VoucherNumber = "nobody"', []],
  ])('is found by %s', async (filter, ids) => {
    expect(await found(filter)).toEqual(ids);
  });

  it('is found only within the dates asked for', async () => {
    expect(await found('$MasterID = 301', '20260503')).toEqual([]);
    expect(await found('$MasterID = 301', '20260502', '20260502')).toEqual(['301']);
  });

  it('is the same by number as by a walk through the book', async () => {
    for (const number of ['1', '2', '7', 'GST-0003']) {
      const walked = [...simulator.book.vouchersBetween(0, 99_999)].filter((voucher) => voucher.number === number);
      expect(await found(`$VoucherNumber = "${number}"`, '20100401', '20400331')).toEqual(
        walked.map(({ masterId }) => String(masterId)),
      );
    }
  });

  it.each(['$Reference = "say "hi""', '$Reference = "say ""hi"""', "$Reference = 'x'", '$Reference = "open'])(
    'cannot be asked for with quotes that no formula can hold: %s',
    async (filter) => {
      const request = collectionRequest({ type: 'Voucher', fetch: 'GUID', from: '20260401', to: '20260531', filter });
      expect(await ask(simulator.url, request)).toContain('Unknown Request');
    },
  );

  it('holds stock items with their units, units and godowns', async () => {
    const list = async (type: 'StockItem' | 'Unit' | 'Godown', fetch: string, field: string) =>
      objects(await ask(simulator.url, collectionRequest({ type, fetch })), type.toUpperCase()).map(
        (master) => `${master['@NAME']}: ${textOf(master[field])}`,
      );
    expect(await list('Unit', 'NAME', 'NAME')).toEqual(['Box: Box', 'Kg: Kg', 'Nos: Nos']);
    expect(await list('Godown', 'NAME', 'NAME')).toEqual(['Main Location: Main Location']);
    const items = await list('StockItem', 'NAME,BASEUNITS,PARENT,ALTERID', 'BASEUNITS');
    expect(items).toContain('Biscuits Assorted: Box');
    expect(items).toHaveLength(simulator.book.stockItems.length);
  });

  it('is listed by the reports the specification asks', async () => {
    const company = '<SVCURRENTCOMPANY>Sharma FMCG Distributors &amp; Sons</SVCURRENTCOMPANY>';
    const names = async (report: string, tag: string, variables = company) =>
      objects(await ask(simulator.url, oldReportRequest(report, variables)), tag).map((each) => each['@NAME']);
    expect(await names('List of Companies', 'COMPANY', '')).toEqual(['Sharma FMCG Distributors & Sons']);
    expect(await names('List of Ledgers', 'LEDGER')).toContain('CGST');
    expect(await names('List of Stock Items', 'STOCKITEM')).toContain('Toor Dal Loose');
    for (const report of ['List of Ledgers', 'List of Stock Items']) {
      const answer = await ask(simulator.url, oldReportRequest(report, '<SVCURRENTCOMPANY>Other</SVCURRENTCOMPANY>'));
      expect(answer).toContain('<STATUS>0</STATUS>');
      expect(answer).toContain('<LINEERROR>');
    }
    const register = oldReportRequest('Voucher Register', company).replace(
      '</REQUESTDESC>',
      '<FETCHLIST><FETCH>VOUCHERNUMBER</FETCH><FETCH>DATE</FETCH><FETCH>PARTYLEDGERNAME</FETCH></FETCHLIST></REQUESTDESC>',
    );
    expect(await ask(simulator.url, register)).toMatch(/<VOUCHERNUMBER>/);
    expect(simulator.requests.at(-1)!.fetch).toEqual(['VOUCHERNUMBER', 'DATE', 'PARTYLEDGERNAME']);
  });

  it('does not take longer the more there is', async () => {
    let walks = 0;
    const counted = function* (vouchers: Iterable<Voucher>) {
      for (const voucher of vouchers) {
        walks += 1;
        yield voucher;
      }
    };
    const { book } = simulator;
    const [all, between] = [book.vouchers.bind(book), book.vouchersBetween.bind(book)];
    // Looked up once, the index knows all there is.
    await found('$VoucherNumber = "nobody"');
    book.vouchers = () => counted(all());
    book.vouchersBetween = (from, to) => counted(between(from, to));
    for (let index = 0; index < 200; index += 1) {
      await ask(simulator.url, importRequest(voucherXml({ remoteId: `r${index}`, number: `N${index}` })));
      await found(
        `$VoucherTypeName = "Sales" AND $Date = $$Date:"20260502" AND ($VoucherNumber = "N${index}" OR $Reference = "N${index}")`,
      );
    }
    // One glance at the first voucher a query, to see that its fields are known.
    expect(walks).toBeLessThanOrEqual(200);
  });
});
