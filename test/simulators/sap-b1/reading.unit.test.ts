import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { Asker, errorOf, type Row } from './asking.js';

const TODAY = '2026-05-18';

let simulator: ServiceLayerSimulator;
let asker: Asker;
beforeAll(async () => {
  simulator = await startServiceLayerSimulator({ seed: 3, documents: 600, today: TODAY });
  asker = new Asker(simulator);
  await asker.login();
});
afterAll(async () => {
  await asker.close();
  await simulator.close();
});

const entries = (page: Row): unknown[] => (page.value as Row[]).map(({ DocEntry }) => DocEntry);

describe('an entity set', () => {
  it('comes in pages of twenty, or as many as are preferred, and says that it followed', async () => {
    const plain = await asker.ask('/b1s/v1/Invoices?$select=DocEntry');
    expect([entries(JSON.parse(plain.text) as Row).length, plain.headers['preference-applied']]).toEqual([
      20,
      undefined,
    ]);
    const preferred = await asker.ask('/b1s/v1/Invoices?$select=DocEntry', { prefer: 'odata.maxpagesize=7' });
    expect(preferred.headers['preference-applied']).toBe('odata.maxpagesize=7');
    expect(entries(JSON.parse(preferred.text) as Row)).toHaveLength(7);
    const whole = await asker.json('/b1s/v1/Invoices?$select=DocEntry', { prefer: 'odata.maxpagesize=0' });
    expect(entries(whole)).toHaveLength(simulator.book.invoices.rows.length);
    expect(whole).not.toHaveProperty(['odata.nextLink']);
  });

  it.each([
    ['v1', 'odata.nextLink'],
    ['v2', '@odata.nextLink'],
  ])('is linked from page to page (%s)', async (version, name) => {
    const seen: unknown[] = [];
    let next: unknown = `/b1s/${version}/CreditNotes?$select=DocEntry&$filter=DocEntry gt 3&$orderby=DocEntry`;
    while (next !== undefined) {
      const page = await asker.json(next as string);
      seen.push(...entries(page));
      next = page[name];
    }
    expect(seen).toEqual(simulator.book.creditNotes.rows.map(({ entry }) => entry).filter((entry) => entry > 3));
  });

  it('may be linked relative to the service instead', async () => {
    const other = await startServiceLayerSimulator({ documents: 200, today: TODAY, nextLink: 'relative' });
    const guest = new Asker(other);
    await guest.login();
    expect((await guest.json('/b1s/v2/Invoices?$select=DocEntry'))['@odata.nextLink']).toBe(
      'Invoices?$select=DocEntry&$skip=20',
    );
    await guest.close();
    await other.close();
  });

  it('respects $top beyond a page', async () => {
    const first = await asker.json('/b1s/v2/Invoices?$select=DocEntry&$orderby=DocEntry&$top=25');
    const second = await asker.json(first['@odata.nextLink'] as string);
    expect([...entries(first), ...entries(second)]).toEqual(
      simulator.book.invoices.rows.slice(0, 25).map(({ entry }) => entry),
    );
    expect(second).not.toHaveProperty(['@odata.nextLink']);
  });

  it('is counted: as text in v1, as a number in v2, and alone', async () => {
    const count = simulator.book.payments.rows.filter(({ cancelled }) => cancelled).length;
    const filter = "$filter=Cancelled eq 'tYES'";
    expect((await asker.json(`/b1s/v1/IncomingPayments?${filter}&$inlinecount=allpages&$top=1`))['odata.count']).toBe(
      String(count),
    );
    expect((await asker.json(`/b1s/v2/IncomingPayments?${filter}&$count=true&$top=1`))['@odata.count']).toBe(count);
    expect((await asker.ask(`/b1s/v2/IncomingPayments/$count?${filter}`)).text).toBe(String(count));
    expect(count).toBeGreaterThan(0);
  });

  it('has no order but the one that is asked for', async () => {
    const asked = entries(await asker.json('/b1s/v1/Invoices?$select=DocEntry&$orderby=DocEntry'));
    expect(asked).toEqual([...asked].sort((a, b) => Number(a) - Number(b)));
    expect(entries(await asker.json('/b1s/v1/Invoices?$select=DocEntry'))).not.toEqual(asked);
  });
});

describe('a filter', () => {
  const found = async (filter: string, version = 'v1', entity = 'Invoices'): Promise<number> =>
    Number((await asker.ask(`/b1s/${version}/${entity}/$count?$filter=${encodeURIComponent(filter)}`)).text);
  const refused = async (filter: string, version = 'v1', entity = 'Invoices') =>
    asker.ask(`/b1s/${version}/${entity}?$filter=${encodeURIComponent(filter)}`);

  it('takes dates in each of their forms, and no notice of the time in them', async () => {
    const count = await found("DocDate ge '2026-05-01'");
    expect(count).toBeGreaterThan(0);
    for (const literal of ["'20260501'", "datetime'2026-05-01'", "'2026-05-01T23:59:59'"])
      expect([literal, await found(`DocDate ge ${literal}`)]).toEqual([literal, count]);
    for (const literal of ["'2026-05-01'", '2026-05-01', '2026-05-01T12:00:00Z'])
      expect([literal, await found(`DocDate ge ${literal}`, 'v2')]).toEqual([literal, count]);
    expect((await refused('DocDate ge 2026-05-01')).status).toBe(400);
  });

  it('refuses the date literals that this release does not take', async () => {
    const picky = await startServiceLayerSimulator({ documents: 200, today: TODAY, dateLiterals: ['utc'] });
    const guest = new Asker(picky);
    await guest.login();
    const ask = (literal: string) => guest.ask(`/b1s/v2/Invoices?$filter=DocDate ge ${literal}&$select=DocEntry`);
    expect([(await ask("'2026-05-01'")).status, (await ask('2026-05-01T00:00:00Z')).status]).toEqual([400, 200]);
    await guest.close();
    await picky.close();
  });

  it('sees of a time its hour and minute', async () => {
    const row = simulator.book.invoices.rows[10]!;
    const { UpdateTime } = (await asker.json(`/b1s/v1/Invoices(${row.entry})?$select=UpdateTime`)) as {
      UpdateTime: string;
    };
    expect(UpdateTime).toMatch(/^\d\d:\d\d:\d\d$/);
    const [hour, minute] = UpdateTime.split(':');
    for (const literal of [`${hour}:${minute}`, `${hour}:${minute}:59`, `${hour}${minute}`, `${hour}${minute}01`])
      expect([literal, await found(`DocEntry eq ${row.entry} and UpdateTime eq '${literal}'`)]).toEqual([literal, 1]);
  });

  it('joins comparisons by and, or, not and brackets', async () => {
    const { rows } = simulator.book.invoices;
    expect(await found('DocEntry gt 10 and DocEntry le 20')).toBe(
      rows.filter(({ entry }) => entry > 10 && entry <= 20).length,
    );
    expect(await found('DocEntry lt 5 or (DocEntry ge 10 and not (DocEntry gt 12))')).toBe(
      rows.filter(({ entry }) => entry < 5 || (entry >= 10 && entry <= 12)).length,
    );
    expect(await found("CancelStatus ne 'csNo' and Cancelled eq 'tYES'")).toBe(
      rows.filter(({ cancel }) => cancel !== 'csNo').length,
    );
    expect(await found('DocDueDate eq null')).toBe(rows.filter(({ dueDay }) => dueDay === null).length);
  });

  it('understands a doubled quote, as in a card code', async () => {
    const partner = simulator.book.partners.find(({ cardCode }) => cardCode.includes("'"))!;
    const literal = `'${partner.cardCode.replaceAll("'", "''")}'`;
    expect(await found(`CardCode eq ${literal}`, 'v1', 'BusinessPartners')).toBe(1);
    const one = await asker.json(`/b1s/v2/BusinessPartners(${encodeURIComponent(literal)})?$select=CardName`);
    expect(one.CardName).toBe(partner.name);
  });

  it.each([
    ['UpdateDate ge null', 'IncomingPayments', "Property 'UpdateDate' of 'Payment' is invalid"],
    ['DocStatus eq 1', 'Invoices', "Property 'DocStatus' of 'Document' is invalid"],
    ['DocumentLines eq 1', 'Invoices', "Property 'DocumentLines' of 'Document' is invalid"],
  ])('names the property it does not know: %s', async (filter, entity, message) => {
    const answer = await refused(filter, 'v2', entity);
    expect([answer.status, errorOf(answer)]).toEqual([400, { code: '-1000', message }]);
  });

  it.each([
    "DocEntry ge '5'",
    'DocEntry ~ 5',
    'startswith(CardName,5)',
    '(DocEntry eq 5',
    'DocEntry eq 5 DocNum eq 6',
    "DocDate ge 'May'",
  ])('refuses what it does not understand: %s', async (filter) => {
    expect((await refused(filter)).status).toBe(400);
  });
});

describe('a row', () => {
  it('holds what was selected, and everything there is when nothing was', async () => {
    const [selected] = (await asker.json('/b1s/v1/Invoices?$select=DocEntry,DocTotal&$top=1')).value as Row[];
    expect(Object.keys(selected!)).toEqual(['odata.etag', 'DocEntry', 'DocTotal']);
    const [whole] = (await asker.json('/b1s/v1/Invoices?$top=1')).value as Row[];
    expect(Object.keys(whole!).length).toBeGreaterThan(300);
    const answer = await asker.ask('/b1s/v1/Invoices?$select=DocEntry,UpdateTS');
    expect([answer.status, errorOf(answer)]).toEqual([
      400,
      { code: -1000, message: { lang: 'en-us', value: "Property 'UpdateTS' of 'Document' is invalid" } },
    ]);
    expect((await asker.ask('/b1s/v1/Invoices?$expand=DocumentLines')).status).toBe(400);
  });

  it.each([
    ['v1', '2026-05-18T00:00:00'],
    ['v2', '2026-05-18T00:00:00Z'],
  ])('writes dates in the form of its version (%s)', async (version, written) => {
    const filter = `$filter=DocDate eq '${TODAY}'&$select=DocDate&$top=1`;
    const [row] = (await asker.json(`/b1s/${version}/Invoices?${filter}`)).value as Row[];
    expect(row!.DocDate).toBe(written);
  });

  it('writes them as plain days, where an older release does', async () => {
    const older = await startServiceLayerSimulator({ documents: 200, today: TODAY, v1Dates: 'day' });
    const guest = new Asker(older);
    await guest.login();
    const [row] = (await guest.json('/b1s/v1/IncomingPayments?$select=DocDate&$orderby=DocDate desc&$top=1'))
      .value as Row[];
    expect(row!.DocDate).toMatch(/^\d{4}-\d\d-\d\d$/);
    await guest.close();
    await older.close();
  });

  it('is found by its key, or is not there', async () => {
    const { entry, number } = simulator.book.invoices.rows[0]!;
    expect(await asker.json(`/b1s/v2/Invoices(${entry})?$select=DocNum`)).toMatchObject({ DocNum: number });
    const answer = await asker.ask('/b1s/v2/Invoices(999999)');
    expect([answer.status, errorOf(answer)]).toEqual([
      404,
      { code: '-2028', message: 'No matching records found (ODBC -2028)' },
    ]);
  });
});
