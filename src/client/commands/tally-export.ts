import type { Command } from 'commander';
import { PLATFORM_QUEUE } from '../../activities/platform/sync-control.js';
import { sentenceOf } from '../../canonical/sentence.js';
import { BackupRestored, TallyExportAsked, type TallyExportProgress } from '../../canonical/tally-export.js';
import { backupRestoredSignal, exportProgressQuery } from '../../workflows/messages.js';
import type { tallyExport } from '../../workflows/tally-export.js';
import { InputRefused } from '../onboarding.js';
import { withClient } from '../with-client.js';

/** `altscore files export …`: a Tally restored from a backup, exported into the place of a source. */
export function tallyExportCommands(files: Command): void {
  files
    .command('export <source>')
    .description('export the Tally of a source into its place, once its backup is restored there')
    .option('--from <day>', 'by default the whole book')
    .option('--to <day>')
    .action(async (sourceId: string, days: { from?: string; to?: string }) => {
      const asked = TallyExportAsked.safeParse({ sourceId, ...days });
      if (!asked.success) throw new InputRefused(sentenceOf(asked.error, 'The export'));
      const workflowId = `export/${sourceId}/${new Date().toISOString()}`;
      await withClient((client) =>
        client.workflow.start<typeof tallyExport>('tallyExport', {
          workflowId,
          taskQueue: PLATFORM_QUEUE,
          args: [asked.data],
          staticSummary: `export of ${sourceId}`,
        }),
      );
      console.log(`waits for the backup; once it is restored: altscore files backup-restored ${workflowId} --by you`);
    });
  files
    .command('backup-restored <export>')
    .description(
      'the backup stands restored in the Tally that is to be exported; also: go on with an export that is stuck',
    )
    .requiredOption('--by <who>')
    .option('--note <text>')
    .action(async (workflowId: string, given: { by: string; note?: string }) => {
      const message = BackupRestored.safeParse(given);
      if (!message.success) throw new InputRefused(sentenceOf(message.error, 'backup-restored'));
      await withClient((client) => client.workflow.getHandle(workflowId).signal(backupRestoredSignal, message.data));
      console.log(`told; see: altscore files export-progress ${workflowId}`);
    });
  files
    .command('export-progress <export>')
    .description('how far an export has come')
    .option('--json', 'as one JSON object')
    .action(async (workflowId: string, { json }: { json?: boolean }) => {
      const progress = await withClient((client) => client.workflow.getHandle(workflowId).query(exportProgressQuery));
      console.log(json ? JSON.stringify(progress) : inWords(progress));
    });
}

function inWords({ stage, folder, partsDone, parts, vouchers, problem }: TallyExportProgress): string {
  const lines: string[] = [stage];
  if (folder !== null) lines.push(`${folder}: ${partsDone} of ${parts} months, ${vouchers} vouchers`);
  if (problem !== null) lines.push(problem);
  return lines.join('\n');
}
