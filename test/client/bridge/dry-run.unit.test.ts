import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { foresee, foreseenText } from '../../../src/client/bridge/dry-run.js';
import type { TallySimulator } from '../../../src/simulators/tally/index.js';
import { companyOf, freshDesk, saleInput, startImportTally } from '../../bridge/import/import-world.js';

let tally: TallySimulator;
beforeAll(async () => {
  tally = await startImportTally();
});
afterAll(() => tally.close());
const { signal } = new AbortController();

describe('a dry run', () => {
  it('says what would become of each voucher, and writes nothing', async () => {
    const desk = freshDesk(tally, companyOf(tally, { newLedgers: { customers: 'Sundry Debtors', suppliers: 'x' } }));
    const vouchers = [
      saleInput(1),
      saleInput(2, { party_name: 'Bengaluru Kirana Mar' }),
      saleInput(3, { place_of_supply: '27' }),
    ];
    const [fine, missing, contradicts] = await foresee(desk, vouchers, false, signal);
    expect(fine).toMatchObject({
      would: 'create',
      entries: [
        { ledger: 'Bengaluru Kirana Mart', debit: '118.00', credit: '' },
        { ledger: 'Sales', debit: '', credit: '100.00' },
        { ledger: 'CGST', debit: '', credit: '9.00' },
        { ledger: 'SGST', debit: '', credit: '9.00' },
      ],
    });
    expect(missing).toMatchObject({
      would: 'refuse',
      code: 'MASTER_MISSING',
      message: expect.stringMatching(/did you/),
    });
    expect(contradicts).toMatchObject({ would: 'refuse', code: 'TAX_CONTRADICTS_STATES' });
    const [, created] = await foresee(desk, vouchers, true, signal);
    expect(created).toMatchObject({ would: 'create', newLedger: 'Bengaluru Kirana Mar' });

    const text = foreseenText([fine!, created!, contradicts!], false);
    expect(text).toMatch(/3 vouchers: 2 would be created, 0 are there already, 1 would be refused; 1 ledgers/);
    expect(text).toMatch(/first, the ledger "Bengaluru Kirana Mar" would be created/);
    expect(text).toMatch(/none would be sent: --only-valid/);
    expect(foreseenText([contradicts!], true)).not.toMatch(/none would be sent/);
    expect(tally.imported()).toEqual([]);
  });
});
