import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunReport } from '../src/canonical/run-report.js';
import { ByConnector } from '../src/client/demo/by-connector.js';
import { People } from '../src/client/demo/people.js';
import { type DemoPlatform, startDatabase, startPlatform, startTemporal } from '../src/client/demo/platform.js';
import { Onboarding } from '../src/client/onboarding.js';
import { openPool, type Pool } from '../src/store/database.js';
import { readRuns } from '../src/store/runs.js';
import { bronzeTotals } from '../src/store/totals.js';
import { upsertAgain } from './support/batched-upsert.js';
import type { BenchLine } from './support/bench-line.js';
import { WatchedStage } from './support/processes.js';
import { measured, recordAnswers } from './support/tally-contestants.js';

const MONTHS = 36;
/** Steps up to and with the backfill. */
const BACKFILL = 7;
const ROUNDS = 2;
const PROGRAMS = ['tally', 'connector', 'api', 'worker', 'temporal'];

interface Options {
  temporalCli: string;
  vouchers?: number[];
}

interface Tally {
  url: string;
  controlUrl: string;
  company: string;
}

/**
 * The whole path: a simulated Tally that answers at once, the connector, the API over mutual TLS, the platform's worker
 * and Temporal, each in a process of its own, and PostgreSQL. From the start of the backfill's run to its end, when
 * every row stands in Bronze. It is held against the slower of what it cannot do without: reading the same answers, and
 * writing the same rows.
 */
export async function run({ temporalCli, vouchers }: Options): Promise<BenchLine[]> {
  process.env.TEMPORAL_CLI = temporalCli;
  const lines: BenchLine[] = [];
  for (const count of vouchers ?? [20_000, 200_000]) lines.push(await wholePath(count));
  return lines;
}

async function wholePath(vouchers: number): Promise<BenchLine> {
  const stage = new WatchedStage(mkdtempSync(join(tmpdir(), 'tally-to-bronze-')));
  try {
    const [databaseUrl, temporal, tally] = await Promise.all([
      startDatabase(stage),
      startTemporal(stage),
      startTally(stage, vouchers),
    ]);
    const platform = await startPlatform(stage, databaseUrl, temporal);
    const pool = openPool(databaseUrl);
    stage.onStrike(() => pool.end());

    const backfill = await backfilled(stage, platform, pool, tally);
    await checkAgainstTruth(pool, backfill.distributorId, tally);
    const peakMiB = stage.peakMiB('connector');
    for (const program of ['connector', 'worker', 'api', 'temporal']) await stage.end(program);

    const upsert = await upsertAgain(pool);
    await recordAnswers(tally.url, tally.company, stage.folder);
    await stage.end('tally');
    const readings = [];
    for (let round = 0; round < ROUNDS; round += 1) readings.push(await measured('reader', stage.folder));
    const reading = readings.reduce((best, next) => (next.seconds < best.seconds ? next : best));

    const value = backfill.vouchers / backfill.seconds;
    const limits = { reading: reading.vouchers / reading.seconds, upsert: backfill.vouchers / upsert.seconds };
    const limit = Math.min(limits.reading, limits.upsert);
    console.error(
      `tally-to-bronze, ${vouchers}: ${backfill.vouchers} vouchers in ${backfill.seconds} s; reading alone ${Math.round(limits.reading)}/s, ` +
        `upsert alone ${Math.round(limits.upsert)}/s (${upsert.rows} rows); processor seconds ${JSON.stringify(backfill.processorSeconds)}`,
    );
    return {
      bench: 'tally-to-bronze',
      case: `${vouchers} vouchers`,
      value,
      unit: 'vouchers/s',
      limit,
      ratio: value / limit,
      peakMiB,
    };
  } finally {
    await stage.strike();
    await rm(stage.folder, { recursive: true, force: true });
  }
}

async function startTally(stage: WatchedStage, vouchers: number): Promise<Tally> {
  const simulator = stage.start('tally', 'simulators/tally/main.js', [
    ...['--port', '0', '--control-port', '0', '--seed', '1', '--answer-at-once'],
    ...['--months', String(MONTHS), '--vouchers', String(vouchers)],
  ]);
  const [line] = await once(createInterface(simulator.stdout!), 'line');
  return JSON.parse(String(line)) as Tally;
}

/** Plays the onboarding until the backfill has ended. */
async function backfilled(stage: WatchedStage, platform: DemoPlatform, pool: Pool, tally: Tally) {
  const onboarding = await Onboarding.start(platform.client, 'onboarding/bench', {
    legalName: 'Sharma FMCG Dist',
    gstin: '29AABCT1332L1Z2',
    erpType: 'tally_prime',
    contacts: { ops: 'ops@altscore.example', distributorIt: 'it@sharma.example' },
    backfillMonths: MONTHS,
  });
  const { hostname, port } = new URL(tally.url);
  const erp = { host: hostname, port: Number(port), company: tally.company };
  const people = new People(onboarding, new ByConnector(stage, platform, onboarding, erp));
  let before: Record<string, number> = {};
  for (let step = 1; step <= BACKFILL; step += 1) {
    if (step === BACKFILL) before = processorSecondsOf(stage);
    await people.act(step);
    await untilDone(onboarding, step);
  }
  const after = processorSecondsOf(stage);
  const distributorId = (await onboarding.progress()).distributorId!;
  const runs = await readRuns(pool, distributorId);
  return {
    distributorId,
    vouchers: runs.reduce((sum, { totals }) => sum + totals.rows, 0),
    seconds: secondsOf(runs),
    processorSeconds: Object.fromEntries(PROGRAMS.map((name) => [name, round(after[name]! - before[name]!)])),
  };
}

async function untilDone(onboarding: Onboarding, number: number): Promise<void> {
  for (;;) {
    const { status, note } = (await onboarding.progress()).steps[number - 1]!;
    if (status === 'done') return;
    if (status === 'failed') throw new Error(note ?? `step ${number} failed`);
    await pause(500);
  }
}

const processorSecondsOf = (stage: WatchedStage): Record<string, number> =>
  Object.fromEntries(PROGRAMS.map((name) => [name, stage.processorSeconds(name)]));

const round = (seconds: number): number => Math.round(seconds * 10) / 10;

/** From the start of the first run to the end of the last: a long backfill goes on in a run after the other. */
function secondsOf(runs: RunReport[]): number {
  const started = Math.min(...runs.map(({ startedAt }) => Date.parse(startedAt)));
  const finished = Math.max(...runs.map(({ finishedAt }) => Date.parse(finishedAt!)));
  return (finished - started) / 1000;
}

/** A fast path to something else would be worth nothing. */
async function checkAgainstTruth(pool: Pool, distributorId: string, tally: Tally): Promise<void> {
  const answer = await fetch(new URL('/totals', tally.controlUrl));
  const { byType } = (await answer.json()) as { byType: Record<string, { count: number; paise: number }> };
  const bronze = await bronzeTotals(pool, distributorId, 'held');
  for (const type of ['invoices', 'payments', 'returns'] as const) {
    const { count, paise } = byType[type]!;
    if (bronze[type].count !== count || bronze[type].paise !== paise)
      throw new Error(
        `Bronze holds ${bronze[type].count} ${type}, the books ${count}: expected the same, to the paisa.`,
      );
  }
}
