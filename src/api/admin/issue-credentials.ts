import { z } from 'zod';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { issueCredentials } from '../../store/credentials.js';
import type { AdminRoute } from './platform.js';

const answer = z.strictObject({
  distributor_id: DistributorId,
  request_id: z.string(),
  certificate_serial: z.string(),
  certificate_fingerprint: z.string(),
  certificate_expires_at: z.iso.datetime(),
  /** Until then a link to the bundle can be minted and fetched. */
  bundle_expires_at: z.iso.datetime(),
});

const schema = {
  tags: ['admin'],
  summary: 'Issue a certificate, an API key, an HMAC secret and a digest key',
  description: 'They are sealed into a bundle and never answered here. The same request_id makes nothing new.',
  security: [{ admin: [] }],
  params: z.strictObject({ id: DistributorId }),
  body: z.strictObject({ request_id: z.string().trim().min(1).max(200) }),
  response: { 200: answer, 201: answer, '4xx': Problem },
};

export const issueCredentialsRoute: AdminRoute =
  ({ pool, secrets, apiEndpoint }) =>
  async (app) => {
    app.post('/v1/admin/distributors/:id/credentials', { schema }, async (request, reply) => {
      const issued = await issueCredentials(
        pool,
        {
          vault: secrets.vault,
          authority: secrets.authority,
          platformKeyPem: secrets.platformKeys[0]!.publicKeyPem,
          apiEndpoint,
        },
        { distributorId: request.params.id, requestId: request.body.request_id, actor: 'admin API' },
      );
      return reply.code(issued.created ? 201 : 200).send({
        distributor_id: request.params.id,
        request_id: request.body.request_id,
        certificate_serial: issued.serial,
        certificate_fingerprint: issued.fingerprint,
        certificate_expires_at: issued.certificateNotAfter,
        bundle_expires_at: issued.bundleKeptUntil,
      });
    });
  };
