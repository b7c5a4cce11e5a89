import { isDeepStrictEqual } from 'node:util';
import type { TallySimulator } from '../../src/simulators/tally/index.js';
import { type Books, booksExpected } from '../support/books.js';
import { inWords, type Step, type Trouble } from './steps.js';

/** A distributor whose books were read, and whom things befall. Restores are closures, so the latest one wins. */
export interface Distributor {
  simulator: TallySimulator;
  /** As when the story began: books, store and sync. */
  reset(): Promise<void>;
  /** One delta, until it ended one way or the other. */
  sync(): Promise<string>;
  /** What a person says to the sync after Tally was restored. */
  tellRestored(): Promise<void>;
  dumpStore(): Promise<() => Promise<void>>;
  befall(trouble: Trouble): Promise<void>;
  /** Everything that was broken works again. */
  calm(): Promise<void>;
  bronze(): Promise<Books>;
}

const MOST_SYNCS = 4;
const GOOD = ['success', 'unchanged'];

/** Plays the steps. Afterwards, when faults have ceased and a sync has succeeded, Bronze is what the books are. */
export async function play(distributor: Distributor, steps: readonly Step[]): Promise<void> {
  const { simulator } = distributor;
  await distributor.reset();
  let restoreTally = simulator.backUp();
  let restoreStore = await distributor.dumpStore();
  let untold = false;
  const said: string[] = [];
  const tell = async (): Promise<void> => {
    if (untold) await distributor.tellRestored();
    untold = false;
  };
  for (const step of steps) {
    switch (step.do) {
      case 'change':
        // Nothing suitable to change is no change.
        try {
          simulator.mutate(step.mutation);
        } catch {}
        break;
      case 'sync':
        said.push(await distributor.sync());
        await distributor.calm();
        break;
      case 'tally fails':
        simulator.setFault(step.fault);
        break;
      case 'trouble':
        await distributor.befall(step.kind);
        break;
      case 'back up Tally':
        restoreTally = simulator.backUp();
        break;
      case 'restore Tally':
        restoreTally();
        untold = true;
        break;
      case 'tell that Tally was restored':
        await tell();
        break;
      case 'dump the store':
        restoreStore = await distributor.dumpStore();
        break;
      case 'restore the store':
        await restoreStore();
        break;
    }
  }
  await distributor.calm();
  await tell();
  for (let tries = 1; ; tries += 1) {
    said.push(await distributor.sync());
    if (GOOD.includes(said.at(-1)!)) break;
    if (tries === MOST_SYNCS) throw new Error(`The syncs ended ${said.join('; ')}.`);
  }
  const [found, expected] = [await distributor.bronze(), booksExpected(simulator.totals())];
  if (isDeepStrictEqual(found, expected)) return;
  throw new Error(
    [
      'Bronze is not what the books are, after:',
      inWords(steps),
      `syncs: ${said.join('; ')}`,
      ...differing(found, expected),
    ].join('\n'),
  );
}

/** Where two trees of numbers differ, a line each. */
function differing(found: unknown, expected: unknown, path = ''): string[] {
  if (isDeepStrictEqual(found, expected)) return [];
  if (typeof found !== 'object' || typeof expected !== 'object' || !found || !expected)
    return [`${path}: Bronze ${found ?? 'nothing'}, books ${expected ?? 'nothing'}`];
  return [...new Set([...Object.keys(found), ...Object.keys(expected)])].flatMap((key) =>
    differing((found as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key], `${path} ${key}`),
  );
}
