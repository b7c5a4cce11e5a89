import { condition, isCancellation, type SignalDefinition, setHandler } from '@temporalio/workflow';
import type { z } from 'zod';
import { RetryRowAsked, SkipAsked } from '../canonical/import-messages.js';
import { sentenceOf } from '../canonical/sentence.js';
import { PauseAsked, SyncNow } from '../canonical/sync-messages.js';
import { bridgeJobs } from './activity-proxies.js';
import { causeOf } from './failures.js';
import { showImport } from './import-details.js';
import { type ImportRun, type ImportState, noteUnused, rowsOf } from './import-state.js';
import { importProgressQuery, pauseSignal, resumeSignal, retryRowUpdate, skipSignal } from './messages.js';

const ENDED = 'the import has ended';

/** What each message to `voucherImport` changes in its state; the workflow's story acts on that. */
export function handleImportMessages(state: ImportState, run: ImportRun): void {
  const { companyId, jobId } = state;
  /** What cannot be used is shown, and changes nothing: a handler that threw would end the import. */
  const on = <T>(
    signal: SignalDefinition<[T]>,
    schema: z.ZodType<T>,
    apply: (message: T) => void | Promise<void>,
    description: string,
  ): void =>
    setHandler(
      signal,
      async (raw) => {
        const message = schema.safeParse(raw);
        try {
          if (!message.success) noteUnused(state, sentenceOf(message.error, signal.name));
          else if (state.stage === 'closed') noteUnused(state, `${signal.name}: ${ENDED}.`);
          else await apply(message.data);
        } catch (error) {
          if (isCancellation(error)) throw error;
          noteUnused(state, `${signal.name}: ${causeOf(error).message}`);
        }
        showImport(state);
      },
      { description },
    );
  on(
    pauseSignal,
    PauseAsked,
    ({ by, reason }) => {
      state.paused = { by, reason };
      run.interrupt();
    },
    'Send nothing more after the row under way, until resumed: {"by": "who", "reason": "why"}',
  );
  on(
    resumeSignal,
    SyncNow,
    () => {
      state.paused = null;
      if (state.stuck) state.stuck.stopped = false;
      if (state.mayWrite === false) state.mayWrite = null;
      run.resumed += 1;
    },
    'Go on after a pause, a stop or what held the job up; where it waits to try again, try at once: {"by": "who"}',
  );
  on(
    skipSignal,
    SkipAsked,
    async (asked) => {
      const { done, answer } = await bridgeJobs.skipRow({ companyId, jobId, ...asked });
      if (!done) noteUnused(state, answer);
      state.counts = (await bridgeJobs.bridgeJob({ companyId, jobId })).counts;
    },
    'Leave a row out for good: {"by": "who", "row": 7, "reason": "why"}',
  );
  setHandler(
    retryRowUpdate,
    async ({ by, row }) => {
      const { done, answer } = await bridgeJobs.reopenRow({ companyId, jobId, row, by });
      if (!done) return { answer };
      if (state.mayWrite === false) return { answer: `${answer} The job is held up as a whole: send resume.` };
      state.remaining += 1;
      run.reopened += 1;
      for (;;) {
        const before = run.stretches;
        await condition(() => run.stretches > before || state.paused !== null || state.stuck !== null);
        if (run.stretches === before) return { answer: `${answer} ${whyNotYet(state)}` };
        const end = await bridgeJobs.rowEnd({ companyId, jobId, row });
        if (end.state !== 'pending' && end.state !== 'sending')
          return { answer: `Row ${row} ended: ${end.state}${end.code ? `, ${end.code}` : ''}.` };
      }
    },
    {
      description: 'Try a refused, unknown or skipped row again, and hear how it ended: {"by": "who", "row": 7}',
      validator: (asked) => {
        const checked = RetryRowAsked.safeParse(asked);
        if (!checked.success) throw new Error(sentenceOf(checked.error, 'retryRow'));
        if (state.stage === 'closed') throw new Error(`retryRow: ${ENDED}.`);
        const rows = rowsOf(state.counts);
        if (rows > 0 && checked.data.row > rows)
          throw new Error(`retryRow is not valid: row: expected a row of the job, from 1 to ${rows}.`);
      },
    },
  );
  setHandler(
    importProgressQuery,
    () => {
      const { stage, counts, paused, stuck, notUsed } = state;
      return { stage, counts, paused, stuck: stuck && { code: stuck.code, sentence: stuck.sentence }, notUsed };
    },
    { description: 'How far the import has come, and what it waits for.' },
  );
}

function whyNotYet({ paused, stuck }: ImportState): string {
  if (paused) return `The import is paused by ${paused.by}; the row's turn comes after resume.`;
  return `Its turn comes when the import goes on${stuck?.stopped ? ' after resume' : ''}: ${stuck?.sentence}`;
}
