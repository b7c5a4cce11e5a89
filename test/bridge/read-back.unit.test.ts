import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DraftDocument } from '../../src/canonical/drafts.js';
import type { VoucherInput } from '../../src/canonical/vouchers/input.js';
import { IMPORT_LEDGERS, type TallySimulator } from '../../src/simulators/tally/index.js';
import type { TallySettingsInput } from '../../src/sources/tally/settings.js';
import { createTallySource } from '../../src/sources/tally/tally-source.js';
import { companyOf, freshDesk, saleInput, startImportTally, writeNext } from './import/import-world.js';
import { MemoryJob } from './import/memory-job.js';

const DAY = '2026-05-04';
const goods = {
  stock_item: 'Toor Dal Loose',
  quantity: '2',
  unit: 'Kg',
  rate: '50',
  godown: 'Main Location',
  taxable_value: '100.00',
};
const INTRA: Partial<VoucherInput> = { lines: [{ ...goods, cgst: '9.00', sgst: '9.00' }] };
const INTER: Partial<VoucherInput> = {
  party_name: 'Pune Provision Stores',
  place_of_supply: '27',
  lines: [{ ...goods, igst: '18.00' }],
};
const gstinOf = (party: string): string => IMPORT_LEDGERS.find(({ name }) => name === party)!.gstin!;

/** What is written, and what an invoice read from the books says of it: paise, and the day it is due. */
const SALES: [what: string, VoucherInput, amountPaise: number, dueDate: string | null][] = [
  ['within one state', saleInput(1, { ...INTRA, credit_days: 30 }), 11_800, '2026-06-03'],
  ['between two states', saleInput(2, { ...INTER, credit_days: 7 }), 11_800, '2026-05-11'],
  ['rounded up', saleInput(3, { ...INTRA, round_off: '0.40', invoice_value: '118.40', credit_days: 0 }), 11_840, DAY],
  [
    'rounded down',
    saleInput(4, { ...INTRA, round_off: '-0.40', invoice_value: '117.60', credit_days: 45 }),
    11_760,
    '2026-06-18',
  ],
];
const OTHERS: VoucherInput[] = [
  saleInput(5, { ...INTRA, kind: 'sales_order' }),
  saleInput(6, { ...INTRA, kind: 'purchase', party_name: 'Hubballi Oil Mills' }),
];

describe.each(['ledger_only', 'item_invoice'] as const)('what the bridge wrote in the view %s', (view) => {
  let tally: TallySimulator;
  beforeAll(async () => {
    tally = await startImportTally({ vouchers: 40, months: 3, billDatesInReports: true });
    const company = companyOf(tally, {
      view,
      billAllocations: true,
      gstin: gstinOf('Bengaluru Kirana Mart'),
      intraStateTest: 'supplier_state',
    });
    const vouchers = [...SALES.map(([, voucher]) => voucher), ...OTHERS].map((voucher) => ({
      ...voucher,
      party_gstin: gstinOf(voucher.party_name),
      party_state: voucher.place_of_supply,
    }));
    const job = new MemoryJob(vouchers);
    await writeNext(freshDesk(tally, company), job);
    expect(job.outcomes).toEqual(vouchers.map(() => expect.objectContaining({ code: 'CREATED' })));
  });
  afterAll(() => tally.close());

  /** By the voucher's number, as the connector reads the day. */
  async function documents(reading: TallySettingsInput['reading']): Promise<Map<string, DraftDocument>> {
    const source = createTallySource({
      host: '127.0.0.1',
      port: Number(new URL(tally.url).port),
      companyName: tally.book.company.name,
      reading,
    });
    await source.probe();
    const masters = await source.masters();
    const found = new Map<string, DraftDocument>();
    for (const window of source.plan({ from: DAY, to: DAY }, 'month'))
      for await (const voucher of source.read(window, new AbortController().signal))
        found.set(voucher.number, source.toCanonical(voucher, masters));
    return found;
  }

  it.each(['collection', 'voucher_register'] as const)(
    'is read by the connector as the same invoices (%s)',
    async (reading) => {
      const read = await documents(reading);
      for (const [, voucher, amountPaise, dueDate] of SALES)
        expect(read.get(voucher.number)).toMatchObject({
          fault: null,
          drafts: [
            {
              type: 'invoice',
              number: voucher.number,
              date: DAY,
              amountPaise,
              dueDate,
              opening: false,
              party: { name: voucher.party_name, gstin: gstinOf(voucher.party_name) },
              bills: [{ name: voucher.number }],
            },
          ],
        });
    },
  );

  it('makes no record of an order, nor of a purchase', async () => {
    const read = await documents('collection');
    expect(OTHERS.map(({ number }) => read.get(number)?.drafts)).toEqual([[], []]);
    expect(OTHERS.map(({ number }) => read.get(number)?.ignored)).toEqual(['not_accounting', 'not_a_debtor']);
  });
});
