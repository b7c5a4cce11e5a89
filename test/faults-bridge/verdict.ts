import type { ReportRow } from '../../src/canonical/bridge.js';
import type { Billed } from '../../src/simulators/billing/index.js';
import type { ImportedVoucher } from '../../src/simulators/tally/index.js';

/** What the simulator's own book says of a job, beside what the job's report says. */
export interface Verdict {
  valid: number;
  inTallyOnce: number;
  doubled: number;
  lost: number;
  reportAgrees: boolean;
}

/** @param say Is told of every voucher that is not as it should be. */
export function verdictOn(
  planned: readonly Billed[],
  imported: readonly ImportedVoucher[],
  report: readonly ReportRow[],
  say: (line: string) => void,
): Verdict {
  const inTally = new Map<string, ImportedVoucher[]>();
  for (const copy of imported) inTally.set(copy.givenNumber, [...(inTally.get(copy.givenNumber) ?? []), copy]);
  const verdict: Verdict = {
    valid: 0,
    inTallyOnce: 0,
    doubled: 0,
    lost: 0,
    reportAgrees: report.length === planned.length,
  };
  planned.forEach(({ input, isValid, partyPaise }, index) => {
    const copies = inTally.get(input.number) ?? [];
    const right = copies.filter((copy) => isRight(copy, input.party_name, partyPaise));
    const row = report[index];
    const saysWritten = row?.state === 'created' || row?.state === 'already_there';
    const saysRefused = row?.state === 'refused';
    const isOnce = copies.length === 1 && right.length === 1;
    if (isValid) verdict.valid += 1;
    if (isValid && isOnce) verdict.inTallyOnce += 1;
    if (isValid && right.length === 0) verdict.lost += 1;
    verdict.doubled += Math.max(0, copies.length - (isValid ? 1 : 0));
    const agrees = row?.number === input.number && (isOnce ? saysWritten : copies.length === 0 && saysRefused);
    if (!agrees) verdict.reportAgrees = false;
    if (!agrees || (isValid && !isOnce))
      say(
        `${input.number}: ${copies.length} in Tally, ${right.length} of them right; reported ${row?.state} ${row?.code}`,
      );
  });
  return verdict;
}

const isRight = ({ party, entries }: ImportedVoucher, partyName: string, partyPaise: number): boolean =>
  party === partyName && entries.some(({ ledger, paise }) => ledger === partyName && paise === partyPaise);
