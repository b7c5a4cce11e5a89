import type { Client } from '@temporalio/client';
import type { WorkerDeploymentOptions } from '@temporalio/worker';

const DEPLOYMENT = 'altscore-platform';

/** A worker that is one version of a deployment; workflows under way go on in the newest one, and `patched()` guards them. */
export const deploymentOf = (buildId: string): WorkerDeploymentOptions => ({
  version: { deploymentName: DEPLOYMENT, buildId },
  useWorkerVersioning: true,
  defaultVersioningBehavior: 'AUTO_UPGRADE',
});

/** Makes a version the one that gets all tasks from now on. A versioned worker gets none before that. */
export async function makeCurrent(client: Client, buildId: string): Promise<void> {
  await client.workflowService.setWorkerDeploymentCurrentVersion({
    namespace: client.options.namespace,
    deploymentName: DEPLOYMENT,
    buildId,
    identity: client.options.identity,
    // It begins to poll a moment later.
    allowNoPollers: true,
    ignoreMissingTaskQueues: true,
  });
}
