import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DraftDocument } from '../../../src/canonical/drafts.js';
import { DEFAULT_MAX_INVOICE_PAISE, type RuleSettings } from '../../../src/canonical/rules.js';
import type { Book } from '../../../src/simulators/tally/book.js';
import { startTallySimulator, type TallySimulator, type Totals } from '../../../src/simulators/tally/index.js';
import type { HeldDocument } from '../../../src/sources/source.js';
import { isOpening } from '../../../src/sources/tally/canonical/keys.js';
import { type CompanyVoucher, SplitBooks } from '../../../src/sources/tally/split-books.js';
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
const { signal } = new AbortController();

/** Books split at the end of two years: the company that was split, which still holds everything, and two new ones. */
describe('books split at the year’s end', () => {
  let simulator: TallySimulator;
  let truth: Totals;
  let [second, third]: Book[] = [];
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 7, months: 30, vouchers: 1_000, today: TODAY });
    truth = simulator.totals();
    second = simulator.split('2025-03-31', 'Sharma (from 1-Apr-2025)');
    third = simulator.split('2026-03-31', 'Sharma (from 1-Apr-2026)', second);
  });
  afterAll(() => simulator.close());

  const settings = () => ({ host: '127.0.0.1', port: Number(new URL(simulator.url).port) });
  const companies = () => [
    { name: simulator.book.company.name, guid: simulator.book.company.guid, from: null, to: '2025-03-31' },
    { name: second!.company.name, guid: null, from: '2025-04-01', to: '2026-03-31' },
    { name: third!.company.name, guid: null, from: '2026-04-01', to: null },
  ];
  const split = () => new SplitBooks(settings(), companies());
  const readAll = async (source: SplitBooks): Promise<DraftDocument[]> => {
    const { company } = await source.probe();
    const masters = await source.masters();
    const documents = [...source.openingDocuments(masters)];
    for (const window of source.plan({ from: company.booksFrom, to: '2026-09-30' }, 'month'))
      for await (const row of source.read(window, signal)) documents.push(source.toCanonical(row, masters));
    return documents;
  };
  const expectTruth = (documents: DraftDocument[]) => {
    const { acceptedByParty, ignored, ...found } = tallyOf(documents, RULES);
    const { company: _c, guid: _g, flaggedInQuarantine: _f, debtors, ignored: ignoredInTruth, ...expected } = truth;
    const { other_company, ...otherwise } = ignored;
    expect(found).toEqual(expected);
    expect(otherwise).toEqual(ignoredInTruth);
    for (const { guid, acceptedPaise } of debtors)
      expect([guid, acceptedByParty[guid] ?? 0]).toEqual([guid, acceptedPaise]);
    return other_company;
  };
  const everything = { from: '2023-04-01', to: '2026-12-31' };

  it('are to the paisa, by month and debtor, what they were before: nothing doubled, nothing lost', async () => {
    // Carried forward in both new companies, since splitting takes every balance along.
    const carried = (book: Book) => book.ledgers.filter(({ kind, openingPaise }) => kind === 'debtor' && openingPaise);
    expect(carried(second!).length).toBeGreaterThan(20);
    expect(expectTruth(await readAll(split()))).toBeGreaterThan(40);
  });

  it('close with what each debtor owed before, under the key it had, and are added up from the same vouchers', async () => {
    const source = split();
    const masters = await source.masters();
    const closing = (await source.closingBalances(masters, signal))!;
    for (const { guid, closingPaise } of truth.debtors) expect([guid, closing.get(guid)]).toEqual([guid, closingPaise]);
    const keys = async (rows: AsyncIterable<CompanyVoucher>) => {
      const found = [];
      for await (const row of rows) found.push(source.toCanonical(row, masters).docKey);
      return found.sort();
    };
    const window = { from: '2025-02-01', to: '2025-05-31' };
    expect(await keys(source.readFigures(window, signal))).toEqual(await keys(source.read(window, signal)));
  });

  it('are so after a ledger got another name in the newest company, where its GSTIN tells who it is', async () => {
    const renamed = third!.ledgers.find(
      ({ kind, fault, partyGstin, openingPaise, registrations }) =>
        kind === 'debtor' && !fault && partyGstin && openingPaise && registrations.length === 0,
    )!;
    const { name } = renamed;
    renamed.name = `${name} (Regd.)`;
    third!.touchMaster(renamed);
    expectTruth(await readAll(split()));
    renamed.name = name;
    third!.touchMaster(renamed);
  });

  it('are told apart by their counters: a change in one company is read, and nothing of the others', async () => {
    const source = split();
    const { counters, company } = await source.probe();
    expect(company.id.split('+')).toEqual([simulator.book, second!, third!].map((book) => book.company.guid));
    expect(Object.keys(counters).sort()).toEqual(
      company.id
        .split('+')
        .flatMap((guid) => [`masters/${guid}`, `vouchers/${guid}`])
        .sort(),
    );
    const masters = await source.masters();
    const changed = async (since: Record<string, number>): Promise<CompanyVoucher[]> => {
      const rows: CompanyVoucher[] = [];
      for await (const row of source.readChanged(everything, since, masters, signal)) rows.push(row);
      return rows;
    };
    expect(await changed(counters)).toEqual([]);
    const edited = [...second!.vouchers()].find(({ type }) => type.class === 'sales')!;
    second!.change(edited, { number: 'EDITED' });
    // Edited in the old company too, where its days are no longer read.
    simulator.book.change([...simulator.book.vouchers()].find(({ day }) => day === edited.day)!, { number: 'OLD' });
    // With it comes what settles its bill, of the same company.
    const read = await changed(counters);
    expect(read.map(({ voucher }) => voucher.number)).toContain('EDITED');
    expect(new Set(read.map(({ at }) => at))).toEqual(new Set([1]));
    // A company added to the list was never read: all of it is new, and of the others nothing is.
    const { [`vouchers/${third!.company.guid}`]: _vouchers, ...known } = (await source.probe()).counters;
    const rows = await changed(known);
    expect(rows.length).toBe([...third!.vouchers()].length);
    expect(new Set(rows.map(({ at }) => at))).toEqual(new Set([2]));
  });

  it('lose what the old company alone was read for, once its last day is set', async () => {
    const single = createTallySource({ ...settings(), companyName: simulator.book.company.name });
    const masters = await single.masters();
    const held: HeldDocument[] = [];
    for await (const voucher of single.read(everything, signal)) {
      const { docKey, version } = single.toCanonical(voucher, masters);
      held.push({ docKey, version });
    }
    const source = split();
    const { counters } = await source.probe();
    const withdrawn = async (since: Record<string, number>) =>
      source.withdrawn(
        [],
        { since, until: { ...counters, rules: 2 }, epoch: 0 },
        await source.masters(),
        async function* () {
          yield* held;
        },
        signal,
        [],
      );
    expect(await withdrawn({ ...counters, rules: 2 })).toEqual([]);
    const gone = await withdrawn({ ...counters, rules: 1 });
    const later = [...simulator.book.vouchersBetween(45_747, 99_999)];
    expect(gone.length).toBe(later.length);
    expect(
      gone.every(({ ignored, drafts, docKey }) => ignored === 'other_company' && !drafts.length && !isOpening(docKey)),
    ).toBe(true);
  });

  it('are refused where one of them is not open, or another company stands in its place', async () => {
    const [first, ...others] = companies();
    const away = new SplitBooks(settings(), [first!, { ...others[0]!, name: 'Sharma (2019)' }]);
    await expect(away.probe()).rejects.toMatchObject({ code: 'COMPANY_NOT_OPEN' });
    const replaced = new SplitBooks(settings(), [first!, { ...others[0]!, guid: simulator.book.company.guid }]);
    await expect(replaced.probe()).rejects.toMatchObject({ code: 'COMPANY_REPLACED' });
  });
});
