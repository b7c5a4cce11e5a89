import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { AttemptSuperseded } from '../../src/canonical/attempt-superseded.js';
import type { SubmitVouchers } from '../../src/canonical/bridge.js';
import { BridgeClient } from '../../src/delivery/bridge-client.js';
import { CredentialsRefused, RequestRefused } from '../../src/delivery/errors.js';
import { created, exchange, GSTIN, PARTY, refused, voucherInput } from '../store/bridge-support.js';
import { unique } from '../store/documents-support.js';
import { admin, agentOf, onboard, problem, send, startTestPlatform, type TestPlatform } from './api-support.js';

let platform: TestPlatform;
const started: string[] = [];
let isTemporalAway = false;
const bridges: BridgeClient[] = [];
beforeAll(async () => {
  platform = await startTestPlatform({
    bridgeWorkflows: {
      startImport: async ({ jobId }) => {
        if (isTemporalAway) throw new Error('no connection');
        started.push(jobId);
      },
    },
  });
});
afterAll(async () => {
  await Promise.all(bridges.map((bridge) => bridge.close()));
  await platform.close();
});

type Files = Record<string, string>;
async function newBridge(): Promise<{ companyId: string; files: Files; client: BridgeClient }> {
  const companyId = unique('sharma');
  expect(await admin(platform, 'POST', '/v1/admin/bridges', { company_id: companyId, label: 'Sharma' })).toMatchObject({
    status: 201,
  });
  const { status, body } = await admin(platform, 'POST', `/v1/admin/bridges/${companyId}/credentials`);
  expect([status, body.api_endpoint]).toEqual([201, platform.ingestUrl]);
  return { companyId, files: body.files, client: clientOf(companyId, body.files) };
}
function clientOf(companyId: string, files: Files): BridgeClient {
  const client = new BridgeClient({
    companyId,
    apiEndpoint: platform.ingestUrl,
    apiKey: files.altscore_api_key!,
    clientCertificate: files['client.crt']!,
    clientKey: files['client.key']!,
    authority: files['altscore-ca.crt']!,
  });
  bridges.push(client);
  return client;
}
const asked = (vouchers: SubmitVouchers['vouchers'], given: Partial<SubmitVouchers> = {}) => ({
  by: 'Asha',
  request_id: unique('req'),
  vouchers,
  ...given,
});
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => {
      throw new Error('expected a failure');
    },
    (error) => error,
  );

describe('who may speak for a company', () => {
  it('is its own bridge: a connector is refused at its endpoints, and it at a connector’s', async () => {
    const [bridge, connector] = [await newBridge(), await onboard(platform)];
    expect(await bridge.client.ping()).toEqual({ company_id: bridge.companyId });
    const asConnector = { ...connector, agent: agentOf(bridge.files) };
    expect(await send(asConnector, 'ping', { distributor_id: connector.distributorId })).toEqual(
      problem(403, 'certificate_unknown'),
    );
    const asBridge = clientOf(bridge.companyId, {
      ...connector.files,
      altscore_api_key: bridge.files.altscore_api_key!,
    });
    expect(await failure(asBridge.ping())).toMatchObject({ name: 'CredentialsRefused', code: 'certificate_unknown' });
    const own = await send(connector, 'ping', { distributor_id: connector.distributorId });
    expect(own.status).toBe(200);
    await Promise.all([asConnector.agent.destroy(), connector.agent.destroy()]);
  });

  it('needs certificate and key of one company, neither of them revoked', async () => {
    const [bridge, other] = [await newBridge(), await newBridge()];
    const mixed = clientOf(bridge.companyId, { ...bridge.files, altscore_api_key: other.files.altscore_api_key! });
    expect(await failure(mixed.ping())).toMatchObject({ code: 'certificate_of_another' });
    const wrong = clientOf(bridge.companyId, { ...bridge.files, altscore_api_key: 'ak_wrong' });
    expect(await failure(wrong.ping())).toMatchObject({ code: 'api_key' });
    const path = `/v1/admin/bridges/${bridge.companyId}/credentials`;
    expect(await admin(platform, 'DELETE', path)).toMatchObject({ status: 200, body: { credentials: 1 } });
    expect(await failure(bridge.client.ping())).toMatchObject({ code: 'certificate_revoked' });
    const { body } = await admin(platform, 'POST', path);
    expect(await clientOf(bridge.companyId, body.files).ping()).toEqual({ company_id: bridge.companyId });
    const { body: listed } = await admin(platform, 'GET', '/v1/admin/bridges');
    expect(listed.companies).toContainEqual(
      expect.objectContaining({ company_id: bridge.companyId, certificate_expires_at: body.certificate_expires_at }),
    );
    expect(await admin(platform, 'GET', '/v1/admin/bridges', undefined, 'wrong')).toEqual(problem(401, 'admin_token'));
    expect(await admin(platform, 'POST', '/v1/admin/bridges/nobody/credentials')).toEqual(
      problem(404, 'unknown_company'),
    );
  });

  it('sees nothing of another company’s, and can submit nothing for it', async () => {
    const [bridge, other] = [await newBridge(), await newBridge()];
    const { job_id } = await other.client.submit(asked([voucherInput('INV-1')]));
    const refusals = await Promise.all(
      [
        bridge.client.job(job_id),
        bridge.client.report(job_id),
        bridge.client.rows(job_id, { states: ['pending'], after: 0, limit: 1 }),
        bridge.client.begin(job_id, { row: 1, request: '<ENVELOPE/>' }),
        bridge.client.end(job_id, { rows: [{ row: 1, outcome: refused() }] }),
      ].map(failure),
    );
    expect(refusals).toMatchObject(refusals.map(() => ({ code: 'unknown_job', status: 404 })));
    const forOther = clientOf(other.companyId, bridge.files);
    expect(await failure(forOther.submit(asked([voucherInput('INV-1')])))).toMatchObject({ code: 'other_company' });
  });
});

describe('vouchers that are handed in', () => {
  it('make one job for a request, which is started again with it', async () => {
    const { companyId, client } = await newBridge();
    const request = asked([voucherInput('INV-1'), voucherInput('INV-2')]);
    const submitted = await client.submit(request);
    const workflow_id = `import/${companyId}/${submitted.job_id}`;
    expect(submitted).toEqual({ job_id: expect.any(String), workflow_id, vouchers: 2, refused: 0 });
    const again = await admin(platform, 'POST', '/v1/bridge/vouchers', { ...request, company_id: companyId });
    expect(again).toMatchObject({ status: 200, body: submitted });
    expect(started.filter((jobId) => jobId === submitted.job_id)).toHaveLength(2);
    expect(await failure(client.submit({ ...request, create_ledgers: true }))).toMatchObject({
      status: 409,
      code: 'request_id_reused',
    });
    const { body } = await admin(platform, 'GET', `/v1/admin/bridges/${companyId}/jobs`);
    expect(body.jobs).toEqual([await client.job(submitted.job_id)]);
  });

  it('are kept while Temporal is away, and started when the request is repeated', async () => {
    const { client } = await newBridge();
    const request = asked([voucherInput('INV-1')]);
    isTemporalAway = true;
    const error = await failure(client.submit(request)).finally(() => {
      isTemporalAway = false;
    });
    expect(error).toMatchObject({ name: 'PlatformUnavailable', message: expect.stringContaining('same request_id') });
    const { job_id } = await client.submit(request);
    expect(error.message).toContain(job_id);
    expect(started).toContain(job_id);
  });

  it('are refused as a whole, with the path of every fault and none of their values', async () => {
    const { companyId, client } = await newBridge();
    const faulty = [
      voucherInput('INV-1'),
      voucherInput('INV-2', { lines: [{ hsn: '19', taxable_value: '100.00', cgst: '9.00', sgst: '9.00' }] }),
      voucherInput('INV-3', { invoice_value: '119.00' }),
      voucherInput('INV-1'),
    ];
    const refusal: RequestRefused = await failure(client.submit(asked(faulty)));
    expect(refusal).toBeInstanceOf(RequestRefused);
    expect(refusal.status).toBe(422);
    expect(refusal.faults.map(({ path }) => path)).toEqual([
      'vouchers[1].lines[0].hsn',
      'vouchers[2].invoice_value',
      'vouchers[3].number',
    ]);
    const malformed = { ...asked([{ ...voucherInput('INV-1'), amount: 1 } as never]), company_id: companyId };
    const byAdmin = await admin(platform, 'POST', '/v1/bridge/vouchers', malformed);
    expect(byAdmin).toEqual(problem(422, 'invalid'));
    expect(byAdmin.body.faults).toEqual([{ path: 'vouchers[0]', message: 'Unrecognized key: "amount"' }]);
    expect((await admin(platform, 'GET', `/v1/admin/bridges/${companyId}/jobs`)).body.jobs).toEqual([]);
    const said = JSON.stringify(refusal.faults) + platform.logged.join('');
    expect([PARTY, GSTIN].filter((value) => said.includes(value))).toEqual([]);

    const { job_id, refused: rows } = await client.submit(asked(faulty, { faulty: 'refuse_rows' }));
    expect(rows).toBe(3);
    const { job, rows: reported } = await client.report(job_id);
    expect(job.counts).toMatchObject({ pending: 1, refused: 3 });
    expect(reported.map(({ code }) => code)).toEqual([null, 'INPUT_INVALID', 'INPUT_INVALID', 'DUPLICATE_IN_JOB']);
  });

  it('may be ten thousand, in one request', async () => {
    const { client } = await newBridge();
    const vouchers = Array.from({ length: 10_000 }, (_, index) => voucherInput(`INV-${index}`));
    expect(await client.submit(asked(vouchers))).toMatchObject({ vouchers: 10_000, refused: 0 });
  });
});

describe('a bridge at work', () => {
  it('fetches rows, says what it sends, and what came of it; people see it without names unless they ask', async () => {
    const { companyId, client } = await newBridge();
    const { job_id } = await client.submit(asked([voucherInput('INV-1'), voucherInput('INV-2')]));
    const { rows } = await client.rows(job_id, { states: ['pending'], after: 0, limit: 500 });
    expect(rows[0]).toEqual({ row: 1, state: 'pending', voucher: voucherInput('INV-1') });
    expect(await client.begin(job_id, { row: 1, request: '<ENVELOPE/>' })).toEqual({ do: 'send', attempt: 1 });
    expect(await client.begin(job_id, { row: 1, request: '<ENVELOPE/>' })).toMatchObject({ do: 'ask', attempt: 2 });
    const settle = { row: 1, outcome: created(7), exchanges: [exchange({ answer: `<NAME>${PARTY}</NAME>` })] };
    expect(await failure(client.settle(job_id, { ...settle, attempt: 1 }))).toBeInstanceOf(AttemptSuperseded);
    const pending = { ...created(), state: 'pending' as const };
    expect(await failure(client.settle(job_id, { ...settle, attempt: 2, outcome: pending }))).toMatchObject({
      status: 422,
    });
    expect(await client.settle(job_id, { ...settle, attempt: 2 })).toEqual({ stored: true, master_taken: false });
    expect(await client.end(job_id, { rows: [{ row: 2, outcome: refused() }] })).toEqual({ ended: 1 });
    expect(await client.job(job_id)).toMatchObject({
      settled_at: expect.any(String),
      counts: { created: 1, refused: 1 },
    });

    const own = await client.report(job_id);
    expect(own.rows[1]?.message).toContain(PARTY);
    const look = async (path: string) => (await admin(platform, 'GET', path)).body;
    const [report, exchanges] = [
      `/v1/admin/bridge-jobs/${job_id}/report`,
      `/v1/admin/bridges/${companyId}/exchanges?number=INV-1`,
    ];
    const hidden = JSON.stringify([await look(report), await look(exchanges)]);
    expect(hidden).not.toContain('Krishna');
    expect((await look(report)).rows[1].message).toBe("Ledger '…' does not exist!");
    expect(await look(`${report}?identity=show`)).toEqual(own);
    const { exchanges: shown } = await look(`${exchanges}&identity=show`);
    expect(shown.at(-1)).toMatchObject({ job_id, row: 1, attempt: 2, answer: `<NAME>${PARTY}</NAME>` });
    const { exchanges: ofRow } = await look(`/v1/admin/bridges/${companyId}/exchanges?job=${job_id}&row=1`);
    expect(ofRow.map(({ attempt }: { attempt: number }) => attempt)).toEqual([1, 2]);
    expect(await admin(platform, 'GET', `/v1/admin/bridges/${companyId}/exchanges?job=${job_id}`)).toEqual(
      problem(422, 'invalid'),
    );
    const { rows: audited } = await platform.db.pool.query(
      `select action from admin_audit where action like 'bridge.%.shown' order by audit_id`,
    );
    expect(audited).toEqual([{ action: 'bridge.report.shown' }, { action: 'bridge.exchanges.shown' }]);
  });

  it('may send longer bodies than a connector', async () => {
    const { client } = await newBridge();
    const { job_id } = await client.submit(asked([voucherInput('INV-1')]));
    const large = exchange({ answer: 'x'.repeat(10 * 1024 ** 2) });
    await client.begin(job_id, { row: 1, request: '<ENVELOPE/>' });
    expect(await client.settle(job_id, { row: 1, attempt: 1, outcome: null, exchanges: [large] })).toMatchObject({
      stored: true,
    });
    const unknown = await request(`${platform.ingestUrl}/v1/bridge/nothing`, {
      dispatcher: agentOf((await newBridge()).files),
    });
    expect(unknown.statusCode).toBe(404);
    await unknown.body.dump();
  });

  it('without the right key learns nothing', async () => {
    const { companyId, files } = await newBridge();
    const error = await failure(
      clientOf(companyId, { ...files, altscore_api_key: 'ak_wrong' }).job('job_0123456789abcdef'),
    );
    expect(error).toBeInstanceOf(CredentialsRefused);
  });
});
