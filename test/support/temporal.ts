import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { DefaultLogger, type LogLevel, NativeConnection, Runtime } from '@temporalio/worker';
import { Duration, type DurationLike } from 'luxon';
import { namespaceOf } from './namespaces.js';

type TimeSkippingConfig = proto.temporal.api.common.v1.ITimeSkippingConfig;
const { FastForwardPollingResult } = proto.temporal.api.enums.v1;

export interface TestTemporal {
  /** Of this Jest worker alone, so that two test files at once do not take each other's tasks. */
  namespace: string;
  client: Client;
  connection: Connection;
  nativeConnection: NativeConnection;
  close(): Promise<void>;
}

/**
 * Connections, for clients and for workers, to the server that global-setup.ts started: once a test file, closed after its tests.
 * The SDK's own log shows errors only; TEST_LOG_LEVEL=INFO shows the rest.
 */
export async function connectTestTemporal(
  namespace = namespaceOf(process.env.JEST_WORKER_ID ?? '1'),
): Promise<TestTemporal> {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: is this test named *.live.test.ts?');
  Runtime.install({ logger: new DefaultLogger((process.env.TEST_LOG_LEVEL as LogLevel | undefined) ?? 'ERROR') });
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  const close = async () => {
    await connection.close();
    await nativeConnection.close();
  };
  return { namespace, client: new Client({ connection, namespace }), connection, nativeConnection, close };
}

/** Skips the server allows one workflow before it goes back to real time; the default of 100 is less than a fortnight of hourly timers. */
const MAX_SKIPS = 10_000;

/**
 * A client whose workflows skip time: their timers and retry back-offs pass at once (about a second each) while no activity,
 * child or other work is in flight, waiting for a worker included. Workflows that another client of the same server starts keep
 * real time; continue-as-new and children inherit it. Mind that a wait for a signal jumps to its deadline too: for those, start
 * with the ordinary client and `advance`, or give `fastForward`, after which real time goes on.
 */
export function skippingTime(
  { connection, namespace }: Pick<TestTemporal, 'connection' | 'namespace'>,
  { fastForward }: { fastForward?: DurationLike } = {},
): Client {
  const timeSkippingConfig = fastForward
    ? fastForwardConfig(randomUUID(), fastForward)
    : { enabled: true, maxSessionSkipCount: MAX_SKIPS };
  const real = connection.workflowService;
  const workflowService = Object.assign(Object.create(real), {
    startWorkflowExecution: (request: object) => real.startWorkflowExecution({ ...request, timeSkippingConfig }),
    signalWithStartWorkflowExecution: (request: object) =>
      real.signalWithStartWorkflowExecution({ ...request, timeSkippingConfig }),
  });
  return new Client({
    namespace,
    connection: new Proxy(connection, {
      get: (target, property) =>
        property === 'workflowService' ? workflowService : Reflect.get(target, property, target),
    }),
  });
}

/**
 * Moves a running workflow's clock on by `duration`, through all timers on the way, and returns when it is there and real time goes on.
 * However the workflow was started: UpdateWorkflowExecutionOptions takes a new FastForwardConfig at any time. A timer set to
 * the same duration may still miss it by milliseconds, having been set after the clock was read: advance a minute further.
 * @throws Error when the workflow ended on the way or is not running
 */
export async function advance(handle: WorkflowHandle, duration: DurationLike): Promise<void> {
  const service = handle.client.connection.workflowService;
  const namespace = handle.client.options.namespace;
  const workflowExecution = { workflowId: handle.workflowId };
  const fastForwardId = await beginAdvancing(handle, duration);
  for (;;) {
    const { fastForwardPollingResult: result, failedReason } = await service.pollWorkflowExecutionTimeSkipping({
      namespace,
      workflowExecution,
      fastForwardId,
    });
    if (result === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_COMPLETED) return;
    if (result === FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_FAST_FORWARD_FAILED) {
      throw new Error(`${handle.workflowId} could not be advanced: ${failedReason}`);
    }
  }
}

/** As `advance`, but does not wait for it: what is in flight meanwhile takes its own time, as a lost activity's heartbeat does. */
export async function beginAdvancing(handle: WorkflowHandle, duration: DurationLike): Promise<string> {
  const fastForwardId = randomUUID();
  await handle.client.connection.workflowService.updateWorkflowExecutionOptions({
    namespace: handle.client.options.namespace,
    workflowExecution: { workflowId: handle.workflowId },
    workflowExecutionOptions: { timeSkippingConfig: fastForwardConfig(fastForwardId, duration) },
    updateMask: { paths: ['time_skipping_config'] },
  });
  return fastForwardId;
}

function fastForwardConfig(id: string, duration: DurationLike): TimeSkippingConfig {
  const seconds = Math.round(Duration.fromDurationLike(duration).as('seconds'));
  return {
    enabled: true,
    maxSessionSkipCount: MAX_SKIPS,
    fastForwardConfig: { id, duration: proto.google.protobuf.Duration.fromObject({ seconds }) },
  };
}
