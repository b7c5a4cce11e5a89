import { z } from 'zod';
import { Problem } from '../../../canonical/contract.js';
import { SourceId } from '../../../canonical/file-ingestion.js';
import { SchemaChange, SchemaColumn } from '../../../canonical/stream-schema.js';
import { resolveAlerts } from '../../../store/alerts.js';
import { reopenFiles } from '../../../store/file-settling.js';
import { readSource } from '../../../store/file-sources.js';
import { acceptSchema, listSchemas } from '../../../store/stream-schemas.js';
import { ApiProblem } from '../../problems.js';
import type { AdminRoute } from '../platform.js';

const params = z.strictObject({ source: SourceId });
const shared = { tags: ['files'], security: [{ admin: [] }], params };

const Schema = z.strictObject({
  stream_id: z.string(),
  version: z.number(),
  state: z.enum(['proposed', 'accepted', 'superseded']),
  verdict: z.string(),
  columns: z.array(SchemaColumn),
  changes: z.array(SchemaChange),
  found_in: z.number().nullable(),
  accepted_by: z.string().nullable(),
  created_at: z.string(),
});
const listing = {
  ...shared,
  summary: 'The schemas of a source’s streams, the newest of each first',
  response: { 200: z.strictObject({ schemas: z.array(Schema) }), '4xx': Problem },
};
const accepting = {
  ...shared,
  summary: 'Take a schema: files that waited for it are read with the next run',
  body: z.strictObject({
    stream_id: z.string().min(1),
    version: z.int().min(1),
    by: z.string().trim().min(1).max(200),
  }),
  response: { 200: z.strictObject({ version: z.number(), files_reopened: z.number() }), '4xx': Problem },
};

export const fileSchemasRoute: AdminRoute =
  ({ pool, secrets: { vault } }) =>
  async (app) => {
    app.get('/v1/admin/file-sources/:source/schemas', { schema: listing }, async (request) => {
      const { sourceId } = await readSource(pool, vault, request.params.source);
      const schemas = await listSchemas(pool, sourceId);
      return {
        schemas: schemas.map((one) => ({
          stream_id: one.streamId,
          version: one.version,
          state: one.state,
          verdict: one.verdict,
          columns: one.schema.columns,
          changes: one.changes,
          found_in: one.foundIn,
          accepted_by: one.acceptedBy,
          created_at: one.createdAt,
        })),
      };
    });
    app.post('/v1/admin/file-sources/:source/schemas/accept', { schema: accepting }, async (request) => {
      const { sourceId, tenantId } = await readSource(pool, vault, request.params.source);
      const { stream_id: streamKey, version, by } = request.body;
      const accepted = await acceptSchema(pool, sourceId, streamKey, version, by);
      if (accepted === null)
        throw new ApiProblem(404, 'not_found', `Stream ${streamKey} of ${sourceId} has no schema version ${version}.`);
      // The template, or xml, stands behind the stream's id.
      const streamId = streamKey.replace(/\/[a-z]+$/, '');
      const reopened = await reopenFiles(pool, sourceId, { streamId, code: 'SCHEMA_DRIFT' }, by);
      await resolveAlerts(pool, { distributorId: tenantId, rules: ['schema_drift'], subject: sourceId }, new Date());
      return { version, files_reopened: reopened };
    });
  };
