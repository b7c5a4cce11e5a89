import { type SignalDefinition, setHandler } from '@temporalio/workflow';
import type { z } from 'zod';
import { isQuietAt } from '../canonical/quiet-hours.js';
import { sentenceOf } from '../canonical/sentence.js';
import {
  BackfillAsked,
  BY_SCHEDULE,
  PauseAsked,
  ScheduleAsked,
  SyncNow,
  WatermarkAsked,
} from '../canonical/sync-messages.js';
import { platform } from './activity-proxies.js';
import { askForBackfill, takeUpLeftOvers } from './left-overs.js';
import {
  backfillSignal,
  moveScheduleUpdate,
  pauseSignal,
  resumeSignal,
  retryDeferredSignal,
  setWatermarkUpdate,
  syncNowSignal,
  syncStateQuery,
} from './messages.js';
import { show } from './sync-details.js';
import { type SyncState, taskOf } from './sync-state.js';

/** What each message to `distributorSync` changes in its state; the workflow's story acts on that. */
export function handleMessages(state: SyncState): void {
  /** What cannot be used is shown, and changes nothing: a handler that threw would stop the workflow for good. */
  const on = <T>(
    signal: SignalDefinition<[T]>,
    schema: z.ZodType<T>,
    apply: (message: T) => void,
    description: string,
  ): void =>
    setHandler(
      signal,
      (raw) => {
        const message = schema.safeParse(raw);
        state.notice = message.success ? null : sentenceOf(message.error, signal.name);
        if (message.success) apply(message.data);
        show(state);
      },
      { description },
    );
  on(
    syncNowSignal,
    SyncNow,
    ({ by }) => {
      state.requested = true;
      state.scheduled ||= by === BY_SCHEDULE;
    },
    'Run a delta now: {"by": "who"}',
  );
  on(
    retryDeferredSignal,
    SyncNow,
    () => {
      if (!takeUpLeftOvers(state)) state.notice = 'retryDeferred: no run left anything undone; syncNow asks for a run.';
    },
    'Try again what a failed, deferred or missed run left, a backfill from its cursor: {"by": "who"}',
  );
  on(
    pauseSignal,
    PauseAsked,
    (asked) => {
      state.paused = asked;
    },
    'Stop running until resumed: {"by": "who", "reason": "why"}',
  );
  on(
    resumeSignal,
    SyncNow,
    () => {
      state.paused = null;
    },
    'Go on after a pause: {"by": "who"}',
  );
  on(
    backfillSignal,
    BackfillAsked,
    (asked) => askForBackfill(state, asked),
    'Read a period again, beside the deltas: {"by": "who", "from": "2026-04-01", "to": "2026-04-30"}',
  );
  setHandler(
    setWatermarkUpdate,
    async ({ by, reason, lastSyncAt, restored }) => {
      const { distributorId, watermark } = state;
      state.watermark = await platform.setWatermark({
        distributorId,
        lastSyncAt,
        // Restored books count anew: everything in them is compared with what the platform holds.
        counters: restored ? {} : watermark.counters,
        by,
        reason,
      });
      state.forced = true;
      state.requested = true;
      show(state);
      return {
        answer: `The watermark stands at ${state.watermark.last_sync_at}; the next run reads from ${state.lookbackDays} days before.`,
      };
    },
    {
      description:
        'Set the watermark: {"by": "who", "reason": "why", "lastSyncAt": "2026-04-01T00:00:00Z"}; with "restored": true after the books were restored from a backup',
      validator: (asked) => {
        const checked = WatermarkAsked.safeParse(asked);
        if (!checked.success) throw new Error(sentenceOf(checked.error, 'setWatermark'));
        if (Date.parse(checked.data.lastSyncAt) > Date.now())
          throw new Error('setWatermark is not valid: lastSyncAt: expected a time that has been.');
      },
    },
  );
  setHandler(
    moveScheduleUpdate,
    async ({ at, quiet }) => {
      const [hour, minute] = at.split(':').map(Number);
      const everyDay = state.schedule.split(' ').slice(2).join(' ');
      const quietHours = quiet === undefined ? state.quietHours : quiet;
      const { nextAt } = await platform.moveSchedule({
        ...taskOf(state),
        schedule: `${minute} ${hour} ${everyDay}`,
        quietHours,
      });
      state.schedule = `${minute} ${hour} ${everyDay}`;
      state.quietHours = quietHours;
      show(state);
      return {
        answer: `The sync starts at ${at} ${state.timeZone}, spread over ${state.jitterMinutes} minutes; next ${nextAt ?? 'when the Schedule is resumed'}. Quiet hours: ${quietHours ?? 'none'}.`,
      };
    },
    {
      description:
        'Move the daily start: {"by": "who", "at": "02:30"}; "quiet": "09:00-18:00" keeps owed runs out of these hours, null ends that',
      validator: (asked) => {
        const checked = ScheduleAsked.safeParse(asked);
        if (!checked.success) throw new Error(sentenceOf(checked.error, 'moveSchedule'));
        const { at, quiet } = checked.data;
        if (quiet === undefined && state.quietHours && isQuietAt(state.quietHours, at))
          throw new Error(
            `moveSchedule is not valid: at: expected a time outside the quiet hours ${state.quietHours}.`,
          );
      },
    },
  );
  setHandler(syncStateQuery, () => state, { description: 'Watermark, pause, owed runs and how the last run ended.' });
}
