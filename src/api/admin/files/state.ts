import { z } from 'zod';
import { Problem } from '../../../canonical/contract.js';
import { FILE_STATES, SourceId, StreamState } from '../../../canonical/file-ingestion.js';
import { uriOfPlace } from '../../../ops/file-places.js';
import { FileSourceConfig, streamIdOf } from '../../../ops/file-source-schema.js';
import { auditFile, readFileAudit } from '../../../store/file-audit.js';
import { readSource } from '../../../store/file-sources.js';
import { listFiles, streamStates } from '../../../store/file-state.js';
import type { AdminRoute } from '../platform.js';

const params = z.strictObject({ source: SourceId });
const shared = { tags: ['files'], security: [{ admin: [] }], params };
const limit = z.coerce.number().int().min(1).max(1_000).default(100);

const stateSchema = {
  ...shared,
  summary: 'Where each stream of a source has come to',
  response: { 200: z.strictObject({ streams: z.array(StreamState) }), '4xx': Problem },
};
const File = z.strictObject({
  fileId: z.number(),
  streamId: z.string(),
  path: z.string(),
  state: z.enum(FILE_STATES),
  waitsFor: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  sha256: z.string().nullable(),
  duplicateOf: z.number().nullable(),
  schemaVersion: z.number().nullable(),
  rowsRead: z.number().nullable(),
  rowsRefused: z.number().nullable(),
  sizeBytes: z.number(),
  discoveredAt: z.string(),
  committedAt: z.string().nullable(),
});
const filesSchema = {
  ...shared,
  summary: 'Every file of a source with its state, the newest first',
  querystring: z.strictObject({ state: z.enum(FILE_STATES).optional(), limit }),
  response: { 200: z.strictObject({ files: z.array(File) }), '4xx': Problem },
};
const Line = z.strictObject({
  at: z.string(),
  fileId: z.number().nullable(),
  actor: z.string(),
  action: z.string(),
  details: z.record(z.string(), z.unknown()),
});
const auditSchema = {
  ...shared,
  summary: 'Who touched the files of a source, and every run of it',
  querystring: z.strictObject({ limit }),
  response: { 200: z.strictObject({ lines: z.array(Line) }), '4xx': Problem },
};

export const fileStateRoute: AdminRoute =
  ({ pool, secrets: { vault } }) =>
  async (app) => {
    app.get('/v1/admin/file-sources/:source/state', { schema: stateSchema }, async (request) => {
      const { settings, ...source } = await readSource(pool, vault, request.params.source);
      const config = FileSourceConfig.parse(settings);
      const streamIds = config.streams.map(({ stream }) => streamIdOf(config, stream));
      const uri = uriOfPlace(config.place);
      return { streams: await streamStates(pool, vault, { ...source, streamIds, uri }) };
    });
    app.get('/v1/admin/file-sources/:source/files', { schema: filesSchema }, async (request) => {
      const { sourceId } = await readSource(pool, vault, request.params.source);
      const { state = null, limit: most } = request.query;
      await auditFile(pool, { sourceId, actor: 'admin API', action: 'source.shown' });
      return { files: await listFiles(pool, vault, sourceId, { state, limit: most }) };
    });
    app.get('/v1/admin/file-sources/:source/audit', { schema: auditSchema }, async (request) => {
      const { sourceId } = await readSource(pool, vault, request.params.source);
      return { lines: await readFileAudit(pool, sourceId, request.query.limit) };
    });
  };
