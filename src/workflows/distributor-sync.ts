import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import { untilNextTry } from './reckoning.js';
import { runBackfill } from './run-backfill.js';
import { runDelta } from './run-delta.js';
import { show } from './sync-details.js';
import { handleMessages } from './sync-handlers.js';
import type { SyncState } from './sync-state.js';

/**
 * A distributor's sync for ever: owns the watermark, one run at a time, continues as new after every piece of work so
 * that its history stays short. The Schedule and people only wake it.
 */
export async function distributorSync(state: SyncState): Promise<void> {
  handleMessages(state);
  show(state);
  const hasWork = (): boolean => state.paused === null && (state.requested || state.backfills.length > 0);
  if (state.owedSince === null || state.paused !== null) {
    await condition(hasWork);
  } else if (!(await condition(hasWork, untilNextTry(state)))) {
    await condition(() => state.paused === null);
    await runDelta(state, 'other');
    return await goOn(state);
  }

  if (state.requested) {
    const occasion = state.scheduled ? 'scheduled' : 'other';
    state.requested = false;
    state.scheduled = false;
    await runDelta(state, occasion);
  } else {
    await runBackfill(state);
  }
  return await goOn(state);
}

async function goOn(state: SyncState): Promise<void> {
  await condition(allHandlersFinished);
  return await continueAsNew<typeof distributorSync>(state);
}
