import { readFile } from 'node:fs/promises';
import { ScheduleNotFoundError } from '@temporalio/client';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { ingestionScheduleId, startIngestion } from '../../activities/files/ingestion-control.js';
import type { AdminApi } from '../../activities/platform/admin-api.js';
import { type IngestionResult, noMetrics, type StreamState } from '../../canonical/file-ingestion.js';
import { sentenceOf } from '../../canonical/sentence.js';
import { FileSourceConfig } from '../../ops/file-source-schema.js';
import { openAdminApi } from '../admin-api.js';
import { auditTable, type FileRow, filesTable, type SchemaRow, schemasTable } from '../file-tables.js';
import { InputRefused } from '../onboarding.js';
import { withClient } from '../with-client.js';
import { landingZoneCommands } from './landing-zone.js';
import { tallyExportCommands } from './tally-export.js';
import { uploadCommands } from './uploads.js';

const API = '/v1/admin/file-sources';
const stateOf = (source: string): string => `${API}/${encodeURIComponent(source)}/state`;

/** `altscore files …`: sources of files, seen and steered. */
export function fileCommands(program: Command): void {
  const files = program
    .command('files')
    .description('files exported by distributors: their sources, states and schemas');
  const show =
    <Answer>(pathOf: (source: string) => string, print: (answer: Answer) => string) =>
    async (source: string, { json }: { json?: boolean }): Promise<void> => {
      const answer = await (await openAdminApi()).call<Answer>('GET', pathOf(encodeURIComponent(source)));
      console.log(json ? JSON.stringify(answer) : print(answer));
    };

  landingZoneCommands(files);
  files
    .command('add <yaml>')
    .description('register a source of files, or change its settings')
    .action(async (path: string) => {
      const config = FileSourceConfig.safeParse(parse(await readFile(path, 'utf8')));
      if (!config.success) throw new InputRefused(sentenceOf(config.error, path));
      const added = await (await openAdminApi()).call<{ source_id: string }>('POST', API, config.data);
      console.log(`registered; once: altscore files run ${added.source_id} --once`);
    });
  files
    .command('sources')
    .description('the registered sources')
    .option('--json', 'as one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const answer = await (await openAdminApi()).call<{ sources: SourceRow[] }>('GET', API);
      if (json) console.log(JSON.stringify(answer));
      else
        for (const one of answer.sources)
          console.log(`${one.source_id}  ${one.tenant_id}  ${one.kind}  ${one.streams.join(', ')}`);
    });
  files
    .command('run <source>')
    .description('look for files now; with --once wait for the end, else see that they are looked for by the clock')
    .option('--once', 'one run, to its end; exit code 2 when something was refused or failed')
    .option('--json', 'metrics and checkpoints as one JSON object')
    .action((source: string, { once, json }: { once?: boolean; json?: boolean }) =>
      once ? runOnce(source, json ?? false) : schedule(source),
    );
  files
    .command('state <source>')
    .description('where each stream has come to')
    .option('--json', 'as one JSON object')
    .action(
      show<{ streams: StreamState[] }>(
        (source) => `${API}/${source}/state`,
        ({ streams }) => streams.map((stream) => JSON.stringify(stream, null, 2)).join('\n'),
      ),
    );
  files
    .command('list <source>')
    .description('every file with its state, the newest first')
    .option('--json', 'as one JSON object')
    .action(
      show<{ files: FileRow[] }>(
        (source) => `${API}/${source}/files`,
        ({ files: rows }) => filesTable(rows),
      ),
    );
  files
    .command('schemas <source>')
    .description('what the columns of each stream look like, version by version')
    .option('--json', 'as one JSON object')
    .action(
      show<{ schemas: SchemaRow[] }>(
        (source) => `${API}/${source}/schemas`,
        ({ schemas }) => schemasTable(schemas),
      ),
    );
  files
    .command('accept-schema <source> <stream> <version>')
    .description('take other columns than before; files that waited for it are read with the next run')
    .requiredOption('--by <who>')
    .action(async (source: string, stream: string, version: string, { by }: { by: string }) => {
      const body = { stream_id: stream, version: Number(version), by };
      const path = `${API}/${encodeURIComponent(source)}/schemas/accept`;
      const { files_reopened } = await (await openAdminApi()).call<{ files_reopened: number }>('POST', path, body);
      console.log(`accepted; ${files_reopened} files are read again with the next run`);
    });
  files
    .command('audit <source>')
    .description('who touched its files, and every run')
    .option('--json', 'as one JSON object')
    .action(show<Parameters<typeof auditTable>[0]>((source) => `${API}/${source}/audit`, auditTable));
  uploadCommands(files);
  tallyExportCommands(files);
}

interface SourceRow {
  source_id: string;
  tenant_id: string;
  kind: string;
  streams: string[];
}

async function runOnce(sourceId: string, json: boolean): Promise<void> {
  const result = await withClient(async (client) => {
    const workflowId = `files/${sourceId}/${new Date().toISOString()}`;
    const run = await startIngestion(client, { workflowId, sourceId, settleMs: 15_000 });
    return (await run.result()) as IngestionResult;
  });
  const { streams } = await (await openAdminApi()).call<{ streams: StreamState[] }>('GET', stateOf(sourceId));
  if (json) console.log(JSON.stringify({ metrics: result.metrics, state: streams, notices: result.notices }));
  else {
    for (const name of Object.keys(noMetrics()) as (keyof IngestionResult['metrics'])[])
      console.log(`${name}=${result.metrics[name].toLocaleString('en-US')}`);
    for (const state of streams) console.log(JSON.stringify(state, null, 2));
    for (const notice of result.notices) console.log(notice);
  }
  const { files_quarantined, files_failed } = result.metrics;
  if (files_quarantined + files_failed > 0) process.exitCode = 2;
}

async function schedule(sourceId: string): Promise<void> {
  const api: AdminApi = await openAdminApi();
  await api.call('GET', stateOf(sourceId));
  await withClient(async (client) => {
    try {
      await client.schedule.getHandle(ingestionScheduleId(sourceId)).trigger();
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error;
      throw new InputRefused(
        `Nobody looks at ${sourceId} by the clock yet: its distributor's onboarding is not done. Once: altscore files run ${sourceId} --once`,
      );
    }
  });
  console.log(`triggered; see: altscore files list ${sourceId}`);
}
