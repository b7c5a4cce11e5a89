import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { importWorkflowId } from '../../src/canonical/bridge.js';
import type { Imported } from '../../src/client/bridge/import-vouchers.js';
import { saleInput } from '../bridge/import/import-world.js';
import { COMPANY_ID, InstalledBridge } from '../support/bridge.js';
import { payloadsOf, tracesOf } from '../support/traces.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';

const PARTY = 'Bengaluru Kirana Mart';

let world: World;
let installed: InstalledBridge;
beforeAll(async () => {
  world = await World.start({
    companyName: 'Import Traders',
    today: '2026-05-18',
    vouchers: 150,
    months: 12,
    seed: 7,
    imports: {},
  });
  installed = await InstalledBridge.install(world);
}, 120_000);
afterAll(() => world.close());

const bridge = async (args: string[]) => {
  const { code, log, text } = await installed.run(args);
  return { code, text, answer: log.at(-1) as unknown };
};
const importing = async (name: string, vouchers: object[], ...flags: string[]) => {
  const file = join(world.folder, name);
  await writeFile(file, JSON.stringify(vouchers));
  const { code, text, answer } = await bridge(['import', file, '--by', 'Asha', '--json', ...flags]);
  if (!answer) throw new Error(text);
  return { code, ...(answer as Imported) };
};
const numbersInTally = () => world.simulator.imported().map(({ number }) => number);

describe('vouchers from a file', () => {
  it('are written into Tally once each, reported, and say nothing of themselves in histories and logs', async () => {
    const links = await bridge(['test', '--json']);
    expect(links).toMatchObject({ code: 0, answer: { ok: true } });
    await installed.start();
    const vouchers = [saleInput(1), saleInput(2), saleInput(3)];
    const first = await importing('sales.json', vouchers);
    expect(first).toMatchObject({ code: 0, job: { counts: { created: 3 } }, troubled: [] });
    expect(numbersInTally()).toEqual(['INV/1', 'INV/2', 'INV/3']);

    const same = await importing('sales.json', vouchers);
    expect(same).toMatchObject({ code: 0, job: { job_id: first.job.job_id } });
    const again = await importing('sales.json', [...vouchers, saleInput(4)], '--again');
    expect(again).toMatchObject({ code: 0, job: { counts: { created: 1, already_there: 3 } } });
    expect(numbersInTally()).toEqual(['INV/1', 'INV/2', 'INV/3', 'INV/4']);

    const run = world.client.workflow.getHandle(importWorkflowId(COMPANY_ID, first.job.job_id));
    const history = await run.fetchHistory();
    const logs = Object.values(world.programs).flatMap(({ lines }) => lines);
    const told = Buffer.concat([...payloadsOf(history), Buffer.from(JSON.stringify(history) + logs.join('\n'))]);
    expect([...tracesOf(PARTY, told), ...tracesOf('INV/1', told)]).toEqual([]);
    expect(history.events!.length).toBeLessThan(60);
  }, 120_000);

  it('that cannot be written hold up the others, unless only those that can are asked for', async () => {
    const vouchers = [saleInput(11), saleInput(12, { party_name: 'Nobody & Co' })];
    const { code, held, troubled } = await importing('faulty.json', vouchers);
    expect({ code, held }).toEqual({ code: 2, held: true });
    expect(troubled).toEqual([expect.objectContaining({ row: 2, code: 'MASTER_MISSING' })]);
    expect(numbersInTally()).not.toContain('INV/11');
    const others = await importing('faulty.json', vouchers, '--only-valid');
    expect(others).toMatchObject({ code: 1, job: { counts: { created: 1, refused: 1 } } });
    const report = await world.run('report', ['bridge', 'report', others.job.job_id]);
    expect(report.lines.join('\n')).toMatch(/MASTER_MISSING/);
    expect(report.lines.join('\n')).not.toContain('Nobody & Co');
  }, 120_000);

  it('go on after their bridge was stopped, and while Tally is away wait for it', async () => {
    expect(await world.programs.bridge!.end()).toBe(0);
    const importedSoon = importing('later.json', [saleInput(21), saleInput(22)]);
    world.simulator.setFault({ kind: 'refuse', on: ['company'] });
    await installed.start();
    const stuck = await waitFor('the import to be stuck', async () => {
      const { jobs } = await world.admin<{ jobs: Array<{ job_id: string }> }>(
        'GET',
        `/v1/admin/bridges/${COMPANY_ID}/jobs`,
      );
      const handle = world.client.workflow.getHandle(importWorkflowId(COMPANY_ID, jobs[0]!.job_id));
      const progress = await handle.query<{ stuck: { code: string } | null }>('progress');
      return progress.stuck?.code === 'TALLY_UNREACHABLE' ? { handle, jobId: jobs[0]!.job_id } : null;
    });
    world.simulator.clearFaults();
    await world.run('resume', ['bridge', 'resume', stuck.jobId, '--by', 'Asha']);
    expect(await importedSoon).toMatchObject({ code: 0, job: { counts: { created: 2 } } });
  }, 120_000);
});
