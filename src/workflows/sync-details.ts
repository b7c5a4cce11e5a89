import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SYNC_OUTCOME, SYNCED_THROUGH } from './search-attributes.js';
import type { SyncState } from './sync-state.js';

/** What operators see of a sync: search attributes, and Markdown on the workflow's page. */
export function show(state: SyncState): void {
  const { watermark, last } = state;
  upsertSearchAttributes([
    { key: SYNCED_THROUGH, value: new Date(watermark.last_sync_at) },
    ...(last ? [{ key: SYNC_OUTCOME, value: last.outcome }] : []),
  ]);
  setCurrentDetails(
    [
      `### Sync ${state.distributorId}`,
      `- synced through **${watermark.last_sync_at}**, counters ${JSON.stringify(watermark.counters)}`,
      last
        ? `- last run **${last.outcome}** at ${last.endedAt}${last.reason ? `: ${last.reason}` : ''}`
        : '- no run yet',
      ...(state.paused ? [`- **paused** by ${state.paused.by}: ${state.paused.reason}`] : []),
      ...(state.owedSince ? [`- a run is owed since ${state.owedSince}; missed in a row: ${state.missedInARow}`] : []),
      `- starts daily at \`${state.schedule}\` ${state.timeZone}${state.quietHours ? `, quiet hours ${state.quietHours}` : ''}`,
      ...(state.notice ? [`- not used: ${state.notice}`] : []),
      ...state.backfills.map(
        ({ from, to, cursor }) => `- backfill ${from} – ${to} waits${cursor ? `, goes on at ${cursor}` : ''}`,
      ),
      ...state.left.map(
        ({ kind, from, to, cursor, outcome, endedAt }) =>
          `- left for \`retryDeferred\`: ${kind} ${from} – ${to}${cursor ? ` from ${cursor}` : ''}, ${outcome} at ${endedAt}`,
      ),
      `- history ${workflowInfo().historyLength} events`,
    ].join('\n'),
  );
}
