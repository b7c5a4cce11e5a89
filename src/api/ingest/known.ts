import type { FastifyInstance } from 'fastify';
import { KnownRequest, KnownResponse, Problem } from '../../canonical/contract.js';
import { answerKnown } from '../../store/known.js';
import { checkSchema } from './checks.js';
import type { IngestPlatform } from './platform.js';

export const path = '/v1/ingest/known';

/** 50,000 documents with the longest keys. */
const MAX_KNOWN_BYTES = 24 * 1024 * 1024;

const schema = {
  tags: ['ingest'],
  summary: 'Ask which documents need not be sent',
  description:
    'One verdict a document, in the order asked. What is answered `known` is looked at again when the set is published.',
  body: KnownRequest,
  response: { 200: KnownResponse, '4xx': Problem },
};

export function knownRoute(app: FastifyInstance, platform: IngestPlatform): void {
  app.post(path, { schema, bodyLimit: MAX_KNOWN_BYTES }, async (request) =>
    answerKnown(platform.pool, checkSchema(KnownRequest, request.body, 'body')),
  );
}
