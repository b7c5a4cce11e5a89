import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { findTemporalCli } from '../../scripts/temporal-cli.mjs';

/**
 * Keeps what a workflow of a test went through, for test/replay/, when RECORD_HISTORIES is set; does nothing otherwise.
 * @param situation the file's name: what happens in it, such as `a-window-is-read-again`
 */
export async function recordHistory(
  situation: string,
  handle: Pick<WorkflowHandle, 'workflowId' | 'describe' | 'client'>,
): Promise<void> {
  if (!process.env.RECORD_HISTORIES) return;
  const { runId } = await handle.describe();
  const show = ['workflow', 'show', '--address', process.env.TEST_TEMPORAL_ADDRESS!, '--output', 'json'];
  const { namespace } = handle.client.options;
  const { stdout } = await promisify(execFile)(
    findTemporalCli()!,
    [...show, '--namespace', namespace, '--workflow-id', handle.workflowId, '--run-id', runId],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const file = fileURLToPath(new URL(`../replay/histories/${situation}.json`, import.meta.url));
  // Stack traces name the folder of the machine that recorded them.
  const anywhere = stdout.replaceAll(fileURLToPath(new URL('../../', import.meta.url)), './');
  await writeFile(file, `${JSON.stringify(JSON.parse(anywhere))}\n`);
}
