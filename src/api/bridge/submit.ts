import type { FastifyBaseLogger } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { importWorkflowId, Submitted, SubmitVouchers } from '../../canonical/bridge.js';
import { Problem } from '../../canonical/contract.js';
import { createJob } from '../../store/bridge-jobs.js';
import { ApiProblem } from '../problems.js';
import { intake } from './intake.js';
import type { BridgePlatform } from './platform.js';

export const path = '/v1/bridge/vouchers';
/** 10,000 invoices of some lines each. */
export const MAX_BODY_BYTES = 64 * 1024 ** 2;

export const submitting = {
  tags: ['bridge'],
  summary: 'Have vouchers written into the ERP of a company, each exactly once',
  description:
    '201 with the job; the same request_id answers the same job, 200. 422 names each fault by its path and nothing is kept; with faulty: refuse_rows, vouchers that break a rule become refused rows of the job instead. 503 where the work could not be started: repeat the request.',
  body: SubmitVouchers,
  response: { 200: Submitted, 201: Submitted, '4xx': Problem, 503: Problem },
};

/** On the bridges' listener: for the certificate's own company. */
export const submitOwnVouchersRoute =
  (platform: BridgePlatform): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(path, { schema: submitting, bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      if (request.body.company_id !== request.companyId)
        throw new ApiProblem(403, 'other_company', "The body speaks for another company than the certificate's.");
      const { created, submitted } = await submit(platform, request.body, request.log);
      return reply.code(created ? 201 : 200).send(submitted);
    });
  };

/** @throws ApiProblem, UnknownCompany, Conflict `request_id_reused` */
export async function submit(
  { pool, vault, workflows }: BridgePlatform,
  asked: SubmitVouchers,
  log: FastifyBaseLogger,
): Promise<{ created: boolean; submitted: Submitted }> {
  if (workflows === null) throw new ApiProblem(503, 'workflows_away', 'This API was started without Temporal.');
  const { company_id: companyId, by, request_id: requestId, faulty, create_ledgers: createLedgers } = asked;
  const vouchers = intake(asked);
  const refused = vouchers.filter((voucher) => voucher.refused !== null).length;
  const job = await createJob(pool, vault, { companyId, by, requestId, faulty, createLedgers, vouchers });
  const { jobId, created, closed } = job;
  if (!closed) {
    try {
      await workflows.startImport({ companyId, jobId });
    } catch (error) {
      log.error({ err: error, jobId }, 'an import could not be started');
      throw new ApiProblem(
        503,
        'workflows_away',
        `Temporal, by which vouchers are written, does not answer. Job ${jobId} is kept; repeat the request with the same request_id, so that it is started.`,
      );
    }
  }
  log.info({ companyId, jobId, created, vouchers: vouchers.length, refused }, 'vouchers submitted');
  const submitted = {
    job_id: jobId,
    workflow_id: importWorkflowId(companyId, jobId),
    vouchers: vouchers.length,
    refused,
  };
  return { created, submitted };
}
