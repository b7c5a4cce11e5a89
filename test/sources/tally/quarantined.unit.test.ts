import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Book } from '../../../src/simulators/tally/book.js';
import { startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import type { Voucher as SimulatedVoucher } from '../../../src/simulators/tally/model.js';
import type { QuarantinedDocument } from '../../../src/sources/source.js';
import { createTallySource } from '../../../src/sources/tally/tally-source.js';

const signal = new AbortController().signal;
const isoOf = (day: number): string => new Date(Date.UTC(1899, 11, 31 + day)).toISOString().slice(0, 10);

describe('quarantined vouchers', () => {
  let simulator: TallySimulator;
  let book: Book;
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 3, months: 12, vouchers: 600, today: '2026-05-18' });
    book = simulator.book;
  });
  afterAll(() => simulator.close());
  const source = () =>
    createTallySource({
      host: '127.0.0.1',
      port: Number(new URL(simulator.url).port),
      companyName: book.company.name,
    });
  const vouchers = (): SimulatedVoucher[] => [...book.vouchers()];
  const marked = (voucher: SimulatedVoucher, day: string | null = isoOf(voucher.day)): QuarantinedDocument => ({
    docKey: `tally/${book.company.guid}/${book.guidOf(voucher)}`,
    codes: ['AMOUNT_OUTLIER'],
    day,
  });

  it('are read again, those alone, by their days, and not the whole book for them', async () => {
    const tally = source();
    const masters = await tally.masters();
    const wanted = [5, 6, 300, 599].map((at) => vouchers()[at]!);
    const documents = [
      ...wanted.map((voucher) => marked(voucher)),
      // Gone; of no known day; and what masters alone hold.
      { ...marked(wanted[0]!), docKey: `tally/${book.company.guid}/${book.company.guid}-ffffffff` },
      marked(vouchers()[20]!, null),
      { ...marked(wanted[0]!), docKey: `tally/${book.company.guid}/${book.company.guid}-00000001/opening` },
    ];
    simulator.requests.length = 0;
    const read = [];
    for await (const { guid } of tally.readAgain(documents, masters, signal)) read.push(guid);
    expect(read.sort()).toEqual(wanted.map((voucher) => book.guidOf(voucher)).sort());
    const rows = simulator.requests.filter(({ fetch }) => fetch.length > 5).reduce((sum, each) => sum + each.rows, 0);
    expect(rows).toBeLessThan(vouchers().length / 4);
    for await (const voucher of tally.readAgain([], masters, signal)) throw new Error(`read ${voucher.guid}`);
  });

  it.each(['auto', 'voucher_register'] as const)('are found by their number or key (%s)', async (reading) => {
    const tally = createTallySource({
      host: '127.0.0.1',
      port: Number(new URL(simulator.url).port),
      companyName: book.company.name,
      reading,
    });
    const masters = await tally.masters();
    if (reading === 'voucher_register') simulator.setFault({ kind: 'collection_refused', on: ['voucher'] });
    const found = async (id: string) => {
      const guids = [];
      for await (const { guid } of tally.find(id, masters, signal)) guids.push(guid);
      return guids.sort();
    };
    const { number } = vouchers().find(({ state, type }) => state === 'regular' && type.name === 'Counter Sales')!;
    const regular = vouchers().filter(({ state }) => state !== 'optional');
    const same = regular.filter((voucher) => voucher.number === number).map((voucher) => book.guidOf(voucher));
    expect(same.length).toBeGreaterThan(0);
    expect(await found(` ${number} `)).toEqual(same.sort());
    expect(await found(marked(regular[7]!).docKey)).toEqual([book.guidOf(regular[7]!)]);
    expect(await found('no such number')).toEqual([]);
    simulator.clearFaults();
  });
});
