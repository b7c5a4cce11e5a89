import { afterEach, describe, expect, it } from '@jest/globals';
import { type ImportOptions, startTallySimulator, type TallySimulator } from '../../../src/simulators/tally/index.js';
import { ask, at, collectionRequest, nodes, objects, parse, textOf } from './asking.js';
import { envelopedImport, fieldsOf, GOOD, importRequest, PARTY, send, voucherXml } from './importing.js';

let simulator: TallySimulator;
const start = async (imports: ImportOptions = {}): Promise<void> => {
  simulator = await startTallySimulator({ seed: 2, vouchers: 200, today: '2026-05-18', imports });
};
afterEach(() => simulator.close());

const FIELDS =
  'REFERENCE,NARRATION,PARTYGSTIN,PLACEOFSUPPLY,MASTERID,GUID,DATE,PARTYLEDGERNAME,ALLLEDGERENTRIES.LEDGERNAME,ALLLEDGERENTRIES.AMOUNT';
const asked = async (filter: string, fetch = FIELDS) =>
  objects(
    await ask(simulator.url, collectionRequest({ type: 'Voucher', fetch, from: '20100401', to: '20400331', filter })),
    'VOUCHER',
  );
const sendXml = async (xml: string) => fieldsOf(await ask(simulator.url, importRequest(xml)));

describe('a voucher sent to Tally', () => {
  it('is created, and read back as it was given', async () => {
    await start();
    const before = simulator.book.alterId;
    const answer = await send(simulator.url, {
      remoteId: 'abc-1',
      number: 'INV/26-27/001',
      reference: 'PO 7',
      narration: 'Goods & "more"',
      more: '<PARTYGSTIN>29AABCB1234C1Z5</PARTYGSTIN><PLACEOFSUPPLY>Karnataka</PLACEOFSUPPLY>',
    });
    expect(answer).toEqual({
      CREATED: '1',
      ALTERED: '0',
      DELETED: '0',
      LASTVCHID: '201',
      LASTMID: '0',
      COMBINED: '0',
      IGNORED: '0',
      ERRORS: '0',
      CANCELLED: '0',
      EXCEPTIONS: '0',
      LASTVCHNUMBER: 'INV/26-27/001',
    });
    expect(simulator.book.lastVoucherAlterId).toBe(before + 1);
    const [voucher] = await asked(`$MasterID = ${answer.LASTVCHID}`);
    expect(
      ['VOUCHERNUMBER', 'REFERENCE', 'NARRATION', 'PARTYGSTIN', 'PLACEOFSUPPLY', 'MASTERID', 'PARTYLEDGERNAME'].map(
        (name) => textOf(voucher![name]),
      ),
    ).toEqual(['INV/26-27/001', 'PO 7', 'Goods & "more"', '29AABCB1234C1Z5', 'Karnataka', '201', PARTY]);
    expect(textOf(voucher!.GUID)).toBe(`${simulator.book.company.guid}-000000c9`);
    expect(voucher!['@REMOTEID']).toBe(textOf(voucher!.GUID));
    expect(
      nodes(voucher!['ALLLEDGERENTRIES.LIST']).map((entry) => [textOf(entry.LEDGERNAME), textOf(entry.AMOUNT)]),
    ).toEqual(GOOD.map(({ ledger, amount }) => [ledger, amount]));
  });

  it('replaces what a REMOTEID brought before, without a word', async () => {
    await start();
    const first = await send(simulator.url, { remoteId: 'k', number: 'A' });
    const entries = [
      { ledger: PARTY, amount: '-50' },
      { ledger: 'Sales', amount: '50' },
    ];
    const second = await send(simulator.url, { remoteId: 'k', number: 'B', entries, narration: 'other' });
    expect([second.CREATED, second.ALTERED, second.LASTVCHID]).toEqual(['0', '1', first.LASTVCHID]);
    expect(simulator.book.voucherCount).toBe(201);
    expect(await asked('$VoucherNumber = "A"')).toEqual([]);
    const [voucher] = await asked('$VoucherNumber = "b"');
    expect(textOf(voucher!.NARRATION)).toBe('other');
    expect(simulator.imported()).toMatchObject([
      { remoteId: 'k', number: 'B', timesSent: 2, entries: [{ paise: -50_00 }, { paise: 50_00 }] },
    ]);
  });

  it('comes twice without a REMOTEID, or where Tally does not look for it', async () => {
    await start();
    await send(simulator.url);
    expect(await send(simulator.url)).toMatchObject({ CREATED: '1', ALTERED: '0' });
    expect(await asked('$Reference = "INV-1"')).toHaveLength(2);
    await simulator.close();
    await start({ upsert: false });
    await send(simulator.url, { remoteId: 'k' });
    expect(await send(simulator.url, { remoteId: 'k' })).toMatchObject({ CREATED: '1', ALTERED: '0' });
    expect(simulator.imported().map(({ remoteId, timesSent }) => [remoteId, timesSent])).toEqual([
      ['k', 2],
      ['k', 2],
    ]);
  });

  it('is doubled by ACTION="Alter", and can be neither cancelled nor deleted', async () => {
    await start();
    await send(simulator.url, { remoteId: 'k' });
    expect(await send(simulator.url, { remoteId: 'k', action: 'Alter' })).toMatchObject({ CREATED: '1' });
    for (const action of ['Cancel', 'Delete'])
      expect(await send(simulator.url, { remoteId: 'k', action })).toMatchObject({
        CREATED: '0',
        ERRORS: '1',
        LINEERROR: 'Voucher does not exist!',
      });
    expect(simulator.imported()).toHaveLength(2);
  });

  it('loses its number where Tally gives its own, and keeps its reference', async () => {
    await start({ numbering: 'automatic' });
    const answer = await send(simulator.url, { remoteId: 'k', number: 'MINE-1' });
    expect(answer.LASTVCHNUMBER).not.toBe('MINE-1');
    const [voucher] = await asked('$Reference = "MINE-1"');
    expect(textOf(voucher!.VOUCHERNUMBER)).toBe(answer.LASTVCHNUMBER);
    expect(await send(simulator.url, { remoteId: 'k', number: 'MINE-1' })).toMatchObject({
      ALTERED: '1',
      LASTVCHNUMBER: answer.LASTVCHNUMBER!,
    });
    expect(simulator.imported()).toMatchObject([{ givenNumber: 'MINE-1', number: answer.LASTVCHNUMBER }]);
  });

  it('is refused under a number that is taken, where Tally prevents duplicates', async () => {
    await start({ numbering: 'prevent_duplicates' });
    expect(await send(simulator.url, { remoteId: 'a', number: 'N-1' })).toMatchObject({ CREATED: '1' });
    expect(await send(simulator.url, { remoteId: 'a', number: 'N-1' })).toMatchObject({ ALTERED: '1' });
    expect(await send(simulator.url, { remoteId: 'b', number: 'n-1' })).toMatchObject({
      CREATED: '0',
      LINEERROR: 'Voucher number n-1 already exists',
    });
    // Renumbered, it leaves its old number to others.
    expect(await send(simulator.url, { remoteId: 'a', number: 'N-2' })).toMatchObject({ ALTERED: '1' });
    expect(await send(simulator.url, { remoteId: 'b', number: 'N-1' })).toMatchObject({ CREATED: '1' });
    // Numbers begin anew every financial year, and each type has its own.
    expect(await send(simulator.url, { remoteId: 'c', number: 'N-1', date: '20260301' })).toMatchObject({
      CREATED: '1',
    });
    expect(await send(simulator.url, { remoteId: 'd', number: 'N-1', type: 'Journal' })).toMatchObject({
      CREATED: '1',
    });
  });

  it('is taken and never shown when it is dated outside the period', async () => {
    await start({ period: { from: '2026-04-01', to: '2027-03-31' } });
    const before = await asked('$MasterID > 0');
    const answer = await send(simulator.url, { remoteId: 'k', date: '20260331', number: 'OLD' });
    expect(answer).toMatchObject({ CREATED: '1', ERRORS: '0', LASTVCHID: '201' });
    expect(await asked('$MasterID > 0')).toHaveLength(before.length);
    expect(await asked('$MasterID = 201')).toEqual([]);
    expect(await asked('$VoucherNumber = "OLD"')).toEqual([]);
    expect(simulator.imported()).toMatchObject([{ visible: false, day: '2026-03-31' }]);
    await send(simulator.url, { remoteId: 'k', date: '20260401', number: 'OLD' });
    expect(await asked('$VoucherNumber = "OLD"')).toHaveLength(1);
    expect(simulator.imported()).toMatchObject([{ visible: true }]);
  });

  it.each([
    ['Voucher date is missing', { date: '20010101' }],
    ['Voucher date is missing', { date: 'soon' }],
    ["Voucher Type 'Sails' does not exist!", { type: 'Sails' }],
    ["Ledger 'Nobody & Co' does not exist!", { party: 'Nobody & Co' }],
    ["Ledger 'Sles' does not exist!", { entries: [{ ledger: 'Sles', amount: '0' }] }],
    ['Voucher Totals do not match!', { entries: [...GOOD, { ledger: 'Round Off', amount: '0.01' }] }],
    ['Voucher Totals do not match!', { entries: [{ ledger: 'Sales', amount: 'much' }] }],
    ['Voucher Totals do not match!', { entries: [] }],
  ])('is refused: %s', async (text, sale) => {
    await start();
    const answer = await send(simulator.url, sale);
    expect(answer).toMatchObject({ CREATED: '0', ERRORS: '1', LASTVCHID: '0' });
    expect(answer.LINEERROR).toContain(text);
    expect(simulator.book.voucherCount).toBe(200);
    expect(simulator.importRequests()).toEqual({ received: 1, created: 0, altered: 0, refused: 1 });
  });

  it('names its ledgers as Tally compares names, and may stand on the wrong side', async () => {
    await start();
    const entries = [
      { ledger: 'BENGALURU-kirana  mart', amount: '100' },
      { ledger: 'sales', amount: '-100' },
    ];
    const answer = await send(simulator.url, { entries, party: 'bengalurukiranamart' });
    expect(answer).toMatchObject({ CREATED: '1' });
    expect(simulator.imported()[0]).toMatchObject({
      party: PARTY,
      entries: [
        { ledger: PARTY, paise: 100_00 },
        { ledger: 'Sales', paise: -100_00 },
      ],
    });
  });

  it('is one of several in a request, each judged for itself', async () => {
    await start();
    const answer = await sendXml(
      voucherXml({ number: '1' }) + voucherXml({ type: 'Sails' }) + voucherXml({ number: '2' }),
    );
    expect(answer).toMatchObject({ CREATED: '2', ERRORS: '1', LASTVCHID: '202' });
  });

  it('is answered in an envelope when it was asked so', async () => {
    await start();
    const result = at(
      parse(await ask(simulator.url, envelopedImport(voucherXml()))),
      'ENVELOPE',
      'BODY',
      'DATA',
      'IMPORTRESULT',
    );
    expect([textOf(at(result, 'CREATED')), textOf(at(result, 'LASTVCHID'))]).toEqual(['1', '201']);
  });

  it.each([
    ['malformed XML', importRequest(voucherXml()).replace('</VOUCHER>', '')],
    ['nothing to import', importRequest('')],
    ['an unknown report', importRequest(voucherXml(), undefined, 'Stock Summary')],
  ])('brings no counters for %s', async (_what, body) => {
    await start();
    expect((await ask(simulator.url, body)).replace(/\s/g, '')).toBe('<RESPONSE></RESPONSE>');
    expect(simulator.book.voucherCount).toBe(200);
    expect(simulator.requests.at(-1)!.kind).toBe('import');
  });

  it('goes to the company it names, and to none that is not open', async () => {
    await start();
    const { name } = simulator.book.company;
    expect(fieldsOf(await ask(simulator.url, importRequest(voucherXml(), name)))).toMatchObject({ CREATED: '1' });
    expect(fieldsOf(await ask(simulator.url, importRequest(voucherXml(), 'Other & Sons')))).toMatchObject({
      CREATED: '0',
      LINEERROR: "Could not set 'SVCurrentCompany' to 'Other & Sons'",
    });
    expect(simulator.imported()).toHaveLength(1);
  });

  it('is an exception in invoice view without goods, where the company has goods', async () => {
    await start({ inventoryCompany: true, exceptionsWithoutText: true });
    const answer = await send(simulator.url, { view: 'Invoice Voucher View' });
    expect(answer).toMatchObject({ CREATED: '0', ERRORS: '0', EXCEPTIONS: '1' });
    expect(answer).not.toHaveProperty('LINEERROR');
    expect(await send(simulator.url)).toMatchObject({ CREATED: '1', EXCEPTIONS: '0' });
    await simulator.close();
    await start({ inventoryCompany: true });
    expect(await send(simulator.url, { view: 'Invoice Voucher View' })).toHaveProperty('LINEERROR');
    await simulator.close();
    await start();
    expect(await send(simulator.url, { view: 'Invoice Voucher View' })).toMatchObject({ CREATED: '1' });
  });

  it('makes bills where the ledger is kept bill by bill, and only there', async () => {
    await start({ ledgers: [{ name: 'Walk In', parent: 'Sundry Debtors' }] });
    const bills =
      '<BILLALLOCATIONS.LIST><NAME>INV-1</NAME><BILLTYPE>New Ref</BILLTYPE><BILLCREDITPERIOD>30 Days</BILLCREDITPERIOD><AMOUNT>-1180.00</AMOUNT></BILLALLOCATIONS.LIST>';
    const [, ...rest] = GOOD;
    for (const ledger of [PARTY, 'Walk In'])
      await send(simulator.url, { party: ledger, entries: [{ ledger, amount: '-1180.00', more: bills }, ...rest] });
    const read = await asked('$Reference = "INV-1"', 'ALLLEDGERENTRIES.*');
    const billsOf = read.map((voucher) =>
      nodes(voucher['ALLLEDGERENTRIES.LIST']).flatMap((entry) =>
        nodes(entry['BILLALLOCATIONS.LIST']).map((bill) =>
          ['NAME', 'BILLTYPE', 'BILLCREDITPERIOD', 'AMOUNT'].map((name) => textOf(bill[name])),
        ),
      ),
    );
    expect(billsOf).toEqual([[['INV-1', 'New Ref', '30 Days', '-1180.00']], []]);
    simulator.totals();
  });

  it('renames the open company when it brings a COMPANY to be created', async () => {
    await start();
    await sendXml('<COMPANY NAME="Oops Ltd" ACTION="Create"><NAME>Oops Ltd</NAME></COMPANY>');
    const companies = await ask(simulator.url, collectionRequest({ type: 'Company', fetch: 'NAME' }));
    expect(objects(companies, 'COMPANY').map((company) => company['@NAME'])).toEqual(['Oops Ltd']);
  });
});

describe('a ledger sent to Tally', () => {
  const ledger = (name: string, parent: string) =>
    importRequest(
      `<LEDGER NAME="${name}" ACTION="Create"><NAME.LIST><NAME>${name}</NAME></NAME.LIST><PARENT>${parent}</PARENT><ISBILLWISEON>Yes</ISBILLWISEON><PARTYGSTIN>29AABCB1234C1Z5</PARTYGSTIN></LEDGER>`,
      undefined,
      'All Masters',
    );

  it('is created once, and silently changed when it is sent again', async () => {
    await start();
    const first = fieldsOf(await ask(simulator.url, ledger('New Shop', 'sundry-debtors')));
    expect(first).toMatchObject({ CREATED: '1', ALTERED: '0' });
    const second = fieldsOf(await ask(simulator.url, ledger('new shop', 'Retailers North')));
    expect(second).toMatchObject({ CREATED: '0', ALTERED: '1', LASTMID: first.LASTMID! });
    const made = simulator.book.ledger('New Shop');
    expect([made.kind, made.parent, made.billWise]).toEqual(['debtor', 'Retailers North', true]);
    const entries = [
      { ledger: 'New Shop', amount: '-5' },
      { ledger: 'Sales', amount: '5' },
    ];
    expect(await send(simulator.url, { party: 'New Shop', entries })).toMatchObject({ CREATED: '1' });
    simulator.totals();
  });

  it('needs its group', async () => {
    await start();
    expect(fieldsOf(await ask(simulator.url, ledger('New Shop', 'Nowhere')))).toMatchObject({
      CREATED: '0',
      LINEERROR: "Group 'Nowhere' does not exist!",
    });
  });
});

describe('a person at the same Tally', () => {
  it('types and deletes vouchers beside those that were imported', async () => {
    await start();
    const typed = simulator.person.enterVoucher({
      type: 'Sales',
      number: 'INV-1',
      date: '2026-05-02',
      party: PARTY,
      reference: 'INV-1',
      entries: [
        { ledger: PARTY, paise: -118_000 },
        { ledger: 'Sales', paise: 118_000 },
      ],
    });
    const sent = await send(simulator.url, { remoteId: 'k' });
    expect(await asked('$VoucherNumber = "INV-1"')).toHaveLength(2);
    expect(simulator.imported()).toHaveLength(1);
    simulator.person.deleteVoucher(Number(sent.LASTVCHID));
    expect(simulator.imported()).toEqual([]);
    expect((await asked('$VoucherNumber = "INV-1"')).map((voucher) => textOf(voucher.GUID))).toEqual([typed.guid]);
    expect(await send(simulator.url, { remoteId: 'k' })).toMatchObject({ CREATED: '1' });
  });

  it('restores a backup, and with it what was imported since', async () => {
    await start({ period: { from: '2026-04-01', to: '2027-03-31' } });
    await send(simulator.url, { remoteId: 'before' });
    const restore = simulator.backUp();
    await send(simulator.url, { remoteId: 'before', number: 'CHANGED' });
    await send(simulator.url, { remoteId: 'after', number: 'LATER' });
    await send(simulator.url, { remoteId: 'hidden', date: '20260331' });
    expect([await asked('$VoucherNumber = "LATER"'), simulator.imported()]).toMatchObject([
      { length: 1 },
      { length: 3 },
    ]);
    restore();
    expect(await asked('$VoucherNumber = "LATER"')).toEqual([]);
    expect(simulator.imported().map(({ remoteId, number }) => [remoteId, number])).toEqual([['before', 'INV-1']]);
    expect(await asked('$VoucherNumber = "CHANGED"')).toEqual([]);
    expect(await send(simulator.url, { remoteId: 'after' })).toMatchObject({ CREATED: '1' });
  });
});
