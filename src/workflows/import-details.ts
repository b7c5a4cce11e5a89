import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { ROW_STATES } from '../canonical/bridge.js';
import type { ImportStage } from '../canonical/import-messages.js';
import type { ImportState } from './import-state.js';
import { WAITING_ON } from './search-attributes.js';

const STAGES: Record<ImportStage, string> = {
  preparing: 'looks at the rows and at Tally; nothing is sent yet',
  held: 'rows cannot be written as they are, and the job asked for all or nothing: mend or `skip` them, then `resume`',
  writing: 'writes one voucher after the other',
  open: 'rows wait for somebody: `retryRow` {"by": "who", "row": 7} or `skip` {"by": "who", "row": 7, "reason": "why"}',
  closed: 'ended: the report is final',
};
const WAITED_FOR: Record<string, string> = {
  BRIDGE_OFFLINE: 'bridge',
  TALLY_UNREACHABLE: 'tally',
  PLATFORM_UNAVAILABLE: 'platform',
};

function waitingOn({ stage, paused, stuck }: ImportState): string {
  if (stage === 'closed') return 'nobody';
  if (paused !== null || stage === 'held' || stage === 'open') return 'operator';
  return stuck === null ? 'nobody' : (WAITED_FOR[stuck.code] ?? 'operator');
}

/** What operators see of an import: whom it waits for, and Markdown on the workflow's page. */
export function showImport(state: ImportState): void {
  const { companyId, jobId, stage, counts, paused, stuck, openUntil, notUsed } = state;
  const waited = waitingOn(state);
  if (workflowInfo().typedSearchAttributes.get(WAITING_ON) !== waited)
    upsertSearchAttributes([{ key: WAITING_ON, value: waited }]);
  setCurrentDetails(
    [
      `### Vouchers for ${companyId}, ${jobId}`,
      `- **${stage}**: ${STAGES[stage]}`,
      `- ${ROW_STATES.map((name) => `${name} ${counts[name]}`).join(', ')}`,
      ...(paused ? [`- **paused** by ${paused.by}: ${paused.reason}; go on with \`resume\` {"by": "who"}`] : []),
      ...(stuck
        ? [
            `- **${stuck.code}** since ${stuck.since}: ${stuck.sentence}`,
            stuck.stopped
              ? '- mend it, then `resume` {"by": "who"}'
              : '- goes on by itself; `resume` tries again at once',
          ]
        : []),
      ...(openUntil ? [`- ends at ${openUntil} unless somebody sees to it`] : []),
      ...notUsed.map((sentence) => `- not used: ${sentence}`),
    ].join('\n'),
  );
}
