import { describe, expect, it } from '@jest/globals';
import type { ConnectorDesk } from '../../src/activities/connector/desk.js';
import { HeldWindows } from '../../src/activities/connector/held-windows.js';
import { windowTasks } from '../../src/activities/connector/window-tasks.js';
import type { KnownRequest } from '../../src/canonical/contract.js';
import type { DraftDocument } from '../../src/canonical/drafts.js';
import { addAccounts, emptyAccounts, faultsOf } from '../../src/canonical/run-proof.js';
import { adjustment, documentOf, goodsReturn, invoice, party, payment, settings } from '../canonical/draft-examples.js';

const refused = { ...invoice, party: { ...party, gstin: 'NOT A GSTIN' } };
const ROWS: Array<[verdict: 'new' | 'known' | 'suppressed', document: Partial<DraftDocument>]> = [
  ['new', { drafts: [invoice] }],
  ['new', { drafts: [payment, { ...payment, bill: null }, adjustment] }],
  ['known', { drafts: [goodsReturn] }],
  ['suppressed', { drafts: [invoice, payment] }],
  ['new', { drafts: [refused, payment] }],
  ['new', { drafts: [refused] }],
  ['new', { drafts: [], cancelled: true }],
  ['known', { drafts: [], ignored: 'cash_sale' }],
  [
    'known',
    { drafts: [], fault: { code: 'UNBALANCED', recordType: 'return', number: '7', field: 'AMOUNT', value: '1' } },
  ],
];

/** A connector that holds these rows, one document each; `known` answers the verdicts by their keys. */
function connectorHolding(rows: typeof ROWS, changedSince: Record<string, number> | null = null) {
  const documents = rows.map(([, some], index) => documentOf(some.drafts ?? [], { ...some, docKey: `d${index}` }));
  const held = new HeldWindows(() => undefined);
  const desk = {
    held,
    settings: { distributorId: settings.distributorId, sync: { maxRecordsPerBatch: 2 } },
    source: {
      toCanonical: (row: DraftDocument) => row,
      openingDocuments: () => [],
    },
    platform: {
      known: async (asked: KnownRequest) => ({
        verdicts: asked.documents.map(({ doc_key }) => rows[Number(doc_key.slice(1))]![0]),
      }),
    },
    quarantineLog: { append: async () => undefined },
    rules: () => settings,
  } as unknown as ConnectorDesk;
  held.hold({
    syncId: 'syn_test',
    period: { from: '2026-05-01', to: '2026-05-31' },
    rows: documents,
    masters: null,
    withdrawn: [],
    withOpening: false,
    changedSince,
    epoch: 0,
    quarantined: {},
    batches: [],
  });
  return windowTasks(desk).normalise({ distributorId: settings.distributorId, syncId: 'syn_test' });
}

describe('what a connector says became of a window', () => {
  it('has every record in one place, by kind, and documents without records as voids', async () => {
    const { account, rows, records, documents } = await connectorHolding(ROWS);
    expect(rows).toBe(ROWS.length);
    expect(account).toEqual({
      read: { invoice: 4, payment: 4, return: 2, adjustment: 1, void: 4 },
      quarantined: { invoice: 2, payment: 0, return: 1, adjustment: 0, void: 0 },
      known: { invoice: 0, payment: 0, return: 1, adjustment: 0, void: 2 },
      suppressed: { invoice: 1, payment: 1, return: 0, adjustment: 0, void: 0 },
      sent: { invoice: 1, payment: 3, return: 0, adjustment: 1, void: 2 },
    });
    expect({ ...records, void: documents - 3 }).toEqual(account.sent);
    const accounts = emptyAccounts();
    addAccounts(accounts, { ...account, accepted: account.sent, rows: { extracted: rows, understood: rows } });
    expect(faultsOf(accounts)).toEqual([]);
  });

  it('counts what was quarantined before too, which the report of a delta leaves out as known', async () => {
    const { account, quarantined } = await connectorHolding(ROWS, { vouchers: 99 });
    expect(quarantined).toEqual({ INVALID_GSTIN: 2 });
    expect((await connectorHolding(ROWS)).quarantined).toEqual({ INVALID_GSTIN: 2, UNBALANCED: 1 });
    expect(account.quarantined).toMatchObject({ invoice: 2, return: 1 });
  });
});
