import {
  ApplicationFailure,
  condition,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { FILE_FAILURE, type TallyExportTasks } from '../activities/files/tasks.js';
import { sentenceOfDifferences } from '../canonical/reconciliation.js';
import { sentenceOf } from '../canonical/sentence.js';
import {
  BackupRestored,
  type ExportScope,
  TallyExportAsked,
  type TallyExportProgress,
  type TallyExportResult,
} from '../canonical/tally-export.js';
import { HEARTBEAT_TIMEOUT, platformUntilDone } from './activity-proxies.js';
import { causeOf } from './failures.js';
import { fileIngestion } from './file-ingestion.js';
import { backupRestoredSignal, exportProgressQuery } from './messages.js';
import { DISTRIBUTOR_ID } from './search-attributes.js';

const NOT_RETRIED = Object.values(FILE_FAILURE).filter((name) => name !== FILE_FAILURE.unavailable);
/** A month of the largest books takes minutes. */
const exporting = proxyActivities<TallyExportTasks>({
  startToCloseTimeout: '2h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '5s',
    backoffCoefficient: 4,
    maximumInterval: '5m',
    maximumAttempts: 5,
    nonRetryableErrorTypes: NOT_RETRIED,
  },
});

/** A source may wait until a file has lain there for a while; longer than this it is somebody's matter. */
const LOOKS_FOR_MANIFEST = 60;
const LOOK_EVERY_MS = 60_000;
/** The manifest is put there whole, but not every place can promise that to whoever lists it. */
const SETTLE_MS = 1_000;
const MOST_NOT_USED = 10;

/**
 * A Tally into which a backup was restored, exported month by month into the place of a source, ingested from there and held
 * against the manifest. What goes wrong is shown; it goes on from there when `backupRestored` comes again.
 */
export async function tallyExport(raw: TallyExportAsked): Promise<TallyExportResult> {
  const checked = TallyExportAsked.safeParse(raw);
  if (!checked.success) throw ApplicationFailure.nonRetryable(sentenceOf(checked.error, 'The export'), 'InvalidInput');
  const asked = checked.data;
  const { sourceId } = asked;
  const { startTime, workflowId } = workflowInfo();
  let begun: { scope: ExportScope; folder: string } | null = null;
  let folders = 0;
  let distributorId: string | null = null;
  let restored = false;
  const state: TallyExportProgress = {
    sourceId,
    stage: 'waiting',
    restoredBy: null,
    folder: null,
    partsDone: 0,
    parts: 0,
    vouchers: 0,
    bytes: 0,
    problem: null,
    notUsed: [],
  };
  setHandler(exportProgressQuery, () => state, { description: 'How far the export has come.' });
  setHandler(
    backupRestoredSignal,
    (given) => {
      const message = BackupRestored.safeParse(given);
      if (message.success) {
        state.restoredBy = message.data.by;
        restored = true;
      } else state.notUsed = [...state.notUsed, sentenceOf(message.error, 'backupRestored')].slice(-MOST_NOT_USED);
      show();
    },
    { description: 'The backup stands restored in the Tally that the source names. {"by": "…", "note": "…"}' },
  );

  for (;;) {
    show();
    await condition(() => restored);
    restored = false;
    state.problem = null;
    try {
      const { scope, folder } = await exportBooks();
      const result = await ingestAndCompare(scope, folder);
      stage('done');
      await platformUntilDone.resolveAlerts({ distributorId: null, rules: ['export_stuck'], subject: sourceId });
      return result;
    } catch (error) {
      state.problem = causeOf(error).message;
      stage('stuck');
      await tell('export_stuck', state.problem);
    }
  }

  async function exportBooks(): Promise<{ scope: ExportScope; folder: string }> {
    stage('exporting');
    const { scope, folder } = await begin();
    const task = { sourceId, folder, companyId: scope.companyId };
    Object.assign(state, { folder, partsDone: 0, parts: scope.parts.length, vouchers: 0, bytes: 0 });
    show();
    add(await exporting.exportMasters(task));
    for (const period of scope.parts) {
      add(await exporting.exportVouchers({ ...task, period }));
      state.partsDone += 1;
      show();
    }
    const { consistent } = await exporting.finishTallyExport({ ...task, scope });
    if (consistent) return { scope, folder };
    // What is there is of two states of the books: the next attempt begins anew.
    begun = null;
    throw ApplicationFailure.nonRetryable(
      'The books changed while they were exported: expected a Tally in which nobody works.',
      'BooksMoved',
    );
  }

  /** Goes on with what was begun where Tally still stands as it stood then. */
  async function begin(): Promise<{ scope: ExportScope; folder: string }> {
    const scope = await exporting.beginTallyExport(asked);
    distributorId = scope.distributorId;
    upsertSearchAttributes([{ key: DISTRIBUTOR_ID, value: distributorId }]);
    if (begun && isSame(begun.scope, scope)) return begun;
    folders += 1;
    const stamp = startTime.toISOString().replace(/[-:]|\.\d+/g, '');
    begun = { scope, folder: `exports/${stamp}${folders === 1 ? '' : `-${folders}`}` };
    return begun;
  }

  function add({ vouchers, bytes }: { vouchers: number; bytes: number }): void {
    state.vouchers += vouchers;
    state.bytes += bytes;
  }

  async function ingestAndCompare({ companyId }: ExportScope, folder: string): Promise<TallyExportResult> {
    for (let looks = 1; looks <= LOOKS_FOR_MANIFEST; looks += 1) {
      stage('ingesting');
      await executeChild(fileIngestion, {
        workflowId: `${workflowId}/files/${looks}`,
        args: [{ sourceId, settleMs: SETTLE_MS }],
      });
      stage('comparing');
      const compared = await exporting.compareTallyExport({ sourceId, folder, companyId });
      if (compared.state === 'compared') {
        const { state: _state, ...comparison } = compared;
        const { vouchers, parts, bytes } = state;
        if (comparison.outcome === 'differs')
          await tell('reconciliation_differs', sentenceOfDifferences(comparison.differences, null));
        return { sourceId, folder, vouchers, parts, bytes, ...comparison };
      }
      await sleep(LOOK_EVERY_MS);
    }
    throw ApplicationFailure.nonRetryable(
      'The export was not ingested within an hour: expected the source to take its manifest.',
      'NotIngested',
    );
  }

  /** One alert of a rule is open a source. */
  async function tell(rule: 'export_stuck' | 'reconciliation_differs', message: string): Promise<void> {
    const task = { distributorId, subject: sourceId, rule, severity: 'warning', audience: 'ops', message } as const;
    await platformUntilDone.raiseAlert(task);
  }

  function stage(next: TallyExportProgress['stage']): void {
    state.stage = next;
    show();
  }

  function show(): void {
    const { stage: now, folder, partsDone, parts, vouchers, problem, restoredBy, notUsed } = state;
    const lines = [
      `### Export of the Tally of ${sourceId}`,
      `- **${now}**${restoredBy ? `, restored by ${restoredBy}` : ''}`,
    ];
    if (now === 'waiting')
      lines.push('- restore the backup into the Tally of this source, then send `backupRestored` {"by": "…"}');
    if (folder !== null) lines.push(`- ${folder}: ${partsDone} of ${parts} months, ${vouchers} vouchers`);
    if (problem !== null)
      lines.push(`- ${problem}`, '- mend it, then send `backupRestored` again: it goes on from here');
    for (const sentence of notUsed) lines.push(`- Not used: ${sentence}`);
    setCurrentDetails(lines.join('\n'));
  }
}

const isSame = (one: ExportScope, other: ExportScope): boolean =>
  one.companyId === other.companyId &&
  one.counters.vouchers === other.counters.vouchers &&
  one.counters.masters === other.counters.masters;
