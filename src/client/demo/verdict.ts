import type { Paise } from '../../canonical/money.js';
import { addTotals, emptyTotals, type RunTotals } from '../../canonical/run-report.js';

/** Counts and sums of the three record types, as Bronze and the simulator each state them. */
export interface Six {
  invoices: number;
  payments: number;
  returns: number;
  invoicePaise: Paise;
  paymentPaise: Paise;
  returnPaise: Paise;
}

export interface Verdict {
  onboarding: string;
  erp: string;
  sent: number;
  accepted: number;
  duplicates: number;
  quarantined: Partial<Record<string, number>>;
  bronze: Six;
  /** Null with a real ERP, whose truth nobody knows. */
  truth: Six | null;
  balancesTied: boolean | null;
  /** Null where the simulator does not say which have to be. */
  refusedAsPlanted: boolean | null;
  completeness: number | null;
  watermark: string | null;
  seconds: number;
}

export const sumRuns = (runs: Array<{ totals: RunTotals }>): RunTotals =>
  runs.map(({ totals }) => totals).reduce(addTotals, emptyTotals());

/** True when nothing that can be compared differs. */
export const holds = ({ bronze, truth, balancesTied, refusedAsPlanted }: Verdict): boolean =>
  truth === null ||
  ((Object.keys(bronze) as Array<keyof Six>).every((key) => bronze[key] === truth[key]) &&
    balancesTied === true &&
    refusedAsPlanted !== false);

const rupees = (paise: Paise): string => `₹${(paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;

/** The closing table, for people. */
export function table(verdict: Verdict, addresses: Record<string, string>): string {
  const { bronze, truth } = verdict;
  const six = (label: string, count: keyof Six, paise: keyof Six): [string, string] => [
    label,
    `${bronze[count]}, ${rupees(bronze[paise])}${truth === null ? '' : truth[count] === bronze[count] && truth[paise] === bronze[paise] ? '  = ERP' : `  ≠ ERP: ${truth[count]}, ${rupees(truth[paise])}`}`,
  ];
  const rows: Array<[string, string]> = [
    ['sent', String(verdict.sent)],
    ['accepted', String(verdict.accepted)],
    ['duplicates', String(verdict.duplicates)],
    ...Object.entries(verdict.quarantined).map(([code, count]): [string, string] => [
      `quarantined ${code}`,
      String(count),
    ]),
    six('Bronze invoices', 'invoices', 'invoicePaise'),
    six('Bronze payments', 'payments', 'paymentPaise'),
    six('Bronze returns', 'returns', 'returnPaise'),
    [
      "debtors' balances",
      verdict.balancesTied === null ? 'not compared' : verdict.balancesTied ? 'tie to the ERP' : 'DIFFER from the ERP',
    ],
    ...(verdict.refusedAsPlanted === null
      ? []
      : [
          ['refused rows', verdict.refusedAsPlanted ? 'those that were planted' : 'DIFFER from those planted'] as [
            string,
            string,
          ],
        ]),
    ['completeness', `${verdict.completeness ?? '–'} of 100`],
    ['watermark', verdict.watermark ?? '–'],
    ['seconds', verdict.seconds.toFixed(1)],
    ...Object.entries(addresses),
  ];
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
}
