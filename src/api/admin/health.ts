import { z } from 'zod';
import { Problem } from '../../canonical/contract.js';
import { ApiProblem } from '../problems.js';
import type { AdminRoute } from './platform.js';

const schema = {
  tags: ['operations'],
  summary: 'Whether the API can serve',
  response: { 200: z.strictObject({ status: z.literal('ok') }), 503: Problem },
};

export const healthRoute: AdminRoute =
  ({ pool }) =>
  async (app) => {
    app.get('/healthz', { schema }, async () => {
      await pool.query('select 1').catch(() => {
        throw new ApiProblem(503, 'database', 'The database does not answer.');
      });
      return { status: 'ok' as const };
    });
  };
