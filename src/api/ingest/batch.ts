import type { FastifyInstance } from 'fastify';
import { BatchBody, BatchResult, MAX_BODY_BYTES, Problem } from '../../canonical/contract.js';
import { stageBatch } from '../../store/stage-batch.js';
import { invalid } from '../problems.js';
import { checkSchema } from './checks.js';
import { checkAnnouncedSize, openPayload, readDocuments } from './payload.js';
import type { IngestPlatform } from './platform.js';

export const path = '/v1/ingest/batch';

const schema = {
  tags: ['ingest'],
  summary: 'Send one batch of a set',
  description:
    'Signed: `x-api-key`, `x-batch-id`, `x-created-at`, `x-signature`. The same batch id with the same records is answered the same again.',
  body: BatchBody,
  response: { 202: BatchResult, '4xx': Problem },
};

export function batchRoute(app: FastifyInstance, platform: IngestPlatform): void {
  app.post(path, { schema, bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const body = checkSchema(BatchBody, request.body, 'body');
    checkEnvelope(body, request.caller!.batchId);
    checkAnnouncedSize(body);
    const plain = await openPayload(body.payload, platform.platformKeys);
    const documents = readDocuments(plain, body);
    const result = await stageBatch(platform.pool, platform.vault, {
      body,
      documents,
      plainDigest: platform.vault.digest(plain),
    });
    request.log.info({ sync: body.sync_id, batch: body.batch_id, seq: body.batch_seq, ...result }, 'batch staged');
    return reply.code(202).send(result);
  });
}

/** What the parts of the body and the signed headers say of each other. */
function checkEnvelope(body: BatchBody, signedBatchId: string): void {
  const [seq, total] = body.batch_seq.split('/').map(Number) as [number, number];
  const faults = [
    ...(body.batch_id === signedBatchId ? [] : [{ path: 'batch_id', message: 'expected the same as x-batch-id' }]),
    ...(seq <= total ? [] : [{ path: 'batch_seq', message: 'expected n/total with n up to total' }]),
    ...(body.sync_from <= body.sync_to ? [] : [{ path: 'sync_to', message: 'expected a day not before sync_from' }]),
  ];
  if (faults.length > 0) throw invalid('body', faults);
}
