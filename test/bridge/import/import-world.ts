import type { BridgeCompany } from '../../../src/bridge/company.js';
import type { ImportDesk, ImportJob } from '../../../src/bridge/import/job.js';
import { Lookups } from '../../../src/bridge/import/lookups.js';
import { writeRows } from '../../../src/bridge/import/write-rows.js';
import { TallyBooks } from '../../../src/bridge/tally/tally-books.js';
import type { RowOutcome } from '../../../src/canonical/bridge.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import {
  startTallySimulator,
  type TallySimulator,
  type TallySimulatorOptions,
} from '../../../src/simulators/tally/index.js';
import type { MemoryJob } from './memory-job.js';

export const COMPANY = 'Import Traders';
const TIMEOUT_MS = 400;

export function companyOf(simulator: TallySimulator, more: Partial<BridgeCompany> = {}): BridgeCompany {
  const tax = { cgst: 'CGST', sgst: 'SGST', utgst: null, igst: 'IGST' };
  return {
    companyId: 'import-traders',
    name: COMPANY,
    guid: simulator.book.company.guid,
    gstin: null,
    release: 'prime',
    view: 'ledger_only',
    numbering: 'manual',
    intraStateTest: 'party_state',
    billAllocations: false,
    voucherTypes: { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' },
    ledgers: {
      sales: 'Sales',
      purchase: 'Purchase',
      output: tax,
      input: { cgst: 'Input CGST', sgst: 'Input SGST', utgst: null, igst: 'Input IGST' },
      reverseCharge: { cgst: 'Output CGST RCM', sgst: 'Output SGST RCM', utgst: null, igst: 'Output IGST RCM' },
      roundOff: 'Round Off',
    },
    newLedgers: null,
    ...more,
  };
}

/** A program that has just started: nothing is known, nothing is held. */
export function freshDesk(simulator: TallySimulator, company: BridgeCompany): ImportDesk {
  const { hostname, port } = new URL(simulator.url);
  const tally = new TallyBooks({
    host: hostname,
    port: Number(port),
    companyName: company.name,
    companyGuid: company.guid,
    encoding: 'utf-8',
    timeoutMs: TIMEOUT_MS,
  });
  return { company, tally, lookups: new Lookups(tally, company) };
}

export const startImportTally = (options: TallySimulatorOptions = {}): Promise<TallySimulator> =>
  startTallySimulator({
    companyName: COMPANY,
    today: '2026-05-18',
    vouchers: 150,
    months: 12,
    seed: 7,
    imports: {},
    ...options,
  });

/** Of a stock item that the simulated Tally has. */
export const GOODS_LINE = {
  stock_item: 'Toor Dal Loose',
  quantity: '2',
  unit: 'Kg',
  rate: '50',
  taxable_value: '100.00',
  cgst: '9.00',
  sgst: '9.00',
};

/** Synthetic, of this financial year of the simulated book. */
export const saleInput = (nth: number, more: Partial<VoucherInput> = {}): VoucherInput => ({
  kind: 'sales',
  number: `INV/${nth}`,
  date: '2026-05-04',
  party_name: 'Bengaluru Kirana Mart',
  party_state: '29',
  place_of_supply: '29',
  reverse_charge: false,
  tax_treatment: 'regular',
  invoice_value: '118.00',
  lines: [{ hsn: '1905', taxable_value: '100.00', cgst: '9.00', sgst: '9.00' }],
  ...more,
});

/** The next rows of a job, as one activity writes them. */
export const writeNext = (desk: ImportDesk, job: ImportJob, createLedgers = false): Promise<RowOutcome[]> =>
  writeRows(desk, job, { createLedgers, stretch: { rows: 10, ms: 60_000 }, stop: new AbortController().signal });

/** What a person reads of each row: its state, its code, and all of the sentence. */
export const endsOf = (job: MemoryJob): string[] =>
  job.outcomes.map((outcome) => (outcome ? `${outcome.state} ${outcome.code}: ${outcome.message}` : 'no end'));
