import { z } from 'zod';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { fetchBundle } from '../../store/bundles.js';
import { connectorYaml } from '../connector-yaml.js';
import { ApiProblem } from '../problems.js';
import type { AdminRoute } from './platform.js';

const schema = {
  tags: ['bundles'],
  summary: 'Fetch a credential bundle, once',
  description:
    'No other authentication than the link. `files` are to be saved under their names; byte secrets are in base64.',
  params: z.strictObject({ token: z.string().min(20).max(100) }),
  response: {
    200: z.strictObject({
      distributor_id: DistributorId,
      api_endpoint: z.url(),
      files: z.record(z.string(), z.string()),
    }),
    '4xx': Problem,
  },
};

export const fetchBundleRoute: AdminRoute =
  ({ pool, secrets }) =>
  async (app) => {
    app.get('/v1/bundles/:token', { schema }, async (request) => {
      const answer = await fetchBundle(pool, secrets.vault, request.params.token);
      if (answer.found === 'no') throw new ApiProblem(404, 'not_found', 'There is no bundle under this link.');
      if (answer.found === 'gone')
        throw new ApiProblem(
          410,
          'bundle_gone',
          'This bundle was fetched, revoked or has expired; ask for a new link.',
        );
      const { distributor_id, api_endpoint, files } = answer.content;
      return {
        distributor_id,
        api_endpoint,
        files: { ...files, 'altscore-connector.yaml': connectorYaml(answer.content) },
      };
    });
  };
