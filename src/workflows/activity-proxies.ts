import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import { BRIDGE_FAILURE, type BridgeJobTasks, type BridgeTasks } from '../activities/bridge/tasks.js';
import { FAILURE, type SharedConnectorTasks, type WindowConnectorTasks } from '../activities/connector/tasks.js';
import type { PlatformTasks } from '../activities/platform/tasks.js';
import { bridgeQueue } from '../canonical/bridge.js';

/** The specification's retry policy (§8): 30 s → 5 min → 30 min, then the activity has failed. */
export const SPEC_RETRIES = {
  initialInterval: '30s',
  backoffCoefficient: 10,
  maximumInterval: '30m',
  maximumAttempts: 4,
} as const;

/** Failures that no retry of the same activity can help; the workflow decides what follows. */
const NOT_RETRIED = [
  FAILURE.erpUnreachable,
  FAILURE.rateLimited,
  FAILURE.windowLost,
  FAILURE.windowTooLarge,
  FAILURE.setsChanged,
  FAILURE.erpMisconfigured,
  FAILURE.certificateRefused,
  FAILURE.credentialsRefused,
  FAILURE.requestRefused,
  FAILURE.connectorTooOld,
];

/** Every activity tells that it lives: a process that was killed inside one is noticed this soon, not after its whole time. */
export const HEARTBEAT_TIMEOUT = '30s';

/** Central activities are quick and idempotent: a few tries over minutes, then a person is told. */
export const platform = proxyActivities<PlatformTasks>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 3,
    maximumInterval: '1m',
    maximumAttempts: 6,
    nonRetryableErrorTypes: ['InvalidInput'],
  },
});

/** Those that must get through however long the store is away: a run's record, an alert, an undo. */
export const platformUntilDone = proxyActivities<PlatformTasks>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

export const connectorQueue = (distributorId: string): string => `connector-${distributorId}`;

/** `pickupMs` is how "the connector is offline" shows: nobody takes the task. */
export const sharedConnector = (distributorId: string, pickupMs: number) =>
  proxyActivities<SharedConnectorTasks>({
    taskQueue: connectorQueue(distributorId),
    scheduleToStartTimeout: pickupMs,
    startToCloseTimeout: '2h',
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: { ...SPEC_RETRIES, nonRetryableErrorTypes: NOT_RETRIED },
  });

export const windowConnector = (queue: string, pickupMs: number) =>
  proxyActivities<WindowConnectorTasks>({
    taskQueue: queue,
    scheduleToStartTimeout: pickupMs,
    startToCloseTimeout: '10m',
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    retry: { ...SPEC_RETRIES, nonRetryableErrorTypes: NOT_RETRIED },
  });

/** The centre's side of vouchers to be written. */
export const bridgeJobs = proxyActivities<BridgeJobTasks>({
  startToCloseTimeout: '2m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '1s',
    backoffCoefficient: 2,
    maximumInterval: '5m',
    nonRetryableErrorTypes: ['InvalidInput', 'UnknownJob'],
  },
});

/**
 * What writes to Tally. A process that was killed at work is replaced by the next at once, since the journal knows what was begun;
 * what else goes wrong is the workflow's to show. Cancelled, it ends after the row under way, and that is waited for.
 */
export const bridge = (companyId: string, pickupMs: number) =>
  proxyActivities<BridgeTasks>({
    taskQueue: bridgeQueue(companyId),
    scheduleToStartTimeout: pickupMs,
    startToCloseTimeout: '2h',
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '2s',
      maximumAttempts: 3,
      nonRetryableErrorTypes: Object.values(BRIDGE_FAILURE),
    },
  });
