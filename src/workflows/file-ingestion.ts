import {
  ApplicationFailure,
  continueAsNew,
  proxyActivities,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { FILE_FAILURE, type FileFound, type FileTasks, type FileTrouble } from '../activities/files/tasks.js';
import {
  addMetrics,
  type FileMetrics,
  type FileReading,
  IngestionAsked,
  type IngestionResult,
  noMetrics,
} from '../canonical/file-ingestion.js';
import { sentenceOf } from '../canonical/sentence.js';
import { HEARTBEAT_TIMEOUT } from './activity-proxies.js';
import { causeOf } from './failures.js';
import { now } from './run-child.js';
import { DISTRIBUTOR_ID } from './search-attributes.js';

/** Files a history has room for. */
const MOST_FILES = 200;
const NOT_RETRIED = Object.values(FILE_FAILURE).filter((name) => name !== FILE_FAILURE.unavailable);
const RETRIES = { initialInterval: '5s', backoffCoefficient: 4, maximumInterval: '5m', maximumAttempts: 5 } as const;

const files = proxyActivities<FileTasks>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...RETRIES, nonRetryableErrorTypes: NOT_RETRIED },
});
/** A million rows take minutes, and a slow line hours. */
const reading = proxyActivities<FileTasks>({
  startToCloseTimeout: '6h',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { ...RETRIES, nonRetryableErrorTypes: NOT_RETRIED },
});
const untilDone = proxyActivities<FileTasks>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '5m' },
});

/** What a run has done so far; carried on where the history has no more room. */
interface IngestionState extends IngestionAsked {
  runId: string;
  startedAt: string;
  byStream: Record<string, FileMetrics>;
  refused: FileTrouble[];
  drifted: FileTrouble[];
  failed: FileTrouble[];
}

/**
 * list → match → claim → read → envelope → post → checkpoint → retain, for every file of a source that is whole. Each file is all or
 * nothing; one that cannot be taken stops no other.
 */
export async function fileIngestion(raw: IngestionAsked | IngestionState): Promise<IngestionResult> {
  const state = begun(raw);
  const { sourceId } = state;
  let attempted = 0;
  let looks = 0;
  const seen = new Set<number>();

  for (;;) {
    show('listing');
    const found = await files.discoverFiles({ sourceId });
    looks += 1;
    if (looks === 1) upsertSearchAttributes([{ key: DISTRIBUTOR_ID, value: found.tenantId }]);
    for (const [streamId, count] of Object.entries(found.discovered)) add(streamId, { files_discovered: count });
    const fresh = found.ready.filter(({ fileId }) => !seen.has(fileId));
    for (const file of fresh) {
      seen.add(file.fileId);
      await ingest(file);
      attempted += 1;
    }
    if (attempted >= MOST_FILES) return await continueAsNew<typeof fileIngestion>(state);
    if (fresh.length > 0 && (found.more || looks === 1)) continue;
    if (found.waiting === 0 || state.settleMs === 0 || looks > 2) return await conclude(found.waiting);
    show(`${found.waiting} files are still being written, or were seen only once; looking again`);
    await sleep(state.settleMs);
  }

  async function ingest({ fileId, streamId }: FileFound): Promise<void> {
    const claim = await files.claimFile({ fileId, holder: `${workflowInfo().workflowId} ${state.runId}` });
    if (claim === null) return;
    show(`reading file ${fileId} of ${streamId}`);
    try {
      const read = await reading.readFile(claim);
      note({ fileId, streamId }, read);
      if (read.outcome === 'parsed') await reading.commitFile(claim);
      if (read.outcome !== 'replaced') await files.retainFile({ fileId });
      add(streamId, metricsOf(read));
    } catch (error) {
      const { type, message } = causeOf(error);
      // Whoever holds it by now goes on with it.
      if (type === FILE_FAILURE.claimLost) return;
      add(streamId, { files_failed: 1 });
      state.failed.push({ fileId, streamId, code: type, message });
      await untilDone.failFile({ ...claim, code: type, message });
    }
  }

  function note(file: FileFound, { code, message, drift, refusedByCode, rowsRefused }: FileReading): void {
    if (code !== null && message !== null) state.refused.push({ ...file, code, message });
    else if (rowsRefused > 0) {
      const codes = Object.entries(refusedByCode).map(([name, count]) => `${count} ${name}`);
      state.refused.push({
        ...file,
        code: 'ROWS_REFUSED',
        message: `${rowsRefused} rows were refused: ${codes.join(', ')}.`,
      });
    }
    if (drift !== null) state.drifted.push({ ...file, code: 'SCHEMA_DRIFT', message: drift });
  }

  function add(streamId: string, counts: Partial<FileMetrics>): void {
    state.byStream[streamId] = addMetrics(state.byStream[streamId] ?? noMetrics(), counts);
  }

  function total(): FileMetrics {
    return Object.values(state.byStream).reduce<FileMetrics>(addMetrics, noMetrics());
  }

  async function conclude(waiting: number): Promise<IngestionResult> {
    const { runId, startedAt, byStream, refused, drifted, failed } = state;
    await untilDone.recordFileRun({
      runId,
      sourceId,
      startedAt,
      byStream,
      refused,
      drifted,
      failed,
    });
    show('done');
    return {
      sourceId,
      metrics: { ...total(), files_waiting: waiting },
      byStream,
      notices: [...refused, ...drifted, ...failed].map(({ fileId, message }) => `File ${fileId}: ${message}`),
    };
  }

  function show(line: string): void {
    const { files_discovered, files_processed, files_quarantined, files_failed, rows_emitted, drift_alerts } = total();
    setCurrentDetails(
      [
        `### Files of ${sourceId}`,
        `- ${line}`,
        `- discovered ${files_discovered}, processed ${files_processed}, quarantined ${files_quarantined}, failed ${files_failed}`,
        `- rows emitted ${rows_emitted}, drift alerts ${drift_alerts}`,
      ].join('\n'),
    );
  }
}

const metricsOf = ({
  outcome,
  rowsRead,
  rowsEmitted,
  rowsRefused,
  bytes,
  drift,
}: FileReading): Partial<FileMetrics> => ({
  files_processed: outcome === 'parsed' || outcome === 'duplicate' ? 1 : 0,
  files_duplicate: outcome === 'duplicate' ? 1 : 0,
  files_quarantined: outcome === 'quarantined' ? 1 : 0,
  rows_read: rowsRead,
  rows_emitted: rowsEmitted,
  rows_refused: rowsRefused,
  drift_alerts: drift === null ? 0 : 1,
  bytes_read: bytes,
});

function begun(raw: IngestionAsked | IngestionState): IngestionState {
  if (typeof raw === 'object' && raw !== null && 'byStream' in raw) return raw;
  const asked = IngestionAsked.safeParse(raw);
  if (!asked.success) throw ApplicationFailure.nonRetryable(sentenceOf(asked.error, 'The ingestion'), 'InvalidInput');
  const { runId } = workflowInfo();
  return { ...asked.data, runId, startedAt: now(), byStream: {}, refused: [], drifted: [], failed: [] };
}
