import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { FormData } from 'undici';
import { DistributorId } from '../../canonical/contract.js';
import type { Upload } from '../../canonical/uploads.js';
import { openAdminApi } from '../admin-api.js';
import { InputRefused } from '../onboarding.js';
import { uploadText } from '../upload-text.js';

/** Of a file that is refused, or of which something was. */
const REFUSED = 2;
const ASK_AGAIN_MS = 2_000;
const API = '/v1/uploads';

interface Flags {
  json?: boolean;
}

/** `altscore files upload | commit | discard | uploaded`: files given by hand. */
export function uploadCommands(files: Command): void {
  files
    .command('upload <file>')
    .description(
      'upload a file and see what it would bring; with --commit take it at once unless it is refused. Exit code 2 where something is refused',
    )
    .requiredOption('--distributor <id>', 'whose file it is')
    .option('--commit', 'take it, too')
    .option('--by <who>', 'who takes it')
    .option('--json', 'as one JSON object')
    .action(async (file: string, flags: Flags & { distributor: string; commit?: boolean; by?: string }) => {
      const { distributor, commit = false, by } = flags;
      if (commit && by === undefined) throw new InputRefused('--commit needs --by WHO: expected who takes the file.');
      let upload = await send(file, distributor, by);
      if (commit && upload.state === 'ready') upload = await take(upload.upload_id, by!);
      show(upload, flags);
    });
  files
    .command('commit <upload>')
    .description('take an upload: it goes through the ingestion as any other file')
    .requiredOption('--by <who>')
    .option('--json', 'as one JSON object')
    .action(async (id: string, flags: Flags & { by: string }) => show(await take(id, flags.by), flags));
  files
    .command('discard <upload>')
    .description('discard an upload that was not committed')
    .requiredOption('--by <who>')
    .option('--json', 'as one JSON object')
    .action(async (id: string, flags: Flags & { by: string }) => {
      const path = `${API}/${encodeURIComponent(id)}?by=${encodeURIComponent(flags.by)}`;
      show(await (await openAdminApi()).call<Upload>('DELETE', path), flags);
    });
  files
    .command('uploaded <upload>')
    .description('an upload: its preview, and what became of it')
    .option('--json', 'as one JSON object')
    .action(async (id: string, flags: Flags) => show(await read(id), flags));
}

async function send(file: string, distributor: string, by: string | undefined): Promise<Upload> {
  if (!DistributorId.safeParse(distributor).success)
    throw new InputRefused('--distributor: expected the id of a distributor, such as dist_c4f9ee2a.');
  const blob = await openAsBlob(file).catch(() => {
    throw new InputRefused(`${file} cannot be read: expected a file.`);
  });
  const form = new FormData();
  form.append('file', blob, basename(file));
  const query = new URLSearchParams({ distributor_id: distributor, ...(by === undefined ? {} : { by }) });
  const upload = await (await openAdminApi()).send<Upload>(`${API}?${query}`, form);
  return await until(upload, ({ state }) => state !== 'reading');
}

async function take(id: string, by: string): Promise<Upload> {
  const path = `${API}/${encodeURIComponent(id)}/commit`;
  const upload = await (await openAdminApi()).call<Upload>('POST', path, { by });
  return await until(upload, ({ file }) => file !== null && SETTLED.has(file.state));
}
const SETTLED: ReadonlySet<string> = new Set(['committed', 'duplicate', 'quarantined', 'failed']);

/** What takes longer than a request should is asked for again. */
async function until(upload: Upload, isDone: (upload: Upload) => boolean): Promise<Upload> {
  let newest = upload;
  while (!isDone(newest)) {
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    newest = await read(upload.upload_id);
  }
  return newest;
}

const read = async (id: string): Promise<Upload> =>
  (await openAdminApi()).call<Upload>('GET', `${API}/${encodeURIComponent(id)}`);

function show(upload: Upload, { json }: Flags): void {
  console.log(json ? JSON.stringify(upload) : uploadText(upload));
  const { preview, file } = upload;
  const refused = (preview?.refused ?? null) !== null || (preview?.rows_refused ?? 0) > 0;
  if (refused || file?.state === 'quarantined' || file?.state === 'failed') process.exitCode = REFUSED;
}
