import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowFailedError } from '@temporalio/client';
import { findTemporalCli } from '../../scripts/temporal-cli.mjs';
import { Onboarding } from '../../src/client/onboarding.js';
import { readAlerts } from '../../src/store/alerts.js';
import { findDistributor } from '../../src/store/distributors.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { recordHistory } from '../support/record-history.js';
import { advance } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { DONE, World } from '../support/world.js';

const run = promisify(execFile);

describe('an onboarding over a fortnight', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ seed: 5, months: 8, vouchers: 300 });
  });
  afterAll(() => world.close());

  /** What the Temporal UI sends: a workflow type, a queue, an id and one JSON object. */
  async function startAsTheUiDoes(input: unknown): Promise<Onboarding> {
    const workflowId = `onboarding/${randomUUID()}`;
    await run(findTemporalCli()!, [
      ...[
        'workflow',
        'start',
        '--address',
        process.env.TEST_TEMPORAL_ADDRESS!,
        '--namespace',
        world.temporal.namespace,
      ],
      ...['--workflow-id', workflowId],
      ...['--type', 'distributorOnboarding', '--task-queue', 'platform', '--input', JSON.stringify(input)],
    ]);
    return Onboarding.open(world.client, workflowId);
  }

  const alertsOf = async (rule: string) =>
    (await readAlerts(world.database.pool)).filter((alert) => alert.rule === rule);
  const statusOf = async (onboarding: Onboarding, step: number) => (await onboarding.progress()).steps[step - 1]!;
  const untilStatus = (onboarding: Onboarding, step: number, status: string) =>
    waitFor(`step ${step} being ${status}`, async () => (await statusOf(onboarding, step)).status === status, {
      timeoutMs: 90_000,
    });

  it('refuses a wrong input with one sentence', async () => {
    const onboarding = await startAsTheUiDoes({ ...world.onboardingInput(), gstin: 'nonsense' });
    const failure = await onboarding.handle.result().catch((error) => error);
    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect(failure.cause.message).toMatch(/^The onboarding input is not valid: gstin: expected a 15-character GSTIN/);
  });

  it('keeps early signals, alerts what is late, waits for retryStep and holds everything until consent', async () => {
    const onboarding = await startAsTheUiDoes(world.onboardingInput());
    const startedMs = (await onboarding.handle.describe()).startTime.getTime();

    // Early and out of order.
    await onboarding.handle.signal('secretsAcknowledged', DONE);
    await onboarding.handle.signal('agreementSigned', { by: '' });
    await waitFor(
      'the early signal being shown',
      async () => (await onboarding.progress()).received.secretsAcknowledged,
    );
    expect((await onboarding.progress()).notices[0]).toMatch(/^agreementSigned is not valid: by: expected who says so/);
    expect(await statusOf(onboarding, 1)).toMatchObject({ status: 'waiting', overdue: false });

    // Nobody signs for a week: said once, and waited on.
    await advance(onboarding.handle, { days: 7 });
    await waitFor('an alert', async () => (await alertsOf('step_overdue')).length > 0);
    expect(await statusOf(onboarding, 1)).toMatchObject({ status: 'waiting', overdue: true });
    expect(await alertsOf('step_overdue')).toMatchObject([{ audience: 'AltScore BD + Distributor', times: 1 }]);

    await onboarding.tell('agreementSigned', DONE);
    await untilStatus(onboarding, 5, 'waiting');
    const { distributorId } = await onboarding.progress();
    await world.installConnector(distributorId!);

    // A connector that polls is seen; the test finds Tally closed and waits to be tried again.
    await world.simulator.goOffline();
    await world.startConnector();
    await onboarding.tell('disclosureConfirmed', DONE);
    await untilStatus(onboarding, 6, 'failed');
    expect((await statusOf(onboarding, 6)).note).toMatch(/ERP:/);
    expect(await alertsOf('step_failed')).toMatchObject([{ audience: 'Distributor IT + AltScore Ops' }]);
    await advance(onboarding.handle, { days: 3 });
    await world.simulator.goOnline();
    await onboarding.retry('Ravi');
    await untilStatus(onboarding, 8, 'waiting');

    // Reviewed after a long weekend; consent not yet there.
    await advance(onboarding.handle, { days: 4 });
    expect((await statusOf(onboarding, 8)).overdue).toBe(true);
    await onboarding.tell('qualityApproved', DONE);
    await untilStatus(onboarding, 9, 'waiting');
    const { pool } = world.database;
    expect((await bronzeTotals(pool, distributorId!, 'held')).invoices.count).toBeGreaterThan(50);
    expect((await bronzeTotals(pool, distributorId!, 'published')).invoices.count).toBe(0);
    await expect(world.client.workflow.getHandle(`sync/${distributorId}`).describe()).rejects.toThrow(/not found/i);
    await expect(world.client.schedule.getHandle(`sync/${distributorId}`).describe()).rejects.toThrow(/not found/i);

    await onboarding.tell('consentCompleted', DONE);
    const result = await onboarding.handle.result();
    expect(result).toMatchObject({ onboarding: 'completed', distributorId });
    const { closeTime } = await onboarding.handle.describe();
    expect(closeTime!.getTime() - startedMs).toBeGreaterThan(14 * 24 * 3_600_000);
    expect((await bronzeTotals(pool, distributorId!, 'published')).invoices.count).toBeGreaterThan(50);
    const schedule = await world.client.schedule.getHandle(`sync/${distributorId}`).describe();
    expect(schedule.spec.timezone).toBe('Asia/Kolkata');
    expect(schedule.spec.calendars?.[0]).toMatchObject({ hour: [{ start: 2 }], minute: [{ start: 0 }] });
    await recordHistory('an-onboarding-over-a-fortnight', onboarding.handle);
    await world.programs.connector!.end();
  });

  it.each([
    {
      how: 'by signal',
      cancel: (onboarding: Onboarding) => onboarding.cancel('Asha', 'the distributor withdrew'),
      ends: 'COMPLETED',
    },
    {
      how: 'in the UI',
      cancel: (onboarding: Onboarding) => onboarding.handle.cancel().then(() => undefined),
      ends: 'CANCELLED',
    },
  ])('cancelled $how, revokes what was given and purges what is held', async ({ cancel, ends }) => {
    const onboarding = await world.onboard('disclosureConfirmed');
    await world.untilStep(onboarding, 8);
    await untilStatus(onboarding, 8, 'waiting');
    const distributorId = (await onboarding.progress()).distributorId!;
    const { pool } = world.database;
    expect((await bronzeTotals(pool, distributorId, 'held')).invoices.count).toBeGreaterThan(50);
    expect(await world.testConnector()).toMatchObject({ ok: true });

    await cancel(onboarding);
    await onboarding.handle.result().catch(() => undefined);
    expect((await onboarding.handle.describe()).status.name).toBe(ends);
    await recordHistory(
      `an-onboarding-is-cancelled-${ends === 'CANCELLED' ? 'in-the-ui' : 'by-signal'}`,
      onboarding.handle,
    );

    expect((await bronzeTotals(pool, distributorId, 'any')).invoices.count).toBe(0);
    expect(
      (await pool.query('select count(*)::int as left from documents where distributor_id = $1', [distributorId])).rows,
    ).toEqual([{ left: 0 }]);
    expect((await findDistributor(pool, distributorId))?.status).toBe('inactive');
    const report = await world.testConnector();
    expect(report.checks.find(({ name }) => name === 'platform')).toMatchObject({ ok: false });
    await world.programs.connector!.end();
  });
});
