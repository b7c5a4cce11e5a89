import rateLimit from '@fastify/rate-limit';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { parseJson } from '../ingest/checks.js';
import { tooMany } from '../problems.js';
import { authenticateBridge } from './checks.js';
import { jobRoutes } from './jobs.js';
import { journalRoutes } from './journal.js';
import type { BridgePlatform } from './platform.js';
import { submitOwnVouchersRoute } from './submit.js';

/** Two requests a voucher, and a company's are written one by one: no bridge at work comes near it. */
const REQUESTS_PER_MINUTE = 60_000;

/** What a bridge may ask, for its own company alone. */
export const bridgeScope =
  (platform: BridgePlatform): FastifyPluginAsyncZod =>
  async (app) => {
    app.setValidatorCompiler(validatorCompiler);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
      parseJson(body, 'body'),
    );
    app.decorateRequest('companyId', '');
    app.addHook('onRequest', async (request) => {
      request.companyId = await authenticateBridge(request, platform.pool);
    });
    await app.register(rateLimit, {
      hook: 'preParsing',
      max: REQUESTS_PER_MINUTE,
      timeWindow: '1 minute',
      keyGenerator: (request) => request.companyId,
      errorResponseBuilder: tooMany,
    });
    await app.register(submitOwnVouchersRoute(platform));
    await app.register(jobRoutes(platform));
    await app.register(journalRoutes(platform));
  };
