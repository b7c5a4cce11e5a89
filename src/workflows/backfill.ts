import { executeChild, sleep } from '@temporalio/workflow';
import type { Watermark } from '../canonical/contract.js';
import type { Patience } from '../canonical/onboarding.js';
import { addTotals, emptyTotals, type RunTotals } from '../canonical/run-report.js';
import { StepFailed } from './step-runner.js';
import { syncRun } from './sync-run.js';
import type { Period } from './sync-state.js';

/** Where a backfill stands: kept by its owner, so that a failed one goes on from its cursor. */
export interface BackfillState {
  cursor: string | null;
  /** Probed before the first read of the whole backfill; what the daily delta starts from. */
  watermark: Watermark | null;
  totals: RunTotals;
}

export const newBackfill = (): BackfillState => ({ cursor: null, watermark: null, totals: emptyTotals() });

/** An ERP that cannot be reached is asked again this often before a person is told. */
const OWED_TRIES = 3;

/** Runs `syncRun` children until the period is read; each goes on where the last one stopped. */
export async function backfillUntilDone(
  state: BackfillState,
  task: { distributorId: string; companyId: string; period: Period; patience: Patience },
  onWaiting: (reason: string | null) => void,
): Promise<void> {
  const { distributorId, companyId, period, patience } = task;
  for (let owed = 0; ; ) {
    const run = await executeChild(syncRun, {
      workflowId: `sync/${distributorId}/${new Date(Date.now()).toISOString()}`,
      staticSummary: `backfill ${period.from} – ${period.to}`,
      args: [
        {
          distributorId,
          kind: 'backfill',
          period,
          changedSince: null,
          withCensus: false,
          epoch: 0,
          companyId,
          patience,
          cursor: state.cursor,
          watermark: state.watermark,
        },
      ],
    });
    state.watermark ??= run.watermark;
    state.totals = addTotals(state.totals, run.totals);
    state.cursor = run.cursor;
    switch (run.outcome) {
      case 'success':
        return;
      case 'yielded':
        continue;
      case 'missed':
      case 'offline':
        owed += 1;
        if (owed > OWED_TRIES) throw new StepFailed(run.reason ?? 'The ERP could not be reached.');
        onWaiting(run.reason);
        await sleep(patience.owedEveryMs);
        onWaiting(null);
        continue;
      default:
        throw new StepFailed(run.reason ?? `The backfill ended ${run.outcome}.`);
    }
  }
}
