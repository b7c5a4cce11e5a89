import { z } from 'zod';
import { Problem } from '../../../canonical/contract.js';
import { FileSourceConfig } from '../../../ops/file-source-schema.js';
import { listSources, saveSource } from '../../../store/file-sources.js';
import type { AdminRoute } from '../platform.js';

const Registered = z.strictObject({
  source_id: z.string(),
  tenant_id: z.string(),
  connector_id: z.string(),
  kind: z.string(),
  streams: z.array(z.string()),
});

const tags = ['files'];
const security = [{ admin: [] }];
const saving = {
  tags,
  summary: 'Register a source of files, or change its settings',
  description:
    '201 the first time. 404 for a distributor that is not known; 409 where the name belongs to another one.',
  security,
  body: FileSourceConfig,
  response: { 200: Registered, 201: Registered, '4xx': Problem },
};
const listing = {
  tags,
  summary: 'The sources of files',
  security,
  querystring: z.strictObject({ distributor_id: z.string().optional() }),
  response: { 200: z.strictObject({ sources: z.array(Registered) }) },
};

const registered = (config: FileSourceConfig): z.infer<typeof Registered> => ({
  source_id: config.source_id,
  tenant_id: config.distributor_id,
  connector_id: config.connector_id ?? config.source_id,
  kind: config.place.kind,
  streams: config.streams.map(({ stream }) => stream),
});

export const fileSourcesRoute: AdminRoute =
  ({ pool, secrets: { vault } }) =>
  async (app) => {
    app.post('/v1/admin/file-sources', { schema: saving }, async (request, reply) => {
      const config = request.body;
      const source = registered(config);
      const { created } = await saveSource(
        pool,
        vault,
        { sourceId: source.source_id, tenantId: source.tenant_id, connectorId: source.connector_id, settings: config },
        'admin API',
      );
      return reply.code(created ? 201 : 200).send(source);
    });
    app.get('/v1/admin/file-sources', { schema: listing }, async (request) => {
      const stored = await listSources(pool, vault, request.query.distributor_id ?? null);
      return { sources: stored.map(({ settings }) => registered(FileSourceConfig.parse(settings))) };
    });
  };
