import { ApplicationFailure, Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { SettingsInvalid } from '../../ops/connector-errors.js';
import { ContentRefused, SourceMisconfigured, SourceUnavailable } from '../../sources/errors.js';
import { ClaimLost, Conflict, NoDigestKey, SetSuperseded, UnknownSource, UnknownUpload } from '../../store/errors.js';
import { claimFile, heldFile, settleFile, wasCommitted } from '../../store/file-claims.js';
import { commitFile, type FileCounts } from '../../store/file-commit.js';
import type { AlertDesk } from '../platform/alert-desk.js';
import { discoverFiles } from './discovering.js';
import { type FileDesk, sourceNamed } from './file-desk.js';
import { endIngestionSchedule, ensureIngestionSchedule, startIngestion } from './ingestion-control.js';
import { previewUpload } from './previewing.js';
import { readFile } from './reading.js';
import { applyRetention, recordFileRun } from './recording.js';
import { retainFile } from './retaining.js';
import { standingTasks } from './standing.js';
import { tallyExportTasks } from './tally-exporting.js';
import { FILE_FAILURE, type FileTasks } from './tasks.js';

const WIRE_NAMES: ReadonlyArray<[new (...args: never[]) => Error, string]> = [
  [SourceUnavailable, FILE_FAILURE.unavailable],
  [SourceMisconfigured, FILE_FAILURE.misconfigured],
  [SettingsInvalid, FILE_FAILURE.misconfigured],
  [ClaimLost, FILE_FAILURE.claimLost],
  [SetSuperseded, FILE_FAILURE.claimLost],
  [Conflict, FILE_FAILURE.countsDiffer],
  [NoDigestKey, FILE_FAILURE.noDigestKey],
  [UnknownSource, FILE_FAILURE.unknownSource],
  [UnknownUpload, FILE_FAILURE.unknownUpload],
  [ContentRefused, FILE_FAILURE.refused],
];

/** The activities on files: each calls the file that does the work, under errors that workflows know by name. */
export function fileTasks(desk: FileDesk & { client: Client; alerts: AlertDesk }): FileTasks {
  const { pool, vault, client, alerts } = desk;
  const tasks: FileTasks = {
    discoverFiles: ({ sourceId }) => discoverFiles(desk, sourceId),
    async claimFile({ fileId, holder }) {
      const claim = await claimFile(pool, fileId, holder);
      return claim === null ? null : { fileId, claim };
    },
    readFile: (claimed) => readFile(desk, claimed, Context.current().info.attempt),
    async commitFile({ fileId, claim }) {
      // An answer that was lost on its way is no second commit.
      const before = await wasCommitted(pool, fileId, claim);
      if (before) return before;
      const held = await heldFile(pool, vault, fileId, claim);
      return await commitFile(pool, held, held.counts as FileCounts);
    },
    retainFile: ({ fileId }) => retainFile(desk, fileId),
    async failFile({ fileId, claim, code, message }) {
      const held = await heldFile(pool, vault, fileId, claim).catch((error) => {
        if (error instanceof ClaimLost) return null;
        throw error;
      });
      if (held) await settleFile(pool, held, { state: 'failed', code, message });
    },
    recordFileRun: (run) => recordFileRun(desk, alerts, run),
    ...standingTasks(desk),
    async scheduleIngestion({ sourceId }) {
      return { scheduleId: await ensureIngestionSchedule(client, await sourceNamed(desk, sourceId)) };
    },
    endIngestion: ({ sourceId }) => endIngestionSchedule(client, sourceId),
    async startIngestion(asked) {
      await startIngestion(client, asked);
    },
    previewUpload: ({ uploadId }) => previewUpload(desk, uploadId),
    applyRetention: () => applyRetention(desk),
    ...tallyExportTasks(desk),
  };
  return Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, named(task as (task: never) => Promise<unknown>)]),
  ) as unknown as FileTasks;
}

const named =
  <Task, Result>(work: (task: Task) => Promise<Result>) =>
  async (task: Task): Promise<Result> => {
    try {
      return await work(task);
    } catch (error) {
      const name = WIRE_NAMES.find(([kind]) => error instanceof kind)?.[1];
      if (name === undefined) throw error;
      throw ApplicationFailure.create({ type: name, message: (error as Error).message });
    }
  };
