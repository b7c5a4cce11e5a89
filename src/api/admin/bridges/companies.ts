import { z } from 'zod';
import { CompanyId } from '../../../canonical/bridge.js';
import { Problem } from '../../../canonical/contract.js';
import {
  issueBridgeCredentials,
  listCompanies,
  registerCompany,
  revokeBridgeCredentials,
} from '../../../store/bridge-companies.js';
import type { AdminRoute } from '../platform.js';

const count = z.int().min(0);
const shared = { tags: ['bridge'], security: [{ admin: [] }] };
const params = z.strictObject({ company: CompanyId });
const Company = z.strictObject({
  company_id: CompanyId,
  label: z.string(),
  created_at: z.iso.datetime(),
  /** Of the newest certificate that is not revoked. */
  certificate_expires_at: z.iso.datetime().nullable(),
  open_jobs: count,
});
const registered = z.strictObject({ company_id: CompanyId });
const registering = {
  ...shared,
  summary: 'Register a company whose ERP a bridge writes to',
  description: '201 the first time; 200 when it is known, and its label is changed.',
  body: z.strictObject({ company_id: CompanyId, label: z.string().trim().min(1).max(200) }),
  response: { 200: registered, 201: registered, '4xx': Problem },
};
const listing = {
  ...shared,
  summary: 'Companies with bridges',
  response: { 200: z.strictObject({ companies: z.array(Company) }), '4xx': Problem },
};
const issuing = {
  ...shared,
  summary: 'Issue a certificate and an API key for a bridge',
  description:
    'Answers, once, the files its folder must hold. Those issued before go on working until all are revoked.',
  params,
  response: {
    201: z.strictObject({
      company_id: CompanyId,
      /** What the bridge calls. */
      api_endpoint: z.url(),
      certificate_serial: z.string(),
      certificate_fingerprint: z.string(),
      certificate_expires_at: z.iso.datetime(),
      files: z.strictObject({
        'client.crt': z.string(),
        'client.key': z.string(),
        'altscore-ca.crt': z.string(),
        altscore_api_key: z.string(),
      }),
    }),
    '4xx': Problem,
  },
};
const revoking = {
  ...shared,
  summary: 'Revoke every certificate and key of a bridge, at once',
  params,
  response: { 200: z.strictObject({ credentials: count }), '4xx': Problem },
};

const actor = 'admin API';

export const bridgeCompaniesRoute: AdminRoute =
  ({ pool, secrets, apiEndpoint }) =>
  async (app) => {
    app.post('/v1/admin/bridges', { schema: registering }, async ({ body }, reply) => {
      const { company_id: companyId, label } = body;
      const { created } = await registerCompany(pool, { companyId, label, actor });
      return reply.code(created ? 201 : 200).send({ company_id: companyId });
    });
    app.get('/v1/admin/bridges', { schema: listing }, async () => ({
      companies: (await listCompanies(pool)).map((company) => ({
        company_id: company.companyId,
        label: company.label,
        created_at: company.createdAt,
        certificate_expires_at: company.certificateNotAfter,
        open_jobs: company.openJobs,
      })),
    }));
    app.post('/v1/admin/bridges/:company/credentials', { schema: issuing }, async ({ params }, reply) => {
      const companyId = params.company;
      const issued = await issueBridgeCredentials(pool, secrets.authority, { companyId, actor });
      return reply.code(201).send({
        company_id: companyId,
        api_endpoint: apiEndpoint.replace(/\/v1\/ingest\/batch$/, ''),
        certificate_serial: issued.serial,
        certificate_fingerprint: issued.fingerprint,
        certificate_expires_at: issued.certificateNotAfter,
        files: issued.files,
      });
    });
    app.delete('/v1/admin/bridges/:company/credentials', { schema: revoking }, ({ params }) =>
      revokeBridgeCredentials(pool, { companyId: params.company, actor }),
    );
  };
