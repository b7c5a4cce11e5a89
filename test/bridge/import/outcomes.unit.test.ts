import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { BridgeCompany } from '../../../src/bridge/company.js';
import type { ImportDesk } from '../../../src/bridge/import/job.js';
import { type Understood, understandAnswer } from '../../../src/bridge/tally/understand-answer.js';
import type { VoucherInput } from '../../../src/canonical/vouchers/input.js';
import type { TallySimulator, TallySimulatorOptions } from '../../../src/simulators/tally/index.js';
import { companyOf, endsOf, freshDesk, saleInput, startImportTally, writeNext } from './import-world.js';
import { MemoryJob } from './memory-job.js';

let tally: TallySimulator;
const start = async (imports: TallySimulatorOptions['imports'] = {}): Promise<void> => {
  await tally?.close();
  tally = await startImportTally({ vouchers: 40, months: 3, imports });
};
beforeEach(() => start());
afterEach(() => tally.close());

const goods = (more: object = {}) =>
  saleInput(1, {
    lines: [
      {
        stock_item: 'Toor Dal Loose',
        quantity: '2',
        unit: 'Kg',
        rate: '50',
        godown: 'Main Location',
        taxable_value: '100.00',
        cgst: '9.00',
        sgst: '9.00',
        ...more,
      },
    ],
  });
const ITEMS = { view: 'item_invoice' } as const;

/** Writes one voucher; what happens `between` comes after the lookups and before it is sent. */
async function end(
  voucher: VoucherInput,
  {
    company = {},
    between = () => undefined,
    altering,
  }: {
    company?: Partial<BridgeCompany>;
    between?: () => void;
    /** Sends something else than what was built, or hears something else than what was answered. */
    altering?: (send: ImportDesk['tally']['send']) => ImportDesk['tally']['send'];
  } = {},
): Promise<string> {
  const job = new MemoryJob([voucher]);
  job.whenBegun = between;
  const desk = freshDesk(tally, companyOf(tally, company));
  if (altering) desk.tally.send = altering(desk.tally.send.bind(desk.tally));
  await writeNext(desk, job);
  return endsOf(job)[0]!;
}
const sent = (): number => tally.importRequests().received;

describe('a voucher that names what is not in Tally', () => {
  it.each<[string, VoucherInput, Partial<BridgeCompany>, string]>([
    [
      'party',
      saleInput(1, { party_name: 'Bengaluru Kirana Marts' }),
      {},
      'ledger "Bengaluru Kirana Marts"; did you mean "Bengaluru Kirana Mart"?',
    ],
    ['sales ledger', saleInput(1), { ledgers: { ...ledgers(), sales: 'Slaes A/c' } }, 'ledger "Slaes A/c".'],
    [
      'voucher type',
      saleInput(1),
      { voucherTypes: { ...types(), sales: 'Saless' } },
      'voucher type "Saless"; did you mean "Sales"?',
    ],
    [
      'stock item',
      goods({ stock_item: 'Toor Dal Lose' }),
      ITEMS,
      'stock item "Toor Dal Lose"; did you mean "Toor Dal Loose"?',
    ],
    ['unit', goods({ unit: 'Kgs' }), ITEMS, 'unit "Kgs"; did you mean "Kg"?'],
    ['godown', goods({ godown: 'Main Locaton' }), ITEMS, 'godown "Main Locaton"; did you mean "Main Location"?'],
  ])('is refused for its %s before anything is sent', async (_what, voucher, company, words) => {
    expect(await end(voucher, { company })).toBe(
      `refused MASTER_MISSING: A ledger, stock item, unit, godown or voucher type that it names does not exist in Tally. There is no ${words} Create it in Tally or correct the name, then retry the row.`,
    );
    expect(sent()).toBe(0);
  });

  it('is not refused for goods that its view does not send', async () => {
    expect(await end(goods({ stock_item: 'Nobody sells this' }))).toMatch(/^created CREATED/);
  });

  it.each<[string, 'ledgers' | 'stockItems' | 'units' | 'godowns', string, string]>([
    ['party', 'ledgers', 'Bengaluru Kirana Mart', "Ledger 'Bengaluru Kirana Mart' does not exist!"],
    ['stock item', 'stockItems', 'Toor Dal Loose', "Stock Item 'Toor Dal Loose' does not exist!"],
    ['unit', 'units', 'Kg', "Unit 'Kg' does not exist!"],
    ['godown', 'godowns', 'Main Location', "Godown 'Main Location' does not exist!"],
  ])("is refused in Tally's own words when its %s is deleted after the lookup", async (_what, kind, name, words) => {
    const between = (): void => {
      const list: { name: string; alterId: number }[] = tally.book[kind];
      list.splice(
        list.findIndex((master) => master.name === name),
        1,
      );
      tally.book.touchMaster(tally.book.groups[0]!);
    };
    const outcome = await end(goods(), { company: ITEMS, between });
    expect(outcome).toMatch(/^refused MASTER_MISSING/);
    expect(outcome).toContain(words);
    expect(tally.imported()).toEqual([]);
  });
});

describe('a voucher that Tally does not take', () => {
  const hearing = (answer: string) => () => async (): Promise<Understood> => understandAnswer(answer);
  const response = (counters: string): string =>
    `<RESPONSE><CREATED>0</CREATED><ALTERED>0</ALTERED>${counters}</RESPONSE>`;

  it('is refused for totals, in words that say whose fault it is', async () => {
    const altering =
      (send: ImportDesk['tally']['send']): ImportDesk['tally']['send'] =>
      (xml, ...more) =>
        send(xml.replace('<AMOUNT>100.00</AMOUNT>', '<AMOUNT>99.00</AMOUNT>'), ...more);
    expect(await end(saleInput(1), { altering })).toBe(
      'refused TOTALS_DIFFER: Tally says that its entries do not add up. Voucher Totals do not match! Tell AltScore: it was checked before it was sent.',
    );
  });

  it('is refused by our own check when it lies outside the books, and nothing is sent', async () => {
    expect(await end(saleInput(1, { date: '1999-04-01' }))).toMatch(
      /^refused DATE_OUTSIDE_BOOKS: .*books, which begin on \d{4}-\d\d-\d\d/,
    );
    const company = { booksTo: '2026-03-31' };
    expect(await end(saleInput(1), { company })).toMatch(/^refused DATE_OUTSIDE_BOOKS: .*2026-03-31/);
    expect(sent()).toBe(0);
  });

  it('is refused in its words when Tally takes no such date', async () => {
    const between = (): void => {
      tally.book.company.booksFrom += 10_000;
    };
    expect(await end(saleInput(1), { between })).toMatch(
      /^refused DATE_NOT_ALLOWED: .*Voucher date is missing for: 'Sales'/,
    );
  });

  it('is refused with the hint at the view where a company with stock takes exception without a text', async () => {
    await start({ inventoryCompany: true, exceptionsWithoutText: true });
    expect(await end(saleInput(1))).toMatch(
      /^refused EXCEPTION_UNEXPLAINED: .*Tally counts 1 exceptions.*item_invoice/,
    );
    await start({ inventoryCompany: true });
    expect(await end(saleInput(1))).toMatch(/^refused LINE_ERROR: .*No accounting or inventory entries are available!/);
    expect(await end(goods(), { company: ITEMS })).toMatch(/^created CREATED/);
  });

  it('is refused when the answer holds no counter', async () => {
    tally.setFault({ kind: 'counterless', on: ['import'] });
    expect(await end(saleInput(1))).toMatch(/^refused REQUEST_NOT_UNDERSTOOD: /);
    expect(tally.imported()).toEqual([]);
  });

  it.each([
    ['<IGNORED>1</IGNORED>', /^refused IGNORED: .*import configuration/],
    ['<ERRORS>1</ERRORS>', /^refused LINE_ERROR: .*Tally counts 1 errors, without words/],
    ['<ERRORS>0</ERRORS>', /^refused NOTHING_HAPPENED: /],
    ['<LINEERROR>Narration is unlucky</LINEERROR>', /^refused LINE_ERROR: .*Narration is unlucky/],
    ['<COMBINED>0</COMBINED><CREATED>3</CREATED>', /^unknown MORE_THAN_ONE: .*3 created/],
    [
      '<CREATED>1</CREATED><LINEERROR>Bill lost</LINEERROR>',
      /^unknown LINE_ERROR: .*wrote the voucher and complained: Bill lost/,
    ],
  ])('ends by its name when Tally answers %s', async (counters, expected) => {
    const answer = response(counters).replace(/<CREATED>0<\/CREATED>(?=.*<CREATED>)/, '');
    expect(await end(saleInput(1), { altering: hearing(answer) })).toMatch(expected);
  });
});

describe('what reads back', () => {
  it('is created, and nothing is to be done', async () => {
    expect(await end(saleInput(1))).toBe(
      'created CREATED: Tally created the voucher, and it reads back as it was sent.',
    );
  });

  it('is invisible, for a person, when it lies outside the period of the company', async () => {
    await start({ period: { from: '2026-04-01', to: '2026-04-30' } });
    expect(await end(saleInput(1))).toMatch(/^unknown INVISIBLE: .*Alt\+F2/);
    expect(tally.imported()).toMatchObject([{ visible: false }]);
  });

  it('may lack its bill where the party is not kept bill by bill', async () => {
    await start({ ledgers: [{ name: 'Counter Sales', parent: 'Sundry Debtors', billWise: false }] });
    const company = { billAllocations: true };
    expect(await end(saleInput(1, { party_name: 'Counter Sales' }), { company })).toMatch(/^created CREATED:/);
  });

  it("may bear a number of Tally's own only where the settings say so", async () => {
    await start({ numbering: 'automatic' });
    expect(await end(saleInput(1), { company: { numbering: 'automatic' } })).toMatch(/^created CREATED_RENUMBERED: /);
    expect(await end(saleInput(2))).toMatch(/^unknown READ_BACK_DIFFERS: .*its number is ".+" instead of "INV\/2"/);
  });

  it('is for a person when somebody changed its amount at once', async () => {
    const altering =
      (send: ImportDesk['tally']['send']): ImportDesk['tally']['send'] =>
      async (xml, ...more) => {
        const understood = await send(xml, ...more);
        const { masterId } = tally.imported()[0]!;
        const voucher = tally.book.voucher(masterId)!;
        tally.book.change(voucher, { legs: voucher.legs.map((leg) => ({ ...leg, paise: 2 * leg.paise })) });
        return understood;
      };
    expect(await end(saleInput(1), { altering })).toMatch(
      /^unknown READ_BACK_DIFFERS: .*ledger "Bengaluru Kirana Mart" has -236.00 instead of -118.00/,
    );
  });

  it('is never a party on the wrong side, since that cannot be built', async () => {
    const negative = saleInput(1, {
      invoice_value: '-118.00',
      lines: [{ taxable_value: '-100.00', cgst: '-9.00', sgst: '-9.00' }],
    });
    expect(await end(negative)).toMatch(/^refused INPUT_INVALID: /);
    expect(sent()).toBe(0);
  });
});

function ledgers(): BridgeCompany['ledgers'] {
  const tax = { cgst: 'CGST', sgst: 'SGST', utgst: null, igst: 'IGST' };
  return { sales: 'Sales', purchase: 'Purchase', output: tax, input: tax, reverseCharge: null, roundOff: 'Round Off' };
}
function types(): BridgeCompany['voucherTypes'] {
  return { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' };
}
