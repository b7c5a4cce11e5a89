import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/simulators/random.js';
import { PHASES, type Phase, type Phases, type Stage } from './phases.js';
import { PARTS, type PartName, type Product } from './product.js';
import { shuffled, Turns } from './turns.js';

/** Longest time a killed part stays away. */
const MOST_PAUSE_MS = 5_000;
/** Between the kills of one burst: the next part dies while the first is still missed. */
const MOST_GAP_MS = 2_000;
/** When a phase is not met in this time, another one that lacks its turn is taken. */
const PHASE_WITHIN_MS = 30_000;
/** Of so many kills every phase has at least one. */
const EVERY_PHASE_FROM_KILLS = 30;
/** Half of the bursts are for the backfill, and one of the others for the consent. */
const LEAST_BURSTS = 2 * (PHASES.consent.length + PHASES.delta.length);

export interface Killed {
  part: PartName;
  /** `backfill: extract`; those that followed the first of a burst died in a `recovery`. */
  phase: string;
}

interface Plan {
  seed: number;
  kills: number;
  /** How long after a phase was met a burst begins in it, at most; phases that last milliseconds bear no delay. */
  mostDelayMs: (phase: Phase) => number;
}

/**
 * Kills by a seeded plan, in bursts, so that recoveries are disturbed too. Every part is a victim in turn, and in each stage
 * every phase is where a burst begins in turn.
 */
export class Killer {
  readonly killed: Killed[] = [];
  private readonly random: Random;
  private readonly bursts: PartName[][];
  private readonly turns: Record<Stage, Turns<Phase>>;

  constructor(
    private readonly product: Product,
    private readonly phases: Phases,
    private readonly plan: Plan,
    private readonly say: (line: string) => void,
  ) {
    this.random = new Random(plan.seed);
    this.bursts = planned(this.random, plan.kills);
    const turnsOf = (stage: Stage) => new Turns(this.random, PHASES[stage]);
    this.turns = { backfill: turnsOf('backfill'), consent: turnsOf('consent'), delta: turnsOf('delta') };
  }

  get left(): number {
    return this.bursts.length;
  }

  /** Those in which no burst began, such as `delta: publish`. */
  get phasesMissed(): string[] {
    const met = new Set(this.killed.map(({ phase }) => phase));
    const all = Object.entries(PHASES).flatMap(([stage, phases]) => phases.map((phase) => `${stage}: ${phase}`));
    return all.filter((phase) => !met.has(phase));
  }

  /** Fewer kills than it takes may miss some. */
  get hasKilledWhereItHadTo(): boolean {
    return this.left === 0 && (this.plan.kills < EVERY_PHASE_FROM_KILLS || this.phasesMissed.length === 0);
  }

  /**
   * The next burst, begun in its phase of the work that `owner` has under way.
   * @returns false when the work was over before
   */
  async strike(owner: string, stage: Stage, isOver: () => boolean): Promise<boolean> {
    const victims = this.bursts[0];
    if (!victims) return false;
    const met = await this.meet(owner, stage, isOver);
    if (met === null) {
      this.turns[stage].missed();
      return false;
    }
    this.turns[stage].met(met);
    this.bursts.shift();
    const returning: Promise<void>[] = [];
    for (const [index, part] of victims.entries()) {
      if (index > 0) await sleep(this.random.int(0, MOST_GAP_MS));
      const pauseMs = this.random.int(0, MOST_PAUSE_MS);
      const phase = `${stage}: ${index === 0 ? met : 'recovery'}`;
      this.killed.push({ part, phase });
      this.say(`kill ${this.killed.length}: ${part} in ${phase}, away for ${pauseMs} ms`);
      returning.push(this.product.parts[part].killAndRestart(pauseMs));
    }
    await Promise.all(returning);
    return true;
  }

  /** Waits for a phase and for a moment somewhere in it; one that is over by then was not met. */
  private async meet(owner: string, stage: Stage, isOver: () => boolean): Promise<Phase | null> {
    const impatient = AbortSignal.timeout(PHASE_WITHIN_MS);
    const wanted = () => this.turns[stage].wanted(impatient.aborted);
    for (;;) {
      const phase = await this.phases.until(owner, stage, wanted, isOver);
      const delayMs = phase && this.random.int(0, this.plan.mostDelayMs(phase));
      if (!phase || !delayMs) return phase;
      await sleep(delayMs);
      if ((await this.phases.underWay(owner, stage)).includes(phase)) return phase;
    }
  }
}

/** One to three victims a burst, which differ; where every phase is to have its burst, never so many that too few are left. */
function planned(random: Random, kills: number): PartName[][] {
  const leastBursts = kills < EVERY_PHASE_FROM_KILLS ? 0 : LEAST_BURSTS;
  const bursts: PartName[][] = [];
  const turns: PartName[] = [];
  for (let left = kills; left > 0; ) {
    const forOthers = Math.max(0, leastBursts - bursts.length - 1);
    const size = Math.min(left - forOthers, random.int(1, 3));
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
