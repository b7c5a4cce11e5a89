import { z } from 'zod';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { mintBundleToken } from '../../store/bundles.js';
import type { AdminRoute } from './platform.js';

const schema = {
  tags: ['admin'],
  summary: "Mint the one-time link to a distributor's newest bundle",
  description: 'Works once and for 72 hours; a link minted before stops working.',
  security: [{ admin: [] }],
  params: z.strictObject({ id: DistributorId }),
  response: { 201: z.strictObject({ url: z.url(), expires_at: z.iso.datetime() }), '4xx': Problem },
};

export const bundleLinkRoute: AdminRoute =
  ({ pool, publicUrl }) =>
  async (app) => {
    app.post('/v1/admin/distributors/:id/bundle-link', { schema }, async (request, reply) => {
      const { token, expiresAt } = await mintBundleToken(pool, request.params.id, 'admin API');
      return reply.code(201).send({ url: `${publicUrl()}/v1/bundles/${token}`, expires_at: expiresAt });
    });
  };
