import { ApplicationFailure } from '@temporalio/activity';
import type { IdentityVault } from '../../ops/identity-vault.js';
import { closeJob, readJob } from '../../store/bridge-jobs.js';
import { reopenRow, rowEnd, skipRow } from '../../store/bridge-steering.js';
import type { Pool } from '../../store/database.js';
import { UnknownJob } from '../../store/errors.js';
import type { BridgeJobTasks } from '../bridge/tasks.js';

/** The centre's side of vouchers to be written: the store under errors that workflows know by name. */
export function bridgeJobTasks({ pool, vault }: { pool: Pool; vault: IdentityVault }): BridgeJobTasks {
  return {
    bridgeJob: (task) =>
      named(async () => {
        const { faulty, create_ledgers, counts } = await readJob(pool, task);
        return { refuseAll: faulty === 'refuse_all', createLedgers: create_ledgers, counts };
      }),
    skipRow: (task) => named(() => skipRow(pool, vault, task)),
    reopenRow: (task) => named(() => reopenRow(pool, task)),
    rowEnd: (task) => named(() => rowEnd(pool, task)),
    closeJob: (task) => named(() => closeJob(pool, vault, task)),
  };
}

async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UnknownJob)) throw error;
    throw ApplicationFailure.create({ type: 'UnknownJob', message: error.message });
  }
}
