import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DraftDocument } from '../../../src/canonical/drafts.js';
import { DEFAULT_MAX_INVOICE_PAISE, type RuleSettings } from '../../../src/canonical/rules.js';
import { startTallySimulator, type TallySimulator, type Totals } from '../../../src/simulators/tally/index.js';
import type { TallySettingsInput } from '../../../src/sources/tally/settings.js';
import { createTallySource } from '../../../src/sources/tally/tally-source.js';
import { tallyOf } from './tally-of-records.js';

const TODAY = '2026-05-18';
const RULES: RuleSettings = {
  distributorId: 'dist_test0001',
  today: TODAY,
  maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
  gstinForms: 'ordinary',
  digestKey: Buffer.alloc(32, 1),
};

async function readBook(
  simulator: TallySimulator,
  settings: Partial<TallySettingsInput> = {},
): Promise<DraftDocument[]> {
  const source = createTallySource({
    host: '127.0.0.1',
    port: Number(new URL(simulator.url).port),
    companyName: simulator.book.company.name,
    ...settings,
  });
  const { company } = await source.probe();
  const masters = await source.masters();
  const documents = [...source.openingDocuments(masters)];
  // Some months beyond today, for what is post-dated.
  for (const window of source.plan({ from: company.booksFrom, to: '2026-09-30' }, 'month')) {
    for await (const voucher of source.read(window, new AbortController().signal)) {
      documents.push(source.toCanonical(voucher, masters));
    }
  }
  return documents;
}

function expectTruth(documents: DraftDocument[], truth: Totals): void {
  const { acceptedByParty, ...found } = tallyOf(documents, RULES);
  const { company: _company, guid: _guid, flaggedInQuarantine: _flagged, debtors, ...expected } = truth;
  expect(found).toEqual(expected);
  for (const { guid, acceptedPaise } of debtors)
    expect([guid, acceptedByParty[guid] ?? 0]).toEqual([guid, acceptedPaise]);
}

describe.each([1, 7, 42])('the book of seed %i', (seed) => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    // Bill dates decide whether a payment came before its bill; reports of real builds leave them out.
    const billDatesInReports = true;
    simulator = await startTallySimulator({ seed, months: 14, vouchers: 1_500, today: TODAY, billDatesInReports });
  });
  afterAll(() => simulator.close());

  it.each([
    ['a collection in UTF-8', { reading: 'collection' }],
    ['a collection in UTF-16', { reading: 'collection', encoding: 'utf-16le' }],
    ['the Voucher Register', { reading: 'voucher_register' }],
  ] as [string, Partial<TallySettingsInput>][])(
    'read as %s, is to the paisa what its accountant says',
    async (_how, settings) => {
      expectTruth(await readBook(simulator, settings), simulator.totals());
    },
  );
});
