import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';
import { Asker, type Row } from './asking.js';

const TODAY = '2026-05-18';

let simulator: ServiceLayerSimulator;
let asker: Asker;
beforeEach(async () => {
  simulator = await startServiceLayerSimulator({ seed: 9, documents: 300, today: TODAY });
  asker = new Asker(simulator);
  await asker.login();
});
afterEach(async () => {
  await asker.close();
  await simulator.close();
});

const one = (entity: string, key: number | string): Promise<Row> =>
  asker.json(`/b1s/v1/${entity}(${typeof key === 'number' ? key : `'${key}'`})`);
const newest = async (entity: string, key: string): Promise<Row> =>
  ((await asker.json(`/b1s/v1/${entity}?$orderby=${key} desc&$top=1`)).value as Row[])[0]!;
const lastStamp = async (entity: string): Promise<string> => {
  const [row] = (
    await asker.json(`/b1s/v1/${entity}?$orderby=UpdateDate desc,UpdateTime desc&$top=1&$select=UpdateDate,UpdateTime`)
  ).value as Row[];
  return `${row!.UpdateDate} ${row!.UpdateTime}`;
};

describe('a change in SAP', () => {
  it('cancels an invoice by a second one, and marks both', async () => {
    const { key } = simulator.mutate({ kind: 'cancel_invoice' });
    const original = await one('Invoices', key);
    const mirror = await newest('Invoices', 'DocEntry');
    expect(original).toMatchObject({ Cancelled: 'tYES', CancelStatus: 'csYes' });
    expect(mirror).toMatchObject({
      Cancelled: 'tYES',
      CancelStatus: 'csCancellation',
      CardCode: original.CardCode,
      DocTotal: expect.closeTo(original.DocTotal as number, 2),
    });
    expect((mirror.DocumentLines as Row[])[0]).toMatchObject({ BaseType: 13, BaseEntry: key, BaseLine: 0 });
    expect(`${original.UpdateDate} ${original.UpdateTime}`).toBe(await lastStamp('Invoices'));
  });

  it('only marks a cancelled payment, which has no stamp; its opposite entry tells of it', async () => {
    const before = await newest('JournalEntries', 'JdtNum');
    const { key } = simulator.mutate({ kind: 'bounce_check' });
    const payment = await one('IncomingPayments', key);
    expect(payment).toMatchObject({ Cancelled: 'tYES', CancelStatus: 'csYes', DocEntry: key });
    expect(payment).not.toHaveProperty('UpdateDate');
    expect((payment.PaymentChecks as Row[]).length).toBeGreaterThan(0);
    const entry = await newest('JournalEntries', 'JdtNum');
    expect(entry).toMatchObject({
      JdtNum: (before.JdtNum as number) + 1,
      OriginalJournal: 'ttReceipt',
      Original: key,
    });
    const settled = (payment.PaymentInvoices as Row[])[0]!;
    expect(await one('Invoices', settled.DocEntry as number)).toMatchObject({ DocumentStatus: 'bost_Open' });
  });

  it.each([
    ['add_invoice', 'Invoices'],
    ['edit_due_date', 'Invoices'],
    ['edit_comment', 'Invoices'],
    ['add_credit_note', 'CreditNotes'],
    ['cancel_credit_note', 'CreditNotes'],
    ['rename_partner', 'BusinessPartners'],
    ['repair_identity', 'BusinessPartners'],
    ['add_partner', 'BusinessPartners'],
  ] as const)('moves the stamp beyond all there were: %s', async (kind, entity) => {
    const before = await lastStamp(entity);
    const { key } = simulator.mutate({ kind });
    const row = await one(entity, key);
    const stamp = `${row.UpdateDate} ${row.UpdateTime}`;
    expect(stamp > before).toBe(true);
    expect(await lastStamp(entity)).toBe(stamp);
  });

  it('changes the entity tag with each edit', async () => {
    const { key } = simulator.mutate({ kind: 'add_invoice' });
    const before = await one('Invoices', key);
    simulator.mutate({ kind: 'edit_comment', entry: key as number });
    const after = await one('Invoices', key);
    expect(after.DataVersion).toBe((before.DataVersion as number) + 1);
    expect(after['odata.etag']).not.toBe(before['odata.etag']);
  });

  it('may be booked today for an earlier day', async () => {
    const { key } = simulator.mutate({ kind: 'add_invoice', date: '2026-03-02', amountPaise: 999_00 });
    expect(await one('Invoices', key)).toMatchObject({
      DocDate: '2026-03-02T00:00:00',
      CreationDate: '2026-05-18T00:00:00',
      UpdateDate: '2026-05-18T00:00:00',
      DocTotal: expect.closeTo(999, 2),
    });
  });

  it('takes an invoice out of the truth, and gives a debtor back to it', () => {
    const { byType, quarantined } = simulator.totals();
    simulator.mutate({ kind: 'cancel_invoice' });
    expect(simulator.totals().byType.invoices.count).toBe(byType.invoices.count - 1);
    simulator.mutate({ kind: 'repair_identity' });
    expect(simulator.totals().quarantined.INVALID_GSTIN).toBeLessThan(quarantined.INVALID_GSTIN!);
  });

  it('starts the next day in the morning', async () => {
    simulator.setToday('2026-05-19');
    const { key } = simulator.mutate({ kind: 'add_invoice' });
    expect(await one('Invoices', key)).toMatchObject({ UpdateDate: '2026-05-19T00:00:00', UpdateTime: '09:00:02' });
  });

  it('is refused when it makes no sense', () => {
    expect(() => simulator.mutate({ kind: 'add_invoice', date: 'yesterday' })).toThrow(/expected a day/);
    expect(() => simulator.mutate({ kind: 'cancel_payment', entry: 999_999 })).toThrow(/no payment/);
    expect(() => simulator.mutate({ kind: 'add_invoice', cardCode: 'nobody' })).toThrow(/nobody/);
  });
});
