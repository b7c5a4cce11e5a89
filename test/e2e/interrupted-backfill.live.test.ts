import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunProgress } from '../../src/workflows/sync-run.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { beginAdvancing } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { DONE, World } from '../support/world.js';

describe('a backfill that is interrupted', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ seed: 6, months: 14, vouchers: 420, msPerVoucher: 12 });
  });
  afterAll(() => world.close());

  it('by a killed connector, a Tally that is closed and an API that is down still brings every record once', async () => {
    const onboarding = await world.onboard('disclosureConfirmed');
    const run = async () => {
      const { raw } = await onboarding.handle.describe();
      const workflowId = raw.pendingChildren?.[0]?.workflowId;
      return workflowId ? world.client.workflow.getHandle(workflowId) : null;
    };
    const windowsDone = async (): Promise<number> =>
      (await (await run())?.query<RunProgress>('runProgress'))?.windowsDone ?? 0;
    /** What was lost is missed as late as ever, but the half minute before it is tried again passes at once. */
    const hastenRetry = async (): Promise<void> => {
      const handle = await run();
      if (handle) await beginAdvancing(handle, { seconds: 65 });
    };
    const untilWindow = (count: number) =>
      waitFor(`window ${count}`, async () => (await windowsDone()) >= count, { timeoutMs: 90_000 });

    await untilWindow(2);
    await world.programs.connector!.end('SIGKILL');
    await world.startConnector();
    await hastenRetry();

    await untilWindow(5);
    await world.simulator.goOffline();
    await waitFor('the run being missed', async () => (await world.runOutcomes()).includes('missed'), {
      timeoutMs: 60_000,
    });
    await world.simulator.goOnline();

    await untilWindow(3);
    await world.programs.api!.end('SIGKILL');
    await world.startApi();
    await hastenRetry();

    await world.untilStep(onboarding, 8, 180_000);
    await waitFor('the review', async () => (await onboarding.progress()).steps[7]?.status === 'waiting');
    await onboarding.tell('qualityApproved', DONE);
    await onboarding.tell('consentCompleted', DONE);
    const { distributorId } = await onboarding.handle.result();
    expect(await booksInBronze(world, distributorId!)).toEqual(booksExpected(world.simulator.totals()));
    expect(await world.runOutcomes()).toContain('success');
  }, 300_000);

  it('is followed by days on which a run that was missed is made up when the Tally answers again', async () => {
    const [distributorId] = await world.distributors();
    await world.simulator.goOffline();
    world.simulator.dayOfTrade({ sales: 3, receipts: 2, edits: 1, cancels: 1 });
    expect((await world.delta(distributorId!)).outcome).toBe('missed');
    expect(await world.syncState(distributorId!)).toMatchObject({ missedInARow: 1, owedSince: expect.any(String) });
    await world.simulator.goOnline();
    await waitFor('the owed run', async () => (await world.syncState(distributorId!)).owedSince === null, {
      timeoutMs: 60_000,
    });
    expect(await booksInBronze(world, distributorId!)).toEqual(booksExpected(world.simulator.totals()));
  });
});
