import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Listr, type ListrTask } from 'listr2';
import { openPool } from '../../store/database.js';
import { readRuns } from '../../store/runs.js';
import { bronzeTotals } from '../../store/totals.js';
import type { SyncState } from '../../workflows/sync-state.js';
import { Onboarding } from '../onboarding.js';
import { type Books, openBooks } from './books.js';
import { type DemoOptions, readDemoOptions } from './options.js';
import { People } from './people.js';
import { type DemoPlatform, startDatabase, startPlatform, startTemporal } from './platform.js';
import { Stage, until } from './stage.js';
import { holds, sumRuns, table, type Verdict } from './verdict.js';

const STEPS = 10;
const DELTA_MS = 10 * 60_000;
const SIMULATED = { tally_prime: 'Tally', sap_b1: 'SAP Business One' };

async function main(): Promise<number> {
  const options = readDemoOptions(process.argv.slice(2));
  const startedMs = performance.now();
  const stage = new Stage(mkdtempSync(join(tmpdir(), 'altscore-demo-')));
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  try {
    const { platform, verdict } = await Promise.race([
      play(stage, options, startedMs),
      interrupted.then(() => {
        throw new Error('interrupted');
      }),
    ]);
    const addresses = {
      'Temporal UI': platform.temporalUi,
      API: platform.ingestUrl,
      'Admin API and docs': `${platform.adminUrl}/docs`,
    };
    if (!options.json) console.log(`\n${table(verdict, addresses)}\n`);
    if (options.keep) {
      const exports = Object.entries(platform.environment).map(([name, value]) => `export ${name}=${value}`);
      console.error(`Everything keeps running; logs are in ${stage.folder}/logs. Ctrl-C ends it.`);
      console.error(`To steer it with altscore from another terminal:\n${exports.join('\n')}`);
      await interrupted;
    }
    await stage.strike();
    rmSync(stage.folder, { recursive: true, force: true });
    if (options.json) console.log(JSON.stringify(verdict));
    return holds(verdict) ? 0 : 1;
  } catch (error) {
    await stage.strike();
    console.error(`The demonstration failed: ${error instanceof Error ? error.message : error}`);
    console.error(`Logs are in ${stage.folder}/logs.`);
    return 1;
  }
}

async function play(
  stage: Stage,
  options: DemoOptions,
  startedMs: number,
): Promise<{ platform: DemoPlatform; verdict: Verdict }> {
  const quiet = { silentRendererCondition: options.json };
  const { platform, books } = await setTheStage(stage, options);
  const onboarding = await Onboarding.start(platform.client, 'onboarding/demo', {
    legalName: 'Sharma FMCG Dist',
    gstin: '29AABCT1332L1Z2',
    erpType: options.erp,
    contacts: { ops: 'ops@altscore.example', distributorIt: 'it@sharma.example' },
    backfillMonths: options.months,
  });
  const people = new People(stage, platform, onboarding, books);
  const { steps } = await onboarding.progress();
  await new Listr(
    Array.from({ length: STEPS }, (_, index) => ({
      title: `${index + 1}. ${steps[index]?.name}`,
      task: async (_context: unknown, task: { output: string }) => {
        await people.act(index + 1);
        await people.watch(index + 1, (line) => {
          task.output = line;
        });
      },
      rendererOptions: { persistentOutput: true },
    })),
    quiet,
  ).run();
  const result = await onboarding.handle.result();

  await new Listr(
    [
      { title: 'A day of trade: new, edited and cancelled documents', task: () => books.tradeForADay() },
      { title: 'Delta sync', task: () => runDelta(platform, result.distributorId!) },
    ],
    quiet,
  ).run();
  return { platform, verdict: await verdictOf(platform, books, result, options.erp, startedMs) };
}

interface Scene {
  databaseUrl: string;
  temporal: { address: string; ui: string };
  books: Books;
  platform: DemoPlatform;
}

async function setTheStage(stage: Stage, options: DemoOptions): Promise<Scene> {
  const servers: ListrTask<Scene>[] = [
    {
      title: 'PostgreSQL',
      task: async (scene) => {
        scene.databaseUrl = await startDatabase(stage);
      },
    },
    {
      title: 'Temporal server and UI',
      task: async (scene) => {
        scene.temporal = await startTemporal(stage);
      },
    },
    {
      title: options.tally ? 'Your Tally' : `${SIMULATED[options.erp]} simulator`,
      task: async (scene) => {
        scene.books = await openBooks(stage, options);
      },
    },
  ];
  return await new Listr<Scene>(
    [
      { title: 'Servers', task: (_scene, task) => task.newListr(servers, { concurrent: true }) },
      {
        title: 'API and platform worker',
        task: async (scene) => {
          scene.platform = await startPlatform(stage, scene.databaseUrl, scene.temporal);
        },
      },
    ],
    { silentRendererCondition: options.json, ctx: {} as Scene },
  ).run();
}

/** Triggers the Schedule as Ops would, and waits for the run it wakes. */
async function runDelta({ client }: DemoPlatform, distributorId: string): Promise<void> {
  const sync = client.workflow.getHandle(`sync/${distributorId}`);
  await client.schedule.getHandle(`sync/${distributorId}`).trigger();
  const { last } = await until(
    'the delta',
    async () => {
      const state = await sync.query<SyncState>('syncState');
      return state.last ? state : null;
    },
    DELTA_MS,
  );
  if (last?.outcome !== 'success' && last?.outcome !== 'unchanged')
    throw new Error(`The delta ended ${last?.outcome}: ${last?.reason}`);
}

async function verdictOf(
  platform: DemoPlatform,
  books: Books,
  result: Awaited<ReturnType<Onboarding['handle']['result']>>,
  erp: DemoOptions['erp'],
  startedMs: number,
): Promise<Verdict> {
  const distributorId = result.distributorId!;
  const pool = openPool(platform.databaseUrl);
  try {
    const totals = sumRuns(await readRuns(pool, distributorId));
    const bronze = await bronzeTotals(pool, distributorId, 'published');
    const truth = await books.truth();
    const { watermark } = await platform.client.workflow
      .getHandle(`sync/${distributorId}`)
      .query<SyncState>('syncState');
    return {
      onboarding: result.onboarding,
      erp,
      sent: totals.sent,
      accepted: totals.accepted,
      duplicates: totals.duplicates,
      quarantined: totals.quarantined,
      bronze: {
        invoices: bronze.invoices.count,
        payments: bronze.payments.count,
        returns: bronze.returns.count,
        invoicePaise: bronze.invoices.paise,
        paymentPaise: bronze.payments.paise,
        returnPaise: bronze.returns.paise,
      },
      truth: truth?.six ?? null,
      balancesTied: truth && [...truth.balances].every(([party, paise]) => (bronze.balances[party] ?? 0) === paise),
      completeness: result.completeness,
      watermark: watermark.last_sync_at,
      seconds: Math.round(performance.now() - startedMs) / 1000,
    };
  } finally {
    await pool.end();
  }
}

process.exitCode = await main();
