import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Listr, type ListrTask } from 'listr2';
import { openPool } from '../../store/database.js';
import { bronzeTotals } from '../../store/totals.js';
import { Onboarding } from '../onboarding.js';
import type { Access } from './access.js';
import { type Books, openBooks } from './books.js';
import { SETTLE_MS } from './by-files.js';
import { type DemoOptions, readDemoOptions } from './options.js';
import { People } from './people.js';
import { type DemoPlatform, startDatabase, startPlatform, startTemporal } from './platform.js';
import { Stage } from './stage.js';
import { holds, table, type Verdict } from './verdict.js';

const STEPS = 10;
const SIMULATED = { tally_prime: 'Tally', sap_b1: 'SAP Business One', csv: 'CSV' };

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
    files: { settleMs: SETTLE_MS },
  });
  const access = books.access(stage, platform, onboarding);
  const people = new People(onboarding, access);
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
      {
        title: options.erp === 'csv' ? 'Files of the day' : 'Delta sync',
        task: () => access.takeNews(result.distributorId!),
      },
    ],
    quiet,
  ).run();
  return { platform, verdict: await verdictOf({ platform, books, access, result, erp: options.erp, startedMs }) };
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

interface Played {
  platform: DemoPlatform;
  books: Books;
  access: Access;
  result: Awaited<ReturnType<Onboarding['handle']['result']>>;
  erp: DemoOptions['erp'];
  startedMs: number;
}

async function verdictOf({ platform, books, access, result, erp, startedMs }: Played): Promise<Verdict> {
  const distributorId = result.distributorId!;
  const pool = openPool(platform.databaseUrl);
  try {
    const came = await access.came(pool, distributorId);
    const bronze = await bronzeTotals(pool, distributorId, 'published');
    const truth = await books.truth();
    return {
      onboarding: result.onboarding,
      erp,
      ...came,
      bronze: {
        invoices: bronze.invoices.count,
        payments: bronze.payments.count,
        returns: bronze.returns.count,
        invoicePaise: bronze.invoices.paise,
        paymentPaise: bronze.payments.paise,
        returnPaise: bronze.returns.paise,
      },
      truth: truth?.six ?? null,
      balancesTied: truth?.tied(bronze.balances) ?? null,
      refusedAsPlanted: truth?.refused ? isDeepStrictEqual(came.quarantined, truth.refused) : null,
      completeness: result.completeness,
      seconds: Math.round(performance.now() - startedMs) / 1000,
    };
  } finally {
    await pool.end();
  }
}

process.exitCode = await main();
