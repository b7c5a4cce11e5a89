import type { MonthDifference, ReconciliationReport } from '../canonical/reconciliation.js';
import { PROOF_KINDS, type RunAccounts } from '../canonical/run-proof.js';
import { table } from './table.js';

const COLUMNS = [
  'read',
  'known',
  'quarantined',
  'suppressed',
  'sent',
  'accepted',
  'duplicates',
  'stale',
  'rejected',
] as const;

/** A run's proof, a line a kind: read = known + quarantined + suppressed + sent, sent = accepted + … + rejected. */
export const proofTable = (accounts: RunAccounts): string =>
  table([
    ['kind', ...COLUMNS],
    ...PROOF_KINDS.map((kind) => [kind, ...COLUMNS.map((column) => String(accounts[column][kind]))]),
  ]);

/** How ERP and Bronze compare, a line a month that differs or differed. */
export function reconciliationTable(report: ReconciliationReport): string {
  const { outcome, reason, from, to, months, quarantined, balances, found, remaining, finishedAt } = report;
  const lines = [
    `reconciliation  ${outcome} at ${finishedAt}: ${months} months, ${from} – ${to}; ${quarantined} records quarantined`,
    balances
      ? `balances        ${balances.compared - balances.differing} of ${balances.compared} debtors close as their records add up`
      : 'balances        not compared: not all that moves them is read, or the books were moving',
  ];
  if (reason) lines.push(`reason          ${reason}`);
  if (found.length === 0) return lines.join('\n');
  const now = new Set(remaining.map(({ month }) => month));
  const rows = found.map((one) => [
    one.month,
    countsOf(one),
    String(one.parties),
    now.has(one.month) ? 'differs' : 'mended',
  ]);
  return [...lines, '', table([['month', 'records in the ERP / in Bronze', 'debtors', 'now'], ...rows])].join('\n');
}

const countsOf = ({ types }: MonthDifference): string =>
  Object.entries(types)
    .map(([type, { erp, bronze }]) => `${type} ${erp}/${bronze}`)
    .join(', ') || 'none';
