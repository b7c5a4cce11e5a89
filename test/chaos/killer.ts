import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/simulators/random.js';
import { PHASES, type Phase, type Phases, type Stage } from './phases.js';
import { PARTS, type PartName, type Product } from './product.js';

/** Longest time a killed part stays away. */
const MOST_PAUSE_MS = 5_000;
/** Between the kills of one burst: the next part dies while the first is still missed. */
const MOST_GAP_MS = 2_000;
/** A phase may last milliseconds; when it was not met in this time, another one is taken. */
const PHASE_WITHIN_MS = 20_000;
/** Reading takes longest, so that its kills need not come at its very beginning. */
const MOST_DELAY_MS = 300;

export interface Killed {
  part: PartName;
  /** `backfill: extract`; those that followed the first of a burst died in a `recovery`. */
  phase: string;
}

/**
 * Kills by a seeded plan, in bursts, so that recoveries are disturbed too. Every part is a victim in turn, and in each stage
 * every phase is where a burst begins in turn.
 */
export class Killer {
  readonly killed: Killed[] = [];
  private readonly random: Random;
  private readonly bursts: PartName[][];
  private readonly phasesLeft: Record<Stage, Phase[]> = { backfill: [], consent: [], delta: [] };
  /** In a row. */
  private missed = 0;

  constructor(
    private readonly product: Product,
    private readonly phases: Phases,
    seed: number,
    kills: number,
    private readonly say: (line: string) => void,
  ) {
    this.random = new Random(seed);
    this.bursts = planned(this.random, kills);
  }

  get left(): number {
    return this.bursts.length;
  }

  /**
   * The next burst, begun in its phase of the work that `owner` has under way.
   * @returns false when the work was over before
   */
  async strike(owner: string, stage: Stage, isOver: () => boolean): Promise<boolean> {
    const victims = this.bursts[0];
    if (!victims) return false;
    const left = this.phasesLeft[stage];
    if (left.length === 0) left.push(...shuffled(this.random, PHASES[stage]));
    // A phase may be over in no time. One that was missed is not waited for alone again, and after two misses any will do.
    const wanted = this.missed === 0 ? left.slice(0, 1) : left;
    const patienceMs = this.missed < 2 ? PHASE_WITHIN_MS : 0;
    const seen = await this.phases.until(owner, stage, wanted, { isOver, patienceMs });
    this.missed = seen === null ? this.missed + 1 : 0;
    if (seen === null) return false;
    // Only a phase that was met has had its turn.
    if (left.includes(seen)) left.splice(left.indexOf(seen), 1);
    this.bursts.shift();
    if (seen === 'extract') await sleep(this.random.int(0, MOST_DELAY_MS));
    const returning: Promise<void>[] = [];
    for (const [index, part] of victims.entries()) {
      if (index > 0) await sleep(this.random.int(0, MOST_GAP_MS));
      const pauseMs = this.random.int(0, MOST_PAUSE_MS);
      const phase = `${stage}: ${index === 0 ? seen : 'recovery'}`;
      this.killed.push({ part, phase });
      this.say(`kill ${this.killed.length}: ${part} in ${phase}, away for ${pauseMs} ms`);
      returning.push(this.product.parts[part].killAndRestart(pauseMs));
    }
    await Promise.all(returning);
    return true;
  }
}

/** One to three victims a burst, which differ. */
function planned(random: Random, kills: number): PartName[][] {
  const bursts: PartName[][] = [];
  const turns: PartName[] = [];
  for (let left = kills; left > 0; ) {
    const size = Math.min(left, random.int(1, 3));
    const victims: PartName[] = [];
    while (victims.length < size) {
      if (turns.every((part) => victims.includes(part))) turns.push(...shuffled(random, PARTS));
      const at = turns.findIndex((part) => !victims.includes(part));
      victims.push(...turns.splice(at, 1));
    }
    bursts.push(victims);
    left -= size;
  }
  return bursts;
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
