import { describe, expect, it } from '@jest/globals';
import { XMLParser } from 'fast-xml-parser';
import { BALANCE_FIELDS, CENSUS_FIELDS, FIELDS, FIGURE_FIELDS, legFields } from '../../../src/sources/tally/fields.js';
import {
  balancesRequest,
  billsReceivableRequest,
  censusRequest,
  companyRequest,
  figuresRequest,
  groupRequest,
  ledgerRequest,
  namedMastersRequest,
  presenceRequest,
  voucherRegisterRequest,
  voucherRequest,
  voucherTypeRequest,
} from '../../../src/sources/tally/requests.js';

const DAYS = { from: '2026-04-01', to: '2026-04-07' };
const NAME = 'Duties & <Taxes> "Co"';
const COLLECTIONS = {
  company: companyRequest(),
  group: groupRequest(NAME),
  vouchertype: voucherTypeRequest(NAME),
  ledger: ledgerRequest(NAME),
  voucher: voucherRequest(NAME, DAYS, 'named'),
  census: censusRequest(NAME, DAYS),
  namedMasters: namedMastersRequest(NAME, DAYS),
  figures: figuresRequest(NAME, DAYS),
  presence: presenceRequest(NAME, 'Voucher', ['c-1', 'c-2'], DAYS),
};
const parse = (xml: string) =>
  new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', parseTagValue: false }).parse(xml).ENVELOPE;

describe('what Tally is asked for', () => {
  it('is the field list and nothing else', () => {
    const allowed = new Set<string>([...Object.values(FIELDS).flat(), ...CENSUS_FIELDS, ...legFields('named')]);
    for (const { xml } of Object.values(COLLECTIONS)) {
      const fetched: string[] = parse(xml).BODY.DESC.TDL.TDLMESSAGE.COLLECTION.FETCH.split(',');
      expect(fetched.filter((field) => !allowed.has(field))).toEqual([]);
      expect(xml).not.toMatch(/NATIVEMETHOD|COMPUTE|<FETCH>[^<]*\*/);
    }
  });

  it('never holds bank accounts, prices, quantities, stock, addresses or narrations', () => {
    const forbidden =
      /ACCOUNTNUMBER|IFSC|BANKNAME|BANKDETAILS|INSTRUMENTNUMBER|RATE|QTY|QUANTITY|STOCKITEM|BATCH|GODOWN|DISCOUNT|ADDRESS|NARRATION|EMAIL|INCOMETAX|PAN\b|CLOSINGBALANCE/;
    for (const field of [...Object.values(FIELDS).flat(), ...legFields('named'), ...CENSUS_FIELDS]) {
      expect(field).not.toMatch(forbidden);
    }
    expect(legFields('whole')).toEqual(['ALLLEDGERENTRIES.*']);
  });

  it('is for sums less than for records, and of balances the closing one alone, for all ledgers and without dates', () => {
    const records = new Set<string>([...FIELDS.Voucher, ...legFields('named')]);
    expect(FIGURE_FIELDS.filter((field) => !records.has(field))).toEqual([]);
    expect(FIGURE_FIELDS.length).toBeLessThan(records.size * 0.7);
    const { xml } = balancesRequest(NAME);
    expect(parse(xml).BODY.DESC.TDL.TDLMESSAGE.COLLECTION.FETCH).toBe(BALANCE_FIELDS.join(','));
    expect(xml).not.toMatch(/SVFROMDATE|FILTERS/);
  });

  it('has typed dates and a filter on them for vouchers, and no date for anything else', () => {
    const { DESC } = parse(COLLECTIONS.voucher.xml).BODY;
    expect(DESC.STATICVARIABLES.SVFROMDATE).toEqual({ '@TYPE': 'Date', '#text': '20260401' });
    expect(DESC.STATICVARIABLES.SVTODATE).toEqual({ '@TYPE': 'Date', '#text': '20260407' });
    expect(DESC.TDL.TDLMESSAGE.SYSTEM).toEqual({
      '@TYPE': 'Formulae',
      '@NAME': DESC.TDL.TDLMESSAGE.COLLECTION.FILTERS,
      '#text': '$Date >= $$Date:"20260401" AND $Date <= $$Date:"20260407"',
    });
    for (const kind of ['company', 'group', 'vouchertype', 'ledger'] as const) {
      expect(COLLECTIONS[kind].xml).not.toMatch(/SVFROMDATE|FILTERS|SYSTEM/);
    }
  });

  it('asks for objects by GUID over the whole book at once, ledgers without any date, and lets no formula in', () => {
    const vouchers = parse(COLLECTIONS.presence.xml).BODY.DESC;
    expect(vouchers.STATICVARIABLES.SVFROMDATE['@TYPE']).toBe('Date');
    expect(vouchers.TDL.TDLMESSAGE.SYSTEM['#text']).toBe('$GUID = "c-1" OR $GUID = "c-2"');
    expect(presenceRequest(NAME, 'Ledger', ['c-1'], DAYS).xml).not.toContain('SVFROMDATE');
    expect(() => presenceRequest(NAME, 'Voucher', ['" OR $AlterID > 0 OR $GUID = "'], DAYS)).toThrow(RangeError);
  });

  it('names the company whatever characters it has, and none where all companies are listed', () => {
    expect(parse(COLLECTIONS.ledger.xml).BODY.DESC.STATICVARIABLES.SVCURRENTCOMPANY).toBe(NAME);
    expect(COLLECTIONS.company.xml).not.toContain('SVCURRENTCOMPANY');
  });

  it('only ever exports', () => {
    const reports = [voucherRegisterRequest(NAME, DAYS), billsReceivableRequest(NAME, DAYS)];
    for (const { xml } of [...Object.values(COLLECTIONS), ...reports]) {
      expect(parse(xml).HEADER.TALLYREQUEST).toBe('Export');
      expect(xml).not.toMatch(/ACTION=|IMPORTDATA/);
    }
  });
});
