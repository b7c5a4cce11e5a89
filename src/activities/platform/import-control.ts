import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { BridgeWorkflows } from '../../api/bridge/platform.js';
import { importWorkflowId } from '../../canonical/bridge.js';
import { PLATFORM_QUEUE } from './sync-control.js';

/** For a server that is there. */
const ANSWERS_WITHIN_MS = 5_000;

/** Has jobs of vouchers worked off. One that came to its end stays so; one that was terminated starts again, from the journal. */
export function bridgeWorkflows(client: Client, answersWithinMs = ANSWERS_WITHIN_MS): BridgeWorkflows {
  return {
    async startImport({ companyId, jobId }) {
      const start = () =>
        client.workflow.start('voucherImport', {
          workflowId: importWorkflowId(companyId, jobId),
          taskQueue: PLATFORM_QUEUE,
          args: [{ companyId, jobId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          staticSummary: `vouchers of ${jobId} for ${companyId}`,
        });
      try {
        await client.withDeadline(Date.now() + answersWithinMs, start);
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
