import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { readRuns } from '../../src/store/runs.js';
import { readWatermark } from '../../src/store/watermarks.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';

describe('a distributor’s sync, steered from the command line, the UI and by signal', () => {
  let world: World;
  let distributorId: string;
  beforeAll(async () => {
    world = await World.start({ seed: 8, months: 4, vouchers: 250 });
    const onboarding = await world.onboard('consentCompleted');
    distributorId = (await onboarding.handle.result()).distributorId!;
  });
  afterAll(() => world.close());

  const schedule = () => world.client.schedule.getHandle(`sync/${distributorId}`);
  const altscore = async (...args: string[]): Promise<string> => (await world.run('cli', args)).lines.join('\n');
  /** Nothing is under way or wanted: the same before and after nothing was pending. */
  const untilIdle = () =>
    waitFor(
      'nothing being under way',
      async () => {
        const { info } = await schedule().describe();
        const before = await world.syncState(distributorId);
        const { raw } = await world.client.workflow.getHandle(`sync/${distributorId}`).describe();
        const after = await world.syncState(distributorId);
        const pending = [raw.pendingChildren ?? [], raw.pendingActivities ?? [], info.runningActions].flat().length;
        const ranMeanwhile = before.last?.runId !== after.last?.runId;
        return pending === 0 && !raw.pendingWorkflowTask && !before.requested && !after.requested && !ranMeanwhile;
      },
      { timeoutMs: 90_000 },
    );

  it('has a Schedule that makes up one missed day after an outage, and never starts two at a time', async () => {
    const { policies } = await schedule().describe();
    expect(policies).toEqual({ overlap: 'SKIP', catchupWindow: 24 * 3_600_000, pauseOnFailure: false });
  });

  it('starts at another hour, with quiet hours, and shows both; a Schedule that is paused stays so', async () => {
    await schedule().pause('stock taking');
    const answer = await altscore(
      ...['sync', 'schedule', distributorId, '--by', 'Asha', '--at', '03:45', '--quiet', '09:00-18:00'],
    );
    expect(answer).toMatch(/starts at 03:45 Asia\/Kolkata, spread over 20 minutes; .*Quiet hours: 09:00-18:00/);
    const { spec, state, action } = await schedule().describe();
    expect(spec.calendars).toMatchObject([{ hour: [{ start: 3 }], minute: [{ start: 45 }] }]);
    expect(spec.timezone).toBe('Asia/Kolkata');
    expect(state).toMatchObject({ paused: true, note: 'stock taking' });
    // What a lost sync would be started from again.
    expect(action.args).toMatchObject([{ schedule: '45 3 * * *', quietHours: '09:00-18:00' }]);
    expect(await altscore('sync', 'status', distributorId)).toMatch(
      /next run +the Schedule is paused: stock taking\nquiet hours +09:00-18:00 Asia\/Kolkata/,
    );
    await schedule().unpause();
    expect(await altscore('sync', 'status', distributorId)).toMatch(/next run +\d{4}-\d\d-\d\d 0[34]:\d\d/);
  });

  it.each([
    [['schedule', 'ID', '--by', 'A', '--at', '25:00'], /at: expected a time such as 02:30/],
    [['schedule', 'ID', '--by', 'A', '--at', '10:00'], /at: expected a time outside the quiet hours 09:00-18:00/],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const before = await world.syncState(distributorId);
    const refusal = altscore('sync', ...args.map((arg) => (arg === 'ID' ? distributorId : arg)));
    await expect(refusal).rejects.toThrow(sentence);
    expect(await world.syncState(distributorId)).toEqual(before);
  });

  it('runs one at a time and loses nothing however its Schedule is triggered, also twice at once and in mid-run', async () => {
    const { pool } = world.database;
    const before = await readWatermark(pool, distributorId);
    for (const overlap of Object.values(ScheduleOverlapPolicy)) {
      world.simulator.dayOfTrade({ sales: 2, receipts: 1, edits: 1, cancels: 1 });
      // Slow enough for the next trigger to come while it is read.
      world.simulator.setFault({ kind: 'slow', amount: 400, times: 8 });
      await Promise.all([schedule().trigger(overlap), schedule().trigger(overlap)]);
      // The server names what a Schedule starts by the second, and starts none of a name twice.
      await sleep(1_100);
    }
    world.simulator.clearFaults();
    await untilIdle();

    const runs = (await readRuns(pool, distributorId)).filter(({ kind }) => kind === 'delta').reverse();
    expect(runs.length).toBeGreaterThanOrEqual(2);
    expect(runs.filter(({ outcome }) => outcome !== 'success' && outcome !== 'unchanged')).toEqual([]);
    const together = runs.filter(({ startedAt }, index) => index > 0 && startedAt < runs[index - 1]!.finishedAt!);
    expect(together).toEqual([]);
    const moved = runs.flatMap(({ outcome, watermark }) =>
      outcome === 'success' && watermark ? [watermark.last_sync_at] : [],
    );
    expect(moved).toEqual(moved.toSorted());
    const after = await readWatermark(pool, distributorId);
    expect(after!.last_sync_at > before!.last_sync_at).toBe(true);
    expect((await world.syncState(distributorId)).watermark).toEqual(after);
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));
  });

  it('keeps what is asked of it while paused, a week of missed days too, and runs once when resumed', async () => {
    const runsSoFar = async () => (await readRuns(world.database.pool, distributorId)).length;
    const before = await runsSoFar();
    await altscore('sync', 'pause', distributorId, '--by', 'Asha', '--reason', 'stock taking');
    world.simulator.dayOfTrade({ sales: 2 });
    const taken = async () => (await schedule().describe()).info.numActionsTaken;
    const takenBefore = await taken();
    const weekMs = 7 * 24 * 3_600_000;
    const [start, end] = [new Date(Date.now() - weekMs), new Date()];
    await schedule().backfill({ start, end, overlap: ScheduleOverlapPolicy.ALLOW_ALL });
    await waitFor('a week of ticks', async () => (await taken()) >= takenBefore + 7);
    await waitFor('the first of them being heard', async () => (await world.syncState(distributorId)).requested);
    expect((await world.syncState(distributorId)).paused).toEqual({ by: 'Asha', reason: 'stock taking' });
    expect(await runsSoFar()).toBe(before);
    const ticking = 'WorkflowType="syncTick" AND ExecutionStatus="Running"';
    await waitFor('their end', async () => (await world.client.workflow.count(ticking)).count === 0);
    await altscore('sync', 'resume', distributorId, '--by', 'Asha');
    await waitFor('the run', async () => (await runsSoFar()) > before);
    await untilIdle();
    expect(await runsSoFar()).toBe(before + 1);
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));
  });
});
