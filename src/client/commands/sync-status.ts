import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { DateTime } from 'luxon';
import { syncScheduleId, syncWorkflowId } from '../../activities/platform/sync-control.js';
import { syncStateQuery } from '../../workflows/messages.js';
import type { SyncState } from '../../workflows/sync-state.js';
import { lastReconciliation, runAccounts } from '../reconciling.js';
import { proofTable, reconciliationTable } from '../sync-tables.js';

/** What the Schedule itself says: people may have moved or paused it in the UI. */
interface ScheduleNow {
  nextAt: string | null;
  paused: string | null;
}

/** Prints what there is to know of a distributor's sync. */
export async function printSyncStatus(client: Client, distributor: string, json: boolean): Promise<void> {
  const state = await client.workflow.getHandle(syncWorkflowId(distributor)).query(syncStateQuery);
  const scheduleNow = await scheduleOf(client, distributor);
  const accounts = state.last && (await runAccounts(client, state.last.runId));
  const reconciliation = await lastReconciliation(client, distributor);
  if (json) {
    console.log(JSON.stringify({ ...state, scheduleNow, accounts, reconciliation }));
    return;
  }
  for (const [name, value] of lines(state, scheduleNow)) console.log(`${name.padEnd(15)} ${value}`);
  if (accounts) console.log(`\n${proofTable(accounts)}`);
  if (reconciliation) console.log(`\n${reconciliationTable(reconciliation)}`);
}

async function scheduleOf(client: Client, distributor: string): Promise<ScheduleNow | null> {
  try {
    const { info, state } = await client.schedule.getHandle(syncScheduleId(distributor)).describe();
    return {
      nextAt: info.nextActionTimes[0]?.toISOString() ?? null,
      paused: state.paused ? (state.note ?? 'no reason given') : null,
    };
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

function* lines(state: SyncState, schedule: ScheduleNow | null): Generator<[name: string, value: string]> {
  const { watermark, last, paused, owedSince, missedInARow, backfills, left, notice, quietHours, timeZone } = state;
  yield ['synced through', watermark.last_sync_at];
  const counters = Object.entries(watermark.counters).map(([name, value]) => `${name} ${value}`);
  yield ['counters', counters.join(', ')];
  const why = (reason: string | null): string => (reason ? `: ${reason}` : '');
  yield ['last run', last ? `${last.outcome} at ${last.endedAt}${why(last.reason)}` : 'none yet'];
  yield ['next run', nextRun(schedule, timeZone)];
  if (quietHours) yield ['quiet hours', `${quietHours} ${timeZone}`];
  if (paused) yield ['paused', `by ${paused.by}: ${paused.reason}`];
  for (const { from, to, cursor } of backfills)
    yield ['backfill', `${from} – ${to}, waiting${cursor ? `, from ${cursor}` : ''}`];
  for (const { kind, from, to, cursor, outcome, endedAt, reason } of left)
    yield ['left', `${kind} ${from} – ${to}${cursor ? ` from ${cursor}` : ''}, ${outcome} at ${endedAt}${why(reason)}`];
  if (notice) yield ['not used', notice];
  if (owedSince) yield ['owed since', `${owedSince}, missed in a row: ${missedInARow}`];
}

function nextRun(schedule: ScheduleNow | null, timeZone: string): string {
  if (schedule === null) return 'there is no Schedule';
  if (schedule.paused !== null) return `the Schedule is paused: ${schedule.paused}`;
  return schedule.nextAt
    ? DateTime.fromISO(schedule.nextAt, { zone: timeZone }).toFormat("yyyy-MM-dd HH:mm '('z')'")
    : 'none';
}
