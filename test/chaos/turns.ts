import type { Random } from '../../src/simulators/random.js';

/** A phase that so many pieces of work in a row went through unseen no longer holds up the kills. */
export const MOST_MISSES = 8;

/** In which phase of a stage a burst begins: each has its turn before one comes again, and who was missed keeps it. */
export class Turns<Phase extends string> {
  private left: Phase[];
  private missedInARow = 0;

  constructor(
    private readonly random: Random,
    private readonly phases: readonly Phase[],
  ) {
    this.left = shuffled(random, phases);
  }

  /** The phase whose turn it is; for the impatient, any that still lacks its turn; after too many misses any at all. */
  wanted(impatient: boolean): readonly Phase[] {
    if (this.missedInARow >= MOST_MISSES) return this.phases;
    return impatient ? this.left : this.left.slice(0, 1);
  }

  met(phase: Phase): void {
    this.missedInARow = 0;
    this.left = this.left.filter((one) => one !== phase);
    if (this.left.length === 0) this.left = shuffled(this.random, this.phases);
  }

  /** The work was over before. */
  missed(): void {
    this.missedInARow += 1;
  }
}

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
