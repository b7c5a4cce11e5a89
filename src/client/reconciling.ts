import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { startReconciliation } from '../activities/platform/reconciliation-control.js';
import { DistributorId } from '../canonical/contract.js';
import { ReconciliationAsked, type ReconciliationReport } from '../canonical/reconciliation.js';
import type { RunAccounts } from '../canonical/run-proof.js';
import { sentenceOf } from '../canonical/sentence.js';
import type { reconciliation } from '../workflows/reconciliation.js';
import type { syncRun } from '../workflows/sync-run.js';
import { InputRefused } from './onboarding.js';

/**
 * Starts a reconciliation and waits for its end, which may take as long as the ERP is away.
 *
 * @throws InputRefused before anything is started.
 */
export async function reconcile(client: Client, raw: unknown): Promise<ReconciliationReport> {
  const asked = ReconciliationAsked.safeParse(raw);
  if (!asked.success) throw new InputRefused(sentenceOf(asked.error, 'The reconciliation'));
  const workflowId = await startReconciliation(client, asked.data);
  return await client.workflow.getHandle<typeof reconciliation>(workflowId).result();
}

/** The last one that ended, as long as Temporal remembers it. */
export async function lastReconciliation(client: Client, distributorId: string): Promise<ReconciliationReport | null> {
  if (!DistributorId.safeParse(distributorId).success) return null;
  const query = `WorkflowType="reconciliation" AND DistributorId="${distributorId}" AND ExecutionStatus="Completed"`;
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1 }))
    return await client.workflow.getHandle<typeof reconciliation>(workflowId, runId).result();
  return null;
}

/** The proof of a run; null for a look that found nothing to run, and where Temporal has forgotten it. */
export async function runAccounts(client: Client, runId: string): Promise<RunAccounts | null> {
  try {
    return (await client.workflow.getHandle<typeof syncRun>(runId).result()).totals.accounts;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof WorkflowFailedError) return null;
    throw error;
  }
}
