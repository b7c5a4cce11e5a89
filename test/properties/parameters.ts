import type { Parameters } from 'fast-check';

/** Shrinking a failure ends here at the latest, and what it has found by then is told. */
const LONGEST_MS = 45 * 60_000;

/** For Jest: longer than fast-check's own limit, so that a counterexample is never lost to a time-out. */
export const PATIENCE_MS = LONGEST_MS + 15 * 60_000;

/** How many stories, and which: `npm run properties -- --runs N --seed S` asks for others, and `--path P` for the one that failed. */
export function parameters<T>(runs: number): Parameters<T> {
  const { PROPERTY_RUNS, PROPERTY_SEED, PROPERTY_PATH } = process.env;
  return {
    numRuns: Number(PROPERTY_RUNS ?? runs),
    seed: Number(PROPERTY_SEED ?? 1),
    path: PROPERTY_PATH ?? '',
    interruptAfterTimeLimit: LONGEST_MS,
    markInterruptAsFailure: PROPERTY_RUNS === undefined,
  };
}
