import { describe, expect, it } from '@jest/globals';
import { PreviewedRows } from '../../src/activities/files/previewed-rows.js';
import { holderOf, type KnownInvoice } from '../../src/sources/csv/documents.js';
import type { EarlierRows } from '../../src/sources/csv/earlier-rows.js';
import { documentOf, invoice, payment } from '../store/documents-support.js';

const STOOD: KnownInvoice = {
  party: { key: 'csv/gupta', name: 'Gupta', gstin: null, phone: '9876543210', phoneShared: false },
  date: '2025-05-03',
};
/** What earlier files say: one invoice, and whose its id is. */
const standing = (): EarlierRows => ({
  fetch: async () => {},
  invoiceOf: (id) => (id === 'INV-1' ? STOOD : null),
  holderOf: (id) => (id === 'INV-1' ? holderOf('csv/gupta', '2025-05-03') : null),
});
const asked = (template: 'invoices' | 'payments') => ({ template, ids: [], settled: [] });

describe('what the files of an archive say that is only looked at', () => {
  it('is known to later ones of it, beside what stood before', async () => {
    const rows = new PreviewedRows(standing());
    rows.remember(documentOf('csv/invoices/INV-2', 1, [invoice({ invoice_date: '2026-05-03' })]));
    rows.remember(documentOf('csv/payments/PAY-2', 1, [payment()]));
    await rows.fetch(asked('payments'));
    expect(rows.invoiceOf('INV-1')).toBe(STOOD);
    expect(rows.invoiceOf('INV-2')).toMatchObject({ date: '2026-05-03', party: { key: expect.any(String) } });
    expect(rows.invoiceOf('INV-3')).toBeNull();
    expect(rows.invoiceOf('PAY-2')).toBeNull();
  });

  it('says whose an id is by now, for each template apart', async () => {
    const rows = new PreviewedRows(standing());
    const newer = invoice({ party_key: 'csv/sharma', invoice_date: '2026-05-03' });
    rows.remember(documentOf('csv/invoices/INV-1', 1, [newer]));
    await rows.fetch(asked('invoices'));
    expect(rows.holderOf('INV-1')).toBe(holderOf('csv/sharma', '2026-05-03'));
    await rows.fetch(asked('payments'));
    expect(rows.holderOf('INV-1')).toBe(holderOf('csv/gupta', '2025-05-03'));
  });

  it('is bounded: beyond, every invoice that is named counts as known', () => {
    const rows = new PreviewedRows(standing());
    const document = documentOf('v', 1, [invoice()]);
    for (let id = 0; id < 500_000; id += 1) {
      if (id === 499_999) expect(rows.invoiceOf('unheard-of')).toBeNull();
      rows.remember({ ...document, doc_key: `csv/invoices/${id}` });
    }
    rows.remember({ ...document, doc_key: 'csv/invoices/one-more' });
    expect(rows.invoiceOf('unheard-of')).toMatchObject({ date: null });
    expect(rows.invoiceOf('one-more')).toEqual(rows.invoiceOf('unheard-of'));
  });
});
