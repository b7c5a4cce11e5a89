import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { billedVouchers } from '../../src/simulators/billing/index.js';
import { faultPlan } from './plan.js';
import { Product } from './product.js';
import { verdictOn } from './verdict.js';

const { values } = parseArgs({
  options: {
    vouchers: { type: 'string', default: '1000' },
    faults: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    upsert: { type: 'string', default: 'on' },
    numbering: { type: 'string', default: 'manual' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const refuse = (sentence: string): never => {
  process.stderr.write(`${sentence}\n`);
  process.exit(2);
};
const numberOf = (name: 'vouchers' | 'faults' | 'seed'): number => {
  const value = Number(values[name]);
  return Number.isInteger(value) && value >= 0 ? value : refuse(`--${name} takes a whole number.`);
};
const [vouchers, faults, seed] = [numberOf('vouchers'), numberOf('faults'), numberOf('seed')];
if (vouchers < 1 || vouchers > 10_000) refuse('--vouchers takes 1 to 10000.');
const { upsert, numbering } = values;
if (upsert !== 'on' && upsert !== 'off') refuse('--upsert takes on or off.');
if (numbering !== 'manual' && numbering !== 'automatic') refuse('--numbering takes manual or automatic.');
const { FAULTS_DIST: dist, TEMPORAL_CLI: temporalCli } = process.env;
if (!dist || !temporalCli) throw new Error('expected to be started by scripts/faults-bridge.mjs');

const startedMs = performance.now();
const say = (line: string): void => {
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6);
  process.stderr.write(`${seconds} s  ${line}\n`);
};
const folder = mkdtempSync(join(tmpdir(), 'faults-bridge-'));
const product = new Product({
  folder,
  dist,
  temporalCli,
  seed,
  upsert: upsert === 'on',
  numbering: numbering as 'manual' | 'automatic',
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

let isRight = false;
try {
  await product.start();
  say(`the product runs; logs are in ${folder}/logs`);
  const planned = billedVouchers(vouchers, seed, product.today);
  const plan = faultPlan(faults, vouchers, seed);
  await product.setFaults(plan.tally);
  const jobId = await product.submit(planned.map(({ input }) => input));
  say(
    `${vouchers} vouchers are on their way, with ${plan.tally.length} faults of Tally and ${plan.kills.length} kills before them`,
  );
  for (const { part, afterVouchers } of plan.kills) {
    await product.untilEnded(jobId, afterVouchers);
    say(`${part} is killed after ${await product.ended(jobId)} vouchers`);
    await product.kill(part);
  }
  await product.untilEnded(jobId, vouchers);
  const verdict = verdictOn(planned, await product.imported(), await product.report(jobId), say);
  say(
    `${await product.faultsLeft()} faults struck nothing; ${await product.timesSentAgain()} vouchers were sent more than once`,
  );
  isRight = verdict.inTallyOnce === verdict.valid && verdict.doubled + verdict.lost === 0 && verdict.reportAgrees;
  process.stdout.write(`${values.json ? JSON.stringify(verdict) : JSON.stringify(verdict, null, 2)}\n`);
} finally {
  await product.end();
  if (!isRight || values.keep) say(`logs are kept in ${folder}/logs`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exitCode = isRight ? 0 : 1;
