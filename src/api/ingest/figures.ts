import type { FastifyInstance } from 'fastify';
import { FiguresRequest, FiguresResponse, Problem } from '../../canonical/contract.js';
import { bronzeFigures } from '../../store/figures.js';
import { checkSchema } from './checks.js';
import type { IngestPlatform } from './platform.js';

export const path = '/v1/ingest/figures';

const schema = {
  tags: ['ingest'],
  summary: 'Ask what the platform holds, added up',
  description:
    'Counts and sums by month, type and party of what stands: the connector compares them with its ERP and says which months differ.',
  body: FiguresRequest,
  response: { 200: FiguresResponse, '4xx': Problem },
};

export function figuresRoute(app: FastifyInstance, platform: IngestPlatform): void {
  app.post(path, { schema }, async (request) =>
    bronzeFigures(platform.pool, checkSchema(FiguresRequest, request.body, 'body')),
  );
}
