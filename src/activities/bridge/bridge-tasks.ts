import { Context } from '@temporalio/activity';
import type { ImportDesk, ImportJob } from '../../bridge/import/job.js';
import { prepareRows } from '../../bridge/import/prepare.js';
import { type Stretch, writeRows } from '../../bridge/import/write-rows.js';
import type { StateCounts } from '../../canonical/bridge.js';
import { OtherCompany } from './errors.js';
import type { BridgeTasks, JobNamed } from './tasks.js';

/** Short enough that a pause and the counts are not waited for, long enough that histories stay small. */
const STRETCH: Stretch = { rows: 100, ms: 20_000 };

/** What a bridge's activities work with: made once by the process. */
export interface BridgeDesk extends ImportDesk {
  job(jobId: string): ImportJob;
}

/** Repeating any of them is safe: what was begun stands in the journal. */
export function bridgeTasks(desk: BridgeDesk): BridgeTasks {
  const open = ({ companyId, jobId }: JobNamed): ImportJob => {
    if (companyId !== desk.company.companyId) throw new OtherCompany(companyId, desk.company.companyId);
    return desk.job(jobId);
  };
  return {
    async prepareJob({ createLedgers, ...task }) {
      const job = open(task);
      const { newLedgers } = await prepareRows(desk, job, createLedgers, Context.current().cancellationSignal);
      const { refuseAll, counts } = await job.facts();
      return { mayWrite: !(refuseAll && counts.refused > 0), counts, ledgersCreated: newLedgers };
    },
    async writeNext(task) {
      const job = open(task);
      const { createLedgers } = await job.facts();
      await writeRows(desk, job, { createLedgers, stretch: STRETCH, stop: Context.current().cancellationSignal });
      const { counts } = await job.facts();
      return { counts, remaining: remainingOf(counts) };
    },
  };
}

const remainingOf = ({ pending, sending }: StateCounts): number => pending + sending;
