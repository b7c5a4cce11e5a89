import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import { companiesReport, reportOf } from '../../../src/bridge/tally/report-queries.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import type { FaultKind, TallySimulator, TallySimulatorOptions } from '../../../src/simulators/tally/index.js';
import {
  companyOf,
  endsOf,
  freshDesk,
  GOODS_LINE,
  saleInput,
  startImportTally,
  writeNext,
} from '../import/import-world.js';
import { MemoryJob } from '../import/memory-job.js';
import { childrenOf, found, type Tree, treeOf } from '../xml/tree.js';

/** A lookup as specification §6 prints it. */
const printed = (name: string, company: string): Tree => {
  const tree = treeOf(readFileSync(new URL(`./lookups/${name}.xml`, import.meta.url), 'utf8'));
  const named = found(tree, 'SVCURRENTCOMPANY');
  if (named) named.text = company;
  return tree;
};
const COMPANY = 'Sharma & Sons';
const DAY = { from: '2026-05-04', to: '2026-05-04' };

test.each([
  ['companies', companiesReport().xml],
  ['ledgers', reportOf('Ledger', COMPANY, undefined)!.xml],
  ['stock-items', reportOf('StockItem', COMPANY, undefined)!.xml],
  ['vouchers', reportOf('Voucher', COMPANY, undefined)!.xml],
])('the lookup of %s is, element by element, what the specification prints', (name, xml) => {
  expect(treeOf(xml)).toEqual(printed(name, COMPANY));
});

test('the lookup of vouchers asks besides for the days, and for nothing else', () => {
  const asked = treeOf(reportOf('Voucher', COMPANY, DAY)!.xml);
  const variables = found(asked, 'STATICVARIABLES')!;
  const days = ['SVFROMDATE', 'SVTODATE'].flatMap((name) => childrenOf(variables, name));
  expect(days).toMatchObject([
    { text: '20260504', attributes: { TYPE: 'Date' } },
    { text: '20260504', attributes: { TYPE: 'Date' } },
  ]);
  variables.children = variables.children.filter((child) => !days.includes(child));
  expect(asked).toEqual(printed('vouchers', COMPANY));
});

describe('a Tally that refuses collections as unknown', () => {
  let tally: TallySimulator;
  const start = async (imports: TallySimulatorOptions['imports'] = {}): Promise<void> => {
    await tally?.close();
    tally = await startImportTally({ vouchers: 40, months: 3, imports });
    const on = ['voucher', 'ledger', 'stockitem', 'unit', 'godown', 'vouchertype'] as const;
    tally.setFault({ kind: 'collection_refused', on: [...on] });
  };
  beforeEach(() => start({ upsert: false }));
  afterEach(() => tally.close());
  const { signal } = new AbortController();
  const deskOf = (company: Partial<BridgeCompany> = {}) => freshDesk(tally, companyOf(tally, company));
  const written = async (vouchers: VoucherInput[], company: Partial<BridgeCompany> = {}): Promise<string[]> => {
    const job = new MemoryJob(vouchers);
    await writeNext(deskOf(company), job);
    return endsOf(job);
  };
  const goods = (nth: number, more: object = {}): VoucherInput =>
    saleInput(nth, {
      lines: [{ ...GOODS_LINE, ...more }],
    });

  it('is asked for each kind once, and from then on by reports', async () => {
    const { tally: books } = deskOf();
    const asked = async (): Promise<string[]> => {
      const before = tally.requests.length;
      expect(await books.names('Ledger', signal)).toContain('Bengaluru Kirana Mart');
      return tally.requests.slice(before).flatMap(({ kind }) => (kind === 'status' ? [] : [kind]));
    };
    expect([await asked(), await asked()]).toEqual([['ledger', 'list-of-ledgers'], ['list-of-ledgers']]);
    expect(await books.names('StockItem', signal)).toContain('Toor Dal Loose');
    expect(await books.names('Unit', signal)).toBeNull();
  });

  it.each([
    ['sales of ledgers', saleInput(1), {}],
    ['sales of goods', goods(1), { view: 'item_invoice' }],
    ['purchases of goods', { ...goods(1), kind: 'purchase' }, { view: 'item_invoice' }],
    ['orders', { ...goods(1), kind: 'sales_order' }, {}],
  ] as [string, VoucherInput, Partial<BridgeCompany>][])(
    'takes %s, and they read back',
    async (_what, one, company) => {
      expect(await written([one], company)).toEqual([expect.stringMatching(/^created CREATED: /)]);
      expect(await written([one], company)).toEqual([expect.stringMatching(/^already_there /)]);
      expect(tally.imported()).toHaveLength(1);
    },
  );

  it('shows another voucher of the number, on the day and in the month', async () => {
    await written([saleInput(1)]);
    const desk = deskOf();
    await desk.lookups.refresh(signal);
    await desk.lookups.loadMonth('2026-05', signal);
    const job = new MemoryJob([saleInput(1, { date: '2026-05-06' })]);
    await writeNext(desk, job);
    expect(endsOf(job)[0]).toMatch(/^refused NUMBER_TAKEN: .*its date is 2026-05-04/);
  });

  it('still names a ledger that is missing before, and a unit in its own words after', async () => {
    expect(await written([saleInput(1, { party_name: 'Bengaluru Kirana Marts' })])).toEqual([
      expect.stringContaining('did you mean "Bengaluru Kirana Mart"?'),
    ]);
    expect(tally.importRequests().received).toBe(0);
    expect(await written([goods(1, { unit: 'Sack' })], { view: 'item_invoice' })).toEqual([
      expect.stringMatching(/^refused MASTER_MISSING: .*Unit 'Sack' does not exist!/),
    ]);
  });

  it.each<FaultKind>(['committed_hang_up', 'committed_no_answer', 'not_committed_no_answer', 'late_commit'])(
    'holds a voucher once whose import met %s',
    async (kind) => {
      tally.setFault({ kind, times: 1 });
      expect(await written([saleInput(1)])).toEqual([expect.stringMatching(/^created CREATED: /)]);
      expect(tally.imported()).toHaveLength(1);
    },
  );

  it('is not written to where it refuses even to tell which company is open', async () => {
    tally.setFault({ kind: 'collection_refused', on: ['company'] });
    await expect(written([saleInput(1)])).rejects.toMatchObject({
      code: 'REQUEST_REFUSED',
      message: expect.stringContaining('refuses to tell its GUID'),
    });
    tally.book.company.name = 'Other Traders';
    const company = { name: 'Import Traders' };
    await expect(written([saleInput(1)], company)).rejects.toMatchObject({ code: 'COMPANY_NOT_OPEN' });
    expect(tally.importRequests().received).toBe(0);
  });
});
