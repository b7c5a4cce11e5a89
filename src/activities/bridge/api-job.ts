import type { ImportJob } from '../../bridge/import/job.js';
import type { BridgeClient } from '../../delivery/bridge-client.js';

/** A job as the centre's API keeps it. */
export function apiJob(client: BridgeClient, jobId: string): ImportJob {
  return {
    begin: (row, request) => client.begin(jobId, { row, request }),
    settle: (row, attempt, outcome, exchanges) => client.settle(jobId, { row, attempt, outcome, exchanges }),
    async rows(states, after, limit) {
      return (await client.rows(jobId, { states, after, limit })).rows;
    },
    async end(rows) {
      await client.end(jobId, { rows });
    },
    async facts() {
      const { faulty, create_ledgers, counts } = await client.job(jobId);
      return { refuseAll: faulty === 'refuse_all', createLedgers: create_ledgers, counts };
    },
  };
}
