import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_MAX_INVOICE_PAISE } from '../../src/canonical/rules.js';
import { explainQuarantined, type QuarantineDesk } from '../../src/client/quarantine.js';
import { startTallySimulator, type TallySimulator } from '../../src/simulators/tally/index.js';
import type { Ledger } from '../../src/simulators/tally/model.js';
import { createTallySource } from '../../src/sources/tally/tally-source.js';

describe('explaining what is quarantined', () => {
  let simulator: TallySimulator;
  let waiting: string[];
  beforeAll(async () => {
    simulator = await startTallySimulator({ seed: 5, months: 12, vouchers: 400, today: '2026-05-18' });
  });
  afterAll(() => simulator.close());

  const deskOf = (standing?: () => Promise<never>): QuarantineDesk => {
    const { book, url } = simulator;
    return {
      settings: { distributorId: 'dist_c4f9ee2a' } as QuarantineDesk['settings'],
      source: createTallySource({
        host: '127.0.0.1',
        port: Number(new URL(url).port),
        companyName: book.company.name,
      }) as QuarantineDesk['source'],
      platform: {
        standing:
          standing ??
          (async () => ({
            documents: waiting.map((doc_key) => ({
              doc_key,
              version: { epoch: 0, sequence: 1 },
              quarantined: ['INVOICE_QUARANTINED'],
              day: null,
            })),
            next: null,
          })),
      } as unknown as QuarantineDesk['platform'],
      rules: () => ({
        distributorId: 'dist_c4f9ee2a',
        today: '2026-05-18',
        maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
        gstinForms: 'ordinary',
        digestKey: Buffer.alloc(32, 1),
      }),
    };
  };
  const explained = async (id: string, desk = deskOf()) => (await explainQuarantined(desk, id)).join('\n');
  const key = (voucher: { masterId: number }) =>
    `tally/${simulator.book.company.guid}/${simulator.book.guidOf(voucher)}`;
  const firstOf = (type: string, wanted: (ledger: Ledger) => boolean) =>
    [...simulator.book.vouchers()].find(
      ({ type: { class: kind }, state, day, legs }) =>
        kind === type &&
        state === 'regular' &&
        day <= simulator.book.today &&
        legs[0]!.bills[0]?.kind !== 'Advance' &&
        legs[0]!.ledger.kind === 'debtor' &&
        wanted(legs[0]!.ledger),
    )!;

  it('shows the live voucher, the rule it breaks and what to do in Tally', async () => {
    waiting = [];
    const voucher = firstOf('sales', ({ fault }) => fault === 'INVALID_GSTIN');
    const text = await explained(voucher.number);
    const { ledger, paise } = voucher.legs[0]!;
    expect(text).toContain(ledger.name);
    expect(text).toContain(ledger.partyGstin);
    expect(text).toContain((-paise / 100).toLocaleString('en-IN'));
    expect(text).toContain('✗ INVALID_GSTIN (retailer_gst): The retailer has a GSTIN, but not one of the right form.');
    expect(text).toMatch(/What to do: .*Alter ledger/);
    // What was mended since: the ERP is asked anew each time.
    simulator.mutate({ kind: 'repair_identity', guid: simulator.book.guidOf(ledger) });
    expect(await explained(key(voucher))).toContain('It keeps every rule as it stands in the ERP now');
  });

  it('says of a payment that it waits, and for which bill; or that the platform could not be asked', async () => {
    const voucher = firstOf('receipt', ({ fault }) => fault === null);
    waiting = [key(voucher)];
    const text = await explained(key(voucher));
    expect(text).toContain(`bill      ${voucher.legs[0]!.bills[0]!.name}`);
    expect(text).toContain('✗ INVOICE_QUARANTINED: ');
    const away = deskOf(() => Promise.reject(new Error('away')));
    expect(await explained(key(voucher), away)).toContain('could not be asked');
  });

  it('finds opening bills, which stand on a ledger alone', async () => {
    waiting = [];
    const text = await explained('OB-2017');
    expect(text).toContain('/opening');
    expect(text).toContain('✗ INVALID_DATE');
  });

  it('prints no control character, says why a voucher is not sent at all, and nothing of what is not there', async () => {
    const ledger = firstOf('sales', ({ fault }) => fault === 'IDENTITY_UNRESOLVABLE').legs[0]!.ledger;
    ledger.name = `${ledger.name}\u009b2J`;
    const voucher = firstOf('sales', (each) => each === ledger);
    expect(await explained(key(voucher))).not.toMatch(/[\u0080-\u009f]/);
    const optional = [...simulator.book.vouchers()].find(({ state }) => state === 'optional')!;
    expect(await explained(key(optional))).toContain('not quarantined: optional');
    expect(await explained('no such number')).toBe('');
  });
});
