import { timingSafeEqual } from 'node:crypto';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { hashToken } from '../../store/token-hash.js';
import { ApiProblem, answerProblems } from '../problems.js';
import { bridgeCompaniesRoute } from './bridges/companies.js';
import { bridgeJobsRoute } from './bridges/jobs.js';
import { bundleLinkRoute } from './bundle-link.js';
import { fetchBundleRoute } from './fetch-bundle.js';
import { fileSchemasRoute } from './files/schemas.js';
import { fileSourcesRoute } from './files/sources.js';
import { fileStateRoute } from './files/state.js';
import { uploadsRoute } from './files/uploads.js';
import { healthRoute } from './health.js';
import { issueCredentialsRoute } from './issue-credentials.js';
import { metricsRoute } from './metrics.js';
import type { AdminPlatform } from './platform.js';
import { registerDistributorRoute } from './register-distributor.js';
import { revokeCredentialsRoute } from './revoke-credentials.js';
import { showDistributorRoute } from './show-distributor.js';

/** The listener for the Admin Service; plain HTTP, meant to stand behind a TLS proxy. */
export async function createAdminListener(
  platform: AdminPlatform,
  options: { logger: FastifyBaseLogger; ingest: FastifyInstance },
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({
    loggerInstance: options.logger,
    // Each route says itself what happened; the default lines would tell nothing more.
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  answerProblems(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AltScore Connect',
        version: '1',
        description:
          'Tag `ingest`, and /v1/bridge/ of tag `bridge`, are served on the mTLS listener, the rest on this one; POST /v1/bridge/vouchers on both.',
      },
      components: { securitySchemes: { admin: { type: 'http', scheme: 'bearer' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      return {
        ...document.openapiObject,
        paths: { ...document.openapiObject.paths, ...options.ingest.swagger().paths },
      };
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });

  await app.register(healthRoute(platform));
  await app.register(fetchBundleRoute(platform));
  await app.register(async (admin) => {
    const expected = hashToken(platform.secrets.adminToken);
    admin.addHook('onRequest', async (request) => {
      const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined || !timingSafeEqual(hashToken(token), expected))
        throw new ApiProblem(401, 'admin_token', 'The request needs the admin token as a bearer token.', {
          headers: { 'www-authenticate': 'Bearer' },
        });
    });
    for (const route of [
      registerDistributorRoute,
      showDistributorRoute,
      issueCredentialsRoute,
      revokeCredentialsRoute,
      bundleLinkRoute,
      fileSourcesRoute,
      fileStateRoute,
      fileSchemasRoute,
      uploadsRoute,
      bridgeCompaniesRoute,
      bridgeJobsRoute,
      metricsRoute,
    ])
      await admin.register(route(platform));
  });
  return app;
}
