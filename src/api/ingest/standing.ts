import type { FastifyInstance } from 'fastify';
import { Problem, StandingRequest, StandingResponse } from '../../canonical/contract.js';
import { standingDocuments } from '../../store/standing.js';
import { checkSchema } from './checks.js';
import type { IngestPlatform } from './platform.js';

export const path = '/v1/ingest/standing';

const schema = {
  tags: ['ingest'],
  summary: 'Ask which documents the platform holds',
  description:
    'Keys, versions and quarantine codes only, in pages, in the order of keys: the connector looks which of them its ERP no longer has, and which it should read again.',
  body: StandingRequest,
  response: { 200: StandingResponse, '4xx': Problem },
};

export function standingRoute(app: FastifyInstance, platform: IngestPlatform): void {
  app.post(path, { schema }, async (request) =>
    standingDocuments(platform.pool, checkSchema(StandingRequest, request.body, 'body')),
  );
}
