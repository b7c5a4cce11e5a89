import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { withLock } from '../../scripts/lock.mjs';

const ALL_WORKFLOWS = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));

/**
 * The product's workflow code (or another file's) for `Worker.create({workflowBundle})`. Bundling takes seconds, so it is done once
 * a run, by the test file that asks first, and shared through TEST_SHARED_FOLDER.
 */
export async function workflowBundle(workflowsPath = ALL_WORKFLOWS): Promise<{ codePath: string }> {
  const folder = process.env.TEST_SHARED_FOLDER;
  if (!folder) throw new Error('TEST_SHARED_FOLDER is not set: is this test named *.live.test.ts?');
  const codePath = join(folder, `${createHash('sha256').update(workflowsPath).digest('hex').slice(0, 16)}.js`);
  if (existsSync(codePath)) return { codePath };
  await withLock(`${codePath}.lock`, async () => {
    if (existsSync(codePath)) return;
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
    await writeFile(`${codePath}.part`, code);
    await rename(`${codePath}.part`, codePath);
  });
  return { codePath };
}
