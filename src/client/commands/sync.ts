import type { Command } from 'commander';
import { syncScheduleId, syncWorkflowId } from '../../activities/platform/sync-control.js';
import { sentenceOf } from '../../canonical/sentence.js';
import { BackfillAsked } from '../../canonical/sync-messages.js';
import {
  backfillSignal,
  pauseSignal,
  resumeSignal,
  retryDeferredSignal,
  setWatermarkUpdate,
  syncStateQuery,
} from '../../workflows/messages.js';
import { InputRefused } from '../onboarding.js';
import { withClient } from '../with-client.js';

/** `altscore sync …`: a distributor's daily sync, seen and steered. */
export function syncCommands(program: Command): void {
  const sync = program.command('sync').description("see and steer a distributor's daily sync");

  sync
    .command('status <distributor>')
    .description('watermark, pause, owed runs and how the last run ended')
    .option('--json', 'as one JSON object')
    .action((distributor: string, { json }: { json?: boolean }) =>
      withClient(async (client) => {
        const state = await client.workflow.getHandle(syncWorkflowId(distributor)).query(syncStateQuery);
        if (json) {
          console.log(JSON.stringify(state));
          return;
        }
        const { watermark, last, paused, owedSince, missedInARow, backfills, left, notice } = state;
        console.log(`synced through  ${watermark.last_sync_at}`);
        console.log(
          `counters        ${Object.entries(watermark.counters)
            .map(([name, value]) => `${name} ${value}`)
            .join(', ')}`,
        );
        console.log(
          `last run        ${last ? `${last.outcome} at ${last.endedAt}${last.reason ? `: ${last.reason}` : ''}` : 'none yet'}`,
        );
        if (paused) console.log(`paused          by ${paused.by}: ${paused.reason}`);
        for (const { from, to, cursor } of backfills)
          console.log(`backfill        ${from} – ${to}, waiting${cursor ? `, from ${cursor}` : ''}`);
        for (const { kind, from, to, cursor, outcome, endedAt, reason } of left)
          console.log(
            `left            ${kind} ${from} – ${to}${cursor ? ` from ${cursor}` : ''}, ${outcome} at ${endedAt}: ${reason}`,
          );
        if (notice) console.log(`not used        ${notice}`);
        if (owedSince) console.log(`owed since      ${owedSince}, missed in a row: ${missedInARow}`);
      }),
    );
  sync
    .command('now <distributor>')
    .description('trigger the Schedule, as in the UI')
    .action((distributor: string) =>
      withClient(async (client) => {
        await client.schedule.getHandle(syncScheduleId(distributor)).trigger();
        console.log(`triggered; see: altscore sync status ${distributor}`);
      }),
    );
  sync
    .command('retry <distributor>')
    .description('try again what a failed, deferred or missed run left; a backfill goes on from its cursor')
    .requiredOption('--by <who>')
    .action((distributor: string, { by }: { by: string }) =>
      withClient((client) =>
        client.workflow.getHandle(syncWorkflowId(distributor)).signal(retryDeferredSignal, { by }),
      ),
    );
  sync
    .command('pause <distributor>')
    .requiredOption('--by <who>')
    .requiredOption('--reason <text>')
    .action((distributor: string, { by, reason }: { by: string; reason: string }) =>
      withClient((client) =>
        client.workflow.getHandle(syncWorkflowId(distributor)).signal(pauseSignal, { by, reason }),
      ),
    );
  sync
    .command('resume <distributor>')
    .requiredOption('--by <who>')
    .action((distributor: string, { by }: { by: string }) =>
      withClient((client) => client.workflow.getHandle(syncWorkflowId(distributor)).signal(resumeSignal, { by })),
    );
  sync
    .command('set-watermark <distributor> <time>')
    .description('go on from another time (ISO), back or forth; the next run reads from there')
    .requiredOption('--by <who>')
    .requiredOption('--reason <text>')
    .option('--restored', 'the books were restored from a backup: compare all of them anew')
    .action((distributor: string, lastSyncAt: string, options: { by: string; reason: string; restored?: true }) =>
      withClient(async (client) => {
        const handle = client.workflow.getHandle(syncWorkflowId(distributor));
        const { answer } = await handle.executeUpdate(setWatermarkUpdate, { args: [{ ...options, lastSyncAt }] });
        console.log(answer);
      }),
    );
  sync
    .command('backfill <distributor> <from> <to>')
    .description('read a period again (ISO days); the watermark stays')
    .requiredOption('--by <who>')
    .action((distributor: string, from: string, to: string, { by }: { by: string }) => {
      const asked = BackfillAsked.safeParse({ by, from, to });
      if (!asked.success) throw new InputRefused(sentenceOf(asked.error, 'The backfill'));
      return withClient((client) =>
        client.workflow.getHandle(syncWorkflowId(distributor)).signal(backfillSignal, asked.data),
      );
    });
}
