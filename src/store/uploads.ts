import { createHash, randomBytes } from 'node:crypto';
import type { Upload, UploadForm, UploadPreview } from '../canonical/uploads.js';
import type { IdentityVault } from '../ops/identity-vault.js';
import { inTransaction, type Pool, type Queryable } from './database.js';
import { Conflict, UnknownUpload } from './errors.js';
import { auditFile } from './file-audit.js';
import { addContent, dropContents } from './file-contents.js';
import { pathDigest } from './file-registry.js';

export interface StoredUpload {
  uploadId: string;
  distributorId: string;
  name: string;
  sizeBytes: number;
  sha256: string | null;
  isReceived: boolean;
  form: UploadForm | null;
  preview: UploadPreview | null;
  createdAt: string;
  committedBy: string | null;
  committedAt: string | null;
  discardedBy: string | null;
  discardedAt: string | null;
}

/** Under which the bytes of an upload are kept, sealed. */
export const uploadContent = (uploadId: string): string => `upload/${uploadId}`;
/** Where it lies among the files of its source. */
export const uploadPath = ({ form, uploadId, name }: Pick<StoredUpload, 'form' | 'uploadId' | 'name'>): string =>
  `${form}/${uploadId}/${name}`;
const nameOwner = (uploadId: string): string => `${uploadId}/name`;

/**
 * Keeps what is uploaded, while it comes. Where `content` breaks off nothing stays.
 *
 * @returns the upload's id
 */
export async function receiveUpload(
  pool: Pool,
  vault: IdentityVault,
  { distributorId, sourceId, name, by }: { distributorId: string; sourceId: string; name: string; by: string },
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  const uploadId = `upl_${randomBytes(8).toString('hex')}`;
  await pool.query('insert into uploads (upload_id, distributor_id, name_sealed, created_by) values ($1, $2, $3, $4)', [
    uploadId,
    distributorId,
    vault.seal(name, nameOwner(uploadId)),
    by,
  ]);
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  }
  try {
    const bytes = await addContent(pool, vault, uploadContent(uploadId), hashed());
    await inTransaction(pool, async (connection) => {
      const { rowCount } = await connection.query(
        'update uploads set bytes = $2, sha256 = $3, received_at = now() where upload_id = $1 and discarded_at is null',
        [uploadId, bytes, hash.digest('hex')],
      );
      if (rowCount === 0) throw discarded(uploadId);
      const details = { upload: uploadId, bytes };
      await auditFile(connection, { sourceId, actor: by, action: 'upload.received', details });
    });
  } catch (error) {
    await forgetUpload(pool, uploadId);
    throw error;
  }
  return uploadId;
}

/** As if it had never come. */
export async function forgetUpload(pool: Pool, uploadId: string): Promise<void> {
  await dropContents(pool, [uploadContent(uploadId)]);
  await pool.query('delete from uploads where upload_id = $1', [uploadId]);
}

/** @throws UnknownUpload */
export async function readUpload(db: Queryable, vault: IdentityVault, uploadId: string): Promise<StoredUpload> {
  const { rows } = await db.query('select * from uploads where upload_id = $1', [uploadId]);
  if (!rows[0]) throw new UnknownUpload(uploadId);
  return storedUpload(rows[0], vault);
}

/** What the ingestion finds: committed, and still kept. */
export async function committedUploads(db: Queryable, vault: IdentityVault, distributorId: string) {
  const { rows } = await db.query(
    'select * from uploads where distributor_id = $1 and committed_at is not null and dropped_at is null order by committed_at',
    [distributorId],
  );
  return rows.map((row) => storedUpload(row, vault));
}

/** What reading it has shown. One that was discarded meanwhile stays as it is. */
export async function recordPreview(
  db: Queryable,
  uploadId: string,
  { form, preview }: { form: UploadForm | null; preview: UploadPreview },
): Promise<void> {
  await db.query(
    'update uploads set form = $2, preview = $3 where upload_id = $1 and committed_at is null and discarded_at is null',
    [uploadId, form, JSON.stringify(preview)],
  );
}

/**
 * From now on it is a file of its source. Once more changes nothing.
 *
 * @throws Conflict where it is not read yet, was refused or discarded; UnknownUpload
 */
export async function commitUpload(
  pool: Pool,
  vault: IdentityVault,
  { uploadId, sourceId, by }: { uploadId: string; sourceId: string; by: string },
): Promise<void> {
  await inTransaction(pool, async (connection) => {
    const upload = await lockedUpload(connection, vault, uploadId);
    if (upload.committedAt !== null) return;
    refuseDiscarded(upload);
    const { preview } = upload;
    if (preview === null)
      throw new Conflict('upload_not_ready', `Upload ${uploadId} is still being read; its preview comes first.`);
    if (preview.refused !== null)
      throw new Conflict('upload_refused', `Upload ${uploadId} cannot be taken: ${preview.refused.message}`);
    await connection.query(
      'update uploads set committed_at = clock_timestamp(), committed_by = $2 where upload_id = $1',
      [uploadId, by],
    );
    await auditFile(connection, { sourceId, actor: by, action: 'upload.committed', details: { upload: uploadId } });
  });
}

/** Drops its bytes. Once more changes nothing. @throws Conflict where it was committed; UnknownUpload */
export async function discardUpload(
  pool: Pool,
  vault: IdentityVault,
  { uploadId, sourceId, by }: { uploadId: string; sourceId: string; by: string },
): Promise<void> {
  await inTransaction(pool, async (connection) => {
    const upload = await lockedUpload(connection, vault, uploadId);
    if (upload.committedAt !== null)
      throw new Conflict(
        'upload_committed',
        `Upload ${uploadId} was committed; its rows are no longer only looked at.`,
      );
    if (upload.discardedAt !== null) return;
    await connection.query(
      'update uploads set discarded_at = clock_timestamp(), dropped_at = clock_timestamp(), discarded_by = $2 where upload_id = $1',
      [uploadId, by],
    );
    await dropContents(connection, [uploadContent(uploadId)]);
    await auditFile(connection, { sourceId, actor: by, action: 'upload.discarded', details: { upload: uploadId } });
  });
}

/** Uploads nobody committed in so many days. */
export async function staleUploads(
  db: Queryable,
  days: number,
): Promise<{ uploadId: string; distributorId: string }[]> {
  const { rows } = await db.query(
    `select upload_id, distributor_id from uploads
     where committed_at is null and discarded_at is null and created_at < now() - make_interval(days => $1)`,
    [days],
  );
  return rows.map(({ upload_id, distributor_id }) => ({ uploadId: upload_id, distributorId: distributor_id }));
}

/** The bytes of a committed upload are no longer needed. */
export async function dropUpload(pool: Pool, uploadId: string): Promise<void> {
  await dropContents(pool, [uploadContent(uploadId)]);
  await pool.query('update uploads set dropped_at = now() where upload_id = $1 and dropped_at is null', [uploadId]);
}

/** Drops the bytes of all that was uploaded for a distributor; what was not committed is discarded. */
export async function dropUploadsOf(db: Queryable, distributorId: string, by: string): Promise<void> {
  const { rows } = await db.query<{ upload_id: string }>(
    `update uploads set dropped_at = now(),
            discarded_at = case when committed_at is null then now() end, discarded_by = case when committed_at is null then $2 end
     where distributor_id = $1 and dropped_at is null returning upload_id`,
    [distributorId, by],
  );
  await dropContents(
    db,
    rows.map(({ upload_id }) => uploadContent(upload_id)),
  );
}

/** What the ingestion has made of it; null before it saw it. */
export async function fileOfUpload(
  db: Queryable,
  vault: IdentityVault,
  sourceId: string,
  upload: StoredUpload,
): Promise<Upload['file']> {
  if (upload.form === null) return null;
  const { rows } = await db.query(
    'select * from source_files where source_id = $1 and path_digest = $2 order by file_id desc limit 1',
    [sourceId, pathDigest(vault, sourceId, uploadPath(upload))],
  );
  const row = rows[0];
  return row
    ? {
        file_id: row.file_id,
        stream_id: row.stream_id,
        state: row.state,
        code: row.code,
        message: row.message,
        rows_accepted: row.counts.rowsEmitted ?? null,
        rows_refused: row.counts.rowsRefused ?? null,
      }
    : null;
}

/** Where the same bytes came from before, of whatever source; the upload itself does not count. */
export async function committedBefore(
  db: Queryable,
  vault: IdentityVault,
  sourceId: string,
  upload: StoredUpload,
): Promise<Upload['committed_before']> {
  const { rows } = await db.query(
    `select f.source_id, f.file_id, f.committed_at from source_files f join file_sources s using (source_id)
     where s.tenant_id = $1 and f.sha256 = $2 and f.state = 'committed' and f.path_digest <> $3
     order by f.committed_at limit 1`,
    [upload.distributorId, upload.sha256, pathDigest(vault, sourceId, uploadPath(upload))],
  );
  const row = rows[0];
  return row ? { source_id: row.source_id, file_id: row.file_id, at: row.committed_at.toISOString() } : null;
}

async function lockedUpload(db: Queryable, vault: IdentityVault, uploadId: string): Promise<StoredUpload> {
  const { rows } = await db.query('select * from uploads where upload_id = $1 for update', [uploadId]);
  if (!rows[0]) throw new UnknownUpload(uploadId);
  return storedUpload(rows[0], vault);
}

function refuseDiscarded({ uploadId, discardedAt }: StoredUpload): void {
  if (discardedAt !== null) throw discarded(uploadId);
}

const discarded = (uploadId: string): Conflict =>
  new Conflict('upload_discarded', `Upload ${uploadId} was discarded, and its bytes with it; upload the file again.`);

// biome-ignore lint/suspicious/noExplicitAny: a row as the driver gives it
const storedUpload = (row: any, vault: IdentityVault): StoredUpload => ({
  uploadId: row.upload_id,
  distributorId: row.distributor_id,
  name: vault.unseal(row.name_sealed, nameOwner(row.upload_id)).toString('utf8'),
  sizeBytes: row.bytes,
  sha256: row.sha256,
  isReceived: row.received_at !== null,
  form: row.form,
  preview: row.preview,
  createdAt: row.created_at.toISOString(),
  committedBy: row.committed_by,
  committedAt: row.committed_at?.toISOString() ?? null,
  discardedBy: row.discarded_by,
  discardedAt: row.discarded_at?.toISOString() ?? null,
});
