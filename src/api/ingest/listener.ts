import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import { MAX_BODY_BYTES } from '../../canonical/contract.js';
import type { IssuedCertificate } from '../../ops/certificates.js';
import type { BridgePlatform } from '../bridge/platform.js';
import { bridgeScope } from '../bridge/scope.js';
import { answerProblems, tooMany } from '../problems.js';
import { batchRoute } from './batch.js';
import { authenticate, checkDistributor, checkSignature, parseJson } from './checks.js';
import { figuresRoute } from './figures.js';
import { knownRoute } from './known.js';
import { pingRoute } from './ping.js';
import type { IngestPlatform } from './platform.js';
import { publishRoute } from './publish.js';
import { standingRoute } from './standing.js';

/**
 * The listener for connectors and bridges, each with endpoints of its own. Every request of a connector passes, in this
 * order: client certificate, API key, time, rate limit (before the body is read), signature over the raw bytes,
 * distributor; then each route checks its own body.
 */
export async function createIngestListener(
  platform: IngestPlatform,
  options: {
    logger: FastifyBaseLogger;
    server: IssuedCertificate;
    /** The only authority whose client certificates are let in. */
    caPem: string;
    requestsPerMinute: number;
    bridges: BridgePlatform;
  },
): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: options.logger,
    // Each route says itself what happened; the default lines would tell nothing more.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    forceCloseConnections: true,
    https: {
      cert: options.server.certificatePem,
      key: options.server.keyPem,
      ca: options.caPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    },
  }) as unknown as FastifyInstance;
  answerProblems(app);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { title: 'AltScore ingest', version: '1' } },
    transform: jsonSchemaTransform,
  });
  await app.register(ingestScope(platform, options.requestsPerMinute));
  await app.register(bridgeScope(options.bridges));
  return app;
}

function ingestScope(platform: IngestPlatform, requestsPerMinute: number) {
  return async (app: FastifyInstance): Promise<void> => {
    app.setValidatorCompiler(() => (value) => ({ value }));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.decorateRequest('caller', null);
    app.addHook('onRequest', async (request) => {
      request.caller = await authenticate(request, platform.pool, platform.vault);
    });
    await app.register(rateLimit, {
      hook: 'preParsing',
      max: requestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator: (request) => request.caller?.distributorId ?? request.ip,
      errorResponseBuilder: tooMany,
    });
    app.addHook('preValidation', async (request) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      checkSignature(request, request.caller!, body);
      const json = parseJson(body, 'body');
      checkDistributor(json, request.caller!);
      request.body = json;
    });

    batchRoute(app, platform);
    knownRoute(app, platform);
    standingRoute(app, platform);
    figuresRoute(app, platform);
    publishRoute(app, platform);
    pingRoute(app);
  };
}
