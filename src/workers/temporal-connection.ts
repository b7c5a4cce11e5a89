import { NativeConnection, type NativeConnectionOptions, TransportError } from '@temporalio/worker';
import type { Logger } from 'pino';
import { untilReachable } from '../ops/until-reachable.js';

/** gRPC's DEADLINE_EXCEEDED and UNAVAILABLE. */
const AWAY = [4, 14];

/** Temporal does not answer, rather than refusing us. */
function isAway(error: unknown): boolean {
  if (error instanceof TransportError) return true;
  const { code, message } = error as { code?: number; message?: string };
  return AWAY.includes(code ?? 0) || (message?.includes('before the deadline') ?? false);
}

/** Does something that needs Temporal, and waits for it where it is away. */
export const whenTemporalAnswers = <T>(log: Logger, attempt: () => Promise<T>): Promise<T> =>
  untilReachable('Temporal', attempt, { log, isAway });

/** A worker's connection, however long it takes until Temporal is there. */
export const connectWorker = (options: NativeConnectionOptions, log: Logger): Promise<NativeConnection> =>
  whenTemporalAnswers(log, () => NativeConnection.connect(options));
