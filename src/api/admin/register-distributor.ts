import { z } from 'zod';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { OnboardingInput } from '../../canonical/onboarding.js';
import { registerDistributor } from '../../store/distributors.js';
import type { AdminRoute } from './platform.js';

const { legalName, gstin, erpType, contacts, timeZone } = OnboardingInput.shape;
const body = z.strictObject({
  /** The onboarding's own id: asking again answers the same distributor. */
  onboarding_id: z.string().trim().min(1).max(200),
  legal_name: legalName,
  gstin,
  erp_type: erpType,
  contacts,
  time_zone: timeZone,
});
const answer = z.strictObject({ distributor_id: DistributorId });

const schema = {
  tags: ['admin'],
  summary: 'Register a distributor',
  description: '201 the first time, 200 when the onboarding is known; 409 where it is known with other particulars.',
  security: [{ admin: [] }],
  body,
  response: { 200: answer, 201: answer, '4xx': Problem },
};

export const registerDistributorRoute: AdminRoute =
  ({ pool, secrets }) =>
  async (app) => {
    app.post('/v1/admin/distributors', { schema }, async (request, reply) => {
      const asked = request.body;
      const { distributorId, created } = await registerDistributor(
        pool,
        secrets.vault,
        {
          onboardingId: asked.onboarding_id,
          legalName: asked.legal_name,
          gstin: asked.gstin,
          erpType: asked.erp_type,
          contacts: asked.contacts,
          timeZone: asked.time_zone,
        },
        'admin API',
      );
      return reply.code(created ? 201 : 200).send({ distributor_id: distributorId });
    });
  };
