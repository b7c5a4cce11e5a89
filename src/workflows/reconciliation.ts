import { ApplicationFailure, log, proxyActivities, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import { type CompareAnswer, FAILURE } from '../activities/connector/tasks.js';
import type { PlatformTasks, ReconciliationScope } from '../activities/platform/tasks.js';
import { delayOutside } from '../canonical/quiet-hours.js';
import {
  type MonthDifference,
  periodsToRead,
  ReconciliationAsked,
  type ReconciliationOutcome,
  type ReconciliationReport,
  sentenceOfDifferences,
} from '../canonical/reconciliation.js';
import { sentenceOf } from '../canonical/sentence.js';
import { platform, platformUntilDone, sharedConnector } from './activity-proxies.js';
import { type Cause, causeOf, OFFLINE } from './failures.js';
import { now } from './run-child.js';

/** A day of half hours: after that the next week's is as good. */
const TRIES_TO_REACH = 48;
/** Books on which people work move; so often they are looked at again before it is left to the next week. */
const TRIES_TO_SETTLE = 4;
const LONGEST_SETTLING_MS = 60_000;

/** Polls: a reading may wait for a delta, a night or a paused sync. */
const readings = proxyActivities<PlatformTasks>({
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', backoffCoefficient: 1.5, maximumInterval: '5m' },
});

/**
 * Compares ERP and Bronze by month and by debtor. Months that differ are read again, by `distributorSync` and beside its
 * deltas, and compared once more; what differs still is an alert. Counts and months only.
 */
export async function reconciliation(raw: ReconciliationAsked): Promise<ReconciliationReport> {
  const checked = ReconciliationAsked.safeParse(raw);
  if (!checked.success)
    throw ApplicationFailure.nonRetryable(sentenceOf(checked.error, 'The reconciliation'), 'InvalidInput');
  const asked = checked.data;
  const { distributorId } = asked;
  const startedAt = now();
  const scope = await platform.reconciliationScope(asked);
  const show = (line: string): void => setCurrentDetails(`### Reconciliation ${scope.from} – ${scope.to}\n- ${line}`);

  show('comparing');
  const first = await compareSettled(distributorId, scope, null, show);
  if ('failed' in first) return await end('failed', first.failed, null, [], []);
  const found = first.differences;
  const doubtful = found.filter(({ settled }) => settled);
  if (doubtful.length === 0) return await conclude(first, found, found);

  await readAgain(doubtful);
  show(`comparing ${doubtful.length} months once more`);
  const months = found.map(({ month }) => month);
  const second = await compareSettled(distributorId, scope, months, show);
  if ('failed' in second) return await end('failed', second.failed, first, found, found);
  return await conclude(first, found, second.differences);

  async function readAgain(differing: MonthDifference[]): Promise<void> {
    const periods = periodsToRead(differing, scope.from);
    const since = now();
    show(`reading ${periods.map(({ from, to }) => `${from} – ${to}`).join(', ')} again`);
    await platform.askForBackfills({ distributorId, months: differing.map(({ month }) => month), periods });
    for (const period of periods) {
      const ended = await readings
        .outcomeOfBackfill({ distributorId, ...period, since })
        .catch((error) => ({ outcome: causeOf(error).type }));
      if (ended.outcome !== 'success') log.warn('a month was not read again', { ...period, ...ended });
    }
  }

  async function conclude(
    compared: CompareAnswer,
    differed: MonthDifference[],
    remaining: MonthDifference[],
  ): Promise<ReconciliationReport> {
    const standing = remaining.filter(({ settled }) => settled);
    if (standing.length > 0 || (compared.balances?.differing ?? 0) > 0) {
      const reason = sentenceOfDifferences(standing, compared.balances);
      return await end('differs', reason, compared, differed, remaining);
    }
    if (remaining.length > 0) return await end('unsettled', MOVING, compared, differed, remaining);
    return await end(differed.length > 0 ? 'mended' : 'agrees', null, compared, differed, []);
  }

  async function end(
    outcome: ReconciliationOutcome,
    reason: string | null,
    compared: CompareAnswer | null,
    differed: MonthDifference[],
    remaining: MonthDifference[],
  ): Promise<ReconciliationReport> {
    show(reason ? `**${outcome}**: ${reason}` : `**${outcome}**`);
    const report: ReconciliationReport = {
      reconciliationId: workflowInfo().workflowId,
      distributorId,
      from: scope.from,
      to: scope.to,
      outcome,
      reason,
      months: compared?.months.length ?? 0,
      quarantined: compared?.quarantined ?? 0,
      balances: compared?.balances ?? null,
      found: differed,
      remaining,
      startedAt,
      finishedAt: now(),
    };
    await platformUntilDone.recordReconciliation(report);
    await tell(report, asked.from === undefined);
    return report;
  }
}

const MOVING = 'The books moved each time they were looked at; the next reconciliation looks again.';

/** What differs is told; that all agrees ends it, where all was compared. */
async function tell({ distributorId, outcome, reason }: ReconciliationReport, everything: boolean): Promise<void> {
  const rule = 'reconciliation_differs';
  if (outcome === 'differs' && reason !== null) {
    await platformUntilDone.raiseAlert({
      distributorId,
      rule,
      subject: distributorId,
      severity: 'warning',
      audience: 'ops',
      message: reason,
    });
  } else if (everything && (outcome === 'agrees' || outcome === 'mended')) {
    await platformUntilDone.resolveAlerts({ distributorId, rules: [rule] });
  }
}

/**
 * Compares; where either side was moving meanwhile, asks for a delta and looks at those months again. What agrees needs
 * no stillness.
 */
async function compareSettled(
  distributorId: string,
  scope: ReconciliationScope,
  months: string[] | null,
  show: (line: string) => void,
): Promise<CompareAnswer | { failed: string }> {
  const all = await compareOnce(distributorId, scope, months, show);
  if ('failed' in all) return all;
  for (let tries = 1; tries < TRIES_TO_SETTLE; tries += 1) {
    const moving = all.differences.filter(({ settled }) => !settled).map(({ month }) => month);
    if (moving.length === 0) break;
    show(`${moving.length} months are moving`);
    await platform.askForDelta({ distributorId });
    await sleep(delayWithin(scope, Math.min(scope.patience.owedEveryMs, LONGEST_SETTLING_MS) * tries));
    const again = await compareOnce(distributorId, scope, moving, show);
    if ('failed' in again) return again;
    all.differences = [...all.differences.filter(({ settled }) => settled), ...again.differences];
  }
  return all;
}

/** What is not urgent leaves the ERP alone in quiet hours. */
const delayWithin = ({ quietHours, timeZone }: ReconciliationScope, delayMs: number): number =>
  delayOutside(quietHours, Date.now(), delayMs, timeZone);

/** Waits, as an owed run does, for an ERP or connector that cannot be reached. */
async function compareOnce(
  distributorId: string,
  scope: ReconciliationScope,
  months: string[] | null,
  show: (line: string) => void,
): Promise<CompareAnswer | { failed: string }> {
  const { companyId, from, to, patience } = scope;
  for (let tries = 1; ; tries += 1) {
    try {
      return await sharedConnector(distributorId, patience.pickupMs).compare({
        distributorId,
        companyId,
        period: { from, to },
        months,
      });
    } catch (error) {
      const cause: Cause = causeOf(error);
      const mayPass = [FAILURE.erpUnreachable, FAILURE.rateLimited, OFFLINE].some((type) => type === cause.type);
      if (!mayPass || tries >= TRIES_TO_REACH) return { failed: cause.message };
      show(`waiting: ${cause.message}`);
      await sleep(delayWithin(scope, scope.patience.owedEveryMs));
    }
  }
}
