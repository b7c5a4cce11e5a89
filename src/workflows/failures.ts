import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, TimeoutFailure } from '@temporalio/workflow';
import { FAILURE } from '../activities/connector/tasks.js';
import type { RunOutcome } from '../canonical/run-report.js';

/** Why an activity ended, seen from the workflow: a named failure, or how it timed out. */
export interface Cause {
  type: string;
  message: string;
  retryAfterMs: number | null;
}

export const OFFLINE = 'NobodyTookTheTask';
/** The run was cancelled or terminated: somebody's will. */
export const RUN_ENDED = 'RunEnded';

export function causeOf(error: unknown): Cause {
  const inner = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  if (inner instanceof TimeoutFailure) {
    return inner.timeoutType === 'SCHEDULE_TO_START'
      ? { type: OFFLINE, message: 'No connector took the task.', retryAfterMs: null }
      : {
          type: FAILURE.platformUnavailable,
          message: `The task ran out of time (${inner.timeoutType}).`,
          retryAfterMs: null,
        };
  }
  if (inner instanceof ApplicationFailure) {
    const details = inner.details?.[0] as { retryAfterMs?: number } | undefined;
    return { type: inner.type ?? 'Error', message: inner.message, retryAfterMs: details?.retryAfterMs ?? null };
  }
  if (error instanceof ChildWorkflowFailure) {
    return { type: RUN_ENDED, message: `The run was ended from outside (${error.message}).`, retryAfterMs: null };
  }
  throw error;
}

/** The design's table of errors: which outcome a run has when this ends it. */
export function outcomeOf(type: string): RunOutcome {
  switch (type) {
    case FAILURE.erpUnreachable:
      return 'missed';
    case OFFLINE:
      return 'offline';
    case FAILURE.rateLimited:
      return 'deferred';
    case FAILURE.platformUnavailable:
    case FAILURE.incompleteAnswer:
    case FAILURE.windowLost:
    case FAILURE.setsChanged:
    case FAILURE.sumsDiffer:
      return 'failed';
    default:
      return 'aborted';
  }
}
