import { describe, expect, it } from '@jest/globals';
import type { ReportRow } from '../../src/canonical/bridge.js';
import { type Billed, billedVouchers } from '../../src/simulators/billing/index.js';
import type { ImportedVoucher } from '../../src/simulators/tally/index.js';
import { verdictOn } from './verdict.js';

const planned = billedVouchers(200, 3, '2026-05-18');
const inTally = ({ input, partyPaise }: Billed): ImportedVoucher =>
  ({
    givenNumber: input.number,
    party: input.party_name,
    entries: [{ ledger: input.party_name, paise: partyPaise }],
  }) as ImportedVoucher;
const report = planned.map(
  ({ input, isValid }) => ({ number: input.number, state: isValid ? 'created' : 'refused' }) as ReportRow,
);
const valid = planned.filter(({ isValid }) => isValid);
const imported = valid.map(inTally);
const judge = (copies: ImportedVoucher[], rows = report) => verdictOn(planned, copies, rows, () => undefined);

describe('the verdict on a run of faults', () => {
  it('is right when each valid voucher is in Tally once, and the report says so', () => {
    expect(planned.some(({ isValid }) => !isValid)).toBe(true);
    expect(judge(imported)).toEqual({
      valid: valid.length,
      inTallyOnce: valid.length,
      doubled: 0,
      lost: 0,
      reportAgrees: true,
    });
  });

  it('sees what a blind resend brings', () => {
    expect(judge([...imported, imported[3]!])).toMatchObject({
      doubled: 1,
      inTallyOnce: valid.length - 1,
      reportAgrees: false,
    });
  });

  it('sees what is lost, whatever the report says', () => {
    expect(judge(imported.slice(1))).toMatchObject({ lost: 1, reportAgrees: false });
  });

  it('sees an amount that is another', () => {
    const [first, ...others] = imported;
    const other = { ...first!, entries: [{ ledger: first!.party!, paise: 1 }] };
    expect(judge([other, ...others])).toMatchObject({ lost: 1, inTallyOnce: valid.length - 1 });
  });

  it('sees a voucher that should have been refused', () => {
    const invalid = planned.find(({ isValid }) => !isValid)!;
    expect(judge([...imported, inTally(invalid)])).toMatchObject({ doubled: 1, reportAgrees: false });
  });

  it('sees a report that leaves something open', () => {
    const rows = report.map((row, index) => (index === 0 ? { ...row, state: 'unknown' as const } : row));
    expect(judge(imported, rows)).toMatchObject({ reportAgrees: false, lost: 0, doubled: 0 });
    expect(judge(imported, report.slice(1))).toMatchObject({ reportAgrees: false });
  });
});
