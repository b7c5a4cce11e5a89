import { readFileSync } from 'node:fs';
import { Context } from '@temporalio/activity';
import { DateTime } from 'luxon';
import { addDays } from '../../canonical/calendar.js';
import { compareFigures } from '../../canonical/reconciliation.js';
import { MAX_POST_DATED_DAYS } from '../../canonical/rules.js';
import type { ExportScope, TallyExportAsked } from '../../canonical/tally-export.js';
import { streamIdOf } from '../../ops/file-source-schema.js';
import { ContentRefused, SourceMisconfigured } from '../../sources/errors.js';
import type { FileSource } from '../../sources/files/file-source.js';
import { streamMatcher } from '../../sources/files/matching.js';
import { notBefore } from '../../sources/periods.js';
import type { Probe } from '../../sources/source.js';
import { EXPORTS, ExportFolder, partPath } from '../../sources/tally/exports/export-folder.js';
import { exportPartsOf, TallyExporter } from '../../sources/tally/exports/exporter.js';
import { type ExportPart, MANIFEST_NAME, readManifest, stoodStill } from '../../sources/tally/exports/manifest.js';
import { figuresOf } from '../../sources/tally/exports/sums.js';
import { createTallySource } from '../../sources/tally/index.js';
import { TallySettings } from '../../sources/tally/settings.js';
import { requireDistributor } from '../../store/distributors.js';
import { bronzeFigures } from '../../store/figures.js';
import { auditFile } from '../../store/file-audit.js';
import { fileOutcome, newerDocuments } from '../../store/file-outcome.js';
import { rulesOf } from './contents.js';
import { atPlace, type FileDesk, type OpenedSource, ownPhonesOf, sourceNamed } from './file-desk.js';
import { draftingOf } from './tally-files.js';
import type { ExportComparisonAnswer, ExportTask, TallyExportTasks } from './tasks.js';

const VERSION = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version as string;

/** Exports a restored Tally into the place of a source, and says afterwards what came of it. */
export function tallyExportTasks(desk: FileDesk): TallyExportTasks {
  return {
    async beginTallyExport(asked) {
      const source = await sourceNamed(desk, asked.sourceId);
      requireStream(source);
      const probe = await tallyOf(source).probe();
      return await scopeOf(desk, source, asked, probe);
    },

    exportMasters: (task) =>
      exporting(desk, task, (exporter) => exporter.exportMasters(Context.current().cancellationSignal)),

    exportVouchers: (task) =>
      exporting(desk, task, async (exporter, folder) => {
        const masters = await stored(folder, partPath(null));
        return await exporter.exportVouchers(task.period, masters, Context.current().cancellationSignal);
      }),

    async finishTallyExport({ sourceId, folder, scope }) {
      const source = await sourceNamed(desk, sourceId);
      const after = await tallyOf(source).probe();
      return await atPlace(desk, source, async (place) => {
        const into = new ExportFolder(place, folder);
        const exporter = await exporterOf(desk, source, into, scope.companyId);
        const masters = await stored(into, partPath(null));
        const vouchers: ExportPart[] = [];
        for (const part of scope.parts) vouchers.push(await stored(into, partPath(part)));
        const before = { ...after, company: { ...after.company, id: scope.companyId }, counters: scope.counters };
        const made = { tool: `altscore ${VERSION}`, at: DateTime.utc().toISO() };
        const manifest = await exporter.finish({ period: scope.period, masters, vouchers }, { before, after }, made);
        const details = { vouchers: manifest.sums.vouchers, parts: vouchers.length };
        await auditFile(desk.pool, { sourceId, actor: 'export', action: 'export.written', details });
        return { consistent: stoodStill(manifest) };
      });
    },

    compareTallyExport: (task) => compare(desk, task),
  };
}

/** What the export would be taken by has to be there before Tally is asked for hours. */
function requireStream({ sourceId, config }: OpenedSource): void {
  const streams = config.streams.map(({ stream, pattern }) => ({ stream: streamIdOf(config, stream), pattern }));
  if (streamMatcher(streams)(`${EXPORTS}/any/${MANIFEST_NAME}`) !== null) return;
  throw new SourceMisconfigured(
    `The source ${sourceId} has no stream for exports: expected one with the pattern ${EXPORTS}/*/${MANIFEST_NAME}.`,
  );
}

function settingsOf({ sourceId, config }: OpenedSource, companyGuid?: string): TallySettings {
  const { tally, rules } = config;
  if (tally === undefined)
    throw new SourceMisconfigured(`The source ${sourceId} names no Tally: expected a section tally in its settings.`);
  return TallySettings.parse({
    host: tally.host,
    port: tally.port,
    companyName: tally.company_name,
    companyGuid: companyGuid ?? tally.company_guid ?? null,
    reading: tally.reading,
    encoding: tally.encoding,
    excludedLedgers: rules.excluded_ledgers,
    earliestDate: tally.earliest_date ?? null,
    ...draftingOf(config),
    ownPhone: rules.own_phone ?? null,
  });
}
const tallyOf = (source: OpenedSource) => createTallySource(settingsOf(source));

async function scopeOf(
  { pool }: FileDesk,
  source: OpenedSource,
  { from, to }: TallyExportAsked,
  { company, counters }: Probe,
): Promise<ExportScope> {
  const { timeZone } = await requireDistributor(pool, source.tenantId);
  const today = DateTime.now().setZone(timeZone).toISODate()!;
  // What is dated ahead is known today.
  const asked = { from: from ?? company.booksFrom, to: to ?? addDays(today, MAX_POST_DATED_DAYS) };
  const sinceBooks = notBefore(asked, company.booksFrom);
  const period = sinceBooks && notBefore(sinceBooks, source.config.tally?.earliest_date ?? null);
  if (period === null) throw new SourceMisconfigured('No day is left to export: expected days after the books began.');
  return {
    distributorId: source.tenantId,
    companyId: company.id,
    counters,
    period,
    parts: exportPartsOf(period, today),
  };
}

async function exporterOf(
  desk: FileDesk,
  source: OpenedSource,
  folder: ExportFolder,
  companyId: string,
): Promise<TallyExporter> {
  return new TallyExporter(settingsOf(source, companyId), folder, {
    rules: await rulesOf(desk, source),
    drafting: draftingOf(source.config),
    ownPhones: ownPhonesOf(source),
  });
}

/** Counts only: what a part adds up to stays beside it. */
async function exporting(
  desk: FileDesk,
  { sourceId, folder, companyId }: ExportTask,
  work: (exporter: TallyExporter, folder: ExportFolder) => Promise<ExportPart>,
): Promise<{ vouchers: number; bytes: number }> {
  const source = await sourceNamed(desk, sourceId);
  return await atPlace(desk, source, async (place: FileSource) => {
    const into = new ExportFolder(place, folder);
    const { sums, files } = await work(await exporterOf(desk, source, into, companyId), into);
    return { vouchers: sums.vouchers, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

async function stored(folder: ExportFolder, path: string): Promise<ExportPart> {
  const part = await folder.storedPart(path);
  if (part === null)
    throw new ContentRefused(
      'EXPORT_INCOMPLETE',
      `The export lacks ${path}: expected it, since it was written before.`,
    );
  return part;
}

/** Holds what the platform has of the company against the manifest, once the manifest was taken. */
async function compare(
  desk: FileDesk,
  { sourceId, folder }: Omit<ExportTask, 'companyId'>,
): Promise<ExportComparisonAnswer> {
  const { pool, vault } = desk;
  const source = await sourceNamed(desk, sourceId);
  const path = `${folder}/${MANIFEST_NAME}`;
  const ended = await fileOutcome(pool, vault, sourceId, path);
  if (ended?.state === 'quarantined' || ended?.state === 'failed')
    throw new ContentRefused(ended.code ?? 'EXPORT_REFUSED', ended.message ?? 'The export was not taken.');
  if (ended?.state !== 'committed') return { state: 'waiting' };

  const manifest = await atPlace(desk, source, async (place) => {
    const open = (await new ExportFolder(place, folder).files())(MANIFEST_NAME);
    if (open === null)
      throw new ContentRefused('EXPORT_INCOMPLETE', 'The export’s manifest is gone: expected it to stay.');
    return await readManifest(open());
  });
  const { period, company_guid: guid, counters } = manifest;
  const prefix = `tally/${guid}/`;
  const held = await bronzeFigures(pool, { distributor_id: source.tenantId, prefix, ...period, opening: true });
  const months = [...new Set([...manifest.sums.months, ...held.months].map(({ month }) => month))].sort();
  const differences = compareFigures(figuresOf(manifest.sums.months), figuresOf(held.months), months);
  const newer = await newerDocuments(pool, {
    distributorId: source.tenantId,
    prefix,
    sequence: Math.max(counters.before.vouchers, counters.before.masters),
  });
  const { applied = 0, duplicates = 0, stale = 0, voided = 0 } = ended.published ?? {};
  return {
    state: 'compared',
    outcome: differences.length === 0 ? 'agrees' : newer > 0 ? 'newer' : 'differs',
    months: months.length,
    differences,
    newerDocuments: newer,
    ingestion: { applied, duplicates, stale, voided },
  };
}
