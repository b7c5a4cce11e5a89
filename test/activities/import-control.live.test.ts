import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { bridgeWorkflows } from '../../src/activities/platform/import-control.js';
import { connectTestTemporal, type TestTemporal } from '../support/temporal.js';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await connectTestTemporal();
});
afterAll(() => temporal.close());

describe('starting the import of a job', () => {
  it('starts one run of it, and another only after somebody ended that one', async () => {
    const job = { companyId: 'sharma-main', jobId: 'job_0123456789abcdef' };
    const workflows = bridgeWorkflows(temporal.client);
    await workflows.startImport(job);
    await workflows.startImport(job);
    const handle = temporal.client.workflow.getHandle('import/sharma-main/job_0123456789abcdef');
    const first = await handle.describe();
    expect([first.type, first.taskQueue, first.status.name]).toEqual(['voucherImport', 'platform', 'RUNNING']);
    await handle.terminate('by hand');
    await workflows.startImport(job);
    const second = await handle.describe();
    expect(second.runId).not.toBe(first.runId);
    await handle.terminate('the end');
  });

  it('says so where Temporal is away', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1' });
    await expect(
      bridgeWorkflows(new Client({ connection }), 200).startImport({ companyId: 'sharma-main', jobId: 'job_0' }),
    ).rejects.toThrow();
    await connection.close();
  });
});
