import { availableParallelism } from 'node:os';

/** Of the Jest worker with this id, which runs one test file after the other. */
export const namespaceOf = (jestWorkerId: string): string => `worker-${jestWorkerId}`;

/** Where a worker has become the current version: from then on the others of its namespace are given nothing. */
export const VERSIONED = 'versioned';

/** As many as Jest is given workers (scripts/test.mjs) or more, and that one. */
export const NAMESPACES = [
  VERSIONED,
  ...Array.from({ length: Math.max(4, availableParallelism()) }, (_, index) => namespaceOf(String(index + 1))),
];
