import { type Client, isGrpcDeadlineError, type WorkflowHandle } from '@temporalio/client';
import type { UploadWorkflows } from '../../api/admin/platform.js';
import { PLATFORM_QUEUE } from '../platform/sync-control.js';
import { startIngestion } from './ingestion-control.js';

const PATIENCE = {
  /** For a server that is there. */
  answersWithinMs: 5_000,
  /** So long a person, and what stands between, waits for an answer. */
  doneWithinMs: 60_000,
};

/** Has uploads read and taken; a workflow under way for an upload is the one that is asked for. */
export function uploadWorkflows(client: Client, patience: Partial<typeof PATIENCE> = {}): UploadWorkflows {
  const { answersWithinMs, doneWithinMs } = { ...PATIENCE, ...patience };
  const soon = <Result>(work: () => Promise<Result>): Promise<Result> =>
    client.withDeadline(Date.now() + answersWithinMs, work);
  const isDone = async (handle: WorkflowHandle): Promise<boolean> => {
    try {
      await client.withDeadline(Date.now() + doneWithinMs, () => handle.result());
      return true;
    } catch (error) {
      if (isGrpcDeadlineError(error)) return false;
      throw error;
    }
  };
  return {
    async answers() {
      await soon(() => client.workflowService.getSystemInfo({}));
    },
    async preview(uploadId) {
      const handle = await soon(() =>
        client.workflow.start('uploadPreview', {
          workflowId: `upload/${uploadId}`,
          taskQueue: PLATFORM_QUEUE,
          args: [{ uploadId }],
          workflowIdConflictPolicy: 'USE_EXISTING',
          staticSummary: `preview of ${uploadId}`,
        }),
      );
      return await isDone(handle);
    },
    async ingest({ uploadId, sourceId }) {
      // A run of its own: one that is under way may have listed the uploads before this one was committed.
      const workflowId = `files/${sourceId}/${uploadId}`;
      return await isDone(await soon(() => startIngestion(client, { workflowId, sourceId, settleMs: 0 })));
    },
  };
}
