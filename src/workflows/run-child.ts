import { CancellationScope, condition, executeChild, startChild } from '@temporalio/workflow';
import { yieldToDeltaSignal } from './messages.js';
import { type SyncRunInput, type SyncRunResult, syncRun } from './sync-run.js';

export const now = (): string => new Date(Date.now()).toISOString();
export const newRunId = (distributorId: string): string => `sync/${distributorId}/${now()}`;

const childOptions = (runId: string, input: SyncRunInput) => ({
  workflowId: runId,
  args: [input] as [SyncRunInput],
  staticSummary: `${input.kind} ${input.period.from} – ${input.period.to}`,
});

export const runChild = (runId: string, input: SyncRunInput): Promise<SyncRunResult> =>
  executeChild(syncRun, childOptions(runId, input));

/** Runs a backfill until it ends, or until `wanted` and the window under way is done. */
export async function runYielding(runId: string, input: SyncRunInput, wanted: () => boolean): Promise<SyncRunResult> {
  const child = await startChild(syncRun, childOptions(runId, input));
  const watch = new CancellationScope();
  const watching = watch
    .run(async () => {
      await condition(wanted);
      await child.signal(yieldToDeltaSignal);
    })
    .catch(() => undefined);
  try {
    return await child.result();
  } finally {
    watch.cancel();
    await watching;
  }
}
