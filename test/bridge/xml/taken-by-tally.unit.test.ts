import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import { buildVoucher } from '../../../src/bridge/xml/build-voucher.js';
import { newLedgerRequest } from '../../../src/bridge/xml/new-ledger.js';
import { VOUCHER_KINDS, type Voucher } from '../../../src/canonical/vouchers/voucher.js';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { ask } from '../../simulators/tally/asking.js';
import { fieldsOf } from '../../simulators/tally/importing.js';
import { aCompany, aVoucher } from './examples.js';

let simulator: TallySimulator;
beforeAll(async () => {
  const { sales, purchase, output, input, reverseCharge } = aCompany().ledgers;
  const taxes = [output, input, reverseCharge!].flatMap(({ cgst, sgst, igst }) => [cgst, sgst, igst]);
  simulator = await startTallySimulator({
    seed: 2,
    vouchers: 150,
    today: '2026-05-18',
    imports: {
      numbering: 'prevent_duplicates',
      ledgers: [
        { name: sales, parent: 'Sales Accounts' },
        { name: purchase, parent: 'Purchase Accounts' },
        ...taxes.map((name) => ({ name, parent: 'Duties & Taxes' })),
      ],
    },
  });
});
afterAll(() => simulator.close());

const send = async (xml: string) => fieldsOf(await ask(simulator.url, xml));
const settingsOf = (over: Partial<BridgeCompany>) => aCompany({ name: simulator.book.company.name, ...over });
const stocked = (voucher: Voucher, number: string): Voucher => ({
  ...voucher,
  number,
  partyName: 'Laxmi & Co. "Kirana" 😀',
  lines: voucher.lines.map((line) => ({
    ...line,
    stockItem: 'Basmati Rice Loose',
    unit: 'Kg',
    godown: 'Main Location',
  })),
});

const SENT = VOUCHER_KINDS.flatMap((kind) =>
  (['ledger_only', 'item_invoice'] as const).flatMap((view) =>
    (['intra', 'inter'] as const).flatMap((tax) =>
      [false, true].map((reverseCharge) => ({ kind, view, tax, reverseCharge })),
    ),
  ),
);

test('the ledger of a party is made, billwise and registered', async () => {
  const { xml } = buildVoucher(stocked(aVoucher('sales', 'intra'), 'FIRST'), settingsOf({}));
  expect((await send(xml)).LINEERROR).toMatch(/does not exist/);
  const answer = await send(newLedgerRequest(stocked(aVoucher('sales', 'intra'), 'FIRST'), settingsOf({})));
  expect(answer).toMatchObject({ CREATED: '1', ERRORS: '0', EXCEPTIONS: '0' });
  expect(simulator.book.named('ledgers', 'Laxmi & Co. "Kirana" 😀')).toMatchObject({
    parent: 'Sundry Debtors',
    billWise: true,
    partyGstin: '29AAAAA0000A1Z5',
  });
});

test.each(SENT)(
  'a $kind ($view, $tax, reverse charge $reverseCharge) stands in Tally as was meant, once',
  async (one) => {
    const company = settingsOf({ view: one.view, billAllocations: true });
    const facts = aVoucher(one.kind, one.tax, { reverseCharge: one.reverseCharge, roundOffPaise: -47, creditDays: 30 });
    const build = () => buildVoucher(stocked(facts, `${one.view}/${one.tax}/${one.reverseCharge}`), company);
    const built = build();
    expect(await send(built.xml)).toMatchObject({ CREATED: '1', ALTERED: '0', ERRORS: '0', EXCEPTIONS: '0' });
    expect(await send(build().xml)).toMatchObject({ CREATED: '0', ALTERED: '1', ERRORS: '0', EXCEPTIONS: '0' });
    const standing = simulator.imported().filter(({ remoteId }) => remoteId === built.remoteId);
    expect(standing).toHaveLength(1);
    const { entries, ...rest } = standing[0]!;
    expect(rest).toMatchObject({
      type: built.voucherType,
      day: '2026-02-14',
      party: 'Laxmi & Co. "Kirana" 😀',
      visible: true,
    });
    const inOrder = (all: typeof entries) => all.map(({ ledger, paise }) => `${ledger} ${paise}`).sort();
    expect(inOrder(entries)).toEqual(inOrder(built.entries));
  },
);
