import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundleOption } from '@temporalio/worker';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const FOLDER = path('./histories');
const situations = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));

/**
 * Workflows that are under way when a new version is deployed go on in it: what they went through so far must come out
 * the same in today's code. A change that cannot keep this goes behind `patched()`.
 */
describe('histories recorded from earlier code', () => {
  let workflowBundle: WorkflowBundleOption;
  beforeAll(async () => {
    const logger = new DefaultLogger('ERROR');
    Runtime.install({ logger });
    workflowBundle = await bundleWorkflowCode({ workflowsPath: path('../../src/workflows/index.ts'), logger });
  });

  it('are there', () => {
    expect(situations.length).toBeGreaterThan(10);
  });

  it.each(situations)('replay: %s', async (situation) => {
    const history = JSON.parse(readFileSync(`${FOLDER}/${situation}.json`, 'utf8'));
    // Children are named after it.
    const { workflowId } = history.events[0].workflowExecutionStartedEventAttributes;
    await Worker.runReplayHistory({ workflowBundle }, history, workflowId);
  });
});
