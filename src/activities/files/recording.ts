import { ruleNamed } from '../../ops/alerts/rules.js';
import { uploadSourceId } from '../../ops/file-source-schema.js';
import { exportAt } from '../../sources/tally/exports/export-folder.js';
import { auditFile } from '../../store/file-audit.js';
import { dropContents } from '../../store/file-contents.js';
import { mastersContent } from '../../store/file-masters.js';
import { noteRetained, outlivedFiles, recordRunMetrics } from '../../store/file-settling.js';
import { listSources } from '../../store/file-sources.js';
import { discardUpload, staleUploads } from '../../store/uploads.js';
import type { AlertDesk } from '../platform/alert-desk.js';
import { atPlace, type FileDesk, sourceNamed } from './file-desk.js';
import type { FileTasks, FileTrouble } from './tasks.js';

/** Of the rows of a run, from where on the distributor, and from where on Ops is told (specification §8). */
const SHARE_TO_TELL = 0.05;
const SHARE_TO_WORRY = 0.1;
/** An upload is kept so long for somebody to commit it. */
const UPLOADS_WAIT_DAYS = 7;

/** A run's metrics and what people have to hear of it. */
export async function recordFileRun(
  desk: FileDesk,
  alerts: AlertDesk,
  run: Parameters<FileTasks['recordFileRun']>[0],
): Promise<void> {
  const source = await sourceNamed(desk, run.sourceId);
  await recordRunMetrics(desk.pool, run);
  const metrics = Object.values(run.byStream);
  const rowsRead = metrics.reduce((sum, { rows_read }) => sum + rows_read, 0);
  const rowsRefused = metrics.reduce((sum, { rows_refused }) => sum + rows_refused, 0);
  const share = rowsRead === 0 ? 0 : rowsRefused / rowsRead;
  const wholly = run.refused.filter(({ code }) => code !== 'ROWS_REFUSED');
  const anything = metrics.some(({ files_processed }) => files_processed > 0);
  const shareSentence = `${rowsRefused} of ${rowsRead} rows of ${run.sourceId} could not be taken.`;

  await tell(
    'file_refused',
    wholly.map(({ fileId, message }) => `File ${fileId}: ${message}`).join(' '),
    wholly.length === 0 && anything,
  );
  await tell('files_unreadable', sentenceOf(run.failed), run.failed.length === 0);
  await tell('schema_drift', sentenceOf(run.drifted), false);
  await tell('quarantine_share', share > SHARE_TO_TELL ? shareSentence : '', anything);
  await tell('quarantine_high', share > SHARE_TO_WORRY ? shareSentence : '', anything);
  await auditFile(desk.pool, {
    sourceId: run.sourceId,
    actor: 'ingestion',
    action: 'run.ended',
    details: { run: run.runId, rowsRead, rowsRefused, failed: run.failed.length },
  });

  async function tell(name: string, message: string, isOver: boolean): Promise<void> {
    const { severity, hears } = ruleNamed(name);
    const about = { distributorId: source.tenantId, subject: run.sourceId };
    if (message !== '')
      await alerts.raise({
        ...about,
        rule: name,
        severity,
        audience: hears.join(' + '),
        message: message.slice(0, 1_000),
      });
    else if (isOver) await alerts.resolve({ ...about, rules: [name] });
  }
}

const sentenceOf = (troubles: FileTrouble[]): string =>
  troubles.length === 0
    ? ''
    : `${troubles[0]!.message}${troubles.length > 1 ? ` And ${troubles.length - 1} more.` : ''}`;

/** Deletes at every place what was committed longer ago than the source keeps it, and the masters that came with it. */
export async function applyRetention(desk: FileDesk): Promise<{ files: number; uploads: number }> {
  // First, since places may be away.
  const uploads = await discardStale(desk);
  let files = 0;
  for (const { sourceId } of await listSources(desk.pool, desk.vault)) {
    const source = await sourceNamed(desk, sourceId);
    const outlived = await outlivedFiles(desk.pool, desk.vault, sourceId, source.config.retention_days);
    if (outlived.length === 0) continue;
    await atPlace(desk, source, async (place) => {
      for (const { fileId, path } of outlived) {
        await exportAt(place, path)?.empty();
        await place.delete(path);
        await dropContents(desk.pool, [mastersContent(fileId)]);
        await noteRetained(desk.pool, desk.vault, { fileId, sourceId }, null);
        files += 1;
      }
    });
  }
  return { files, uploads };
}

/** Uploads nobody committed, or that never came to their end. */
async function discardStale({ pool, vault }: FileDesk): Promise<number> {
  const stale = await staleUploads(pool, UPLOADS_WAIT_DAYS);
  for (const { uploadId, distributorId } of stale)
    await discardUpload(pool, vault, { uploadId, sourceId: uploadSourceId(distributorId), by: 'retention' });
  return stale.length;
}
