import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Sends what the Temporal SDK has to say through our own log, so that every line is JSON and redacted. Once a process. */
export function logThrough(log: Logger): void {
  const write = ({ level, message, meta }: LogEntry): void => {
    const { error, ...rest } = (meta ?? {}) as { error?: unknown };
    log[LEVELS[level]]({ ...rest, ...(error === undefined ? {} : { err: error }) }, message);
  };
  Runtime.install({ logger: new DefaultLogger('INFO', write) });
}
