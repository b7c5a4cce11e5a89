import type { Command } from 'commander';
import { syncScheduleId, syncWorkflowId } from '../../activities/platform/sync-control.js';
import { sentenceOf } from '../../canonical/sentence.js';
import { BackfillAsked, ScheduleAsked } from '../../canonical/sync-messages.js';
import {
  backfillSignal,
  moveScheduleUpdate,
  pauseSignal,
  resumeSignal,
  retryDeferredSignal,
  setWatermarkUpdate,
} from '../../workflows/messages.js';
import { InputRefused } from '../onboarding.js';
import { reconcile } from '../reconciling.js';
import { reconciliationTable } from '../sync-tables.js';
import { withClient } from '../with-client.js';
import { printSyncStatus } from './sync-status.js';

/** `altscore sync …`: a distributor's daily sync, seen and steered. */
export function syncCommands(program: Command): void {
  const sync = program.command('sync').description("see and steer a distributor's daily sync");

  sync
    .command('status <distributor>')
    .description('watermark, Schedule, pause, owed runs, how the last run ended and what it left')
    .option('--json', 'as one JSON object')
    .action((distributor: string, { json }: { json?: boolean }) =>
      withClient((client) => printSyncStatus(client, distributor, json ?? false)),
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
    .command('schedule <distributor>')
    .description('move the daily start; times are those of the distributor')
    .requiredOption('--by <who>')
    .requiredOption('--at <time>', 'when it starts, HH:MM')
    .option('--quiet <hours>', 'HH:MM-HH:MM in which an owed run is not tried, or "none"')
    .action((distributor: string, { by, at, quiet }: { by: string; at: string; quiet?: string }) => {
      const asked = ScheduleAsked.safeParse({ by, at, quiet: quiet === 'none' ? null : quiet });
      if (!asked.success) throw new InputRefused(sentenceOf(asked.error, 'The schedule'));
      return withClient(async (client) => {
        const handle = client.workflow.getHandle(syncWorkflowId(distributor));
        const { answer } = await handle.executeUpdate(moveScheduleUpdate, { args: [asked.data] });
        console.log(answer);
      });
    });
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
    .command('reconcile <distributor> [from] [to]')
    .description('compare ERP and Bronze by month and debtor, read again what differs, and show the months')
    .option('--json', 'as one JSON object')
    .action((distributorId: string, from: string | undefined, to: string | undefined, { json }: { json?: boolean }) =>
      withClient(async (client) => {
        const report = await reconcile(client, { distributorId, from, to });
        console.log(json ? JSON.stringify(report) : reconciliationTable(report));
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
