import { availableParallelism } from 'node:os';

/** Of the Jest worker with this id, which runs one test file after the other. */
export const namespaceOf = (jestWorkerId: string): string => `worker-${jestWorkerId}`;

/** As many as Jest can have workers. */
export const NAMESPACES = Array.from({ length: Math.max(2, availableParallelism()) }, (_, index) =>
  namespaceOf(String(index + 1)),
);
