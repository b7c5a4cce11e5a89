import type { FastifyInstance } from 'fastify';
import { Problem, PublishRequest, PublishResult } from '../../canonical/contract.js';
import { publishSets } from '../../store/publish.js';
import { checkSchema } from './checks.js';
import type { IngestPlatform } from './platform.js';

export const path = '/v1/ingest/publish';

const schema = {
  tags: ['ingest'],
  summary: 'Make whole sets stand, in one transaction',
  description:
    'The same sets again get the same answer. Refused as a whole with 409 `incomplete`, `counts_differ` or `changed`.',
  body: PublishRequest,
  response: { 200: PublishResult, '4xx': Problem },
};

export function publishRoute(app: FastifyInstance, platform: IngestPlatform): void {
  app.post(path, { schema }, async (request) => {
    const asked = checkSchema(PublishRequest, request.body, 'body');
    const result = await publishSets(platform.pool, asked);
    request.log.info({ distributor: asked.distributor_id, sets: asked.sync_ids.length, ...result }, 'sets published');
    return result;
  });
}
