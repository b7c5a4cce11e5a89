import { ApplicationFailure } from '@temporalio/workflow';
import { FAILURE } from '../activities/connector/tasks.js';
import { addAccounts, emptyAccounts, faultsOf, type RunAccounts } from '../canonical/run-proof.js';
import type { DeliveredWindow } from './deliver-window.js';

/** The books of some windows before they are published. */
export function accountsOf(windows: readonly DeliveredWindow[]): RunAccounts {
  const accounts = emptyAccounts();
  for (const { held, made, posted } of windows) {
    addAccounts(accounts, { ...made.account, ...posted.account });
    addAccounts(accounts, { rows: { extracted: held.rows, understood: made.rows } });
  }
  return accounts;
}

/** @throws SumsDiffer: what was read and what became of it do not add up, so nothing of it may count as a success. */
export function assertProven(accounts: RunAccounts): void {
  const faults = faultsOf(accounts);
  if (faults.length === 0) return;
  throw ApplicationFailure.create({
    type: FAILURE.sumsDiffer,
    message: `The run's sums do not add up: ${faults.join('; ')}.`,
  });
}
