import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailureCategory } from '@temporalio/common';
import { DateTime } from 'luxon';
import type { BackfillAsked } from '../../canonical/sync-messages.js';
import type { Pool } from '../../store/database.js';
import { distrustMonths, firstDayRead, outcomeOfBackfill, recordReconciliation } from '../../store/reconciliations.js';
import type { SyncState } from '../../workflows/sync-state.js';
import { startReconciliation } from './reconciliation-control.js';
import { syncWorkflowId } from './sync-control.js';
import type { PlatformTasks } from './tasks.js';

type ReconcilingTasks = Pick<
  PlatformTasks,
  | 'reconciliationScope'
  | 'askForDelta'
  | 'askForBackfills'
  | 'outcomeOfBackfill'
  | 'recordReconciliation'
  | 'startReconciliation'
>;

/** What a reconciliation may do to the platform: it asks `distributorSync` for readings, and never reads by itself. */
export function reconcilingTasks(pool: Pool, client: Client): ReconcilingTasks {
  const sync = (distributorId: string) => client.workflow.getHandle(syncWorkflowId(distributorId));
  return {
    async reconciliationScope({ distributorId, from, to }) {
      const { companyId, patience, timeZone, quietHours } = await sync(distributorId).query<SyncState>('syncState');
      const today = DateTime.now().setZone(timeZone).toISODate()!;
      const firstDay = from ?? (await firstDayRead(pool, distributorId)) ?? today;
      return { companyId, patience, timeZone, quietHours, from: firstDay, to: to ?? today };
    },

    async askForDelta({ distributorId }) {
      await sync(distributorId).signal('syncNow', { by: 'reconciliation' });
    },

    async askForBackfills({ distributorId, months, periods }) {
      await distrustMonths(pool, distributorId, months);
      for (const { from, to } of periods) {
        const asked: BackfillAsked = { by: 'reconciliation', from, to, reconcile: false };
        await sync(distributorId).signal('backfill', asked);
      }
    },

    async outcomeOfBackfill({ distributorId, ...period }) {
      const ended = await outcomeOfBackfill(pool, distributorId, period);
      if (ended) return { outcome: ended.outcome };
      throw ApplicationFailure.create({
        type: 'NotYet',
        message: `The reading of ${period.from} – ${period.to} has not ended yet.`,
        category: ApplicationFailureCategory.BENIGN,
      });
    },

    recordReconciliation: (report) => recordReconciliation(pool, report),
    startReconciliation: async (asked) => {
      await startReconciliation(client, asked);
    },
  };
}
