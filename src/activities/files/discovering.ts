import { DateTime } from 'luxon';
import { streamIdOf } from '../../ops/file-source-schema.js';
import type { ListedFile } from '../../sources/files/file-source.js';
import { streamMatcher } from '../../sources/files/matching.js';
import { readinessOf } from '../../sources/files/readiness.js';
import { isWithinExport } from '../../sources/tally/exports/export-folder.js';
import { auditFile } from '../../store/file-audit.js';
import {
  type EarlierSight,
  earlierSights,
  missOthers,
  readyFiles,
  registerSights,
  type SightedFile,
} from '../../store/file-registry.js';
import { atPlace, type FileDesk, markOf, type OpenedSource, sourceNamed, withoutPath } from './file-desk.js';
import { OUR_FOLDERS } from './retaining.js';
import type { FilesFound } from './tasks.js';

/** So many paths are looked up at once. */
const PAGE = 1_000;
/** So many files one answer names; the rest comes with the next. */
const MOST_READY = 100;

/** Lists a source and registers every file that belongs to one of its streams. */
export async function discoverFiles(desk: FileDesk, sourceId: string): Promise<FilesFound> {
  const source = await sourceNamed(desk, sourceId);
  const { config, streamIds } = source;
  const { rows } = await desk.pool.query<{ now: string }>('select clock_timestamp()::text as now');
  const startedAt = rows[0]!.now;
  const streamOf = streamMatcher(
    config.streams.map(({ stream, pattern }) => ({ stream: streamIdOf(config, stream), pattern })),
  );

  const discovered: Record<string, number> = {};
  let unmatched = 0;
  await atPlace(desk, source, async (place) => {
    const sighted: (ListedFile & { streamId: string })[] = [];
    for await (const file of place.list()) {
      // Of an export the manifest stands for all its files.
      if (OUR_FOLDERS.has(file.path.split('/')[0]!) || isWithinExport(file.path)) continue;
      const streamId = streamOf(file.path);
      if (streamId === null) unmatched += 1;
      else sighted.push({ ...file, streamId });
    }
    const judged: JudgedFile[] = [];
    for (let at = 0; at < sighted.length; at += PAGE)
      judged.push(...(await judgedPage(desk, source, sighted.slice(at, at + PAGE), place.appearsWhole)));
    holdBackLaterStreams(judged, streamIds);
    for (let at = 0; at < judged.length; at += PAGE) {
      const page = judged.slice(at, at + PAGE);
      for (const streamId of await registerSights(desk.pool, desk.vault, sourceId, page))
        discovered[streamId] = (discovered[streamId] ?? 0) + 1;
    }
  });
  await missOthers(desk.pool, sourceId, startedAt);
  const { ready, waiting } = await readyFiles(desk.pool, sourceId, streamIds, MOST_READY);
  await auditFile(desk.pool, {
    sourceId,
    actor: 'ingestion',
    action: 'source.listed',
    details: { ready: ready.length, waiting, unmatched },
  });
  return { tenantId: source.tenantId, ready, more: ready.length === MOST_READY, waiting, discovered, unmatched };
}

interface JudgedFile extends SightedFile {
  /** ISO: since when it has been seen as it is. */
  since: string;
}

/** Of a page of the listing what is not settled as it is. */
async function judgedPage(
  { pool, vault }: FileDesk,
  { sourceId, config }: OpenedSource,
  files: (ListedFile & { streamId: string })[],
  appearsWhole: boolean,
): Promise<JudgedFile[]> {
  const before = await earlierSights(
    pool,
    vault,
    sourceId,
    files.map(({ path }) => path),
  );
  const now = new Date().toISOString();
  const judged: JudgedFile[] = [];
  for (const { streamId, ...file } of files) {
    const earlier = before.get(file.path) ?? null;
    const mark = markOf(file);
    if (earlier?.mark === mark && SETTLED.has(earlier.state)) continue;
    const readiness = readinessOf({
      file,
      before: isUnderWay(earlier) ? { ...(earlier.listed as ListedFile), since: earlier.since } : null,
      now,
      minAgeSeconds: config.min_age_seconds,
      appearsWhole,
    });
    const waitsFor = readiness.state === 'ready' ? null : readiness.reason;
    judged.push({
      path: file.path,
      streamId,
      sizeBytes: file.sizeBytes,
      mark,
      listed: withoutPath(file),
      waitsFor,
      since: earlier?.mark === mark ? earlier.since : now,
    });
  }
  return judged;
}

const SETTLED: ReadonlySet<string> = new Set(['committed', 'duplicate', 'quarantined', 'claimed', 'parsed']);
/** What was settled is another content, of which nothing was seen yet. */
const isUnderWay = (earlier: EarlierSight | null): earlier is EarlierSight =>
  earlier !== null && (earlier.state === 'discovered' || earlier.state === 'waiting' || earlier.state === 'failed');

/**
 * Payments name invoices: while a file of an earlier stream is still being written, those of later ones wait for it, but not for
 * one that somebody gave up.
 */
function holdBackLaterStreams(judged: JudgedFile[], streamIds: string[]): void {
  const given = DateTime.now().minus({ hours: 1 });
  const isFresh = ({ since }: JudgedFile): boolean => DateTime.fromISO(since) > given;
  const unfinished = judged.filter((file) => file.waitsFor !== null && isFresh(file));
  const first = Math.min(...unfinished.map(({ streamId }) => streamIds.indexOf(streamId)));
  for (const file of judged)
    if (file.waitsFor === null && streamIds.indexOf(file.streamId) > first) file.waitsFor = 'earlier_stream_waiting';
}
