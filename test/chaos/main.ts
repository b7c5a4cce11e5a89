import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Killer } from './killer.js';
import { type Phase, Phases } from './phases.js';
import { Product } from './product.js';
import { Story } from './story.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    vouchers: { type: 'string', default: '1500' },
    'ms-per-voucher': { type: 'string', default: '8' },
    'line-ms': { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const numberOf = (name: 'kills' | 'seed' | 'vouchers' | 'ms-per-voucher' | 'line-ms'): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 0) return value;
  process.stderr.write(`--${name} takes a whole number.\n`);
  process.exit(2);
};
const { CHAOS_DIST: dist, TEMPORAL_CLI: temporalCli } = process.env;
if (!dist || !temporalCli) throw new Error('expected to be started by scripts/chaos.mjs');

const startedMs = performance.now();
const seconds = (): number => Math.round((performance.now() - startedMs) / 100) / 10;
const say = (line: string): void => void process.stderr.write(`${seconds().toFixed(1).padStart(6)} s  ${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'chaos-'));
const product = new Product({
  folder,
  dist,
  temporalCli,
  seed: numberOf('seed'),
  vouchers: numberOf('vouchers'),
  msPerVoucher: numberOf('ms-per-voucher'),
  lineMs: numberOf('line-ms'),
});
/** A phase that crosses the line does so four times, with a task and with what it calls. Only reading takes long without it. */
const mostDelayMs = (phase: Phase): number => {
  if (phase === 'publish held') return 0;
  return Math.max(3 * numberOf('line-ms'), phase === 'extract' ? 300 : 0);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

let failed = false;
try {
  await product.start();
  say(`the product runs; logs are in ${folder}/logs`);
  const plan = { seed: numberOf('seed'), kills: numberOf('kills'), mostDelayMs };
  const killer = new Killer(product, new Phases(product.client), plan, say);
  const story = new Story(product, killer, say);
  try {
    await story.play();
  } catch (error) {
    failed = true;
    say(`the story broke off: ${error instanceof Error ? `${error.message} ${error.cause ?? ''}` : error}`);
  }
  await story.sampler?.end();
  const halfVisible = story.sampler?.faults ?? [];
  for (const line of [...story.total.details, ...halfVisible.slice(0, 20)]) say(line);
  const { lost, doubled } = story.total;
  const verdict = {
    kills: killer.killed.length,
    byProcess: counted(killer.killed.map(({ part }) => part)),
    byPhase: counted(killer.killed.map(({ phase }) => phase)),
    phasesMissed: killer.phasesMissed,
    lost,
    doubled,
    halfVisible: halfVisible.length,
    samples: story.sampler?.samples ?? 0,
    startedAgain: Object.fromEntries(Object.entries(product.parts).map(([name, part]) => [name, part.endedByItself])),
    byHand: story.byHand.length,
    finished: !failed,
    seconds: seconds(),
  };
  failed ||= lost + doubled + halfVisible.length > 0 || !killer.hasKilledWhereItHadTo;
  process.stdout.write(`${values.json ? JSON.stringify(verdict) : JSON.stringify(verdict, null, 2)}\n`);
} finally {
  await product.end();
  if (failed || values.keep) say(`logs are kept in ${folder}/logs`);
  else rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function counted(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
