import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BridgeJob, BridgePing, JobId, JobReport, RowsRequest, RowsResponse } from '../../canonical/bridge.js';
import { Problem } from '../../canonical/contract.js';
import { pageOfRows, readJob, reportOf } from '../../store/bridge-jobs.js';
import type { BridgePlatform } from './platform.js';

export const params = z.strictObject({ id: JobId });
const shared = { tags: ['bridge'], params };
const pinging = {
  tags: ['bridge'],
  summary: 'Whether the certificate and the key are let in',
  response: { 200: BridgePing, '4xx': Problem },
};
const showing = { ...shared, summary: 'A job in counts', response: { 200: BridgeJob, '4xx': Problem } };
const reporting = {
  ...shared,
  summary: 'What became of every voucher of a job',
  response: { 200: JobReport, '4xx': Problem },
};
const paging = {
  ...shared,
  summary: 'A page of the rows of a job, as they are to be written',
  body: RowsRequest,
  response: { 200: RowsResponse, '4xx': Problem },
};

/** Jobs of the certificate's company, as its bridge sees them. */
export const jobRoutes =
  ({ pool, vault }: BridgePlatform): FastifyPluginAsyncZod =>
  async (app) => {
    app.get('/v1/bridge/ping', { schema: pinging }, async ({ companyId }) => ({ company_id: companyId }));
    app.get('/v1/bridge/jobs/:id', { schema: showing }, ({ companyId, params }) =>
      readJob(pool, { companyId, jobId: params.id }),
    );
    app.get('/v1/bridge/jobs/:id/report', { schema: reporting }, async ({ companyId, params }) => ({
      job: await readJob(pool, { companyId, jobId: params.id }),
      rows: (await reportOf(pool, vault, params.id)).map(({ identity, ...row }) => row),
    }));
    app.post('/v1/bridge/jobs/:id/rows', { schema: paging }, async ({ companyId, params, body }) => ({
      rows: await pageOfRows(pool, vault, { companyId, jobId: params.id }, body),
    }));
  };
