import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { BridgeJob, Submitted } from '../src/canonical/bridge.js';
import { type DemoPlatform, startDatabase, startPlatform, startTemporal } from '../src/client/demo/platform.js';
import { until } from '../src/client/demo/stage.js';
import { billedVouchers } from '../src/simulators/billing/index.js';
import { startTallySimulator, type TallySimulator } from '../src/simulators/tally/index.js';
import type { BenchLine } from './support/bench-line.js';
import { WatchedStage } from './support/processes.js';

const COMPANY_ID = 'bench-traders';
const COMPANY = 'Bench Traders';
const TODAY = '2026-05-18';
/** Of Karnataka, where the billing program sells from. */
const GSTIN = '29AABCT1332L1Z2';
const LONGEST_MS = 3_600_000;

/**
 * Vouchers from the API into a simulated Tally that takes no longer than it must: API, platform's worker, Temporal, PostgreSQL and
 * bridge as processes of their own. Ours is the time of the job that Tally was not at work, a voucher; beside it the time that
 * Tally was. A real Tally takes 110 to 530 ms (facts: Performance).
 */
export async function run({
  temporalCli,
  vouchers,
}: {
  temporalCli: string;
  vouchers?: number[];
}): Promise<BenchLine[]> {
  process.env.TEMPORAL_CLI = temporalCli;
  const lines: BenchLine[] = [];
  for (const count of vouchers ?? [2_000]) lines.push(await imported(count));
  return lines;
}

async function imported(count: number): Promise<BenchLine> {
  const stage = new WatchedStage(mkdtempSync(join(tmpdir(), 'voucher-import-')));
  const tally = await startTallySimulator({
    companyName: COMPANY,
    today: TODAY,
    months: 12,
    vouchers: 500,
    imports: {},
  });
  try {
    const [databaseUrl, temporal] = await Promise.all([startDatabase(stage), startTemporal(stage)]);
    const platform = await startPlatform(stage, databaseUrl, temporal);
    await startBridge(stage, platform, tally);
    const admin = adminOf(platform);
    tally.requests.length = 0;
    const startedAtMs = performance.now();
    const { job_id } = await admin<Submitted>('POST', '/v1/bridge/vouchers', {
      company_id: COMPANY_ID,
      by: 'bench',
      request_id: randomUUID(),
      faulty: 'refuse_rows',
      vouchers: billedVouchers(count, 1, TODAY).map(({ input }) => input),
    });
    const isDone = async () => (await admin<BridgeJob>('GET', `/v1/admin/bridge-jobs/${job_id}`)).settled_at;
    await until('the job', isDone, LONGEST_MS);
    const wholeMs = performance.now() - startedAtMs;
    const tallyMs = tally.requests.reduce((sum, { ms }) => sum + ms, 0);
    const written = tally.imported().length;
    console.error(
      `voucher-import, ${count}: ${written} written in ${Math.round(wholeMs / 1_000)} s, ${(tally.requests.length / written).toFixed(2)} requests each`,
    );
    const [value, limit] = [(wholeMs - tallyMs) / written, tallyMs / written];
    const peakMiB = stage.peakMiB('bridge');
    return {
      bench: 'voucher-import',
      case: `${count} vouchers`,
      value,
      unit: 'ms/voucher',
      limit,
      ratio: value / limit,
      peakMiB,
    };
  } finally {
    await stage.strike();
    await tally.close();
    await rm(stage.folder, { recursive: true, force: true });
  }
}

async function startBridge(stage: WatchedStage, platform: DemoPlatform, tally: TallySimulator): Promise<void> {
  const { environment, temporalAddress } = platform;
  const folder = join(stage.folder, 'bridge');
  await stage.run(
    'register',
    'client/altscore.js',
    ['bridge', 'register', COMPANY_ID, '--label', COMPANY],
    environment,
  );
  await stage.run(
    'hand over',
    'client/altscore.js',
    ['bridge', 'credentials', COMPANY_ID, '--dir', folder],
    environment,
  );
  const { hostname, port } = new URL(tally.url);
  const config = join(folder, 'altscore-bridge.yaml');
  const yaml = parseDocument(readFileSync(config, 'utf8'));
  yaml.set('tally', {
    host: hostname,
    port: Number(port),
    company_name: COMPANY,
    company_guid: tally.book.company.guid,
  });
  yaml.set('vouchers', { company_gstin: GSTIN });
  yaml.set('gateway', { address: temporalAddress, tls: 'off' });
  writeFileSync(config, yaml.toString());
  stage.start('bridge', 'client/bridge.js', ['run', '--config', config]);
}

const adminOf =
  ({ adminUrl, secretsDir }: DemoPlatform) =>
  async <T>(method: string, path: string, body?: object): Promise<T> => {
    const token = readFileSync(join(secretsDir, 'admin_token'), 'utf8').trim();
    const response = await fetch(`${adminUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
