import type { UploadForm, UploadPreview } from '../../canonical/uploads.js';
import { streamIdOf, uploadSourceId } from '../../ops/file-source-schema.js';
import { CsvReader } from '../../sources/csv/csv-reader.js';
import { holderOf } from '../../sources/csv/documents.js';
import { ContentRefused, FileReplaced } from '../../sources/errors.js';
import type { DataFile } from '../../sources/files/data-files.js';
import { streamMatcher } from '../../sources/files/matching.js';
import { StandingRows } from '../../store/earlier-rows.js';
import { auditFile } from '../../store/file-audit.js';
import { readUpload, recordPreview, type StoredUpload, uploadPath } from '../../store/uploads.js';
import { contentsOf, ofArchive, piecesOf, rulesOf } from './contents.js';
import { type FileDesk, type OpenedSource, sourceNamed } from './file-desk.js';
import { PreviewTally } from './preview-tally.js';
import { PreviewedRows } from './previewed-rows.js';
import { SchemaWatch } from './schema-watch.js';
import type { PreviewDone } from './tasks.js';
import { givenUpload } from './upload-place.js';

/** No set has it: nothing of a file that is looked at is staged. */
const NO_SET = '';

/** Reads an upload as the ingestion would, and stages nothing. */
export async function previewUpload(desk: FileDesk, uploadId: string): Promise<PreviewDone> {
  const { pool, vault } = desk;
  const upload = await readUpload(pool, vault, uploadId);
  const source = await sourceNamed(desk, uploadSourceId(upload.distributorId));
  const looked = await look(desk, source, upload);
  await recordPreview(pool, uploadId, looked);
  const { preview } = looked;
  const done = {
    code: preview.refused?.code ?? null,
    rowsRead: preview.rows_read,
    rowsAccepted: preview.rows_accepted,
    rowsRefused: preview.rows_refused,
  };
  await auditFile(pool, {
    sourceId: source.sourceId,
    actor: 'ingestion',
    action: 'upload.read',
    details: { upload: uploadId, ...done },
  });
  return done;
}

interface Looked {
  form: UploadForm | null;
  preview: UploadPreview;
}

async function look(desk: FileDesk, source: OpenedSource, upload: StoredUpload): Promise<Looked> {
  const { pool, vault } = desk;
  const tally = new PreviewTally();
  let form: UploadForm | null = null;
  try {
    const files = await contentsOf(givenUpload(desk, upload));
    form = await formOf(files[0]![0]);
    tally.preview.format = files.flat().length > 1 ? 'zip' : form === 'xml' ? 'tally-xml' : `csv-${form}`;
    const watch = await SchemaWatch.open(desk, source, {
      sourceId: source.sourceId,
      streamId: streamOf(source, uploadPath({ ...upload, form })),
    });
    const earlier = new PreviewedRows(new StandingRows(pool, vault, upload.distributorId, NO_SET, holderOf));
    const reading = { rules: await rulesOf(desk, source), version: Date.now(), earlier, watch, keepsMastersAs: null };
    for (const data of files) {
      for await (const piece of piecesOf(desk, source, data, reading)) {
        tally.take(piece);
        if (files.length > 1) for (const { document } of piece.documents) earlier.remember(document);
      }
    }
    const { drift, refusal } = watch.compare();
    if (drift !== null) tally.preview.drift = { message: drift, waits: refusal !== null };
    return { form, preview: tally.preview };
  } catch (error) {
    if (error instanceof ContentRefused) return { form, preview: { ...tally.nothing(), refused: refusalOf(error) } };
    // Somebody discarded it meanwhile.
    if (error instanceof FileReplaced)
      return { form, preview: { ...tally.nothing(), refused: { code: 'FILE_GONE', message: error.message } } };
    throw error;
  }
}

const refusalOf = ({ code, message }: ContentRefused): { code: string; message: string } => ({ code, message });

/** By the first file, which in an archive is that of invoices or masters. */
async function formOf(data: DataFile): Promise<UploadForm> {
  if (data.format === 'tally-xml') return 'xml';
  try {
    const reader = new CsvReader();
    for await (const rows of reader.rows(data.open())) if (rows.length > 0) break;
    return reader.header.template.name;
  } catch (error) {
    throw ofArchive(error, data);
  }
}

/** As the ingestion will find it. */
function streamOf({ config }: OpenedSource, path: string): string {
  const matching = streamMatcher(
    config.streams.map(({ stream, pattern }) => ({ stream: streamIdOf(config, stream), pattern })),
  );
  const streamId = matching(path);
  if (streamId === null)
    throw new ContentRefused(
      'NO_STREAM',
      'No stream of the distributor’s uploads takes files of this kind: expected one of those its source names.',
    );
  return streamId;
}
