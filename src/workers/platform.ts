import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { PlatformActivityInterceptor } from '../activities/platform/interceptor.js';
import { PLATFORM_QUEUE } from '../activities/platform/sync-control.js';
import type { PlatformTasks } from '../activities/platform/tasks.js';
import { deploymentOf } from './deployment.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Bundled at build time in production; a checkout that has none bundles as it starts, which takes a second or two. */
const BUNDLE = here('../workflow-bundle.js');
const workflowSource = (bundlePath: string) =>
  existsSync(bundlePath)
    ? { workflowBundle: { codePath: bundlePath } }
    : { workflowsPath: here('../workflows/index.js') };

/** All workflow code and the central activities, on the queue `platform`. */
export function createPlatformWorker(options: {
  connection: NativeConnection;
  namespace: string;
  tasks: PlatformTasks;
  /** A bundle made elsewhere, such as one shared by a test run. */
  bundlePath?: string;
  /** Makes it a version of the worker deployment. */
  buildId?: string | null;
}): Promise<Worker> {
  return Worker.create({
    connection: options.connection,
    namespace: options.namespace,
    taskQueue: PLATFORM_QUEUE,
    ...workflowSource(options.bundlePath ?? BUNDLE),
    activities: { ...options.tasks },
    interceptors: { activity: [(context) => ({ inbound: new PlatformActivityInterceptor(context) })] },
    shutdownGraceTime: '30s',
    ...(options.buildId ? { workerDeploymentOptions: deploymentOf(options.buildId) } : {}),
  });
}
