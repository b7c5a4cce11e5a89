import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { ask, at, collectionRequest, nodes, objects, parse, reportRequest, textOf, type Xml } from './asking.js';
import { escaped, PARTY, type Sale, send } from './importing.js';

interface Goods {
  item?: string;
  quantity?: string;
  rate?: string;
  amount: string;
  godown?: string;
  ledger?: string;
}
const goodsXml = ({ item = 'Basmati Rice Loose', quantity = '2.5 Kg', rate = '100.125/Kg', ...line }: Goods): string =>
  `<ALLINVENTORYENTRIES.LIST><STOCKITEMNAME>${escaped(item)}</STOCKITEMNAME><RATE>${rate}</RATE><AMOUNT>${line.amount}</AMOUNT><ACTUALQTY>${quantity}</ACTUALQTY><BILLEDQTY>${quantity}</BILLEDQTY><BATCHALLOCATIONS.LIST><GODOWNNAME>${line.godown ?? 'main location'}</GODOWNNAME><BATCHNAME>Primary Batch</BATCHNAME><AMOUNT>${line.amount}</AMOUNT></BATCHALLOCATIONS.LIST><ACCOUNTINGALLOCATIONS.LIST><LEDGERNAME>${line.ledger ?? 'Sales'}</LEDGERNAME><AMOUNT>${line.amount}</AMOUNT></ACCOUNTINGALLOCATIONS.LIST></ALLINVENTORYENTRIES.LIST>`;

describe('goods sent to Tally', () => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18', imports: {} });
  });
  afterAll(() => simulator.close());
  const invoice = (goods: Goods[], sale: Sale): Sale => ({
    view: 'Invoice Voucher View',
    more: goods.map(goodsXml).join(''),
    ...sale,
  });
  const collected = async (number: string): Promise<Xml> => {
    const request = collectionRequest({
      type: 'Voucher',
      fetch: 'ALLLEDGERENTRIES.*,LEDGERENTRIES.*,ALLINVENTORYENTRIES.*',
      from: '20260401',
      to: '20260531',
      filter: `$VoucherNumber = "${number}"`,
    });
    const found = objects(await ask(simulator.url, request), 'VOUCHER');
    expect(found).toHaveLength(1);
    return found[0]!;
  };
  const paise = (lines: Xml[]): number =>
    lines.reduce((sum, line) => sum + Math.round(Number(textOf(line.AMOUNT)) * 100), 0);
  const entriesOf = (voucher: Xml) =>
    nodes(voucher['ALLLEDGERENTRIES.LIST']).map((line) => [textOf(line.LEDGERNAME), textOf(line.AMOUNT)]);

  it('make the sales ledger of an invoice whose other entries stand in LEDGERENTRIES.LIST', async () => {
    const goods = [{ amount: '250.31' }, { item: 'Biscuits Assorted', quantity: '3', rate: '10/Box', amount: '30' }];
    const entries = [
      { ledger: PARTY, amount: '-294.33' },
      { ledger: 'CGST', amount: '7.01' },
      { ledger: 'SGST', amount: '7.01' },
    ];
    const list = 'LEDGERENTRIES.LIST';
    expect(await send(simulator.url, invoice(goods, { number: 'G-1', entries, list }))).toMatchObject({ CREATED: '1' });
    const voucher = await collected('G-1');
    expect(entriesOf(voucher)).toEqual([
      [PARTY, '-294.33'],
      ['CGST', '7.01'],
      ['SGST', '7.01'],
      ['Sales', '280.31'],
    ]);
    const lines = nodes(voucher['ALLINVENTORYENTRIES.LIST']);
    expect(
      lines.map((line) => ['STOCKITEMNAME', 'RATE', 'BILLEDQTY', 'AMOUNT'].map((name) => textOf(line[name]))),
    ).toEqual([
      ['Basmati Rice Loose', '100.125/Kg', '2.5 Kg', '250.31'],
      ['Biscuits Assorted', '10/Box', '3 Box', '30.00'],
    ]);
    expect(textOf(at(lines[0], 'BATCHALLOCATIONS.LIST', 'GODOWNNAME'))).toBe('Main Location');
    const report = await ask(
      simulator.url,
      reportRequest('Voucher Register', '<SVFROMDATE>20260502</SVFROMDATE><SVTODATE>20260502</SVTODATE>'),
    );
    const shown = nodes(at(parse(report), 'ENVELOPE', 'BODY', 'DATA', 'TALLYMESSAGE'))
      .flatMap((message) => nodes(message.VOUCHER))
      .find((each) => textOf(each.VOUCHERNUMBER) === 'G-1')!;
    expect(textOf(shown.REFERENCE)).toBe('G-1');
    const allocations = nodes(shown['ALLINVENTORYENTRIES.LIST']).flatMap((line) =>
      nodes(line['ACCOUNTINGALLOCATIONS.LIST']),
    );
    expect(paise([...nodes(shown['LEDGERENTRIES.LIST']), ...allocations])).toBe(0);
    simulator.totals();
  });

  it('are the detail of an entry where all entries stand in ALLLEDGERENTRIES.LIST, as in an order', async () => {
    const entries = [
      { ledger: PARTY, amount: '-1180' },
      { ledger: 'Sales', amount: '1000' },
      { ledger: 'IGST', amount: '180' },
    ];
    const before = simulator.totals();
    const order = invoice([{ amount: '400' }, { amount: '600' }], { number: 'SO-1', type: 'Sales Order', entries });
    expect(await send(simulator.url, order)).toMatchObject({ CREATED: '1' });
    const voucher = await collected('SO-1');
    expect(paise(nodes(voucher['ALLLEDGERENTRIES.LIST']))).toBe(0);
    expect(paise(nodes(voucher['ALLINVENTORYENTRIES.LIST']))).toBe(1000_00);
    const after = simulator.totals();
    expect(after.debtors).toEqual(before.debtors);
    expect(after.ignored.not_accounting).toBe(before.ignored.not_accounting! + 1);
  });

  const whole = [
    { ledger: PARTY, amount: '-100' },
    { ledger: 'Sales', amount: '100' },
  ];
  const party = [{ ledger: PARTY, amount: '-100' }];
  const list = 'LEDGERENTRIES.LIST';
  it.each<[string, Goods, Sale]>([
    ['Voucher Totals do not match!', { amount: '100.01' }, { entries: whole }],
    ['Voucher Totals do not match!', { amount: '-100' }, { entries: whole }],
    ['Voucher Totals do not match!', { amount: '100', ledger: 'Purchase' }, { entries: whole }],
    ['Voucher Totals do not match!', { amount: '99.99' }, { entries: party, list }],
    ["Stock Item 'Gold' does not exist!", { amount: '100', item: 'Gold' }, { entries: party, list }],
    ["Unit 'Ton' does not exist!", { amount: '100', quantity: '1 Ton' }, { entries: party, list }],
    ["Unit 'Ton' does not exist!", { amount: '100', rate: '100/Ton' }, { entries: party, list }],
    ["Godown 'Moon' does not exist!", { amount: '100', godown: 'Moon' }, { entries: party, list }],
  ])('are refused: %s', async (text, goods, sale) => {
    const answer = await send(simulator.url, invoice([goods], { number: 'BAD', ...sale }));
    expect(answer).toMatchObject({ CREATED: '0', ERRORS: '1', LINEERROR: text });
  });

  it('may be less than the entry they belong to', async () => {
    const answer = await send(simulator.url, invoice([{ amount: '60' }], { number: 'LESS', entries: whole }));
    expect(answer).toMatchObject({ CREATED: '1' });
  });
});
