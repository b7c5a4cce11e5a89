import multipart from '@fastify/multipart';
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import { DistributorId, Problem } from '../../../canonical/contract.js';
import { Upload, UploadId, uploadName } from '../../../canonical/uploads.js';
import { uploadSource, uploadSourceId } from '../../../ops/file-source-schema.js';
import type { IdentityVault } from '../../../ops/identity-vault.js';
import { readDigestKey } from '../../../store/credentials.js';
import type { Pool } from '../../../store/database.js';
import { requireDistributor } from '../../../store/distributors.js';
import { UnknownSource } from '../../../store/errors.js';
import { readSource, saveSource } from '../../../store/file-sources.js';
import {
  committedBefore,
  commitUpload,
  discardUpload,
  fileOfUpload,
  forgetUpload,
  readUpload,
  receiveUpload,
  type StoredUpload,
} from '../../../store/uploads.js';
import { ApiProblem } from '../../problems.js';
import type { AdminPlatform, AdminRoute, UploadWorkflows } from '../platform.js';
import { theOneFile } from './one-file.js';

const By = z.string().trim().min(1).max(200);
const params = z.strictObject({ id: UploadId });
const shared = { tags: ['files'], security: [{ admin: [] }] };
const answers = { 200: Upload, 202: Upload, '4xx': Problem, 503: Problem };

const uploading = {
  ...shared,
  summary: 'Upload one file of a distributor and see what it would bring; nothing of it is taken yet',
  description:
    'multipart/form-data with one file. 201 with the preview; 202 where reading takes longer: ask GET /v1/uploads/{id}. Uncommitted uploads are dropped after 7 days.',
  consumes: ['multipart/form-data'],
  querystring: z.strictObject({ distributor_id: DistributorId, by: By.default('admin API') }),
  response: { 201: Upload, 202: Upload, '4xx': Problem, 503: Problem },
};
const showing = {
  ...shared,
  summary: 'An upload: its preview, and what became of it',
  params,
  response: { 200: Upload, '4xx': Problem },
};
const committing = {
  ...shared,
  summary: 'Take an upload: it goes through the ingestion as any other file',
  description: '200 once that has come to its end, which `file` shows; 202 where it takes longer. May be repeated.',
  params,
  body: z.strictObject({ by: By }),
  response: answers,
};
const discarding = {
  ...shared,
  summary: 'Discard an upload that was not committed, and its bytes',
  params,
  querystring: z.strictObject({ by: By.default('admin API') }),
  response: { 200: Upload, '4xx': Problem },
};

export const uploadsRoute: AdminRoute = (platform) => async (app) => {
  const {
    pool,
    secrets: { vault },
    maxUploadBytes,
  } = platform;
  // Its own error for a file that is too large would come only after the file was taken for whole.
  await app.register(multipart, { throwFileSizeLimit: false });

  app.post('/v1/uploads', { schema: uploading }, async (request, reply) => {
    const { distributor_id: distributorId, by } = request.query;
    await mayUpload(pool, vault, distributorId);
    const workflows = await workflowsOf(platform, request.log);
    const sourceId = await registeredSource(pool, vault, distributorId);
    const received: string[] = [];
    try {
      for await (const { name, content } of theOneFile(request, maxUploadBytes))
        received.push(
          await receiveUpload(pool, vault, { distributorId, sourceId, name: uploadName(name), by }, content),
        );
      const uploadId = received[0]!;
      const isRead = await asked(request.log, NOT_READ, () => workflows.preview(uploadId));
      return await reply
        .code(isRead ? 201 : 202)
        .header('location', `/v1/uploads/${uploadId}`)
        .send(await shown(platform, uploadId));
    } catch (error) {
      for (const uploadId of received) await forgetUpload(pool, uploadId);
      throw error;
    }
  });

  app.get('/v1/uploads/:id', { schema: showing }, (request) => shown(platform, request.params.id));

  app.post('/v1/uploads/:id/commit', { schema: committing }, async (request, reply) => {
    const { id: uploadId } = request.params;
    const workflows = await workflowsOf(platform, request.log);
    const { distributorId } = await readUpload(pool, vault, uploadId);
    const sourceId = uploadSourceId(distributorId);
    await commitUpload(pool, vault, { uploadId, sourceId, by: request.body.by });
    const isTaken = await asked(request.log, NOT_TAKEN, () => workflows.ingest({ uploadId, sourceId }));
    return reply.code(isTaken ? 200 : 202).send(await shown(platform, uploadId));
  });

  app.delete('/v1/uploads/:id', { schema: discarding }, async (request) => {
    const { id: uploadId } = request.params;
    const { distributorId } = await readUpload(pool, vault, uploadId);
    await discardUpload(pool, vault, { uploadId, sourceId: uploadSourceId(distributorId), by: request.query.by });
    return await shown(platform, uploadId);
  });
};

/** Before any byte is taken. @throws UnknownDistributor, NoDigestKey */
async function mayUpload(pool: Pool, vault: IdentityVault, distributorId: string): Promise<void> {
  const { status } = await requireDistributor(pool, distributorId);
  if (status === 'inactive')
    throw new ApiProblem(
      409,
      'distributor_inactive',
      `Distributor ${distributorId} is inactive; nothing is taken for it.`,
    );
  await readDigestKey(pool, vault, distributorId);
}

/** The first upload of a distributor makes its source. */
async function registeredSource(pool: Pool, vault: IdentityVault, distributorId: string): Promise<string> {
  const sourceId = uploadSourceId(distributorId);
  try {
    await readSource(pool, vault, sourceId);
  } catch (error) {
    if (!(error instanceof UnknownSource)) throw error;
    const settings = uploadSource(distributorId);
    await saveSource(pool, vault, { sourceId, tenantId: distributorId, connectorId: sourceId, settings }, 'admin API');
  }
  return sourceId;
}

const AWAY = 'Temporal, by which uploads are read and taken, does not answer';
const NOT_READ = `${AWAY} or failed; nothing was kept. Try again later.`;
const NOT_TAKEN = `${AWAY} or failed. The upload is committed; repeat the request, so that it is taken.`;

async function workflowsOf({ uploadWorkflows }: AdminPlatform, log: FastifyBaseLogger): Promise<UploadWorkflows> {
  if (uploadWorkflows === null) throw new ApiProblem(503, 'workflows_away', 'This API was started without Temporal.');
  await asked(log, `${AWAY}. Try again later.`, () => uploadWorkflows.answers());
  return uploadWorkflows;
}

async function asked<Answer>(log: FastifyBaseLogger, sentence: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    log.error({ err: error }, 'a workflow of an upload failed');
    throw new ApiProblem(503, 'workflows_away', sentence);
  }
}

async function shown({ pool, secrets: { vault } }: AdminPlatform, uploadId: string): Promise<Upload> {
  const upload = await readUpload(pool, vault, uploadId);
  const sourceId = uploadSourceId(upload.distributorId);
  return {
    upload_id: uploadId,
    distributor_id: upload.distributorId,
    name: upload.name,
    bytes: upload.sizeBytes,
    sha256: upload.sha256,
    state: stateOf(upload),
    created_at: upload.createdAt,
    committed_at: upload.committedAt,
    committed_by: upload.committedBy,
    discarded_at: upload.discardedAt,
    discarded_by: upload.discardedBy,
    preview: upload.preview,
    committed_before: await committedBefore(pool, vault, sourceId, upload),
    file: await fileOfUpload(pool, vault, sourceId, upload),
  };
}

function stateOf({ isReceived, preview, committedAt, discardedAt }: StoredUpload): Upload['state'] {
  if (committedAt !== null) return 'committed';
  if (discardedAt !== null) return 'discarded';
  if (!isReceived) return 'receiving';
  if (preview === null) return 'reading';
  return preview.refused === null ? 'ready' : 'refused';
}
