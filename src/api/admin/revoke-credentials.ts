import { z } from 'zod';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { revokeCredentials } from '../../store/credentials.js';
import { requireDistributor } from '../../store/distributors.js';
import type { AdminRoute } from './platform.js';

const count = z.number().int().min(0);
const schema = {
  tags: ['admin'],
  summary: 'Revoke every certificate, key and unfetched bundle of a distributor, at once',
  security: [{ admin: [] }],
  params: z.strictObject({ id: DistributorId }),
  response: { 200: z.strictObject({ credentials: count, certificates: count }), '4xx': Problem },
};

export const revokeCredentialsRoute: AdminRoute =
  ({ pool }) =>
  async (app) => {
    app.delete('/v1/admin/distributors/:id/credentials', { schema }, async (request) => {
      await requireDistributor(pool, request.params.id);
      return revokeCredentials(pool, request.params.id, 'admin API');
    });
  };
