import { z } from 'zod';
import { BridgeJob, CompanyId, Exchange, JobId, JobReport } from '../../../canonical/bridge.js';
import { Problem } from '../../../canonical/contract.js';
import { redactSentence, redactXml } from '../../../canonical/redaction.js';
import { recordAudit } from '../../../store/audit.js';
import { requireCompany } from '../../../store/bridge-companies.js';
import { exchangesOfNumber, exchangesOfRow, type StoredExchange } from '../../../store/bridge-exchanges.js';
import { listJobs, readJob, reportOf } from '../../../store/bridge-jobs.js';
import { MAX_BODY_BYTES, submit, path as submitPath, submitting } from '../../bridge/submit.js';
import type { AdminRoute } from '../platform.js';

const shared = { tags: ['bridge'], security: [{ admin: [] }] };
const company = z.strictObject({ company: CompanyId });
const job = z.strictObject({ id: JobId });
/** Who shows names and GSTINs is written down. */
const identity = z.enum(['hide', 'show']).default('hide');

const listing = {
  ...shared,
  summary: 'The newest jobs of a company, in counts',
  params: company,
  response: { 200: z.strictObject({ jobs: z.array(BridgeJob) }), '4xx': Problem },
};
const showing = { ...shared, summary: 'A job in counts', params: job, response: { 200: BridgeJob, '4xx': Problem } };
const reporting = {
  ...shared,
  summary: 'What became of every voucher of a job',
  description: 'Names and GSTINs in the sentences are left out unless identity=show, which is audited.',
  params: job,
  querystring: z.strictObject({ identity }),
  response: { 200: JobReport, '4xx': Problem },
};
const FoundExchange = Exchange.extend({ job_id: JobId, row: z.int(), attempt: z.int() });
const searching = {
  ...shared,
  summary: 'What was said to the ERP about vouchers of a number, or one row, and what it answered',
  description: 'Text other than numbers is left out unless identity=show, which is audited.',
  params: company,
  querystring: z
    .strictObject({
      number: z.string().trim().min(1).max(200).optional(),
      job: JobId.optional(),
      row: z.coerce.number().int().min(1).optional(),
      identity,
    })
    .refine(({ number, job, row }) => (number === undefined) === (job !== undefined && row !== undefined), {
      error: 'expected a number, or a job and a row',
    }),
  response: { 200: z.strictObject({ exchanges: z.array(FoundExchange) }), '4xx': Problem },
};

export const bridgeJobsRoute: AdminRoute = (platform) => async (app) => {
  const {
    pool,
    secrets: { vault },
    bridgeWorkflows: workflows,
  } = platform;
  const shown = (action: string, details: Record<string, unknown>) =>
    recordAudit(pool, { actor: 'admin API', action, details });

  app.post(submitPath, { schema: { ...submitting, ...shared }, bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const { created, submitted } = await submit({ pool, vault, workflows }, request.body, request.log);
    return reply.code(created ? 201 : 200).send(submitted);
  });
  app.get('/v1/admin/bridges/:company/jobs', { schema: listing }, async ({ params }) => {
    await requireCompany(pool, params.company);
    return { jobs: await listJobs(pool, params.company) };
  });
  app.get('/v1/admin/bridge-jobs/:id', { schema: showing }, ({ params }) =>
    readJob(pool, { companyId: null, jobId: params.id }),
  );
  app.get('/v1/admin/bridge-jobs/:id/report', { schema: reporting }, async ({ params, query }) => {
    const job = await readJob(pool, { companyId: null, jobId: params.id });
    const isShown = query.identity === 'show';
    if (isShown) await shown('bridge.report.shown', { jobId: params.id });
    const rows = await reportOf(pool, vault, params.id);
    return {
      job,
      rows: rows.map(({ identity: known, ...row }) => ({
        ...row,
        message: isShown || row.message === null ? row.message : redactSentence(row.message, known),
      })),
    };
  });
  app.get('/v1/admin/bridges/:company/exchanges', { schema: searching }, async ({ params, query }) => {
    await requireCompany(pool, params.company);
    const isShown = query.identity === 'show';
    const { number, job: jobId = '', row = 0 } = query;
    const found =
      number === undefined
        ? await exchangesOfRow(pool, vault, { companyId: params.company, jobId }, row)
        : await exchangesOfNumber(pool, vault, params.company, number);
    const jobs = [...new Set(found.map(({ jobId }) => jobId))];
    if (isShown) await shown('bridge.exchanges.shown', { companyId: params.company, jobs });
    return { exchanges: found.map((exchange) => answered(isShown ? exchange : redacted(exchange))) };
  });
};

const answered = ({ jobId, identity: _known, ...exchange }: StoredExchange) => ({ job_id: jobId, ...exchange });

const redacted = (exchange: StoredExchange): StoredExchange => ({
  ...exchange,
  request: redactXml(exchange.request),
  answer: exchange.answer === null ? null : redactXml(exchange.answer),
  note: redactSentence(exchange.note, exchange.identity),
});
