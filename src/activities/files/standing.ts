import type { Client } from '@temporalio/client';
import { setDistributorStatus } from '../../store/distributors.js';
import { reopenFiles } from '../../store/file-settling.js';
import { listSources } from '../../store/file-sources.js';
import { filesStanding } from '../../store/file-standing.js';
import { type FileDesk, sourceNamed } from './file-desk.js';
import { ensureIngestionSchedule } from './ingestion-control.js';
import type { FileTasks } from './tasks.js';

/** So many troubles are named; a person mends them one after the other. */
const MOST_TROUBLES = 20;

type StandingTasks = Pick<FileTasks, 'sourcesOf' | 'filesStanding' | 'reopenTroubled' | 'startIngestions'>;

/** What an onboarding asks of all the files of a distributor. */
export function standingTasks(desk: FileDesk & { client: Client }): StandingTasks {
  const { pool, vault, client } = desk;
  const sourcesOf: FileTasks['sourcesOf'] = async ({ distributorId }) =>
    (await listSources(pool, vault, distributorId)).map(({ sourceId }) => sourceId);
  return {
    sourcesOf,
    async filesStanding({ distributorId, since }) {
      const { troubles, ...counts } = await filesStanding(pool, distributorId, since);
      const named = troubles.slice(0, MOST_TROUBLES).map(({ sourceId: _, ...trouble }) => trouble);
      return { ...counts, troubles: named, troublesMore: troubles.length - named.length };
    },
    async reopenTroubled({ distributorId, by }) {
      const { troubles } = await filesStanding(pool, distributorId);
      let files = 0;
      for (const { sourceId, fileId } of troubles) files += await reopenFiles(pool, sourceId, { fileId }, by);
      return { files };
    },
    async startIngestions({ distributorId }) {
      await setDistributorStatus(pool, distributorId, 'active');
      const scheduleIds: string[] = [];
      for (const sourceId of await sourcesOf({ distributorId }))
        scheduleIds.push(await ensureIngestionSchedule(client, await sourceNamed(desk, sourceId)));
      return { scheduleIds };
    },
  };
}
