import type { FastifyInstance } from 'fastify';
import { DateTime } from 'luxon';
import { PingRequest, PingResult, Problem } from '../../canonical/contract.js';
import { CHECKS, checkSchema } from './checks.js';

export const path = '/v1/ingest/ping';

const schema = {
  tags: ['ingest'],
  summary: 'Run the whole chain of checks on no data',
  body: PingRequest,
  response: { 200: PingResult, '4xx': Problem },
};

export function pingRoute(app: FastifyInstance): void {
  app.post(path, { schema }, async (request): Promise<PingResult> => {
    const { distributor_id } = checkSchema(PingRequest, request.body, 'body');
    return { distributor_id, checked: [...CHECKS], server_time: DateTime.utc().toISO() };
  });
}
