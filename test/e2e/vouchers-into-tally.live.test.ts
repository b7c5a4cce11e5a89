import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BridgeJob, importWorkflowId, type Submitted } from '../../src/canonical/bridge.js';
import { billedVouchers } from '../../src/simulators/billing/index.js';
import type { FaultKind } from '../../src/simulators/tally/index.js';
import { verdictOn } from '../faults-bridge/verdict.js';
import { COMPANY_ID, InstalledBridge } from '../support/bridge.js';
import { payloadsOf, tracesOf } from '../support/traces.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';

const TODAY = '2026-05-18';
/** Of Karnataka. */
const GSTIN = '29AABCT1332L1Z2';
const JOB = /job_[0-9a-f]{16}/;

/** Of the template for sales, with as many of its columns as are needed. */
const CSV = `Voucher_Type,Invoice_No,Invoice_Date,Party_Name,Party_State_Code,Place_Of_Supply,HSN_Code,Taxable_Value,CGST_Amount,SGST_Amount,IGST_Amount,Round_Off,Invoice_Value
Sales,CSV/1,04/05/2026,Bengaluru Kirana Mart,29,Karnataka,1006,9000.00,225.00,225.00,,-0.50,9799.50
Sales,CSV/1,04/05/2026,Bengaluru Kirana Mart,29,Karnataka,3401,300.00,25.00,25.00,,-0.50,9799.50
Sales,CSV/2,05/05/2026,Pune Provision Stores,27,27-Maharashtra,3401,10000.00,,,1800.00,,11800.00
`;

describe('vouchers on their way into Tally', () => {
  let world: World;
  let bridge: InstalledBridge;
  beforeAll(async () => {
    world = await World.start({ today: TODAY, vouchers: 200, imports: { upsert: false } });
    bridge = await InstalledBridge.install(world, { 'vouchers.company_gstin': GSTIN });
    await bridge.start();
  }, 240_000);
  afterAll(() => world.close());

  const submit = (vouchers: object[], more: object = {}): Promise<Submitted> =>
    world.admin('POST', '/v1/bridge/vouchers', {
      company_id: COMPANY_ID,
      by: 'test',
      request_id: `request-${Math.random()}`,
      vouchers,
      ...more,
    });
  const untilSettled = (jobId: string): Promise<BridgeJob> =>
    waitFor(
      'the job at its end',
      async () => {
        const job = await world.admin<BridgeJob>('GET', `/v1/admin/bridge-jobs/${jobId}`);
        return job.settled_at === null ? null : job;
      },
      { timeoutMs: 120_000 },
    );

  it('are each there once, though answers are lost and the bridge is killed, and the report says so', async () => {
    const billed = billedVouchers(60, 5, TODAY);
    const kinds: FaultKind[] = [
      'committed_no_answer',
      'late_commit',
      'committed_hang_up',
      'refuse',
      'cut',
      'empty_body',
    ];
    for (const [nth, kind] of kinds.entries())
      world.simulator.setFault({ kind, on: ['import'], times: 1, after: 8 * nth });
    const { job_id } = await submit(
      billed.map(({ input }) => input),
      { faulty: 'refuse_rows' },
    );
    await waitFor('some of them', () => world.simulator.imported().length > 20, { timeoutMs: 60_000 });
    await world.programs.bridge!.end('SIGKILL');
    await bridge.start();
    const job = await untilSettled(job_id);
    const { rows } = await bridge.report(job_id);
    const complaints: string[] = [];
    const verdict = verdictOn(billed, world.simulator.imported(), rows, (line) => complaints.push(line));
    expect(complaints).toEqual([]);
    const valid = billed.filter(({ isValid }) => isValid).length;
    expect(verdict).toEqual({ valid, inTallyOnce: valid, doubled: 0, lost: 0, reportAgrees: true });
    expect(job.counts).toMatchObject({ created: valid, refused: 60 - valid });
  }, 240_000);

  it('come from a CSV that is shown before anything is written, and once only when it is imported again', async () => {
    const file = join(world.folder, 'sales.csv');
    await writeFile(file, CSV);
    const before = world.simulator.imported().length;

    const dry = await bridge.run(['import', file, '--dry-run']);
    expect(dry.text).toMatch(/CSV\/1/);
    expect(dry.code).toBe(0);
    expect(world.simulator.imported()).toHaveLength(before);

    const first = await bridge.run(['import', file, '--by', 'Asha']);
    expect({ code: first.code, text: first.text }).toMatchObject({
      code: 0,
      text: expect.stringContaining('created 2'),
    });
    const again = await bridge.run(['import', file, '--by', 'Asha', '--again']);
    expect({ code: again.code, text: again.text }).toMatchObject({
      code: 0,
      text: expect.stringContaining('already there 2'),
    });
    expect(world.simulator.imported()).toHaveLength(before + 2);

    const report = await world.run('report', ['bridge', 'report', JOB.exec(first.text)![0], '--format', 'csv']);
    expect(report.lines.join('\n')).toMatch(/CSV\/2.*created/);
    const said = await world.run('exchanges', ['bridge', 'exchanges', COMPANY_ID, '--number', 'CSV/1']);
    expect(said.lines.join('\n')).toMatch(/CREATED/);
    expect(said.lines.join('\n')).not.toContain('Bengaluru Kirana Mart');
  }, 240_000);

  it('wait while they are paused, and are tried again when what they lacked is there', async () => {
    const [first, second] = billedVouchers(400, 6, TODAY).filter(({ isValid }) => isValid);
    const lacking = { ...second!.input, party_name: 'Kolar Kirana Corner' };
    const { job_id } = await submit([first!.input, lacking], { faulty: 'refuse_rows' });
    const workflow = world.client.workflow.getHandle(importWorkflowId(COMPANY_ID, job_id));
    await waitFor('one refused', async () => (await bridge.report(job_id)).rows[1]!.state === 'refused', {
      timeoutMs: 60_000,
    });
    await untilSettled(job_id);
    await workflow.signal('pause', { by: 'Asha', reason: 'stock-taking' });
    world.simulator.person.openLedger('Kolar Kirana Corner', 'Sundry Debtors');
    const paused = await workflow.executeUpdate<{ answer: string }, [object]>('retryRow', {
      args: [{ by: 'Asha', row: 2 }],
    });
    expect(paused.answer).toMatch(/paused/i);
    expect((await bridge.report(job_id)).rows[1]!.state).toBe('pending');
    await workflow.signal('resume', { by: 'Asha' });
    await waitFor('it written', async () => (await bridge.report(job_id)).rows[1]!.state === 'created', {
      timeoutMs: 60_000,
    });
    await workflow.result();
  }, 180_000);

  it('are held up by one that cannot be written, unless the others are asked for; no history and no log names them', async () => {
    const file = join(world.folder, 'faulty.csv');
    await writeFile(file, CSV.replaceAll('CSV/', 'HELD/').replace('Pune Provision Stores', 'Nobody & Co'));
    const before = world.simulator.imported().length;
    const links = await bridge.run(['test']);
    expect(links).toMatchObject({ code: 0, text: expect.stringMatching(/✓ Tally[\s\S]*✓ API[\s\S]*✓ gateway/) });

    const held = await bridge.run(['import', file, '--by', 'Asha']);
    expect(held).toMatchObject({ code: 2, text: expect.stringMatching(/MASTER_MISSING[\s\S]*Nothing was sent/) });
    expect(world.simulator.imported()).toHaveLength(before);
    const others = await bridge.run(['import', file, '--by', 'Asha', '--only-valid']);
    expect(others).toMatchObject({ code: 1, text: expect.stringMatching(/created 1, already there 0, refused 1/) });

    const id = importWorkflowId(COMPANY_ID, JOB.exec(others.text)![0]);
    const history = await world.client.workflow.getHandle(id).fetchHistory();
    const { api, worker, bridge: running } = world.programs;
    const logs = [api, worker, running].flatMap((program) => program!.lines);
    const told = Buffer.concat([...payloadsOf(history), Buffer.from(JSON.stringify(history) + logs.join('\n'))]);
    for (const secret of ['Bengaluru Kirana Mart', 'Nobody & Co', 'HELD/1']) expect(tracesOf(secret, told)).toEqual([]);
  }, 240_000);

  it('are handed in while their bridge is stopped, wait while Tally is away, and go on when both are back', async () => {
    expect(await world.programs.bridge!.end()).toBe(0);
    const [first, second] = billedVouchers(400, 7, TODAY).filter(({ isValid }) => isValid);
    const { job_id } = await submit([first!.input, second!.input]);
    world.simulator.setFault({ kind: 'refuse', on: ['company'] });
    await bridge.start();
    const handle = world.client.workflow.getHandle(importWorkflowId(COMPANY_ID, job_id));
    await waitFor('the import to be stuck', async () => {
      const { stuck } = await handle.query<{ stuck: { code: string } | null }>('progress');
      return stuck?.code === 'TALLY_UNREACHABLE';
    });
    world.simulator.clearFaults();
    await world.run('resume', ['bridge', 'resume', job_id, '--by', 'Asha']);
    expect((await untilSettled(job_id)).counts).toMatchObject({ created: 2 });
  }, 120_000);
});
