import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { inspectFile } from '../../../src/sources/files/inspect.js';
import { AnswerReader } from '../../../src/sources/tally/answer-reader.js';
import { sumOfLegs } from '../../../src/sources/tally/legs.js';
import { buildMasters } from '../../../src/sources/tally/masters.js';
import type {
  CompanyMaster,
  LedgerMaster,
  NamedMaster,
  OpenBill,
  Voucher,
} from '../../../src/sources/tally/voucher.js';

/** Answers of a real TallyPrime 7, kept beside the repository and not in it. */
const folder = join(process.cwd(), '../shared/samples/tally');
const here = existsSync(folder);
if (!here) process.stderr.write(`No samples of a real Tally at ${folder}: their tests are skipped.\n`);

function read(name: string) {
  const found = {
    vouchers: [] as Voucher[],
    ledgers: [] as LedgerMaster[],
    groups: [] as NamedMaster[],
    types: [] as NamedMaster[],
    companies: [] as CompanyMaster[],
    bills: [] as OpenBill[],
  };
  const reader = new AnswerReader({
    voucher: (each) => found.vouchers.push(each),
    ledger: (each) => found.ledgers.push(each),
    group: (each) => found.groups.push(each),
    voucherType: (each) => found.types.push(each),
    company: (each) => found.companies.push(each),
    openBill: (each) => found.bills.push(each),
  });
  reader.write(readFileSync(join(folder, name)));
  return { ...found, facts: reader.end() };
}
const count = (names: string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

(here ? describe : describe.skip)('answers of a real TallyPrime', () => {
  it('holds 75 vouchers where every field was asked for, each balanced in one reading of its lines', () => {
    const { vouchers } = read('unit_a_vouchers_wildcard_live.xml');
    expect(count(vouchers.map(({ voucherType }) => voucherType))).toEqual({
      Payment: 34,
      Purchase: 12,
      Sales: 12,
      Receipt: 12,
      'Credit Note': 2,
      'Debit Note': 2,
      Journal: 1,
    });
    expect(vouchers.filter(({ legs }) => sumOfLegs(legs) !== 0)).toEqual([]);
    const bills = vouchers.flatMap(({ legs }) => legs.flatMap((leg) => leg.bills));
    expect(bills.filter(({ name, date }) => name !== '' && /^\d{8}$/.test(date))).toHaveLength(52);
    expect(count(bills.map(({ type }) => type))).toEqual({ 'New Ref': 28, 'Agst Ref': 24 });
    expect(new Set(vouchers.map(({ guid }) => guid)).size).toBe(75);
  });

  it('reads a party in Devanagari and its on-account bill, which has no name', () => {
    const { vouchers } = read('vouchers_native_wr2.xml');
    expect(vouchers[0]).toMatchObject({
      date: '20260801',
      voucherType: 'Sales',
      number: '1',
      alterId: 1,
      cancelled: false,
    });
    expect(vouchers[0]!.legs).toEqual([
      {
        ledgerName: 'नमस्ते ट्रेडर्स',
        amount: '-101.01',
        bills: [{ name: '', type: 'On Account', amount: '-101.01', creditPeriod: '', date: '' }],
        banks: [],
      },
      { ledgerName: 'WR2 Sales', amount: '101.01', bills: [], banks: [] },
    ]);
  });

  it('inspects a file without masters whose sales name no party: each has its debtor, of whom nobody knows who it is', async () => {
    expect(await inspectFile(join(folder, 'vouchers_native_wr2.xml'))).toMatchObject({
      quarantined: { IDENTITY_UNRESOLVABLE: 3 },
      ignored: {},
    });
  });

  it('finds no voucher in an empty window in UTF-16 without a mark, whose CMPINFO counts some', () => {
    const { vouchers, facts } = read('empty_voucher_window_wr2.utf16le.xml');
    expect(vouchers).toEqual([]);
    expect(facts.encoding).toBe('utf-16le');
  });

  it('takes the company with its GUID and the first day of its books', () => {
    expect(read('unit_a_company_extent_live.xml').companies).toEqual([
      {
        name: 'Aarav Trading Company Demo',
        guid: 'bb8ad19e-6aef-4239-a917-87fec0c6215e',
        booksFrom: '20240401',
        phones: [],
        voucherCounter: null,
        masterCounter: null,
      },
    ]);
  });

  it('walks groups and voucher types up to the reserved ones, past the control character before Primary', () => {
    const { groups } = read('group_snapshot_wr2.xml');
    const { types } = read('voucher_types_native_wr2.xml');
    const { ledgers } = read('ledgers_native_aarav.xml');
    expect(groups.find(({ name }) => name === 'Sundry Debtors')).toMatchObject({
      name: 'Sundry Debtors',
      parent: 'Current Assets',
    });
    expect(groups.filter(({ parent }) => parent === 'Primary').length).toBeGreaterThan(5);
    const masters = buildMasters(
      { groups, ledgers, voucherTypes: types },
      {
        companyGuid: 'x',
        booksFrom: null,
        complete: true,
        excludedLedgers: [],
        ownPhones: [],
        today: '2026-11-21',
        hashName: () => 'hash',
      },
    );
    expect(masters.voucherClass('Credit Note')).toBe('credit_note');
    expect(masters.voucherClass('Attendance')).toBe('not_accounting');
    expect(masters.ledger('Amrut Beverages')?.party).toMatchObject({ gstin: '19AABCU9622R1Z2', phone: null });
    expect(masters.ledger('Adarsh Packaging Co')?.party).toBeNull();
  });

  it('reads the same ledgers from ASCII and from UTF-16, where ASCII lost what it cannot write', () => {
    const ascii = read('led-ascii.bin').ledgers;
    const utf16 = read('led-utf16.bin').ledgers;
    expect(ascii.map(({ guid }) => guid)).toEqual(utf16.map(({ guid }) => guid));
    expect(utf16.some(({ name }) => /[\u0900-\u097f]/.test(name))).toBe(true);
  });

  it('survives the illegal character references that Tally emits', () => {
    expect(read('unit_a_invalid_char_ref_live.xml').ledgers.length).toBeGreaterThan(20);
    expect(read('unit_a_optional_voucher_live.xml').vouchers.filter(({ optional }) => optional).length).toBeGreaterThan(
      0,
    );
  });

  it('reads Bills Receivable, which has neither header nor status', () => {
    const { bills } = read('bills_receivable_validation_lab.xml');
    expect(bills).toHaveLength(5);
    expect(bills[0]).toEqual({
      date: '1-May-26',
      name: 'ALPHA-OVERDUE',
      partyName: 'BVL Alpha Traders',
      closing: '-11111.00',
      due: '1-May-26',
    });
    expect(read('bills-utf16.bin').bills[4]!.partyName).toBe('BVL एप्सिलॉन ट्रेडर्स');
    expect(read('bills_receivable_billwise_lab.xml').bills.length).toBeGreaterThan(10);
  });

  it('refuses what is no data', () => {
    expect(() => read('bills_receivable_unloaded_company_failure.xml')).toThrow(
      expect.objectContaining({ code: 'COMPANY_NOT_OPEN' }),
    );
    expect(() => read('live_education_w7_baddate_sanitized.xml')).toThrow(
      expect.objectContaining({ code: 'NOT_AN_EXPORT' }),
    );
  });

  it('refuses every sample of which the end is missing', () => {
    for (const name of readdirSync(folder).filter((each) => /\.(xml|bin)$/.test(each))) {
      const bytes = readFileSync(join(folder, name));
      const reader = new AnswerReader({ voucher: () => {} });
      expect(() => {
        reader.write(bytes.subarray(0, Math.floor(bytes.length * 0.9)));
        reader.end();
      }).toThrow(expect.objectContaining({ name: 'AnswerRefused' }));
    }
  });
});
