import { Random } from '../../src/simulators/random.js';
import type { Fault, FaultKind } from '../../src/simulators/tally/index.js';

/** What is made to go wrong in a run, and when: each import that reaches Tally is counted. */
export interface FaultPlan {
  tally: Fault[];
  /** Programs that are killed once so many vouchers have come to an end. */
  kills: { part: 'bridge' | 'worker'; afterVouchers: number }[];
}

/** Timeouts that committed, timeouts that did not, answers cut, connections closed. */
const OF_TALLY: FaultKind[] = [
  'committed_no_answer',
  'not_committed_no_answer',
  'late_commit',
  'committed_hang_up',
  'refuse',
  'cut',
  'empty_body',
  'html',
];
/** One in twelve faults is the death of a program: each costs the half minute after which Temporal misses it. */
const KILLS = 1 / 12;

export function faultPlan(faults: number, vouchers: number, seed: number): FaultPlan {
  const random = new Random(seed + 1);
  const kills = Math.round(faults * KILLS);
  const plan: FaultPlan = { tally: [], kills: [] };
  for (let nth = 0; nth < faults - kills; nth += 1) {
    const kind = OF_TALLY[nth % OF_TALLY.length]!;
    plan.tally.push({ kind, on: ['import'], times: 1, after: random.int(0, vouchers - 1) });
  }
  for (let nth = 0; nth < kills; nth += 1) {
    const afterVouchers = random.int(0, Math.floor(vouchers * 0.95));
    plan.kills.push({ part: random.chance(0.7) ? 'bridge' : 'worker', afterVouchers });
  }
  plan.kills.sort((a, b) => a.afterVouchers - b.afterVouchers);
  return plan;
}
