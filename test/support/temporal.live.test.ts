import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { advance, connectTestTemporal, skippingTime, type TestTemporal } from './temporal.js';
import { hoursPassedQuery, sleepDays, sleepInParts, waitForWake, wakeSignal } from './time-skipping.workflows.js';
import { waitFor } from './wait-for.js';
import { workflowBundle } from './workflow-bundle.js';

const taskQueue = `time-skipping-${randomUUID()}`;
const start = () => ({ taskQueue, workflowId: randomUUID() });

describe('time in tests', () => {
  let temporal: TestTemporal;
  let worker: Worker;
  let running: Promise<void>;
  beforeAll(async () => {
    temporal = await connectTestTemporal();
    worker = await Worker.create({
      connection: temporal.nativeConnection,
      namespace: temporal.namespace,
      taskQueue,
      workflowBundle: await workflowBundle(fileURLToPath(new URL('./time-skipping.workflows.ts', import.meta.url))),
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
    await temporal.close();
  });

  it('thirty days of sleep take seconds', async () => {
    const client = skippingTime(temporal);
    const days = await client.workflow.execute(sleepDays, { ...start(), args: [{ days: 30 }] });
    expect(days).toBeCloseTo(30, 1);
  });

  it('a workflow started by an ordinary client of the same server keeps real time', async () => {
    const handle = await temporal.client.workflow.start(waitForWake, start());
    expect(await handle.query(hoursPassedQuery)).toBe(0);
    await handle.signal(wakeSignal);
    expect(await handle.result()).toBe('woken');
  });

  it('a running workflow is moved on step by step, and waits for a person in between', async () => {
    const handle = await temporal.client.workflow.start(waitForWake, start());
    await advance(handle, { days: 2, minutes: 1 });
    expect(await handle.query(hoursPassedQuery)).toBe(48);
    await advance(handle, { days: 1, hours: 12 });
    expect(await handle.query(hoursPassedQuery)).toBe(84);
    await handle.signal(wakeSignal);
    expect(await handle.result()).toBe('woken');
  });

  it('a workflow started with a fast-forward skips that far, then waits for a person in real time', async () => {
    const client = skippingTime(temporal, { fastForward: { days: 1, minutes: 1 } });
    const handle = await client.workflow.start(waitForWake, start());
    await waitFor('a day passing', async () => (await handle.query(hoursPassedQuery)) === 24);
    await handle.signal(wakeSignal);
    expect(await handle.result()).toBe('woken');
  });

  it('children and next runs skip time as well', async () => {
    const client = skippingTime(temporal);
    expect(await client.workflow.execute(sleepInParts, { ...start(), args: [{}] })).toBeCloseTo(4, 1);
  });

  it('a workflow that ends before its clock is where it should be says so', async () => {
    const handle = await temporal.client.workflow.start(sleepDays, { ...start(), args: [{ days: 1 }] });
    await expect(advance(handle, { days: 2 })).rejects.toThrow(/could not be advanced/);
  });
});
